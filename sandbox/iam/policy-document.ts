import { runSimulation } from '@cloud-copilot/iam-simulate';
import { AwsError } from '../aws-error';
import type { Json } from '../cloudformation/resource-type';

/** A policy as IAM takes it: `{ Version, Statement }`. */
export type PolicyDocument = { readonly [key: string]: Json };

/**
 * The context keys that the sandbox fills in. A policy that denies, or has a variable, by another one is refused by that
 * key's name; what is allowed by another one is allowed to nobody here, since no request has it.
 */
export const contextKeys = [
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:RequestedRegion',
  'aws:SourceAccount',
  'aws:SourceArn',
] as const;

/**
 * Checks an identity policy or a permissions boundary.
 *
 * @throws {AwsError} MalformedPolicyDocument, naming what is wrong or which condition key is not supported
 */
export async function checkIdentityPolicy(name: string, document: Json | undefined): Promise<PolicyDocument> {
  const policy = objectOf(name, document);
  const simulated = await runSimulation(
    {
      request: {
        principal: 'arn:aws:sts::111122223333:assumed-role/check/check',
        action: 'sts:GetCallerIdentity',
        resource: { resource: '*', accountId: '111122223333' },
        contextVariables: {},
      },
      identityPolicies: [{ name, policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (simulated.resultType === 'error') {
    const faults = simulated.errors.identityPolicyErrors?.[name] ?? [];
    throw malformed(
      name,
      faults.map(fault => `${fault.path}: ${fault.message}`).join('; ') || simulated.errors.message,
    );
  }
  checkContextKeys(name, policy);
  checkWildcards(name, policy);
  return policy;
}

/**
 * Checks a resource's own policy: a role's trust policy, or that of a function.
 *
 * @throws {AwsError} MalformedPolicyDocument
 */
export async function checkResourcePolicy(name: string, document: Json | undefined): Promise<PolicyDocument> {
  const policy = objectOf(name, document);
  const simulated = await runSimulation(
    {
      request: {
        principal: 'lambda.amazonaws.com',
        action: 'sts:AssumeRole',
        resource: { resource: 'arn:aws:iam::111122223333:role/check', accountId: '111122223333' },
        contextVariables: {},
      },
      identityPolicies: [],
      resourcePolicy: policy,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (simulated.resultType === 'error') {
    const faults = simulated.errors.resourcePolicyErrors ?? [];
    throw malformed(
      name,
      faults.map(fault => `${fault.path}: ${fault.message}`).join('; ') || simulated.errors.message,
    );
  }
  checkContextKeys(name, policy);
  checkWildcards(name, policy);
  return policy;
}

/** Characters that IAM counts: white space between the tokens is not. */
export const sizeOf = (document: PolicyDocument): number => JSON.stringify(document).length;

function objectOf(name: string, document: Json | undefined): PolicyDocument {
  if (isObject(document)) return document;
  throw malformed(name, `a policy document is an object with Version and Statement, not ${JSON.stringify(document)}`);
}

function checkContextKeys(name: string, policy: PolicyDocument): void {
  const known: readonly string[] = contextKeys.map(key => key.toLowerCase());
  const asked = [...conditionKeys(policy.Statement), ...variables(policy)];
  const unknown = asked.find(key => !known.includes(key.toLowerCase()));
  if (unknown !== undefined) {
    throw malformed(name, `the sandbox does not support the context key ${unknown}; it has ${contextKeys.join(', ')}`);
  }
}

/** In each resource's own part: the time to match a name grows by a power with each. */
const wildcards = 3;

function checkWildcards(name: string, policy: PolicyDocument): void {
  const own = (resource: string) => (resource.startsWith('arn:') ? resource.split(':').slice(5).join(':') : resource);
  const wild = texts(policy).find(text => own(text).split('*').length - 1 > wildcards);
  if (wild !== undefined) {
    throw malformed(
      name,
      `${wild.slice(0, 200)} has more than ${wildcards} *, which is what the sandbox supports in a name`,
    );
  }
}

/** All of them, however deep. */
const texts = (value: Json): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(texts)
      : [];

function conditionKeys(statements: Json | undefined): string[] {
  const all: readonly Json[] = Array.isArray(statements) ? statements : [statements ?? {}];
  return all
    .filter(isObject)
    .filter(statement => statement.Effect !== 'Allow' || statement.Principal !== undefined)
    .map(statement => statement.Condition ?? {})
    .filter(isObject)
    .flatMap(condition => Object.values(condition).filter(isObject).flatMap(Object.keys));
}

/** The names in `${…}`; `${*}`, `${?}` and `${$}` are plain characters. */
function variables(policy: PolicyDocument): string[] {
  return [...JSON.stringify(policy).matchAll(/\$\{([^*?$}][^},]*)/g)].map(match => match[1] ?? '');
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const malformed = (name: string, what: string) => new AwsError('MalformedPolicyDocument', `Policy ${name}: ${what}`);
