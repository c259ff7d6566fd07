import { createHash } from 'node:crypto';
import type { Caller } from '../../caller';
import { systemClock } from '../../clock';
import type { HttpRequest } from '../../http';
import { S3RestApi } from '../rest-api';
import { S3 } from '../s3';

const bucket = 'cdk-hnb659fds-assets-111122223333-eu-central-1';
const caller: Caller = {
  accountId: '111122223333',
  region: 'eu-central-1',
  principalArn: 'arn:aws:iam::111122223333:user/sandbox',
};

function world(authorize = async (): Promise<string | undefined> => undefined) {
  const s3 = new S3({ clock: systemClock, accountId: '111122223333' });
  const api = new S3RestApi(s3, authorize);
  const request = (method: string, url: string, rest: Partial<HttpRequest> = {}) => {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    const empty = { headers: {}, body: Buffer.alloc(0) };
    return api.answer({ method, path: pathname, query: searchParams, ...empty, ...rest }, caller);
  };
  return { s3, request };
}

const chunked = (text: string, trailer: string) =>
  Buffer.from(`${text.length.toString(16)}\r\n${text}\r\n0\r\n${trailer}\r\n\r\n`);
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');

test('an object that was put can be got, headed and listed', async () => {
  const { request } = world();
  const body = Buffer.from('some bytes');
  const { headers: put } = await request('PUT', `/${bucket}/a/key%20with%20%C3%BC?x-id=PutObject`, { body });
  const got = await request('GET', `/${bucket}/a/key%20with%20%C3%BC?x-id=GetObject`);
  expect(got.body).toEqual(body);
  expect(got.headers).toMatchObject({ etag: put?.etag, 'content-length': '10' });
  expect(await request('HEAD', `/${bucket}/a/key%20with%20%C3%BC`)).toMatchObject({ status: 200 });
  const list = await request('GET', `/${bucket}?list-type=2&prefix=a/&max-keys=1`);
  expect(list.body).toContain('<Key>a/key with ü</Key>');
  expect(list.body).toContain('<Size>10</Size>');
});

test('a list longer than max-keys is answered in pages', async () => {
  const { s3, request } = world();
  for (const key of ['c', 'a', 'b']) s3.putObject(bucket, key, new Uint8Array(), '');
  const first = String((await request('GET', `/${bucket}?list-type=2&max-keys=2`)).body);
  expect([...first.matchAll(/<Key>(.)<\/Key>/g)].map(match => match[1])).toEqual(['a', 'b']);
  const token = /<NextContinuationToken>(.*)<\/NextContinuationToken>/.exec(first)?.[1];
  const second = String((await request('GET', `/${bucket}?list-type=2&max-keys=2&continuation-token=${token}`)).body);
  expect([...second.matchAll(/<Key>(.)<\/Key>/g)].map(match => match[1])).toEqual(['c']);
  expect(second).toContain('<IsTruncated>false</IsTruncated>');
});

test('a body in chunks with a checksum behind them is put together and checked', async () => {
  const { s3, request } = world();
  const headers = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'x-amz-decoded-content-length': '5' };
  const right = chunked('hello', `x-amz-checksum-sha256:${sha256('hello')}`);
  await request('PUT', `/${bucket}/k`, { headers, body: right });
  expect(Buffer.from(s3.getObject(bucket, 'k').bytes).toString()).toBe('hello');
  const wrong = chunked('hello', `x-amz-checksum-sha256:${sha256('other')}`);
  await expect(request('PUT', `/${bucket}/k`, { headers, body: wrong })).rejects.toMatchObject({ code: 'BadDigest' });
});

test.each([
  ['cut short', 'ff\r\nhello\r\n'],
  ['without a size', 'hello\r\n'],
  ['longer than their size', '2\r\nhello\r\n0\r\n\r\n'],
  ['not as long as was said', '2\r\nhe\r\n0\r\n\r\n'],
])('chunks %s are refused', async (_name, body) => {
  const { request } = world();
  const headers = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'x-amz-decoded-content-length': '5' };
  const put = request('PUT', `/${bucket}/k`, { headers, body: Buffer.from(body) });
  await expect(put).rejects.toMatchObject({ code: 'IncompleteBody' });
});

test.each([
  ['HEAD', `/${bucket}`, ''],
  ['GET', `/${bucket}?location`, '>eu-central-1</LocationConstraint>'],
  ['GET', `/${bucket}?encryption`, '<SSEAlgorithm>AES256</SSEAlgorithm>'],
])('the bucket of a bootstrapped account answers %s %s', async (method, url, text) => {
  const { request } = world();
  const { status, body } = await request(method, url);
  expect(status).toBe(200);
  expect(String(body ?? '')).toContain(text);
});

test.each([
  ['another bucket', 'HEAD', '/other', 'NoSuchBucket'],
  ["another account's bucket", 'HEAD', '/cdk-hnb659fds-assets-444455556666-eu-central-1', 'NoSuchBucket'],
  ['a key that is not there', 'GET', `/${bucket}/none`, 'NoSuchKey'],
  ['an operation that is not supported', 'POST', `/${bucket}/key?uploads&x-id=CreateMultipartUpload`, 'NotImplemented'],
  ['a list of buckets', 'GET', '/', 'NotImplemented'],
])('%s is an error', async (_name, method, url, code) => {
  const { request } = world();
  await expect(request(method, url)).rejects.toMatchObject({ code });
});

test('what is not supported is named', async () => {
  const { request } = world();
  await expect(request('POST', `/${bucket}/key?uploads&x-id=CreateMultipartUpload`)).rejects.toThrow(
    "The sandbox does not support S3's CreateMultipartUpload on an object",
  );
});

test("a bucket of somebody else than the caller expects is refused, and so is what the caller's role may not do", async () => {
  const headers = { 'x-amz-expected-bucket-owner': '444455556666' };
  await expect(world().request('HEAD', `/${bucket}`, { headers })).rejects.toMatchObject({ code: 'AccessDenied' });
  const { request } = world(async () => 'no');
  await expect(request('HEAD', `/${bucket}`)).rejects.toMatchObject({ code: 'AccessDenied', message: 'no' });
});

test.each([
  `https://s3.eu-central-1.amazonaws.com/${bucket}/t/x.json`,
  `https://${bucket}.s3.eu-central-1.amazonaws.com/t/x.json`,
])('an object is found by its URL %s', url => {
  const { s3 } = world();
  s3.putObject(bucket, 't/x.json', new TextEncoder().encode('{}'), 'application/json');
  expect(s3.findObjectByUrl(url)?.key).toBe('t/x.json');
  expect(s3.findObjectByUrl(url.replace('x.json', 'y.json'))).toBeUndefined();
});

test.each([
  ['a path that is not percent-encoded UTF-8', `/${bucket}/%ff`, 'InvalidURI'],
  ['a key of more than 1,024 characters', `/${bucket}/${'k'.repeat(1025)}`, 'KeyTooLongError'],
  ['a number of keys that is none', `/${bucket}?list-type=2&max-keys=x`, 'InvalidArgument'],
])('%s is refused', async (_name, url, code) => {
  await expect(world().request('GET', url)).rejects.toMatchObject({ code, status: 400 });
});

test('no object is found by a URL that is not percent-encoded UTF-8', () => {
  expect(() => world().s3.findObjectByUrl(`https://${bucket}.s3.amazonaws.com/%ff`)).toThrow('UTF-8');
});

test('a URL whose host name is thousands of those of S3 takes no longer than it is long', () => {
  expect(world().s3.findObjectByUrl(`https://${'a.s3.amazonaws.com.'.repeat(100_000)}b/key`)).toBeUndefined();
});
