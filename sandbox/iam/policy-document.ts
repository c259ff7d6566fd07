import { AwsError } from '../aws-error';
import type { Json } from '../cloudformation/resource-type';
import { type Condition, isOperator, operators, otherOperators } from './condition';
import { variablesIn } from './pattern';
import { type Principal, principalsOf } from './principal';

/** A policy as it is judged by. */
export interface Policy {
  readonly statements: readonly Statement[];
  /** Characters that IAM counts: white space between the tokens is not. */
  readonly size: number;
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Choice;
  /** None in a trust policy, which is about the role that it is in. */
  readonly resources: Choice | undefined;
  /** None in an identity policy, which is about the role that has it. */
  readonly principals: readonly Principal[] | undefined;
  /** Nothing where one asks for what no request has here: then the statement is for no request. */
  readonly conditions: readonly Condition[] | undefined;
  /** `${…}` is a variable, as Version 2012-10-17 has it. */
  readonly hasVariables: boolean;
}

/** Those that match one of the patterns, or with `except` those that match none. */
export interface Choice {
  readonly except: boolean;
  readonly patterns: readonly string[];
}

/**
 * The context keys that the sandbox fills in. A policy that denies or trusts by another one is refused by that key's
 * name; what is allowed by another one is allowed to nobody here, since no request has it.
 */
export const contextKeys = [
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:PrincipalIsAWSService',
  'aws:RequestedRegion',
  'aws:SourceAccount',
  'aws:SourceArn',
  'aws:ViaAWSService',
] as const;

export type ContextKey = (typeof contextKeys)[number];

/** Those that every request of a role has. */
const variables: readonly string[] = ['aws:PrincipalAccount', 'aws:PrincipalArn', 'aws:RequestedRegion'];

type Fields = { readonly [key: string]: Json };

/**
 * Reads an identity policy or a permissions boundary.
 *
 * @throws {AwsError} MalformedPolicyDocument, naming what is wrong or which condition key is not supported
 */
export const identityPolicy = (name: string, document: Json | undefined): Policy => read(name, document, 'identity');

/**
 * Reads a role's trust policy.
 *
 * @throws {AwsError} MalformedPolicyDocument
 */
export const trustPolicy = (name: string, document: Json | undefined): Policy => read(name, document, 'trust');

/**
 * Reads a function's own policy.
 *
 * @throws {AwsError} MalformedPolicyDocument
 */
export const functionPolicy = (name: string, document: Json | undefined): Policy => read(name, document, 'function');

type Kind = 'identity' | 'trust' | 'function';

/** What the statements of each kind have beside an effect, actions and conditions, and of which service the actions are. */
const kinds: { readonly [kind in Kind]: { readonly fields: readonly string[]; readonly service?: RegExp } } = {
  identity: { fields: ['Resource', 'NotResource'] },
  trust: { fields: ['Principal'], service: /^sts:/i },
  function: { fields: ['Principal', 'Resource'], service: /^(lambda:|\*$)/i },
};

function read(name: string, document: Json | undefined, kind: Kind): Policy {
  const policy = objectOf(name, 'a policy document is an object with Version and Statement', document);
  noneBut(name, policy, ['Version', 'Id', 'Statement']);
  const { Version: version = '2008-10-17', Statement: given = [] } = policy;
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw malformed(name, `Version is 2012-10-17 or 2008-10-17, not ${quoted(version)}`);
  }
  const all: readonly Json[] = Array.isArray(given) ? given : [given];
  if (all.length === 0) throw malformed(name, 'Statement has none');
  const sids = all.flatMap(one => (isObject(one) && one.Sid !== undefined ? [one.Sid] : []));
  const wrong = sids.find((sid, index) => typeof sid !== 'string' || !/^\w*$/.test(sid) || sids.indexOf(sid) !== index);
  if (wrong !== undefined) {
    throw malformed(name, `Sid is letters and digits, another one in each statement; not ${quoted(wrong)}`);
  }
  const statements = all.map((one, index) => statement(`${name}: Statement[${index}]`, one, kind, version));
  return { statements, size: JSON.stringify(policy).length };
}

function statement(place: string, given: Json, kind: Kind, version: string): Statement {
  const fields = objectOf(place, 'a statement is an object', given);
  const { fields: others, service } = kinds[kind];
  noneBut(place, fields, ['Sid', 'Effect', 'Action', 'NotAction', 'Condition', ...others]);
  const { Effect: effect, Principal: principal } = fields;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw malformed(place, `Effect is Allow or Deny, not ${quoted(effect)}`);
  }
  const actions = choice(place, fields, 'Action', isAction, 'service:Action, in which * and ? are wildcards, or *');
  const principals = others.includes('Principal')
    ? principalsOf(reason => malformed(place, reason), principal)
    : undefined;
  const ofNobody = principals?.every(({ kind }) => kind === 'none') ?? false;
  const conditions = conditionsOf(
    place,
    fields.Condition ?? {},
    (effect === 'Deny' || kind !== 'identity') && !ofNobody,
  );
  const resources = others.includes('Resource')
    ? choice(place, fields, 'Resource', isResource, 'arn:partition:service:…, or *')
    : undefined;
  const hasVariables = version === '2012-10-17';
  if (hasVariables) {
    const texts = [...(resources?.patterns ?? []), ...(conditions ?? []).flatMap(({ values }) => values)];
    checkVariables(place, texts, kind === 'identity' ? variables : []);
  }
  if (service && (actions.except || !actions.patterns.every(action => service.test(action)))) {
    throw malformed(place, `Action of a ${kind} policy is of ${kind === 'trust' ? 'sts' : 'lambda'}`);
  }
  return { effect, actions, resources, principals, conditions, hasVariables };
}

const isAction = (text: string) => /^(\*|\*:\*|[a-z0-9-]+:[a-z0-9*?]+)$/i.test(text);
/** Wildcards may be in all but the service, variables in the part after the fifth colon. */
const isResource = (text: string) => /^(\*|arn:[a-z*-]+:[a-z0-9-]+:([^$]*|[^:$]*:[^:$]*:.*))$/s.test(text);

function choice(place: string, fields: Fields, key: string, isOne: (text: string) => boolean, what: string): Choice {
  const [wanted, except] = [fields[key], fields[`Not${key}`]];
  const given = wanted ?? except;
  if (given === undefined || (wanted !== undefined && except !== undefined)) {
    throw malformed(place, `one of ${key} and Not${key} is required`);
  }
  const patterns: readonly Json[] = Array.isArray(given) ? given : [given];
  const texts = patterns.filter(one => typeof one === 'string');
  const wrong = patterns.find(one => typeof one !== 'string' || !isOne(one));
  if (wrong !== undefined || texts.length === 0) {
    throw malformed(place, `${key} is ${what}, or a list of these; not ${quoted(wrong ?? given)}`);
  }
  return { except: wanted === undefined, patterns: texts };
}

/** `mustHold`: what is not known must not be taken for something that does not hold. */
function conditionsOf(place: string, given: Json, mustHold: boolean): readonly Condition[] | undefined {
  const conditions: Condition[] = [];
  let answerable = true;
  for (const [operator, lines] of Object.entries(objectOf(place, 'Condition is an object', given))) {
    const [, set, name = '', exists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
    if (!isOperator(name) && !otherOperators.includes(name)) {
      throw malformed(place, `${quoted(operator)} is no condition operator`);
    }
    // AWS does not say what both together are for a key that is not there.
    const isClear = set !== 'ForAnyValue' || exists === undefined;
    for (const [key, value] of Object.entries(objectOf(place, `${operator} is an object`, lines))) {
      const known = contextKeys.find(one => one.toLowerCase() === key.toLowerCase());
      const values = (Array.isArray(value) ? value : [value]).map(one => scalar(place, operator, one));
      if (isOperator(name) && isClear && known !== undefined) {
        const ofSet = set === 'ForAllValues' || set === 'ForAnyValue' ? set : undefined;
        conditions.push({
          operator: name,
          set: ofSet,
          ifExists: exists !== undefined,
          key: known.toLowerCase(),
          values,
        });
        continue;
      }
      answerable = false;
      if (!mustHold) continue;
      const isKey = isOperator(name) && isClear;
      const what = isKey ? `context key ${key}` : `condition operator ${operator}`;
      const has = isKey ? contextKeys : operators;
      throw malformed(place, `the sandbox does not support the ${what}; it has ${has.join(', ')}`);
    }
  }
  return answerable ? conditions : undefined;
}

function scalar(place: string, operator: string, value: Json): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw malformed(place, `a value of ${operator} is a text, a number or a boolean, not ${quoted(value)}`);
}

function checkVariables(place: string, texts: readonly string[], supported: readonly string[]): void {
  const known = supported.map(key => key.toLowerCase());
  const unknown = texts.flatMap(variablesIn).find(key => !known.includes(key.toLowerCase()));
  if (unknown !== undefined) {
    const has = supported.join(', ') || 'none in the policy of a resource';
    throw malformed(place, `the sandbox does not support the variable ${unknown}; it has ${has}`);
  }
}

function noneBut(place: string, fields: Fields, names: readonly string[]): void {
  const other = Object.keys(fields).find(key => !names.includes(key));
  if (other !== undefined) throw malformed(place, `${quoted(other)} is none of ${names.join(', ')}`);
}

function objectOf(place: string, what: string, given: Json | undefined): Fields {
  if (isObject(given)) return given;
  throw malformed(place, `${what}, not ${quoted(given)}`);
}

const isObject = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const quoted = (value: Json | undefined) => JSON.stringify(value)?.slice(0, 200) ?? 'absent';

const malformed = (place: string, what: string) => new AwsError('MalformedPolicyDocument', `Policy ${place}: ${what}`);
