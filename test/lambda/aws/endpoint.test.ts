import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { setPartitionInfo, useDefaultPartitionInfo } from '@aws-sdk/core/client';
import { endpointOf, isResponseUrl, type Service } from '../../../lambda/aws/endpoint';

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

describe('CloudFormation can wait for an answer', () => {
  const bucket = 'cloudformation-custom-resource-response-eucentral1';
  test.each([
    [`https://${bucket}.s3.eu-central-1.amazonaws.com/x?X-Amz-Date=1`, 'eu-central-1'],
    [`https://${bucket}.s3-us-west-2.amazonaws.com/x`, 'us-west-2'],
    [`https://${bucket}.s3.amazonaws.com/x`, 'us-east-1'],
    [`https://s3.amazonaws.com/${bucket}/x`, 'us-east-1'],
    [`https://${bucket}.s3-fips.us-gov-west-1.amazonaws.com/x`, 'us-gov-west-1'],
    [`https://${bucket}.s3.dualstack.eu-central-1.amazonaws.com/x`, 'eu-central-1'],
    [`https://${bucket}.s3.cn-north-1.amazonaws.com.cn/x`, 'cn-north-1'],
    [`https://${bucket}.s3.eusc-de-east-1.amazonaws.eu/x`, 'eusc-de-east-1'],
    [`https://${bucket}.s3.us-iso-east-1.c2s.ic.gov/x`, 'us-iso-east-1'],
  ])('at %s', (url, AWS_REGION) => {
    expect(isResponseUrl(url, { AWS_REGION })).toBe(true);
  });

  test.each([
    'http://127.0.0.1:9777/x',
    `http://${bucket}.s3.eu-central-1.amazonaws.com/x`,
    `https://${bucket}.s3.eu-central-1.amazonaws.com:9777/x`,
    `https://${bucket}.s3.eu-central-1.amazonaws.com.example.com/x`,
    `https://${bucket}.s3.cn-north-1.amazonaws.com.cn/x`,
    'https://s3-evil-1.eu-central-1.elb.amazonaws.com/x',
    'https://s3.execute-api.eu-central-1.amazonaws.com/x',
    'https://user:password@s3.eu-central-1.amazonaws.com/x',
    'https://169.254.169.254/x',
    'file:///etc/passwd',
    'nonsense',
    '',
    undefined,
    7,
  ])('not at %s', url => {
    expect(isResponseUrl(url, { AWS_REGION: 'eu-central-1' })).toBe(false);
  });

  test('where there is an endpoint of its own, there and nowhere else', () => {
    const environment = { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
    expect(isResponseUrl('http://127.0.0.1:4566/_responses/x', environment)).toBe(true);
    expect(isResponseUrl('http://127.0.0.1:4567/_responses/x', environment)).toBe(false);
    expect(isResponseUrl(`https://${bucket}.s3.eu-central-1.amazonaws.com/x`, environment)).toBe(false);
  });
});
