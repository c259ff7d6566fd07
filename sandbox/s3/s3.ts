import { createHash } from 'node:crypto';
import { AwsError } from '../aws-error';
import type { Clock } from '../clock';
import { decodedPath } from '../http';

export interface S3Object {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** With its quotes, as the header has it. */
  readonly etag: string;
  readonly contentType: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
}

export interface S3Options {
  readonly clock: Clock;
  readonly accountId: string;
}

/** The asset buckets of a bootstrapped account, one a Region, there from the start; objects are kept in memory. */
export class S3 {
  private readonly objects = new Map<string, Map<string, S3Object>>();

  constructor(private readonly options: S3Options) {}

  /**
   * The Region of a bucket.
   *
   * @throws {AwsError} NoSuchBucket
   */
  regionOf(bucket: string): string {
    const [, account, region] = /^cdk-hnb659fds-assets-(\d{12})-([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(bucket) ?? [];
    if (account !== this.options.accountId || region === undefined) {
      throw new AwsError('NoSuchBucket', `The specified bucket does not exist: ${bucket}`, 404);
    }
    return region;
  }

  putObject(bucket: string, key: string, bytes: Uint8Array, contentType: string): S3Object {
    this.regionOf(bucket);
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    const object = { key, bytes, etag, contentType, lastModified: this.options.clock.now() };
    const inBucket = this.objects.get(bucket) ?? new Map<string, S3Object>();
    this.objects.set(bucket, inBucket.set(key, object));
    return object;
  }

  /** @throws {AwsError} NoSuchBucket, NoSuchKey */
  getObject(bucket: string, key: string): S3Object {
    this.regionOf(bucket);
    const object = this.objects.get(bucket)?.get(key);
    if (!object) throw new AwsError('NoSuchKey', `The specified key does not exist: ${key}`, 404);
    return object;
  }

  /** In the order of their keys. */
  listObjects(bucket: string, prefix: string): readonly S3Object[] {
    this.regionOf(bucket);
    const all = [...(this.objects.get(bucket)?.values() ?? [])];
    return all.filter(object => object.key.startsWith(prefix)).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** An object by its URL, with the bucket in the path or in the host name, as CloudFormation's `TemplateURL` has it. */
  findObjectByUrl(url: string): S3Object | undefined {
    if (!URL.canParse(url)) return undefined;
    const { hostname, pathname } = new URL(url);
    const path = decodedPath(pathname.slice(1));
    const service = Math.max(hostname.lastIndexOf('.s3.'), hostname.lastIndexOf('.s3-'));
    if (service > 0 && hostname.slice(service + 4).endsWith('amazonaws.com'))
      return this.objects.get(hostname.slice(0, service))?.get(path);
    const slash = path.indexOf('/');
    return this.objects.get(path.slice(0, slash))?.get(path.slice(slash + 1));
  }
}
