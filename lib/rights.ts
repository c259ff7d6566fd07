import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ILagMembershipProvider } from './i-lag-membership-provider';
import { LagMembershipProvider } from './provider';
import { warnOfRights } from './warnings';

/** What not every membership needs. */
export interface Needed {
  /** Of the connection and the LAG; absent for the stack's own. */
  readonly region: string | undefined;
  readonly lowerMinimumLinks: boolean;
}

/** Grants the provider what a membership needs of it, or says what its role must be granted where that cannot be done here. */
export function grantRights(provider: ILagMembershipProvider, membership: Construct, needed: Needed): void {
  if (provider instanceof LagMembershipProvider) provider._grant(membership, needed);
  else warnOfRights(membership, provider.node.path, rightsInWords(Stack.of(membership).stackName, needed));
}

function rightsInWords(stackName: string, { region, lowerMinimumLinks }: Needed): string[] {
  const where = region === undefined ? '' : ` of Region ${region}`;
  return [
    `cloudformation:DescribeStacks, DescribeStackEvents and DescribeStackResource on the stack ${stackName}`,
    ...(region === undefined ? [] : [`what docs/iam.md says of directconnect on dxcon/* and dxlag/*${where}`]),
    ...(lowerMinimumLinks ? [`directconnect:UpdateLag on dxlag/*${where}`] : []),
  ];
}
