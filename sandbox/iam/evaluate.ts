import { type Condition, holds } from './condition';
import { inLowerCase, matches, type Pattern, patternWith, plainPattern } from './pattern';
import type { Choice, ContextKey, Policy, Statement } from './policy-document';
import type { Principal } from './principal';

/** What one request is judged by. */
export interface Evaluation {
  /** ARN of a user or of a role's session, or the name of a service. */
  readonly principalArn: string;
  readonly action: string;
  readonly resourceArn: string;
  readonly accountId: string;
  readonly context: { readonly [key in ContextKey]?: string };
  readonly identityPolicies: readonly Policy[];
  readonly permissionsBoundary?: Policy;
  /** Of the role, for `sts:AssumeRole`, or of a function. */
  readonly resourcePolicy?: Policy;
}

/** Whether the policies allow a request; where not, why, in the words that AWS puts after "because". */
export type Decision = { readonly allowed: true } | Denial;

export interface Denial {
  readonly allowed: false;
  readonly explicit: boolean;
  readonly by: 'identity-based policy' | 'permissions boundary' | 'resource-based policy';
}

/**
 * Judges one request within its account. A denial is before everything. A role is assumed by whom its trust policy names, or, where
 * that names the account, by whom the account's own policies allow it. Whatever no trust policy gives to its very session needs the
 * permissions boundary too, if a role has one.
 *
 * Source: IAM User Guide, "Policy evaluation logic" and "Policy evaluation for requests within a single account".
 */
export function evaluate(evaluation: Evaluation): Decision {
  const { permissionsBoundary, resourcePolicy, identityPolicies } = evaluation;
  const identity = effectOf(identityPolicies, evaluation);
  const boundary = permissionsBoundary ? effectOf([permissionsBoundary], evaluation) : 'Allow';
  const resource = resourcePolicy ? effectOf([resourcePolicy], evaluation) : undefined;
  if (identity === 'Deny') return denied(true, 'identity-based policy');
  if (boundary === 'Deny') return denied(true, 'permissions boundary');
  if (resource === 'Deny') return denied(true, 'resource-based policy');
  if (resourcePolicy && resource === undefined) return denied(false, 'resource-based policy');
  if (resourcePolicy && allows(resourcePolicy, evaluation, isSession)) return { allowed: true };
  const isNamed = resourcePolicy !== undefined && allows(resourcePolicy, evaluation, one => one.kind !== 'account');
  if (identity === undefined && !isNamed) return denied(false, 'identity-based policy');
  if (boundary === undefined) return denied(false, 'permissions boundary');
  return { allowed: true };
}

const denied = (explicit: boolean, by: Denial['by']): Denial => ({ allowed: false, explicit, by });

function effectOf(policies: readonly Policy[], evaluation: Evaluation): Statement['effect'] | undefined {
  const statements = policies.flatMap(policy => policy.statements).filter(one => isAbout(one, evaluation));
  return statements.some(({ effect }) => effect === 'Deny') ? 'Deny' : statements[0]?.effect;
}

/** Whether a resource's policy allows it to the principal by one of its principals of a kind. */
const allows = (
  { statements }: Policy,
  evaluation: Evaluation,
  isOfKind: (principal: Principal, evaluation: Evaluation) => boolean,
): boolean =>
  statements.some(
    statement =>
      statement.effect === 'Allow' &&
      isAbout(statement, evaluation) &&
      statement.principals?.some(one => isOfKind(one, evaluation) && isPrincipal(one, evaluation)),
  );

const isSession = (principal: Principal, { principalArn }: Evaluation) =>
  principal.kind === 'arn' && principal.arn === principalArn;

function isAbout(statement: Statement, evaluation: Evaluation): boolean {
  const { action, resourceArn, context } = evaluation;
  const valueOfKey = (key: string) => contextValue(context, key);
  const patternOf = (text: string) => (statement.hasVariables ? patternWith(valueOfKey, text) : plainPattern(text));
  const { actions, resources, principals, conditions } = statement;
  return (
    conditions !== undefined &&
    includes(actions, action.toLowerCase(), text => inLowerCase(plainPattern(text))) &&
    (resources === undefined || includes(resources, resourceArn, patternOf)) &&
    (principals === undefined || principals.some(one => isPrincipal(one, evaluation))) &&
    conditions.every((condition: Condition) => holds(condition, valueOfKey(condition.key), patternOf))
  );
}

const includes = ({ except, patterns }: Choice, text: string, patternOf: (text: string) => Pattern): boolean =>
  patterns.some(one => matches(patternOf(one), text)) !== except;

function isPrincipal(principal: Principal, { principalArn, accountId, context }: Evaluation): boolean {
  switch (principal.kind) {
    case 'everybody':
      return true;
    case 'account':
      return principalArn.startsWith('arn:') && principal.account === accountId;
    case 'arn':
      return principal.arn === principalArn || principal.arn === context['aws:PrincipalArn'];
    case 'service':
      return principal.name === principalArn;
    case 'none':
      return false;
  }
}

const contextValue = (context: Evaluation['context'], key: string): string | undefined =>
  Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];

/**
 * The denial as AWS words it.
 *
 * Source: IAM User Guide, "Troubleshoot access denied error messages".
 */
export function denialText(
  principalArn: string,
  action: string,
  resourceArn: string,
  { explicit, by }: Denial,
): string {
  const article = by.startsWith('i') ? 'an' : 'a';
  const reason = explicit
    ? `with an explicit deny in ${article} ${by}`
    : `because no ${by} allows the ${action} action`;
  return `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resourceArn} ${reason}`;
}
