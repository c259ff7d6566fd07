import { type CollectionTag, parse, type ScalarTag } from 'yaml';
import { isTooDeep, tooDeep } from '../json-depth';
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

/** A template in YAML, with the short forms of functions. @throws AwsError ValidationError */
export function parseYaml(text: string): JsonObject {
  let parsed: unknown;
  try {
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
