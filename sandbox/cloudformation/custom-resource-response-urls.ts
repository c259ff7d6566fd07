import { AwsError } from '../aws-error';
import type { Clock } from '../clock';
import { randomHexadecimal } from '../random-text';

export interface ResponseUrlOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly responseUrlBase: string | (() => string);
}

interface OpenUrl {
  readonly path: string;
  readonly issuedAt: number;
  /** Absent once an answer has come or nobody waits for one any more. */
  take?: (body: string) => void;
}

/** Seconds that a ResponseURL is good for. */
const expirySeconds = 7200;

/** The pre-signed URLs that providers of custom resources put their answers to, as S3 sees them. */
export class ResponseUrls {
  private readonly bySignature = new Map<string, OpenUrl>();

  constructor(private readonly options: ResponseUrlOptions) {}

  /** @param object key of the S3 object */
  open(object: string): { readonly url: string; readonly body: Promise<string>; readonly close: () => void } {
    const { clock, random, responseUrlBase } = this.options;
    const signature = randomHexadecimal(64, random);
    const base = typeof responseUrlBase === 'string' ? responseUrlBase : responseUrlBase();
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Date': new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, ''),
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Expires': String(expirySeconds),
      'X-Amz-Signature': signature,
    });
    const url = `${base}/${encodeURIComponent(object)}?${query}`;
    const entry: OpenUrl = { path: new URL(url).pathname, issuedAt: clock.now() };
    const body = new Promise<string>(resolve => {
      entry.take = resolve;
    });
    this.bySignature.set(signature, entry);
    return {
      url,
      body,
      close: () => {
        delete entry.take;
      },
    };
  }

  /** @throws AwsError as S3 answers it */
  put(url: string, contentType: string | undefined, body: string): void {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    const entry = this.bySignature.get(searchParams.get('X-Amz-Signature') ?? '');
    // The URL is signed for an empty Content-Type: that is why providers send `content-type: ''`.
    if (!entry || entry.path !== pathname || contentType)
      throw new AwsError(
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        403,
      );
    if (this.options.clock.now() > entry.issuedAt + expirySeconds * 1000)
      throw new AwsError('AccessDenied', 'Request has expired', 403);
    // S3 takes a second answer, or a late one, as well as the first; CloudFormation looks at the first only.
    entry.take?.(body);
    delete entry.take;
  }
}
