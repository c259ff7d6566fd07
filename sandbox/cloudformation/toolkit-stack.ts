import type { Clock } from '../clock';
import { Stack } from './stack';
import type { StackIdentity } from './stack-definition';

/** The stack that `cdk bootstrap` makes. */
export const toolkitStackName = 'CDKToolkit';

/** Where a bootstrapped Region has its version. */
export const bootstrapVersionParameter = '/cdk-bootstrap/hnb659fds/version';

/**
 * The stack of a Region that is bootstrapped: with the outputs that the CDK CLI reads, and nothing in it. It has no
 * template; nobody deletes it.
 */
export function toolkitStack(identity: StackIdentity, version: string, clock: Clock, random: () => number): Stack {
  const stack = new Stack(identity, clock, random);
  const bucket = `cdk-hnb659fds-assets-${identity.accountId}-${identity.region}`;
  const outputs = {
    BucketName: bucket,
    BucketDomainName: `${bucket}.s3.${identity.region}.amazonaws.com`,
    BootstrapVersion: version,
  };
  stack.outputs = Object.entries(outputs).map(([key, value]) => ({
    key,
    value,
    description: undefined,
    exportName: undefined,
  }));
  stack.terminationProtection = true;
  stack.begin('CREATE_COMPLETE', undefined);
  return stack;
}
