import { AwsError } from '../aws-error';
import type { Authorize, Caller } from '../caller';
import { decodedPath, type HttpAnswer, type HttpRequest, header } from '../http';
import { escapeXml } from '../xml';
import { objectBytes } from './request-body';
import type { S3, S3Object } from './s3';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Source: Amazon S3 User Guide, "Creating object key names". */
const longestKey = 1024;

/** Parameters that say nothing about the operation. */
const plainParameters = [
  'x-id',
  'prefix',
  'max-keys',
  'start-after',
  'continuation-token',
  'fetch-owner',
  'list-type',
  'encoding-type',
];

/** Amazon S3's REST API with the bucket in the path: as much of it as publishing CDK assets takes. */
export class S3RestApi {
  constructor(
    private readonly s3: S3,
    private readonly authorize: Authorize,
  ) {}

  async answer(request: HttpRequest, caller: Caller): Promise<HttpAnswer> {
    const path = decodedPath(request.path.slice(1));
    const slash = path.indexOf('/');
    const bucket = slash < 0 ? path : path.slice(0, slash);
    const key = slash < 0 ? '' : path.slice(slash + 1);
    if (key.length > longestKey) {
      throw new AwsError('KeyTooLongError', `A key may have ${longestKey} characters, not ${key.length}`);
    }
    const { operation, permission } = operationOf(request, bucket, key);
    const bucketArn = `arn:${caller.principalArn.split(':')[1]}:s3:::${bucket}`;
    const denial = await this.authorize(caller, permission, key === '' ? bucketArn : `${bucketArn}/${key}`);
    if (denial !== undefined) throw new AwsError('AccessDenied', denial, 403);
    const owner = header(request, 'x-amz-expected-bucket-owner');
    const region = this.s3.regionOf(bucket);
    if (owner !== undefined && owner !== caller.accountId) throw new AwsError('AccessDenied', 'Access Denied', 403);
    switch (operation) {
      case 'HeadBucket':
        return { status: 200, headers: { 'x-amz-bucket-region': region } };
      case 'GetBucketLocation':
        return xml(
          `<LocationConstraint xmlns="${namespace}">${region === 'us-east-1' ? '' : region}</LocationConstraint>`,
        );
      case 'GetBucketEncryption':
        return xml(
          `<ServerSideEncryptionConfiguration xmlns="${namespace}"><Rule><ApplyServerSideEncryptionByDefault>` +
            '<SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
        );
      case 'ListObjectsV2':
        return this.list(request, bucket);
      case 'PutObject': {
        const type = header(request, 'content-type') ?? 'binary/octet-stream';
        const { etag } = this.s3.putObject(bucket, key, objectBytes(request), type);
        return { status: 200, headers: { etag } };
      }
      case 'HeadObject':
        return { status: 200, headers: headersOf(this.s3.getObject(bucket, key)) };
      case 'GetObject': {
        const object = this.s3.getObject(bucket, key);
        return { status: 200, headers: headersOf(object), body: object.bytes };
      }
    }
  }

  private list({ query }: HttpRequest, bucket: string): HttpAnswer {
    const prefix = query.get('prefix') ?? '';
    const asked = Number(query.get('max-keys') ?? 1000);
    if (!Number.isInteger(asked) || asked < 0) {
      throw new AwsError('InvalidArgument', `max-keys ${query.get('max-keys')} must be a whole number, 0 or more`);
    }
    const maximum = Math.min(asked, 1000);
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const found = this.s3.listObjects(bucket, prefix).filter(object => object.key > after);
    const page = found.slice(0, maximum);
    const last = page.at(-1);
    const more = found.length > page.length && last !== undefined;
    const encoded = query.get('encoding-type') === 'url';
    const written = (text: string) => escapeXml(encoded ? encodeURIComponent(text).replaceAll('%2F', '/') : text);
    const contents = page.map(
      object =>
        `<Contents><Key>${written(object.key)}</Key><LastModified>${new Date(object.lastModified).toISOString()}</LastModified>` +
        `<ETag>${escapeXml(object.etag)}</ETag><Size>${object.bytes.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    );
    return xml(
      `<ListBucketResult xmlns="${namespace}"><Name>${escapeXml(bucket)}</Name><Prefix>${written(prefix)}</Prefix>` +
        `${encoded ? '<EncodingType>url</EncodingType>' : ''}` +
        `<KeyCount>${page.length}</KeyCount><MaxKeys>${maximum}</MaxKeys><IsTruncated>${more}</IsTruncated>` +
        `${more ? `<NextContinuationToken>${escapeXml(last.key)}</NextContinuationToken>` : ''}${contents.join('')}</ListBucketResult>`,
    );
  }
}

type Operation =
  | { operation: 'HeadBucket' | 'ListObjectsV2'; permission: 's3:ListBucket' }
  | { operation: 'GetBucketLocation'; permission: 's3:GetBucketLocation' }
  | { operation: 'GetBucketEncryption'; permission: 's3:GetEncryptionConfiguration' }
  | { operation: 'PutObject'; permission: 's3:PutObject' }
  | { operation: 'HeadObject' | 'GetObject'; permission: 's3:GetObject' };

function operationOf(request: HttpRequest, bucket: string, key: string): Operation {
  const { method, query } = request;
  const others = [...query.keys()].filter(name => !plainParameters.includes(name) && !name.startsWith('X-Amz-'));
  const what = `${method}${others.length > 0 ? `?${others.join('&')}` : ''}`;
  if (bucket !== '' && key === '') {
    if (what === 'HEAD') return { operation: 'HeadBucket', permission: 's3:ListBucket' };
    if (what === 'GET?location') return { operation: 'GetBucketLocation', permission: 's3:GetBucketLocation' };
    if (what === 'GET?encryption')
      return { operation: 'GetBucketEncryption', permission: 's3:GetEncryptionConfiguration' };
    if (what === 'GET' && query.get('list-type') === '2')
      return { operation: 'ListObjectsV2', permission: 's3:ListBucket' };
  }
  if (key !== '') {
    const copy = header(request, 'x-amz-copy-source') !== undefined;
    const range = header(request, 'range') !== undefined;
    if (what === 'PUT' && !copy) return { operation: 'PutObject', permission: 's3:PutObject' };
    if (what === 'HEAD') return { operation: 'HeadObject', permission: 's3:GetObject' };
    if (what === 'GET' && !range) return { operation: 'GetObject', permission: 's3:GetObject' };
  }
  const on = key === '' ? (bucket === '' ? 'all buckets' : 'a bucket') : 'an object';
  const message = `The sandbox does not support S3's ${query.get('x-id') ?? what} on ${on}`;
  throw new AwsError('NotImplemented', message, 501);
}

const headersOf = (object: S3Object) => ({
  'content-type': object.contentType,
  'content-length': String(object.bytes.length),
  'last-modified': new Date(object.lastModified).toUTCString(),
  etag: object.etag,
});

const xml = (body: string): HttpAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
});
