import { createHash } from 'node:crypto';
import { AwsError } from '../aws-error';
import { type HttpRequest, header } from '../http';

/**
 * An object's bytes from a PutObject request, whose body may be in chunks with a checksum behind them.
 *
 * A SHA-256 checksum is verified; one of another algorithm is taken as it is.
 *
 * Source: Amazon S3 API Reference, "Signature calculations: transferring a payload in multiple chunks".
 *
 * @throws {AwsError} IncompleteBody, BadDigest
 */
export function objectBytes(request: HttpRequest): Uint8Array {
  const streaming = (header(request, 'x-amz-content-sha256') ?? '').startsWith('STREAMING-');
  const decoded = streaming ? decodeChunks(request.body) : { bytes: request.body, trailer: new Map<string, string>() };
  const length = header(request, 'x-amz-decoded-content-length');
  if (length !== undefined && Number(length) !== decoded.bytes.length) {
    throw incomplete(`x-amz-decoded-content-length says ${length} bytes, the body has ${decoded.bytes.length}`);
  }
  const checksum = header(request, 'x-amz-checksum-sha256') ?? decoded.trailer.get('x-amz-checksum-sha256');
  const actual = createHash('sha256').update(decoded.bytes).digest('base64');
  if (checksum !== undefined && checksum !== actual) {
    throw new AwsError('BadDigest', `The SHA256 you specified did not match the calculated checksum: ${actual}`);
  }
  return decoded.bytes;
}

function decodeChunks(body: Buffer): { bytes: Buffer; trailer: Map<string, string> } {
  const chunks: Buffer[] = [];
  let position = 0;
  const line = () => {
    const end = body.indexOf('\r\n', position);
    if (end < 0) throw incomplete('a line of the chunked body does not end');
    const text = body.toString('latin1', position, end);
    position = end + 2;
    return text;
  };
  for (;;) {
    const head = line();
    const size = /^[0-9a-f]+(?=;|$)/i.exec(head)?.[0];
    if (size === undefined) throw incomplete(`${JSON.stringify(head)} is not the size of a chunk`);
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    if (position + length > body.length) throw incomplete('the last chunk is cut short');
    chunks.push(body.subarray(position, position + length));
    position += length;
    if (line() !== '') throw incomplete(`a chunk of ${length} bytes is longer than that`);
  }
  const rest = body
    .toString('latin1', position)
    .split('\r\n')
    .filter(text => text.includes(':'));
  const trailer = new Map(
    rest.map(text => {
      const colon = text.indexOf(':');
      return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
    }),
  );
  return { bytes: Buffer.concat(chunks), trailer };
}

const incomplete = (what: string) => new AwsError('IncompleteBody', `The request body is not complete: ${what}`);
