import { AwsError } from '../aws-error';

/** A request's members as parsed JSON. */
export type Input = { readonly [name: string]: unknown };

export const invalid = (message: string) => new AwsError('InvalidParameterValue', message);

export function textOf(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw invalid(`${name} must be text`);
}

/** An empty list where the member is absent. */
export function textsOf(input: Input, name: string): readonly string[] {
  return listOf(input, name).map(value => {
    if (typeof value === 'string') return value;
    throw invalid(`${name} must be a list of texts`);
  });
}

/** An empty list where the member is absent. */
export function objectsOf(input: Input, name: string): readonly Input[] {
  return listOf(input, name).map(value => {
    if (typeof value === 'object' && value !== null) return { ...value };
    throw invalid(`${name} must be a list of objects`);
  });
}

/** @throws {AwsError} where it is no whole number */
export function numberOf(input: Input, name: string, absent: number): number {
  const value = input[name] ?? absent;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw invalid(`${name} must be a whole number`);
}

/** Seconds since 1970-01-01T00:00Z on the wire, milliseconds here. */
export function timeOf(input: Input, name: string): number {
  const value = input[name];
  if (typeof value === 'number' && Math.abs(value) <= 8.64e12) return value * 1000;
  throw invalid(`${name} must be a time in seconds since 1970`);
}

function listOf(input: Input, name: string): readonly unknown[] {
  const value = input[name] ?? [];
  if (Array.isArray(value)) return value;
  throw invalid(`${name} must be a list`);
}
