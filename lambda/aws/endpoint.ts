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
