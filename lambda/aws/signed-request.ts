import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { endpointOf, type Service } from './endpoint';

export interface ServiceAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly body: string;
  readonly awsRequestId?: string;
}

/** Sends one signed POST and resolves to whatever the service answered; rejects where no answer came. */
export type SendSigned = (
  service: Service,
  headers: { readonly [name: string]: string },
  body: string,
) => Promise<ServiceAnswer>;

/** Milliseconds. */
const TIMEOUT = 20_000;

/**
 * Requests with the function's own credentials, as Lambda sets them in the environment, to a service's endpoint in the
 * function's Region. The few calls of DynamoDB and CloudFormation are not worth the SDK clients of these in the bundle.
 *
 * @param environment AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, and those of `endpointOf`
 */
export function signedRequests(environment: { readonly [name: string]: string | undefined }): SendSigned {
  const variable = (name: string) => environment[name] ?? '';
  const region = variable('AWS_REGION');
  return async (service, headers, body) => {
    const url = endpointOf(service, environment);
    const signer = new SignatureV4({
      service,
      region,
      sha256: Hash.bind(null, 'sha256'),
      credentials: {
        accessKeyId: variable('AWS_ACCESS_KEY_ID'),
        secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
        sessionToken: variable('AWS_SESSION_TOKEN'),
      },
    });
    const signed = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: '/',
      query: {},
      headers: { ...headers, host: url.host },
      body,
    });
    return send(url, signed.headers, body);
  };
}

function send(url: URL, headers: Record<string, string>, body: string): Promise<ServiceAnswer> {
  return new Promise((resolve, reject) => {
    const start = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = start(url, { method: 'POST', headers, timeout: TIMEOUT }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const awsRequestId = response.headers['x-amzn-requestid'];
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          ...(typeof awsRequestId === 'string' ? { awsRequestId } : {}),
        });
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
