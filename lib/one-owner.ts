import { Stack, Token } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';

/** Which membership of an application has which literal connection. */
const CLAIMS = new WeakMap<IConstruct, Map<string, Construct>>();

/**
 * A connection is in at most one LAG, so two memberships of it would undo each other.
 *
 * @throws where the application has a membership of the same literal connection
 */
export function claim(membership: Construct, connectionId: string): void {
  if (Token.isUnresolved(connectionId)) return;
  const { root } = membership.node;
  const claims = CLAIMS.get(root) ?? new Map<string, Construct>();
  CLAIMS.set(root, claims);
  const other = claims.get(connectionId);
  if (other !== undefined) {
    const where = Stack.of(other) === Stack.of(membership) ? 'this stack' : 'another stack of the app';
    throw new Error(
      `[${membership.node.path}] connection ${connectionId} has a membership in ${where} already, ${other.node.path}: ` +
        'a connection is in one LAG at most. Remove one of the two.',
    );
  }
  claims.set(connectionId, membership);
}
