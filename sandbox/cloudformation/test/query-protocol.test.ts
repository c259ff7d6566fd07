import { XMLParser } from 'fast-xml-parser';
import { AwsError } from '../../aws-error';
import { errorXml, parseQuery, toXml } from '../query-protocol';

describe('a request', () => {
  test('has its lists and structures put together again', () => {
    const body = new URLSearchParams({
      Action: 'CreateStack',
      Version: '2010-05-15',
      StackName: 'a b&c',
      'Parameters.member.2.ParameterKey': 'Q',
      'Parameters.member.1.ParameterKey': 'P',
      'Parameters.member.1.ParameterValue': '',
      'Capabilities.member.1': 'CAPABILITY_IAM',
      Tags: '',
      'DeploymentConfig.Mode': 'STANDARD',
      'Map.entry.1.key': 'k',
      'Map.entry.1.value': 'v',
    }).toString();
    expect(parseQuery(body)).toEqual({
      action: 'CreateStack',
      input: {
        StackName: 'a b&c',
        Parameters: [{ ParameterKey: 'P', ParameterValue: '' }, { ParameterKey: 'Q' }],
        Capabilities: ['CAPABILITY_IAM'],
        Tags: '',
        DeploymentConfig: { Mode: 'STANDARD' },
        Map: { k: 'v' },
      },
    });
  });

  test('keeps the order of a list of more than nine', () => {
    const members = Array.from({ length: 12 }, (_, index) => `L.member.${index + 1}=${index}`);
    expect(parseQuery(`Action=A&${members.reverse().join('&')}`).input.L).toEqual([...Array(12).keys()].map(String));
  });

  test('with more than 20 dots in a name is refused', () => {
    expect(() => parseQuery(`Action=A&${'a.'.repeat(50_000)}=1`)).toThrow('at most 20 parts');
  });

  test('without an action is refused', () => {
    expect(() => parseQuery('StackName=x')).toThrow('The request has no Action.');
  });
});

describe('an answer', () => {
  const parse = (xml: string) => new XMLParser({ ignoreAttributes: false, parseTagValue: false }).parse(xml);

  test('is XML in the shape of AWS Query', () => {
    const xml = toXml(
      'DescribeStacks',
      {
        Stacks: [
          { StackName: 'a', CreationTime: new Date(0), Outputs: [], DisableRollback: false, Reason: undefined },
          { StackName: '<&>' },
        ],
      },
      'id',
    );
    expect(parse(xml)).toEqual({
      DescribeStacksResponse: {
        '@_xmlns': 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
        DescribeStacksResult: {
          Stacks: {
            member: [
              { StackName: 'a', CreationTime: '1970-01-01T00:00:00.000Z', Outputs: '', DisableRollback: 'false' },
              { StackName: '<&>' },
            ],
          },
        },
        ResponseMetadata: { RequestId: 'id' },
      },
    });
  });

  test('of an error has its code, and no character that XML cannot hold', () => {
    expect(parse(errorXml(new AwsError('ValidationError', 'a\u0000b'), 'id'))).toEqual({
      ErrorResponse: {
        '@_xmlns': 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
        Error: { Type: 'Sender', Code: 'ValidationError', Message: 'a\ufffdb' },
        RequestId: 'id',
      },
    });
  });
});

test('a request with more than 10,000 parameters is refused', () => {
  expect(() => parseQuery(`Action=A${'&a=b'.repeat(10_000)}`)).toThrow('A request has at most 10000 parameters.');
  expect(parseQuery(`Action=A${'&a=b'.repeat(9_999)}`).action).toBe('A');
});
