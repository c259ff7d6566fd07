import { isArray, isObject, isScalar, type JsonObject } from './json';
import type { Json } from './resource-type';

/** What `{"Ref": "AWS::NoValue"}` gives: the property or list item that holds it is left out. */
export const noValue = Symbol('AWS::NoValue');
export type Resolved = Json | typeof noValue;

/** Where the intrinsic functions look names up. Each method throws an `Error` that names what it does not find. */
export interface Values {
  ref(name: string): Resolved;
  attribute(logicalId: string, name: string): Json;
  condition(name: string): boolean;
  mapping(map: string, key: string, second: string): Json;
  importValue(exportName: string): Json;
}

/** Functions that give a value. */
export const valueFunctions: readonly string[] = [
  'Ref',
  'Fn::GetAtt',
  'Fn::Sub',
  'Fn::Join',
  'Fn::Select',
  'Fn::Split',
  'Fn::If',
  'Fn::FindInMap',
  'Fn::ImportValue',
  'Fn::Base64',
];

/** Functions that give true or false, for the sections Conditions and Rules. */
export const conditionFunctions: readonly string[] = ['Fn::Equals', 'Fn::And', 'Fn::Or', 'Fn::Not', 'Fn::Contains'];

export interface FunctionCall {
  readonly name: string;
  readonly argument: Json;
}

/** The call that `value` is, or `undefined` where it is plain data. */
export function functionCall(value: Json): FunctionCall | undefined {
  if (!isObject(value)) return undefined;
  const [name, second] = Object.keys(value);
  if (name === undefined || second !== undefined || !(name === 'Ref' || name.startsWith('Fn::'))) return undefined;
  const argument = value[name];
  return argument === undefined ? undefined : { name, argument };
}

/** Characters that the functions within one value may give together: as many as a template may have. */
const longestText = 1_048_576;

/** What is left of the characters; counted before they are put together, since a few functions can ask for terabytes. */
export class Budget {
  private left = longestText;

  spend(name: string, characters: number): void {
    this.left -= characters;
    if (this.left < 0)
      throw new Error(`Template error: ${name} gives more than ${longestText} characters with the functions around it`);
  }
}

export function resolve(value: Json, values: Values, budget = new Budget()): Resolved {
  if (isArray(value)) return value.map(item => resolve(item, values, budget)).filter(item => item !== noValue);
  if (!isObject(value)) return value;
  const call = functionCall(value);
  if (call) return resolveCall(call, values, budget);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const result = resolve(item, values, budget);
      return result === noValue ? [] : [[key, result]];
    }),
  );
}

function resolveCall({ name, argument }: FunctionCall, values: Values, budget: Budget): Resolved {
  switch (name) {
    case 'Ref':
      return values.ref(literalText(name, argument));
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = attributeReference(argument);
      return values.attribute(logicalId, text(name, resolve(attribute, values, budget)));
    }
    case 'Fn::Sub':
      return substitute(argument, values, budget);
    case 'Fn::Join': {
      const [delimiter, items] = list(name, argument, 2);
      const [between, parts] = [text(name, delimiter), texts(name, resolve(items, values, budget))];
      budget.spend(
        name,
        parts.reduce((sum, part) => sum + part.length + between.length, 0),
      );
      return parts.join(between);
    }
    case 'Fn::Select': {
      const [index, items] = list(name, argument, 2);
      const position = Number(text(name, resolve(index, values, budget)));
      const item = array(name, resolve(items, values, budget))[position];
      if (item === undefined)
        throw new Error(`Template error: Fn::Select cannot select nonexistent value at index ${position}`);
      return item;
    }
    case 'Fn::Split': {
      const [delimiter, source] = list(name, argument, 2);
      const whole = text(name, resolve(source, values, budget));
      budget.spend(name, whole.length);
      return whole.split(text(name, delimiter));
    }
    case 'Fn::If': {
      const [condition, whenTrue, whenFalse] = list(name, argument, 3);
      return resolve(values.condition(literalText(name, condition)) ? whenTrue : whenFalse, values, budget);
    }
    case 'Fn::FindInMap': {
      const [map, key, second] = list(name, argument, 3).map(item => text(name, resolve(item, values, budget)));
      const found = values.mapping(map ?? '', key ?? '', second ?? '');
      budget.spend(name, JSON.stringify(found).length);
      return found;
    }
    case 'Fn::ImportValue':
      return values.importValue(text(name, resolve(argument, values, budget)));
    case 'Fn::Base64': {
      const plain = text(name, resolve(argument, values, budget));
      budget.spend(name, plain.length * 2);
      return Buffer.from(plain).toString('base64');
    }
    default:
      throw new Error(`Template error: the function ${name} is not supported here`);
  }
}

/** Evaluates a condition, or an assertion of a rule. */
export function evaluate(condition: Json, values: Values): boolean {
  if (isObject(condition) && typeof condition.Condition === 'string') return values.condition(condition.Condition);
  const call = functionCall(condition);
  switch (call?.name) {
    case 'Fn::Equals': {
      const [a, b] = list(call.name, call.argument, 2).map(item => text(call.name, resolve(item, values)));
      return a === b;
    }
    case 'Fn::And':
      return array(call.name, call.argument).every(item => evaluate(item, values));
    case 'Fn::Or':
      return array(call.name, call.argument).some(item => evaluate(item, values));
    case 'Fn::Not':
      return !evaluate(list(call.name, call.argument, 1)[0], values);
    case 'Fn::Contains': {
      const [items, item] = list(call.name, call.argument, 2);
      return texts(call.name, resolve(items, values)).includes(text(call.name, resolve(item, values)));
    }
    default:
      throw new Error(
        `Template error: a condition is one of Condition, ${conditionFunctions.join(', ')}; got ${JSON.stringify(condition)}`,
      );
  }
}

/** The resource and the attribute of a `Fn::GetAtt`, in either of its two forms. */
export function attributeReference(argument: Json): readonly [string, Json] {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    if (dot > 0) return [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  if (isArray(argument)) {
    const [logicalId, attribute, ...rest] = argument;
    if (typeof logicalId === 'string' && attribute !== undefined && rest.length === 0) return [logicalId, attribute];
  }
  throw new Error(
    `Template error: Fn::GetAtt wants ["logical id", "attribute"] or "logicalId.attribute"; got ${JSON.stringify(argument)}`,
  );
}

/** The parts of a `Fn::Sub`: its text, and its own variables. */
export function substitution(argument: Json): { readonly text: string; readonly variables: JsonObject } {
  if (typeof argument === 'string') return { text: argument, variables: {} };
  if (isArray(argument) && argument.length === 2) {
    const [source, variables] = argument;
    if (typeof source === 'string' && isObject(variables)) return { text: source, variables };
  }
  throw new Error(
    `Template error: Fn::Sub wants "text" or ["text", {"variable": value}]; got ${JSON.stringify(argument)}`,
  );
}

/**
 * The text of a `Fn::Sub` with each `${name}` replaced; `${!literal}` stands for `${literal}`.
 *
 * @param replacement of a name
 */
export function withVariables(text: string, replacement: (name: string) => string): string {
  // After the last brace there is none: each ${ of the rest would be looked at to the end of the text.
  const rest = text.lastIndexOf('}') + 1;
  const replaced = text.slice(0, rest).replace(/\$\{(!?)([^}]*)\}/g, (_whole, literal: string, name: string) => {
    return literal ? `\${${name}}` : replacement(name);
  });
  return replaced + text.slice(rest);
}

function substitute(argument: Json, values: Values, budget: Budget): string {
  const { text: source, variables } = substitution(argument);
  // Once each, however often the text has them: nested ones would take a power of that.
  const resolved = new Map<string, string>();
  const lookedUp = (name: string): string => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (variable !== undefined) return text('Fn::Sub', resolve(variable, values, budget));
    const dot = name.indexOf('.');
    return text(
      'Fn::Sub',
      dot > 0 ? values.attribute(name.slice(0, dot), name.slice(dot + 1)) : values.ref(name.trim()),
    );
  };
  budget.spend('Fn::Sub', source.length);
  return withVariables(source, name => {
    const value = resolved.get(name) ?? lookedUp(name);
    resolved.set(name, value);
    budget.spend('Fn::Sub', value.length);
    return value;
  });
}

function text(name: string, value: Resolved): string {
  if (value !== noValue && isScalar(value)) return String(value);
  throw new Error(`Template error: ${name} wants text where it got ${shown(value)}`);
}

function literalText(name: string, value: Json): string {
  if (typeof value === 'string') return value;
  throw new Error(`Template error: ${name} wants a name; got ${JSON.stringify(value)}`);
}

function array(name: string, value: Resolved): readonly Json[] {
  if (value !== noValue && isArray(value)) return value;
  throw new Error(`Template error: ${name} wants a list where it got ${shown(value)}`);
}

const texts = (name: string, value: Resolved): string[] => array(name, value).map(item => text(name, item));

function list(name: string, argument: Json, length: 1): readonly [Json];
function list(name: string, argument: Json, length: 2): readonly [Json, Json];
function list(name: string, argument: Json, length: 3): readonly [Json, Json, Json];
function list(name: string, argument: Json, length: number): readonly Json[] {
  if (isArray(argument) && argument.length === length) return argument;
  throw new Error(
    `Template error: ${name} wants a list of ${length} ${length === 1 ? 'item' : 'items'}; got ${JSON.stringify(argument)}`,
  );
}

const shown = (value: Resolved): string => (value === noValue ? 'AWS::NoValue' : JSON.stringify(value));
