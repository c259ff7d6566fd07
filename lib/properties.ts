import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** What a property may be, for those whose types a compiler did not see: those of JavaScript, of casts and of contexts. */
export interface Kind {
  readonly allowed: string;
  readonly is: (value: unknown) => boolean;
}

export const ANYTHING: Kind = { allowed: 'anything', is: () => true };
export const FLAG: Kind = {
  allowed: 'true or false, and no text or token, which would count as true',
  is: value => typeof value === 'boolean',
};
export const NUMBER: Kind = { allowed: 'a number', is: value => typeof value === 'number' };
export const DURATION: Kind = {
  allowed: 'a Duration, such as Duration.minutes(5)',
  // Not instanceof: an application can have aws-cdk-lib twice.
  is: value => typeof method(value, 'toSeconds') === 'function',
};
export const TEXT: Kind = { allowed: 'a text', is: value => typeof value === 'string' };
export const LIST: Kind = { allowed: 'a list', is: Array.isArray };
export const OBJECT: Kind = { allowed: 'a construct or another object of CDK', is: value => Object(value) === value };
/** The properties of a class. */
export interface Properties {
  readonly className: string;
  readonly kinds: { readonly [name: string]: Kind };
}

/**
 * Refuses what a property cannot be, and what is nearly the name of a property. Other names that a class does not know are left
 * alone, as CDK does: the properties of a subclass come here too.
 *
 * @param path of the construct, for the error
 * @throws where `props` are none, a name is misspelt, or a value is of another kind
 */
export function checkProperties(path: string, props: unknown, { className, kinds }: Properties): void {
  if (typeof props !== 'object' || props === null) {
    throw new Error(
      `[${path}] props is ${shown(props)}: allowed are the properties of a ${className}, as an object. ` +
        `Pass { ${Object.keys(kinds).slice(0, 2).join(', ')}, … }.`,
    );
  }
  const given = new Map(Object.entries(props));
  for (const name of given.keys()) {
    const meant =
      name in kinds ? undefined : Object.keys(kinds).find(known => !given.has(known) && isNearly(name, known));
    if (meant !== undefined) {
      throw new Error(
        `[${path}] ${name} is ${shown(given.get(name))}: allowed is ${meant}, and ${className} has no ${name}. ` +
          `Write ${meant}.`,
      );
    }
  }
  for (const [name, { allowed, is }] of Object.entries(kinds)) {
    const value = given.get(name);
    if (value === undefined || is(value)) continue;
    throw new Error(
      `[${path}] ${name} is ${shown(value)}: allowed is ${allowed}. Correct it, or leave it out for its default.`,
    );
  }
}

/** A value in an error: what it is and, where that helps, its kind. One line, and not a long one. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Construct.isConstruct(value)) return `the construct ${value.node.path}`;
  if (Token.isUnresolved(value)) return 'a token';
  if (typeof value === 'string') return short(JSON.stringify(value));
  if (Array.isArray(value)) return `${short(json(value))}, a list`;
  if (typeof value === 'object' && value !== null) return `${short(json(value))}, an object`;
  return value === null ? 'null' : `${short(String(value))}, a ${typeof value}`;
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** What goes in a circle is no JSON. */
function json(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    return String(value);
  }
}

export function method(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Whether a name differs from another in no more than letter case, signs, and two letters. */
function isNearly(name: string, other: string): boolean {
  const [one, two] = [name, other].map(each => each.toLowerCase().replace(/[^a-z]/g, ''));
  return one !== undefined && two !== undefined && distance(one, two) <= (two.length > 5 ? 2 : 1);
}

/** Levenshtein's: how many letters to add, to take away or to change. */
function distance(one: string, two: string): number {
  let row = Array.from({ length: two.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...two].entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[two.length] ?? 0;
}
