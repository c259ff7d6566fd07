import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from './aws-error';

/** A request whose body has arrived. */
export interface HttpRequest {
  readonly method: string;
  /** As sent, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
}

/** The first value of a header, which Node.js gives in lower case. */
export function header(request: HttpRequest, name: string): string | undefined {
  // A signature may name any: objects have members of other names, too.
  const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  return Array.isArray(value) ? value[0] : value;
}

/** @throws {AwsError} InvalidURI where it is not percent-encoded UTF-8 */
export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw new AwsError('InvalidURI', `The path ${path} is not percent-encoded UTF-8`, 400, { cause });
  }
}

export const jsonAnswer = (status: number, value: unknown): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
