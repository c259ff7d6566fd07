import { AwsError } from '../../aws-error';
import type { Json, Properties } from '../resource-type';

/** Reads a property's value. CloudFormation hands numbers and booleans over as text too: a parameter's value is one. */
export function text(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrongType(name, 'text', value);
}

export function requiredText(properties: Properties, name: string): string {
  const value = text(properties, name);
  if (value === undefined) throw wrongType(name, 'given', 'absent');
  return value;
}

export function number(properties: Properties, name: string): number | undefined {
  const value = properties[name];
  if (value === undefined || typeof value === 'number') return value;
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  throw wrongType(name, 'a number', value);
}

/** An empty object where the property is absent. */
export function object(properties: Properties, name: string): Properties {
  const value = properties[name];
  if (value === undefined) return {};
  if (isObject(value)) return value;
  throw wrongType(name, 'an object', value);
}

/** An empty list where the property is absent. */
export function objects(properties: Properties, name: string): readonly Properties[] {
  return list(properties, name).map((value, index) => {
    if (isObject(value)) return value;
    throw wrongType(`${name}[${index}]`, 'an object', value);
  });
}

/** An empty list where the property is absent. */
export function texts(properties: Properties, name: string): readonly string[] {
  return list(properties, name).map((value, index) => {
    if (typeof value === 'string') return value;
    throw wrongType(`${name}[${index}]`, 'text', value);
  });
}

/** Refuses members that the sandbox does not support, by name. */
export function onlyMembers(name: string, value: Properties, known: readonly string[]): void {
  const other = Object.keys(value).find(member => !known.includes(member));
  if (other === undefined) return;
  const message = `The sandbox does not support ${name}.${other}; it supports ${known.join(', ')}`;
  throw new AwsError('InvalidRequest', message);
}

function list(properties: Properties, name: string): readonly Json[] {
  const value = properties[name];
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw wrongType(name, 'a list', value);
}

const isObject = (value: Json): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrongType = (name: string, allowed: string, value: Json) =>
  new AwsError('InvalidRequest', `Property ${name} must be ${allowed}, not ${JSON.stringify(value)}`);
