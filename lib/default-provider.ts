import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ILagMembershipProvider } from './i-lag-membership-provider';
import { LagMembershipProvider } from './provider';

/**
 * CloudFormation invokes functions of the stack's own account and Region, and the rights of one are for those.
 *
 * @throws where the provider is known to be of others
 */
export function checkHome(membership: Construct, provider: ILagMembershipProvider): void {
  const stack = Stack.of(membership);
  for (const [what, own, other] of [
    ['account', stack.account, provider.stack.account],
    ['Region', stack.region, provider.stack.region],
  ] as const) {
    if (own === other || Token.isUnresolved(own) || Token.isUnresolved(other)) continue;
    throw new Error(
      `[${membership.node.path}] provider is ${provider.node.path}, of ${what} ${other}: allowed is one of ${what} ${own}, where ` +
        'the stack is. Make one there' +
        (what === 'Region' ? '; for a LAG of another Region set region.' : '.'),
    );
  }
}

/** The provider of the scope's stack, made at the first call. */
export function defaultProvider(scope: Construct): LagMembershipProvider {
  const stack = Stack.of(scope);
  const existing = stack.node.tryFindChild(LagMembershipProvider.DEFAULT_ID);
  return existing instanceof LagMembershipProvider
    ? existing
    : new LagMembershipProvider(stack, LagMembershipProvider.DEFAULT_ID);
}
