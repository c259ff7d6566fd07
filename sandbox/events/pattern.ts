import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { AwsError } from '../aws-error';
import type { Json } from '../cloudformation/resource-type';

/** Whether an event, or what is at a place of it, is as a pattern has it. */
export type Matches = (event: Json | undefined) => boolean;

/** Whether one value of an event fits. Objects and lists are no values; `undefined` is none at all. */
type MatchesValue = (value: string | number | boolean | null | undefined) => boolean;

type JsonObject = { readonly [key: string]: Json };

/** Characters; source: "Amazon EventBridge quotas", event pattern size. */
const longest = 4096;

/** Names that make an `$or` a field like any other. Source: EventBridge user guide, "Using $or in event patterns". */
const reserved = [
  ...['exact', 'anything-but', 'prefix', 'suffix', 'equals-ignore-case', 'numeric', 'exists', 'cidr', 'wildcard'],
];

/**
 * Reads an event pattern: exact values, `prefix`, `suffix`, `equals-ignore-case`, `wildcard`, `anything-but`, `numeric`,
 * `cidr`, `exists` and `$or`.
 *
 * Source: EventBridge user guide, "Comparison operators for use in event patterns".
 *
 * @throws {AwsError} InvalidEventPatternException
 */
export function eventPattern(pattern: Json): Matches {
  if (JSON.stringify(pattern).length > longest) throw invalid(`it has more than ${longest} characters`);
  if (!isObject(pattern)) throw invalid('it must be an object');
  return objectPattern(pattern, '');
}

function objectPattern(pattern: JsonObject, path: string): Matches {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalid(`${path || 'it'} must not be empty`);
  const conditions = entries.map(([name, value]): ((event: JsonObject) => boolean) => {
    const here = path === '' ? name : `${path}.${name}`;
    if (name === '$or' && isOr(value)) {
      const alternatives = value.map(one => objectPattern(one, here));
      return event => alternatives.some(matches => matches(event));
    }
    const matches = isObject(value) ? objectPattern(value, here) : leafPattern(value, here);
    return event => matches(Object.hasOwn(event, name) ? event[name] : undefined);
  });
  const fits = (event: JsonObject) => conditions.every(condition => condition(event));
  return event => {
    // Of a list of objects, one must fit as a whole. What is no object has none of the fields.
    if (Array.isArray(event) && event.length > 0) return event.some(one => fits(isObject(one) ? one : {}));
    return fits(isObject(event) ? event : {});
  };
}

function leafPattern(values: Json, path: string): Matches {
  if (!Array.isArray(values)) throw invalid(`${path} must be an object or a list`);
  if (values.length === 0) throw invalid(`${path}: empty lists are not allowed`);
  const alternatives = values.map(value => valuePattern(value, path));
  return event => {
    const found = valuesOf(event);
    if (found.length === 0) return alternatives.some(matches => matches(undefined));
    return found.some(value => alternatives.some(matches => matches(value)));
  };
}

/** The values at a place, those of a list and of the lists in it one by one. */
function valuesOf(event: Json | undefined): (string | number | boolean | null)[] {
  if (event === undefined) return [];
  if (Array.isArray(event)) return event.flatMap(valuesOf);
  return typeof event === 'object' && event !== null ? [] : [event];
}

function valuePattern(pattern: Json, path: string): MatchesValue {
  if (Array.isArray(pattern)) throw invalid(`${path}: a list in a list is not allowed`);
  if (!isObject(pattern)) return value => value === pattern;
  const [[operator, operand] = ['', null], ...more] = Object.entries(pattern);
  if (more.length > 0) throw invalid(`${path}: one operator is allowed, not ${Object.keys(pattern).join(' and ')}`);
  if (operator === 'exists') {
    if (typeof operand !== 'boolean') throw invalid(`${path}: exists must be true or false`);
    return value => (value !== undefined) === operand;
  }
  if (operator === 'anything-but') return anythingBut(operand, path);
  if (operator === 'numeric') return numeric(operand, path);
  if (operator === 'cidr') return cidr(operand, path);
  return textPattern(operator, operand, path);
}

function textPattern(operator: string, operand: Json, path: string): MatchesValue {
  const ignoresCase = isObject(operand) && (operator === 'prefix' || operator === 'suffix');
  const text = ignoresCase ? operand['equals-ignore-case'] : operand;
  const onText = (matches: (value: string, text: string) => boolean): MatchesValue => {
    if (typeof text !== 'string') throw invalid(`${path}: ${operator} must be text`);
    if (!ignoresCase) return value => typeof value === 'string' && matches(value, text);
    return value => typeof value === 'string' && matches(value.toLowerCase(), text.toLowerCase());
  };
  switch (operator) {
    case 'prefix':
      return onText((value, prefix) => value.startsWith(prefix));
    case 'suffix':
      return onText((value, suffix) => value.endsWith(suffix));
    case 'equals-ignore-case':
      return onText((value, other) => value.toLowerCase() === other.toLowerCase());
    case 'wildcard':
      return onText(wildcard(text, path));
    default:
      throw invalid(`${path}: there is no operator ${operator}; there is ${reserved.slice(1).join(', ')}`);
  }
}

/** A value of another type is something else too; a field that is not there is not. */
function anythingBut(operand: Json, path: string): MatchesValue {
  const excluded = isObject(operand) ? anyOf(operand, path) : exactly(operand, path);
  return value => value !== undefined && !excluded(value);
}

function exactly(operand: Json, path: string): MatchesValue {
  const values: readonly Json[] = Array.isArray(operand) ? operand : [operand];
  const types = new Set(values.map(value => typeof value));
  const [type] = types;
  if (types.size !== 1 || (type !== 'string' && type !== 'number')) {
    throw invalid(`${path}: anything-but must be text, a number, or a list of one of these`);
  }
  return value => values.includes(value ?? null);
}

/** An operator on texts with a text or a list of them. */
function anyOf(operand: JsonObject, path: string): MatchesValue {
  const [[operator, texts] = ['', null], ...more] = Object.entries(operand);
  if (more.length > 0) throw invalid(`${path}: anything-but takes one operator`);
  const list: readonly Json[] = Array.isArray(texts) ? texts : [texts];
  if (list.length === 0) throw invalid(`${path}: empty lists are not allowed`);
  const alternatives = list.map(text => textPattern(operator, text, path));
  return value => alternatives.some(matches => matches(value));
}

const comparisons: { readonly [operator: string]: (value: number, bound: number) => boolean } = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numeric(operand: Json, path: string): MatchesValue {
  const parts: readonly Json[] = Array.isArray(operand) ? operand : [];
  if (parts.length !== 2 && parts.length !== 4) throw invalid(`${path}: numeric takes one or two comparisons`);
  const checks = [parts.slice(0, 2), parts.slice(2)].flatMap(([operator, bound]) => {
    if (operator === undefined) return [];
    const compare = typeof operator === 'string' && Object.hasOwn(comparisons, operator) && comparisons[operator];
    if (!compare || typeof bound !== 'number') {
      throw invalid(`${path}: numeric takes ${Object.keys(comparisons).join(', ')}, each with a number`);
    }
    return [(value: number) => compare(value, bound)];
  });
  return value => typeof value === 'number' && checks.every(check => check(value));
}

function cidr(operand: Json, path: string): MatchesValue {
  const [address = '', length = ''] = typeof operand === 'string' ? operand.split('/') : [];
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  if (
    !(isIPv4(address) || isIPv6(address)) ||
    !/^\d+$/.test(length) ||
    Number(length) > (family === 'ipv4' ? 32 : 128)
  ) {
    throw invalid(`${path}: cidr must be a block such as 10.0.0.0/24`);
  }
  const block = new BlockList();
  block.addSubnet(address, Number(length), family);
  return value => typeof value === 'string' && block.check(value, isIPv4(value) ? 'ipv4' : 'ipv6');
}

/** `*` stands for any characters; `\*` and `\\` for themselves. */
function wildcard(pattern: Json | undefined, path: string): (value: string) => boolean {
  const text = typeof pattern === 'string' ? pattern : '';
  if (/\*\*/.test(text.replace(/\\[\\*]/g, ''))) throw invalid(`${path}: ** is not allowed in a wildcard`);
  if (/\\(?![\\*])/.test(text.replace(/\\\\/g, ''))) throw invalid(`${path}: \\ is only allowed before * and \\`);
  const tokens = text.match(/\\[\\*]|[\s\S]/g) ?? [];
  const parts: string[] = [''];
  for (const token of tokens) {
    if (token === '*') parts.push('');
    else parts.push(`${parts.pop() ?? ''}${token.length === 2 && token.startsWith('\\') ? token[1] : token}`);
  }
  return value => hasParts(value, parts);
}

/** Whether a text is made of the parts with anything between them: each is taken as early as it comes, the last one late. */
function hasParts(value: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = value.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return value.length - last.length >= from && value.endsWith(last);
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isOr = (value: Json): value is readonly JsonObject[] =>
  Array.isArray(value) &&
  value.length > 1 &&
  value.every(one => isObject(one) && !Object.keys(one).some(name => reserved.includes(name)));

const invalid = (why: string) =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${why}`);
