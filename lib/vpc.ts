import { Annotations, Stack } from 'aws-cdk-lib';
import { CfnVPCEndpoint, type ISubnet } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { LagMembershipProviderProps } from './provider-props';

/** What the function calls, by the last part of the endpoint service's name. */
const SERVICES = ['directconnect', 'cloudformation', 'dynamodb', 's3'];

/**
 * What is known at synth of the function's way out of its VPC. Subnets without a route to the internet need an endpoint for each
 * service that the function calls; whether a VPC that is looked up has them is not known, so that is a warning.
 *
 * @throws where a subnet is public: a function has no public address, so that nothing answers it there
 */
export function checkWayOut(provider: Construct, { vpc, vpcSubnets }: LagMembershipProviderProps): void {
  if (vpc === undefined) return;
  const { path } = provider.node;
  const { subnets } = vpc.selectSubnets(vpcSubnets);
  const among = (some: readonly ISubnet[]) =>
    subnets.filter(({ subnetId }) => some.some(each => each.subnetId === subnetId)).map(({ node }) => node.path);
  const open = among(vpc.publicSubnets);
  if (open.length > 0) {
    throw new Error(
      `[${path}] ${vpcSubnets === undefined ? 'vpc' : 'vpcSubnets'} gives the public subnets ${open.join(', ')}: allowed are ` +
        'private ones, because a function has no public address and reaches nothing from there. Add subnets with a NAT gateway ' +
        `or with endpoints of ${SERVICES.join(', ')}, or leave vpc out.`,
    );
  }
  const closed = among(vpc.isolatedSubnets);
  if (closed.length === 0) return;
  provider.node.addValidation({
    validate: () => {
      const missing = SERVICES.filter(service => !endpointsOf(provider, vpc.vpcId).includes(service));
      if (missing.length > 0) {
        Annotations.of(provider).addWarningV2(
          'cdk-direct-connect-lag-membership:noWayOut',
          `vpc has no endpoint of ${missing.join(', ')} in this app, and the subnets ${closed.join(', ')} no way to the internet: ` +
            'deployments wait for an answer that never comes. Add the endpoints, or take subnets with a NAT gateway.',
        );
      }
      return [];
    },
  });
}

/** The services of the endpoints that the app makes in a VPC. */
function endpointsOf(scope: Construct, vpcId: string): string[] {
  const own = JSON.stringify(Stack.of(scope).resolve(vpcId));
  return scope.node.root.node
    .findAll()
    .filter(each => each instanceof CfnVPCEndpoint)
    .filter(({ vpcId: id, stack }) => vpcId === id || JSON.stringify(stack.resolve(id)) === own)
    .map(
      ({ serviceName, stack }) =>
        /([a-z0-9]+)"?[^a-z0-9]*$/.exec(JSON.stringify(stack.resolve(serviceName)))?.[1] ?? '',
    );
}
