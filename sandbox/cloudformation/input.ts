import { validationError } from './validation-error';

/** Parameters of a Query request, flattened lists and maps put together again. */
export type QueryValue = string | readonly QueryValue[] | { readonly [name: string]: QueryValue };
export type QueryInput = { readonly [name: string]: QueryValue };

export function optionalText(input: QueryInput, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw validationError(`${name} is text.`);
}

export function requiredText(input: QueryInput, name: string): string {
  const value = optionalText(input, name);
  if (value !== undefined) return value;
  throw validationError(
    `1 validation error detected: Value null at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
  );
}

export function flag(input: QueryInput, name: string): boolean | undefined {
  const value = optionalText(input, name);
  if (value === undefined || value === 'true' || value === 'false') return value && value === 'true';
  throw validationError(`${name} is true or false; got ${value}.`);
}

export function oneOf<Choice extends string>(
  input: QueryInput,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = optionalText(input, name);
  const choice = choices.find(other => other === value);
  if (value === undefined || choice !== undefined) return choice;
  throw validationError(`${name} ${value} is not supported; supported are ${choices.join(', ')}.`);
}

/** An empty list arrives as `Name=`. */
export function list(input: QueryInput, name: string): readonly QueryValue[] {
  const value = input[name];
  if (value === undefined || value === '') return [];
  if (Array.isArray(value)) return value;
  throw validationError(`${name} is a list.`);
}

export const texts = (input: QueryInput, name: string): readonly string[] =>
  list(input, name).map(item => {
    if (typeof item === 'string') return item;
    throw validationError(`${name} is a list of texts.`);
  });

export const objects = (input: QueryInput, name: string): readonly QueryInput[] =>
  list(input, name).map(item => asObject(item, name));

export function object(input: QueryInput, name: string): QueryInput {
  const value = input[name];
  return value === undefined || value === '' ? {} : asObject(value, name);
}

function asObject(value: QueryValue, name: string): QueryInput {
  if (isObject(value)) return value;
  throw validationError(`${name} has members with names.`);
}

export const isObject = (value: QueryValue): value is QueryInput => typeof value === 'object' && !Array.isArray(value);
