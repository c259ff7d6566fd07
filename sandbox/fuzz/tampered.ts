import fc, { type Arbitrary } from 'fast-check';
import { headerText, shown } from './unsigned';
import { members, mostly, text } from './values';

interface Headers {
  readonly [name: string]: string;
}

/** What somebody without the key makes of the headers of a request that was signed. */
export interface Tampering {
  /** Parts of the `Authorization` header, and what is put in their place. */
  readonly parts: readonly (readonly ['key' | 'scope' | 'signed headers' | 'all', string])[];
  /** Headers beside it that count in a signature. */
  readonly headers: { readonly [name: string]: unknown };
  /** Whether the signature is not that of the key. */
  readonly isForged: boolean;
}

const places = {
  key: /(?<=Credential=)[^/]+/,
  scope: /(?<=Credential=[^/]+\/)[^,]+/,
  'signed headers': /(?<=SignedHeaders=)[^,]+/,
  all: /^.*$/s,
};

const headerNames = ['host', 'x-amz-date', 'x-amz-content-sha256', 'content-type', 'authorization', 'x-amz-target'];
const scope = fc.tuple(
  mostly(['20260101', '00000000'], text),
  mostly(['eu-central-1', 'us-east-1', 'cn-north-1'], text),
  mostly(['sts', 's3', 'directconnect', 'execute-api'], text),
  mostly(['aws4_request'], text),
);
const joined = (separator: string) => (all: readonly unknown[]) => all.map(shown).join(separator);

export const tamperings: Arbitrary<Tampering> = fc.record({
  parts: fc.array(
    fc.oneof(
      fc.tuple(fc.constant('signed headers' as const), fc.array(mostly(headerNames, text)).map(joined(';'))),
      fc.tuple(fc.constant('scope' as const), scope.map(joined('/'))),
      fc.tuple(fc.constant('key' as const), text),
      fc.tuple(fc.constant('all' as const), text),
    ),
    { maxLength: 2 },
  ),
  headers: members({
    'x-amz-date': mostly(['20260101T000000Z', '99991231T235959Z', '20260231T000000Z'], text),
    'x-amz-content-sha256': mostly(
      ['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
      text,
    ),
    'x-amz-security-token': text,
    host: text,
  }),
  isForged: fc.boolean(),
});

export function tamper({ authorization = '', ...signed }: Headers, { parts, headers, isForged }: Tampering): Headers {
  const changed = parts.reduce((so, [place, text]) => so.replace(places[place], () => text), authorization);
  const forged = changed.replace(/(?<=Signature=)[0-9a-f]/, first => (isForged ? flipped(first) : first));
  const more = Object.entries(headers).map(([name, value]) => [name, headerText(value)]);
  return { ...signed, ...Object.fromEntries(more), authorization: headerText(forged) };
}

const flipped = (digit: string) => (digit === '0' ? '1' : '0');
