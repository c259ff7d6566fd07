import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Which membership of a stack has which literal connection. */
const CLAIMS = new WeakMap<Stack, Map<string, Construct>>();

/**
 * A connection is in at most one LAG, so two memberships of it would undo each other.
 *
 * @throws where the stack has a membership of the same literal connection
 */
export function claim(membership: Construct, connectionId: string): void {
  if (Token.isUnresolved(connectionId)) return;
  const stack = Stack.of(membership);
  const claims = CLAIMS.get(stack) ?? new Map<string, Construct>();
  CLAIMS.set(stack, claims);
  const other = claims.get(connectionId);
  if (other !== undefined) {
    throw new Error(
      `[${membership.node.path}] connection ${connectionId} has a membership in this stack already, ${other.node.path}: ` +
        'a connection is in one LAG at most. Remove one of the two.',
    );
  }
  claims.set(connectionId, membership);
}
