import { Annotations } from 'aws-cdk-lib';
import type { CfnLag } from 'aws-cdk-lib/aws-directconnect';
import type { Construct, IConstruct } from 'constructs';

const LIBRARY = 'cdk-direct-connect-lag-membership';

/**
 * Warns of a LAG of the application that counts as up with no link at all: virtual interfaces stay up with it then, and
 * traffic does not go another way. One warning a LAG.
 */
export function warnOfNoMinimum(lag: CfnLag): void {
  warnOnce(
    lag,
    'minimumLinks',
    `The LAG ${lag.node.path} has minimumLinks 0, which is the default: it stays up even with no active member. Once its ` +
      'members have joined, set minimumLinks to as many as the traffic needs; AWS takes no more than the LAG has members.',
  );
}

/** Warns of a LAG of the application with a minimum that no membership may lower: `cdk destroy` fails then. */
export function warnOfMinimum(lag: CfnLag): void {
  warnOnce(
    lag,
    'lowerMinimumLinks',
    `The LAG ${lag.node.path} has minimumLinks ${lag.minimumLinks}, and no membership of it has lowerMinimumLinks: a destroy of the ` +
      'stack fails then, and cannot be repeated. Set lowerMinimumLinks, or minimumLinks to 0 before a destroy.',
  );
}

/**
 * @param beyond the first membership that the LAG does not take
 * @param count of the memberships that the stack declares in it
 */
export function warnOfMembers(beyond: IConstruct, lagId: string, count: number, most: number): void {
  warnOnce(
    beyond,
    'members',
    `lagId is ${lagId}, of which the stack declares ${count} memberships: allowed are ${most}, and 2 of 100 or 400 Gbps, the most ` +
      'that a LAG takes. One that finds it full fails. Remove one, or put it into another LAG.',
  );
}

/** @param rights what the provider's role must be allowed, in words */
export function warnOfRights(membership: Construct, provider: string, rights: readonly string[]): void {
  warnOnce(
    membership,
    'rights',
    `The provider ${provider} is of another app, so nothing can be granted to its role here. It must be allowed ` +
      `${rights.join('; ')}.`,
  );
}

function warnOnce(construct: IConstruct, name: string, message: string): void {
  const id = `${LIBRARY}:${name}`;
  const isKnown = construct.node.metadata.some(({ data }) => typeof data === 'string' && data.includes(id));
  if (!isKnown) Annotations.of(construct).addWarningV2(id, message);
}
