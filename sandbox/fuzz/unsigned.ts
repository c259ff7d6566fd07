import fc, { type Arbitrary } from 'fast-check';
import { json } from './values';

/** A request before it is signed. */
export interface Unsigned {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
}

export const anyBody: Arbitrary<Buffer> = fc.oneof(
  json.map(value => Buffer.from(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 100 }).map(bytes => Buffer.from(bytes)),
);

export const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** As Node.js gives header values: without line ends and NUL. */
export const headerText = (value: unknown): string =>
  shown(value)
    .replace(/[^\t\x20-\x7e]/g, '?')
    .trim();

/** As a client can send it that encodes nothing: what Node.js gives of a path. */
export const rawPart = (part: unknown): string => shown(part).replace(/[^\x21-\x7e]|\?/g, '');

/** Lone surrogates cannot be encoded: a buffer has none. */
export const encodePart = (part: unknown): string => encodeURIComponent(Buffer.from(shown(part)).toString());
