import { type CollectionTag, CST, Lexer, parse, type ScalarTag } from 'yaml';
import { deepest, isTooDeep, tooDeep } from '../json-depth';
import type { JsonObject } from './json';
import { validationError } from './validation-error';

/** Functions that have a short form: `!Sub` for `Fn::Sub`. Source: the CloudFormation user guide, "Intrinsic function reference". */
const names = [
  ...['Base64', 'Cidr', 'FindInMap', 'GetAtt', 'GetAZs', 'ImportValue', 'Join', 'Select', 'Split', 'Sub', 'Transform'],
  ...['And', 'Equals', 'If', 'Not', 'Or', 'Contains', 'Length', 'ToJsonString'],
];
const whole: { readonly [name: string]: string } = { Ref: 'Ref', Condition: 'Condition' };
const functions = [...names, ...Object.keys(whole)].map(name => [`!${name}`, whole[name] ?? `Fn::${name}`] as const);

const tags: (ScalarTag | CollectionTag)[] = functions.flatMap(([tag, name]) => [
  { tag, resolve: (value: string) => ({ [name]: value }) },
  { tag, collection: 'seq', resolve: (value: unknown) => asCall(name, value) },
  { tag, collection: 'map', resolve: (value: unknown) => asCall(name, value) },
]);

/** A node of the parser's own, which gives its value as JSON. */
const isNode = (value: unknown): value is { toJSON(): unknown } =>
  typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function';

const asCall = (name: string, value: unknown) => ({ [name]: isNode(value) ? value.toJSON() : value });

/**
 * Whether lists and objects are nested deeper than a template may be, as far as their signs show it: in brackets, one after the other on
 * a line, or each further in than the line before. The parser calls itself for each, and where that takes all of the stack in a
 * regular expression, Node.js ends the process.
 */
function isNestedTooDeep(text: string): boolean {
  let [brackets, onLine, column] = [0, 0, 0];
  const indents: number[] = [];
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === 'flow-map-start' || type === 'flow-seq-start') brackets += 1;
    else if (type === 'flow-map-end' || type === 'flow-seq-end') brackets -= 1;
    else if (type === 'newline') [onLine, column] = [0, 0];
    else if (brackets === 0 && ['seq-item-ind', 'explicit-key-ind', 'map-value-ind'].includes(type ?? '')) onLine += 1;
    else if (type !== 'space' && column >= 0) {
      while ((indents.at(-1) ?? -1) >= column) indents.pop();
      indents.push(column);
      column = -1;
    }
    if (type === 'space' && column === 0) column = token.length;
    if (brackets + onLine + indents.length > deepest) return true;
  }
  return false;
}

/** A template in YAML, with the short forms of functions. @throws AwsError ValidationError */
export function parseYaml(text: string): JsonObject {
  let parsed: unknown;
  try {
    if (isNestedTooDeep(text)) throw new RangeError(`it ${tooDeep}`);
    // Times and the like are text in a template.
    const json = JSON.stringify(parse(text, { customTags: tags, schema: 'core', logLevel: 'error' }));
    if (isTooDeep(json)) throw new RangeError(`it ${tooDeep}`);
    parsed = JSON.parse(json);
  } catch (error) {
    throw validationError(
      `Template format error: YAML not well-formed. (${error instanceof Error ? error.message : error})`,
      { cause: error },
    );
  }
  if (isJsonObject(parsed)) return parsed;
  throw validationError('Template format error: a template is an object.');
}

/** What JSON.parse gives is JSON. */
const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
