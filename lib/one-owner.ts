import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { CfnConnection } from 'aws-cdk-lib/aws-directconnect';
import type { aws_directconnect } from 'aws-cdk-lib/interfaces';
import type { Construct, IConstruct } from 'constructs';
import { textOf } from './identifier';

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

/** CloudFormation's own connection resource can join a LAG too; both at once would undo each other. */
export function refuseSecondOwner(membership: Construct, value: string | aws_directconnect.IConnectionRef): void {
  const [token] = Tokenization.reverseString(textOf(value)).tokens;
  const connection = Reference.isReference(token) ? token.target : undefined;
  if (!(connection instanceof CfnConnection)) return;
  membership.node.addValidation({
    validate: () =>
      connection.lagId === undefined
        ? []
        : [
            `connectionId is the CfnConnection ${connection.node.path}, which sets lagId itself: a connection has one ` +
              'owner of its LAG. Take lagId away from it, or remove this membership.',
          ],
  });
}
