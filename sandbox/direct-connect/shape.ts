/**
 * Reads values that came from outside (a request, a state file, a list of faults) into typed ones, and names every
 * problem it meets instead of the first one.
 */

export interface Problem {
  /** JSON path, such as `lags[0].minimumLinks`; `$` for the whole. */
  readonly path: string;
  /** What was found. `undefined` where a required member is missing. */
  readonly value: unknown;
  /** What would have been accepted. */
  readonly allowed: string;
  /** Whether it was taken all the same: a member that is newer than this program. @default no */
  readonly kept?: true;
}

/** Problems that are named. */
const namedProblems = 100;

/** A document from outside that is not as it should be. Nothing of it was applied. */
export class InvalidDocument extends Error {
  override readonly name = 'InvalidDocument';

  constructor(
    subject: string,
    readonly problems: readonly Problem[],
    options?: ErrorOptions,
  ) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    const more = problems.length - namedProblems;
    const lines = problems.slice(0, namedProblems).map(line);
    super(
      [
        `${subject} has ${count}, and nothing of it was applied:`,
        ...lines,
        ...(more > 0 ? [`- and ${more} more`] : []),
      ].join('\n'),
      options,
    );
  }
}

/** Reads a value, or adds to `problems` and gives `undefined`. */
export type Shape<T> = (value: unknown, path: string, problems: Problem[]) => T | undefined;

export const text: Shape<string> = (value, path, problems) =>
  typeof value === 'string' ? value : refuse(value, path, problems, 'a string');

/** A member of which only that it is there is known. */
export const anything: Shape<unknown> = value => value;

export const flag: Shape<boolean> = (value, path, problems) =>
  typeof value === 'boolean' ? value : refuse(value, path, problems, 'true or false');

export function matching(pattern: RegExp, allowed: string): Shape<string> {
  return (value, path, problems) =>
    typeof value === 'string' && pattern.test(value) ? value : refuse(value, path, problems, allowed);
}

export function integer(minimum = -2147483648, maximum = 2147483647): Shape<number> {
  const allowed = `a whole number from ${minimum} to ${maximum}`;
  return (value, path, problems) =>
    typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum
      ? value
      : refuse(value, path, problems, allowed);
}

export function oneOf<const T extends string>(values: readonly T[]): Shape<T> {
  return (value, path, problems) =>
    values.find(candidate => candidate === value) ?? refuse(value, path, problems, `one of ${values.join(', ')}`);
}

/** A time as the AWS CLI prints it: ISO 8601, or seconds since 1970-01-01T00:00Z. */
export const timestamp: Shape<Date> = (value, path, problems) => {
  const time =
    typeof value === 'number'
      ? new Date(value * 1000)
      : new Date(typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? value : Number.NaN);
  return Number.isNaN(time.getTime())
    ? refuse(value, path, problems, 'an ISO 8601 time, or seconds since 1970-01-01T00:00Z')
    : time;
};

export function listOf<T>(item: Shape<T>): Shape<T[]> {
  return (value, path, problems) => {
    if (!Array.isArray(value)) return refuse(value, path, problems, 'a list');
    const items = value.map((entry: unknown, index) => item(entry, `${path === '$' ? '' : path}[${index}]`, problems));
    return items.every(entry => entry !== undefined) ? items : undefined;
  };
}

type Shapes<T> = { readonly [K in keyof T]: Shape<T[K]> };

/**
 * A JSON object. A member that is `null` counts as absent, as in AWS's JSON protocol.
 *
 * @param unknown what happens to a member that is in neither list
 */
export function structure<R extends object, O extends object>(
  required: Shapes<R>,
  optional: Shapes<O>,
  unknown: 'unknown members ignored' | 'unknown members refused' | 'unknown members kept',
): Shape<R & Partial<O>> {
  const members = Object.entries<Shape<unknown>>({ ...required, ...optional });
  const names = new Set(members.map(([name]) => name));
  const allowedNames = `no such member; known are ${[...names].join(', ')}`;
  return (value, path, problems) => {
    if (!isObject(value)) return refuse(value, path, problems, 'an object');
    const before = problems.length;
    const at = (name: string) => (path === '$' ? name : `${path}.${name}`);
    const result: { [name: string]: unknown } = {};
    for (const [name, shape] of members) {
      const member = value[name];
      if (member !== undefined && member !== null) result[name] = shape(member, at(name), problems);
      else if (Object.hasOwn(required, name)) refuse(undefined, at(name), problems, 'required');
    }
    if (unknown !== 'unknown members ignored') {
      for (const name of Object.keys(value)) {
        if (names.has(name)) continue;
        if (unknown === 'unknown members refused') refuse(value[name], at(name), problems, allowedNames);
        else {
          result[name] = value[name];
          problems.push({ path: at(name), value: value[name], allowed: allowedNames, kept: true });
        }
      }
    }
    // The loop above has put in exactly what the type says; TypeScript cannot follow it from entry to entry.
    return problems.slice(before).some(({ kept }) => !kept) ? undefined : (result as R & Partial<O>);
  };
}

export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function refuse(value: unknown, path: string, problems: Problem[], allowed: string): undefined {
  problems.push({ path, value, allowed });
  return undefined;
}

function line({ path, value, allowed }: Problem): string {
  if (value === undefined) return `- ${path} is missing (${allowed})`;
  return `- ${shortened(path)} is ${shortened(JSON.stringify(value))}; allowed: ${allowed}`;
}

const shortened = (text: string): string => (text.length > 120 ? `${text.slice(0, 117)}...` : text);
