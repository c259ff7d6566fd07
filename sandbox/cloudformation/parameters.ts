import { isArray, isObject, isScalar, type JsonObject } from './json';
import { type Pattern, unmatched } from './patterns';
import type { Json } from './resource-type';
import type { Template } from './template';
import { validationError } from './validation-error';

export interface ParameterValue {
  /** As given, or the default: for an SSM parameter, its name. */
  readonly text: string;
  /** What `Ref` gives. */
  readonly value: Json;
  readonly noEcho: boolean;
  /** What the SSM parameter held when the template was read. */
  readonly resolved?: string;
}

/** As the API takes it: a value, or the wish to keep the one before. */
export interface ParameterInput {
  readonly value?: string;
  readonly usePreviousValue: boolean;
}

/** Reads an SSM parameter of the caller's Region; `undefined` where there is none. */
export type ReadSsmParameter = (name: string) => string | undefined;

const attributes = [
  'Type',
  'Default',
  'Description',
  'NoEcho',
  'AllowedValues',
  'AllowedPattern',
  'ConstraintDescription',
  'MinLength',
  'MaxLength',
  'MinValue',
  'MaxValue',
];
const types = [
  'String',
  'Number',
  'CommaDelimitedList',
  'List<String>',
  'List<Number>',
  'AWS::SSM::Parameter::Value<String>',
];

/** Source: CloudFormation User Guide, "Understand CloudFormation quotas". */
const maximumParameters = 200;
/** Bytes. Source: the same. */
const longestValue = 4096;

/** @throws AwsError ValidationError that names the parameter, what it got and what is allowed */
export function resolveParameters(
  template: Template,
  inputs: ReadonlyMap<string, ParameterInput>,
  previous: ReadonlyMap<string, ParameterValue>,
  readSsmParameter: ReadSsmParameter,
): ReadonlyMap<string, ParameterValue> {
  const unknown = [...inputs.keys()].filter(name => !Object.hasOwn(template.parameters, name));
  if (unknown.length > 0) throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const declarations = Object.entries(template.parameters);
  if (declarations.length > maximumParameters)
    throw validationError(
      `Template format error: Number of parameters, ${declarations.length}, is greater than maximum allowed, ${maximumParameters}`,
    );
  const values = new Map<string, ParameterValue>();
  const patterns: Pattern[] = [];
  const missing: string[] = [];
  for (const [name, declared] of declarations) {
    const declaration = checkedDeclaration(name, declared);
    const input = inputs.get(name);
    const text = input?.usePreviousValue ? previous.get(name)?.text : (input?.value ?? defaultText(declaration));
    if (text === undefined) {
      missing.push(name);
      continue;
    }
    values.set(name, parameterValue(name, declaration, text, readSsmParameter));
    const { AllowedPattern: pattern } = declaration;
    if (typeof pattern === 'string') patterns.push({ parameter: name, pattern, text });
  }
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  const [first] = unmatched(patterns);
  if (first)
    throw notSatisfied(first.parameter, template.parameters[first.parameter], `must match pattern ${first.pattern}`);
  return values;
}

function notSatisfied(name: string, declaration: Json | undefined, rule: string): Error {
  const why = isObject(declaration) ? declaration.ConstraintDescription : undefined;
  return validationError(`Parameter ${name} failed to satisfy constraint: ${typeof why === 'string' ? why : rule}`);
}

function checkedDeclaration(name: string, declared: Json): JsonObject {
  if (!isObject(declared)) throw validationError(`Template format error: [/Parameters/${name}] is not an object.`);
  const others = Object.keys(declared).filter(key => !attributes.includes(key));
  if (others.length > 0)
    throw validationError(
      `Template format error: [/Parameters/${name}] does not take ${others.join(', ')}; supported are ${attributes.join(', ')}`,
    );
  if (typeof declared.Type !== 'string' || !types.includes(declared.Type))
    throw validationError(
      `Template format error: Unrecognized parameter type: ${JSON.stringify(declared.Type)} of ${name}; supported are ${types.join(', ')}`,
    );
  return declared;
}

const defaultText = ({ Default: value }: JsonObject): string | undefined =>
  isScalar(value) ? String(value) : undefined;

function parameterValue(
  name: string,
  declaration: JsonObject,
  text: string,
  readSsmParameter: ReadSsmParameter,
): ParameterValue {
  const noEcho = declaration.NoEcho === true || declaration.NoEcho === 'true';
  checkConstraints(name, declaration, text);
  switch (declaration.Type) {
    case 'AWS::SSM::Parameter::Value<String>': {
      const resolved = readSsmParameter(text);
      if (resolved === undefined)
        throw validationError(`Unable to fetch parameters [${text}] from parameter store for this account.`);
      return { text, value: resolved, resolved, noEcho };
    }
    case 'CommaDelimitedList':
    case 'List<String>':
    case 'List<Number>':
      return { text, value: text === '' ? [] : text.split(',').map(item => item.trim()), noEcho };
    default:
      return { text, value: text, noEcho };
  }
}

function checkConstraints(name: string, declaration: JsonObject, text: string): void {
  const refuse = (rule: string): never => {
    throw notSatisfied(name, declaration, rule);
  };
  const number = (attribute: string): number | undefined =>
    isScalar(declaration[attribute]) ? Number(declaration[attribute]) : undefined;
  if (Buffer.byteLength(text) > longestValue)
    throw validationError(`Parameter '${name}' must be at most ${longestValue} bytes, not ${Buffer.byteLength(text)}`);
  if (declaration.Type === 'Number' && (text.trim() === '' || Number.isNaN(Number(text))))
    throw validationError(`Parameter '${name}' must be a number.`);
  const allowed = declaration.AllowedValues;
  if (isArray(allowed) && !allowed.filter(isScalar).map(String).includes(text))
    throw validationError(`Parameter '${name}' must be one of AllowedValues`);
  const [minimumLength, maximumLength] = [number('MinLength'), number('MaxLength')];
  if (minimumLength !== undefined && text.length < minimumLength)
    refuse(`must be at least ${minimumLength} characters`);
  if (maximumLength !== undefined && text.length > maximumLength) refuse(`must be at most ${maximumLength} characters`);
  const [minimum, maximum] = [number('MinValue'), number('MaxValue')];
  if (minimum !== undefined && Number(text) < minimum) refuse(`must be at least ${minimum}`);
  if (maximum !== undefined && Number(text) > maximum) refuse(`must be at most ${maximum}`);
}
