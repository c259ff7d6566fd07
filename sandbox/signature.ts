import { type HttpRequest, header } from './http';

/** What a request's signature says about it. The signature itself is not verified. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** The service's signing name, such as `directconnect`. */
  readonly service: string;
}

/**
 * Reads the credential scope `<key>/<date>/<Region>/<service>/aws4_request` of a signed request.
 *
 * Source: IAM User Guide, "Elements of an AWS API request signature".
 */
export function credentialScope(request: HttpRequest): CredentialScope | undefined {
  const authorization = header(request, 'authorization') ?? '';
  const credential =
    /^AWS4-HMAC-SHA256 .*?Credential=([^,\s]+)/.exec(authorization)?.[1] ?? request.query.get('X-Amz-Credential');
  const [accessKeyId, date, region, service, terminator, ...more] = (credential ?? '').split('/');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request' || more.length > 0)
    return undefined;
  return { accessKeyId, region, service };
}
