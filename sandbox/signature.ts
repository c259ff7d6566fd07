import { createHash, timingSafeEqual } from 'node:crypto';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { type HttpRequest, header } from './http';

/** What a request's signature says about it. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  /** The service's signing name, such as `directconnect`. */
  readonly service: string;
  /** Names in lower case. */
  readonly signedHeaders: readonly string[];
  /** Hexadecimal. */
  readonly signature: string;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Reads the `Authorization` header of a signed request, with its credential scope
 * `<key>/<date>/<Region>/<service>/aws4_request`. Credentials in the query are not read: any page can have a browser
 * follow a link, and no client of the sandbox needs them.
 *
 * Source: IAM User Guide, "Elements of an AWS API request signature".
 */
export function signatureOf(request: HttpRequest): Signature | undefined {
  const form = /^AWS4-HMAC-SHA256 Credential=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([^,\s]+)$/;
  const [, credential = '', signedHeaders = '', signature = ''] =
    form.exec(header(request, 'authorization') ?? '') ?? [];
  const [accessKeyId, date, region, service, terminator, ...more] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request' || more.length > 0)
    return undefined;
  return { accessKeyId, region, service, signedHeaders: signedHeaders.split(';'), signature };
}

/** Whether the holder of this key signed this request, body included. How long ago is not looked at. */
export async function isSignedWith(key: AccessKey, claimed: Signature, request: HttpRequest): Promise<boolean> {
  const declared = header(request, 'x-amz-content-sha256');
  if (declared !== undefined && !isOf(declared, request.body, claimed.service)) return false;
  const signingDate = dateOf(header(request, 'x-amz-date'));
  if (signingDate === undefined) return false;
  const { region, service, signedHeaders } = claimed;
  const signer = new SignatureV4({
    service,
    region,
    credentials: key,
    sha256: Hash.bind(null, 'sha256'),
    applyChecksum: false,
    uriEscapePath: service !== 's3',
  });
  const headers = Object.fromEntries(signedHeaders.map(name => [name, header(request, name) ?? '']));
  // Not signed in itself where the client does not sign the header, but it stands in for the body's hash all the same.
  const stated = declared === undefined ? {} : { 'x-amz-content-sha256': declared };
  const again = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: request.path,
      query: queryOf(request.query),
      headers: { ...headers, ...stated },
      body: request.body,
    },
    {
      signingDate,
      signableHeaders: new Set(signedHeaders),
      ...(!signedHeaders.includes('x-amz-content-sha256') && {
        unsignableHeaders: new Set(['x-amz-content-sha256']),
      }),
    },
  );
  const expected = /Signature=([0-9a-f]+)$/.exec(again.headers.authorization ?? '')?.[1] ?? '';
  return isSame(expected, claimed.signature);
}

/** A body of S3 that is sent in chunks, or under https, is not hashed as a whole: then its hash is a word in capitals. */
const isOf = (declared: string, body: Buffer, service: string): boolean =>
  (service === 's3' && /^(UNSIGNED|STREAMING)-[A-Z0-9-]+$/.test(declared)) ||
  declared === createHash('sha256').update(body).digest('hex');

function dateOf(text = ''): Date | undefined {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5');
  const date = new Date(iso === text ? Number.NaN : iso);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function queryOf(parameters: URLSearchParams): { [name: string]: string[] } {
  return Object.fromEntries([...new Set(parameters.keys())].map(name => [name, parameters.getAll(name)]));
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
