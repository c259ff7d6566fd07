import fc, { type Arbitrary } from 'fast-check';
import { zipSync } from 'fflate';
import { anyBody, encodePart, headerText, rawPart, shown, type Unsigned } from './unsigned';
import { deepText, members, mostly, text } from './values';

const bucket = 'cdk-hnb659fds-assets-111122223333-eu-central-1';
const archive = Buffer.from(zipSync({ 'index.js': new TextEncoder().encode('exports.handler = async () => 1') }));
const chunked = (size: string, content: string) =>
  Buffer.from(`${size}\r\n${content}\r\n0\r\nx-amz-checksum-sha256:x\r\n\r\n`);

/** What a call of S3 is: method, key and query. */
const s3Calls = mostly([
  ...[
    ['GET', 'key', ''],
    ['HEAD', 'key', ''],
    ['PUT', 'key', ''],
    ['PUT', 'code.zip', 'x-id=PutObject'],
  ],
  ...[
    ['HEAD', '', ''],
    ['GET', '', 'location='],
    ['GET', '', 'encryption='],
    ['GET', '', 'list-type=2'],
  ],
]);
const s3Parameters = [
  'prefix',
  'max-keys',
  'start-after',
  'continuation-token',
  'encoding-type',
  'uploads',
  'fetch-owner',
];

export const s3Requests: Arbitrary<Unsigned> = fc
  .record({
    call: s3Calls,
    method: fc.constantFrom('GET', 'PUT', 'HEAD', 'DELETE', 'POST'),
    bucket: mostly([bucket, bucket, `${bucket.slice(0, -1)}2`], text),
    key: text,
    query: fc.array(
      fc.tuple(mostly(s3Parameters.slice(0, 5), fc.constantFrom(...s3Parameters)), mostly(['2', 'url', '1', ''], text)),
      {
        maxLength: 2,
      },
    ),
    headers: members({
      'x-amz-content-sha256': mostly(['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'], text),
      'x-amz-decoded-content-length': mostly(['1', '0'], text),
      'x-amz-checksum-sha256': mostly(['x'], text),
      'x-amz-expected-bucket-owner': mostly(['111122223333'], text),
      'content-type': mostly(['application/zip'], text),
    }),
    rare: fc.oneof(
      { weight: 9, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: members({ 'x-amz-copy-source': text, range: mostly(['bytes=0-1'], text) }) },
    ),
    body: fc.oneof(
      anyBody,
      fc.constantFrom(archive, chunked('1', 'a'), chunked('ffffffffff', 'a'), chunked('', 'a'), chunked('1;x=y', 'ab')),
    ),
    encoded: fc.nat(9),
  })
  .map(({ call, method, bucket: name, key, query, headers, rare, body, encoded }) => {
    const [itsMethod = method, itsKey = key, itsQuery = ''] = Array.isArray(call) ? call.map(shown) : [];
    const encode = encoded === 0 ? rawPart : encodePart;
    const path = `/${encode(name)}${itsKey === '' ? '' : `/${encode(itsKey)}`}`;
    const parameters = [itsQuery, ...query.map(([parameter, value]) => `${shown(parameter)}=${encodePart(value)}`)];
    return {
      method: /^[A-Z]+$/.test(itsMethod) ? itsMethod : method,
      path: `${path}?${parameters.filter(parameter => parameter !== '').join('&')}`,
      headers: Object.fromEntries(
        Object.entries({ ...headers, ...rare }).map(([header, value]) => [header, headerText(value)]),
      ),
      body,
    };
  });

export const lambdaRequests: Arbitrary<Unsigned> = fc
  .record({
    call: mostly(
      ['POST /invocations', 'GET /configuration', 'GET '],
      fc.constantFrom('PUT /invocations', 'DELETE ', 'POST /concurrency', 'GET /invocations'),
    ),
    name: mostly(['F', 'arn:aws:lambda:eu-central-1:111122223333:function:F', 'F:$LATEST', 'G'], text),
    qualifier: fc.constantFrom('', '', '', '?Qualifier=$LATEST', '?Qualifier=1', '?Qualifier=%ff'),
    type: mostly(['RequestResponse', 'Event', 'DryRun'], text),
    tail: fc.nat(9),
    body: fc.oneof(
      { weight: 5, arbitrary: anyBody },
      { weight: 1, arbitrary: deepText.map(deep => Buffer.from(deep)) },
    ),
    encoded: fc.nat(9),
  })
  .map(({ call, name, qualifier, type, tail, body, encoded }) => {
    const [method = 'GET', what = ''] = shown(call).split(' ');
    return {
      method,
      path: `/2015-03-31/functions/${encoded === 0 ? rawPart(name) : encodePart(name)}${what}${qualifier}`,
      headers: {
        'x-amz-invocation-type': headerText(type),
        ...(tail === 0 && { 'x-amz-log-type': 'Tail' }),
      },
      body,
    };
  });

/** To the sandbox's own routes, which nobody signs. */
export const controlRequests: Arbitrary<Unsigned> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'HEAD', 'OPTIONS'),
    route: mostly(['health', 'state', 'traffic', 'calls', 'faults', 'faults'], text),
    body: fc.oneof(
      fc
        .array(
          members({
            operation: mostly(['*', 'DescribeLags']),
            error: mostly(['DirectConnectServerException', 'LostAnswer']),
            status: mostly([400, 503]),
            message: mostly(['m']),
            times: mostly([1, 2]),
            afterApplying: mostly([true, false]),
          }),
          { maxLength: 3 },
        )
        .map(faults => Buffer.from(JSON.stringify(faults))),
      deepText.map(deep => Buffer.from(deep)),
      anyBody,
    ),
  })
  .map(({ method, route, body }) => ({ method, path: `/_sandbox/${shown(route)}`, headers: {}, body }));
