import { createHash } from 'node:crypto';

/** Where a thing is declared and how it is documented does not change the API. */
const NOT_API = ['docs', 'locationInModule', 'symbolId'];

/**
 * A fingerprint of the types in a jsii assembly: names, members, parameters, what is optional.
 *
 * @returns twelve hexadecimal digits
 */
export function fingerprint(assembly: unknown): string {
  const types = typeof assembly === 'object' && assembly !== null ? Reflect.get(assembly, 'types') : undefined;
  if (types === undefined) throw new Error('This is no jsii assembly: it has no types.');
  const json = JSON.stringify(types, (key, value) => (NOT_API.includes(key) ? undefined : value));
  return createHash('sha256').update(json).digest('hex').slice(0, 12);
}
