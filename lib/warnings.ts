import { Annotations, Reference, Tokenization } from 'aws-cdk-lib';
import { CfnLag } from 'aws-cdk-lib/aws-directconnect';
import type { aws_directconnect } from 'aws-cdk-lib/interfaces';
import type { Construct, IConstruct } from 'constructs';
import { textOf } from './identifier';

const LIBRARY = 'cdk-direct-connect-lag-membership';

/**
 * Warns of a LAG of the application that counts as up with no link at all: virtual interfaces stay up with it then, and
 * traffic does not go another way. One warning a LAG.
 */
export function warnOfMinimumLinks(membership: Construct, value: string | aws_directconnect.ILagRef): void {
  const [token] = Tokenization.reverseString(textOf(value)).tokens;
  const lag = Reference.isReference(token) ? token.target : undefined;
  if (!(lag instanceof CfnLag)) return;
  // When all is said: the minimum may be set after the membership was made.
  membership.node.addValidation({
    validate: () => {
      const { minimumLinks = 0 } = lag;
      if (minimumLinks === 0) {
        warnOnce(
          lag,
          'minimumLinks',
          `The LAG ${lag.node.path} has minimumLinks 0, which is the default: it stays up even with no active member. Once its ` +
            'members have joined, set minimumLinks to as many as the traffic needs; AWS takes no more than the LAG has members.',
        );
      }
      return [];
    },
  });
}

/** @param lag what the memberships of the stack in one LAG are, which are more than it can take */
export function warnOfMembers(lag: readonly IConstruct[], most: number): void {
  const beyond = lag[most];
  if (beyond === undefined) return;
  warnOnce(
    beyond,
    'members',
    `The stack has ${lag.length} memberships of one LAG: a LAG takes ${most} members, and 2 of 100 or 400 Gbps. One that finds it ` +
      'full fails. Remove one, or put it into another LAG.',
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
