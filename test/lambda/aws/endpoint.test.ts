import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { setPartitionInfo, useDefaultPartitionInfo } from '@aws-sdk/core/client';
import { endpointOf, type Service } from '../../../lambda/aws/endpoint';

/** One of each partition, the last of a Region that the SDK does not know yet. */
const REGIONS = [
  'eu-central-1',
  'us-east-1',
  'cn-north-1',
  'us-gov-west-1',
  'us-gov-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
  'eusc-de-east-1',
  'eu-newland-7',
];
const KINDS = [
  ['an ordinary endpoint', false, false],
  ['a FIPS endpoint', true, false],
  ['a dual-stack endpoint', false, true],
  ['a dual-stack FIPS endpoint', true, true],
] as const;

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
const CLIENTS: { readonly [service in Service]: DynamoDBClient | CloudFormationClient } = {
  dynamodb: new DynamoDBClient({ region: 'eu-central-1', credentials }),
  cloudformation: new CloudFormationClient({ region: 'eu-central-1', credentials }),
};

/** What the SDK's own client asks; `undefined` where it refuses. */
function ofSdk(service: Service, Region: string, UseFIPS: boolean, UseDualStack: boolean): string | undefined {
  const { endpointProvider } = CLIENTS[service].config;
  try {
    const { url, properties } = endpointProvider({ Region, UseFIPS, UseDualStack });
    // Where these are set, the SDK signs for another Region or service than the ones in the name.
    expect(properties?.authSchemes).toBeUndefined();
    return url.href;
  } catch (error) {
    if (error instanceof Error && error.name === 'EndpointError') return undefined;
    throw error;
  }
}

function ours(service: Service, region: string, fips: boolean, dualStack: boolean): string | undefined {
  try {
    return endpointOf(service, {
      AWS_REGION: region,
      AWS_USE_FIPS_ENDPOINT: String(fips),
      AWS_USE_DUALSTACK_ENDPOINT: String(dualStack),
    }).href;
  } catch {
    return undefined;
  }
}

describe.each(['dynamodb', 'cloudformation'] as const)('%s', service => {
  describe.each(KINDS)('%s is the one that the SDK asks', (_, fips, dualStack) => {
    test.each(REGIONS)('in %s', region => {
      const expected = ofSdk(service, region, fips, dualStack);
      expect(expected).toMatch(/^https:/);
      expect(ours(service, region, fips, dualStack)).toBe(expected);
    });
  });
});

describe('in a partition without FIPS and dual stack', () => {
  beforeAll(() =>
    setPartitionInfo({
      partitions: [
        {
          id: 'aws-plain',
          regionRegex: '^plain-\\w+-\\d+$',
          regions: {},
          outputs: {
            dnsSuffix: 'plain.example',
            dualStackDnsSuffix: 'plain.example',
            name: 'aws-plain',
            supportsDualStack: false,
            supportsFIPS: false,
          },
        },
      ],
    }),
  );
  afterAll(useDefaultPartitionInfo);

  test.each(KINDS)('%s is asked, or refused, as the SDK does', (_, fips, dualStack) => {
    const expected = ofSdk('dynamodb', 'plain-north-1', fips, dualStack);
    expect(expected).toBe(fips || dualStack ? undefined : 'https://dynamodb.plain-north-1.plain.example/');
    expect(ours('dynamodb', 'plain-north-1', fips, dualStack)).toBe(expected);
  });

  test('the error names the variable, and says what to do', () => {
    const environment = { AWS_REGION: 'plain-north-1', AWS_USE_DUALSTACK_ENDPOINT: 'true' };
    expect(() => endpointOf('dynamodb', environment)).toThrow(
      'AWS_USE_DUALSTACK_ENDPOINT is true, and partition aws-plain has no such endpoints: allowed is false. Take the ' +
        'variable away from the function.',
    );
  });
});

test('AWS_ENDPOINT_URL is asked instead, whatever else is set', () => {
  const environment = {
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_USE_FIPS_ENDPOINT: 'true',
  };
  expect(endpointOf('dynamodb', environment).href).toBe('http://127.0.0.1:4566/');
});
