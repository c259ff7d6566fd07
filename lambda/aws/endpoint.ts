import { partition } from '@aws-sdk/core/client';

/** The services that the handler asks without an SDK client of theirs. */
export type Service = 'cloudformation' | 'dynamodb';

type Environment = { readonly [name: string]: string | undefined };

/** Source: endpoint rules of the SDK's clients; the endpoints without a suffix are FIPS endpoints there. */
const ALWAYS_FIPS = 'aws-us-gov';

/**
 * A service's endpoint in the function's Region, by the SDK's own data of partitions, and as Lambda's environment asks for
 * it in the SDK's terms: `AWS_ENDPOINT_URL`, `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT`.
 *
 * @throws an Error where FIPS or dual stack is asked for in a partition that does not have it
 */
export function endpointOf(service: Service, environment: Environment): URL {
  if (environment.AWS_ENDPOINT_URL !== undefined) return new URL(environment.AWS_ENDPOINT_URL);
  const region = environment.AWS_REGION ?? '';
  const { name, dnsSuffix, dualStackDnsSuffix, supportsFIPS, supportsDualStack } = partition(region);
  const fips = environment.AWS_USE_FIPS_ENDPOINT === 'true';
  const dualStack = environment.AWS_USE_DUALSTACK_ENDPOINT === 'true';
  if ((fips && !supportsFIPS) || (dualStack && !supportsDualStack)) {
    throw new Error(
      `${fips ? 'AWS_USE_FIPS_ENDPOINT' : 'AWS_USE_DUALSTACK_ENDPOINT'} is true, and partition ${name} has no such ` +
        `endpoints: allowed is false. Take the variable away from the function.`,
    );
  }
  const host = fips && (dualStack || name !== ALWAYS_FIPS) ? `${service}-fips` : service;
  return new URL(`https://${host}.${region}.${dualStack ? dualStackDnsSuffix : dnsSuffix}`);
}

/** The partition that a Region's name belongs to; `undefined` for what is none. */
export function partitionOf(region: string): string | undefined {
  return /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/.test(region) ? partition(region).name : undefined;
}

/** A bucket's host without its partition's domain: by the name of S3 and, mostly, of a Region, whatever the bucket. */
const S3_HOST = /(^|\.)s3(-fips)?([.-](dualstack\.)?[a-z]{2,}(-[a-z]+)+-\d{1,2})?$/;

/**
 * Whether a URL is one of S3 in the function's partition, where CloudFormation waits for answers; or of the endpoint that
 * Lambda's environment asks for.
 */
export function isResponseUrl(url: unknown, environment: Environment): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (environment.AWS_ENDPOINT_URL !== undefined) return host === new URL(environment.AWS_ENDPOINT_URL).host;
  const { dnsSuffix, dualStackDnsSuffix } = partition(environment.AWS_REGION ?? '');
  const domain = [dnsSuffix, dualStackDnsSuffix].find(suffix => host.endsWith(`.${suffix}`));
  return protocol === 'https:' && domain !== undefined && S3_HOST.test(host.slice(0, -domain.length - 1));
}
