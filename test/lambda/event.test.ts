import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { InvalidProperty, parseEvent } from '../../lambda/event';

const ID = 'dxcon-fg5678gh';
const LAG = 'dxlag-fg1234aa';
const arn = (
  resource: string,
  { partition = 'aws', service = 'directconnect', region = 'eu-central-1', account = '111122223333' } = {},
) => `arn:${partition}:${service}:${region}:${account}:${resource}`;

const base = {
  ServiceToken: arn('function:handler', { service: 'lambda' }),
  ResponseURL: 'https://example.com/secret',
  StackId: arn('stack/Network/1', { service: 'cloudformation' }),
  RequestId: 'request',
  LogicalResourceId: 'Membership',
  ResourceType: 'Custom::DirectConnectLagMembership',
};
type Values = { readonly [name: string]: unknown };
const properties = (values: Values) => ({ ServiceToken: base.ServiceToken, ...values });
const create = (values: Values): CloudFormationCustomResourceEvent => ({
  ...base,
  RequestType: 'Create',
  ResourceProperties: properties(values),
});
const update = (values: Values, old: Values): CloudFormationCustomResourceEvent => ({
  ...base,
  RequestType: 'Update',
  PhysicalResourceId: ID,
  ResourceProperties: properties(values),
  OldResourceProperties: properties(old),
});
const remove = (values: Values, physicalId = ID): CloudFormationCustomResourceEvent => ({
  ...base,
  RequestType: 'Delete',
  PhysicalResourceId: physicalId,
  ResourceProperties: properties(values),
});

describe('reading an event', () => {
  test('ids and ARNs give the same pair', () => {
    const pair = { connectionId: ID, lagId: LAG };
    expect(parseEvent(create({ ConnectionId: ID, LagId: LAG }))).toEqual({ type: 'Create', pair });
    expect(parseEvent(create({ ConnectionId: arn(`dxcon/${ID}`), LagId: arn(`dxlag/${LAG}`) }))).toEqual({
      type: 'Create',
      pair,
    });
  });

  test("CloudFormation's own properties are no surprise", () => {
    expect(() => parseEvent(create({ ConnectionId: ID, LagId: LAG, ServiceTimeout: '3600' }))).not.toThrow();
  });

  test('an Update has both pairs', () => {
    expect(parseEvent(update({ ConnectionId: ID, LagId: LAG }, { ConnectionId: ID, LagId: 'dxlag-fg1234bb' }))).toEqual(
      {
        type: 'Update',
        pair: { connectionId: ID, lagId: LAG },
        oldPair: { connectionId: ID, lagId: 'dxlag-fg1234bb' },
        physicalId: ID,
      },
    );
  });

  test('a Delete of an id that CloudFormation invented names no pair', () => {
    const event = remove({ ConnectionId: ID, LagId: LAG }, 'Network-Membership-ABC');
    expect(parseEvent(event)).toEqual({ type: 'Delete', physicalId: 'Network-Membership-ABC' });
  });

  test('a Delete whose properties no membership can have names no pair, and does not fail', () => {
    expect(parseEvent(remove({ ConnectionId: ID, LagId: 'nonsense' }))).toEqual({ type: 'Delete', physicalId: ID });
  });
});

test.each<[string, Values, string]>([
  [
    "a LAG's id for a connection",
    { ConnectionId: LAG, LagId: LAG },
    `ConnectionId is "${LAG}": allowed is the id of a connection`,
  ],
  ["a connection's id for a LAG", { ConnectionId: ID, LagId: ID }, `LagId is "${ID}": allowed is the id of a LAG`],
  ["a LAG's ARN for a connection", { ConnectionId: arn(`dxlag/${LAG}`), LagId: LAG }, 'is not the ARN of a connection'],
  [
    'an ARN of another service',
    { ConnectionId: arn(`dxcon/${ID}`, { service: 'ec2' }), LagId: LAG },
    'is not the ARN of a connection',
  ],
  [
    'an ARN of another Region',
    { ConnectionId: arn(`dxcon/${ID}`, { region: 'us-east-1' }), LagId: LAG },
    'of Region us-east-1: allowed',
  ],
  [
    'an ARN of another account',
    { ConnectionId: arn(`dxcon/${ID}`, { account: '444455556666' }), LagId: LAG },
    'of account 444455556666',
  ],
  [
    'an ARN of another partition',
    { ConnectionId: arn(`dxcon/${ID}`, { partition: 'aws-cn' }), LagId: LAG },
    'of partition aws-cn',
  ],
  ['an empty value', { ConnectionId: '', LagId: LAG }, 'ConnectionId is empty: allowed'],
  ['a missing value', { ConnectionId: ID }, 'LagId is missing: allowed'],
  ['a number', { ConnectionId: 12345678, LagId: LAG }, 'ConnectionId is 12345678, not a string'],
  ['a list', { ConnectionId: [ID], LagId: LAG }, `ConnectionId is ["${ID}"], not a string`],
  ['too long an id', { ConnectionId: `dxcon-${'a'.repeat(5000)}`, LagId: LAG }, 'ConnectionId is "dxcon-aaa'],
  ['a line feed', { ConnectionId: `${ID}\n`, LagId: LAG }, `ConnectionId is "${ID}?"`],
  ['an unknown property', { ConnectionId: ID, LagId: LAG, LagID: LAG }, 'LagID is not a property of a LAG membership'],
])('%s is refused in one line that names property, value and what is allowed', (_, values, message) => {
  const parse = () => parseEvent(create(values));
  expect(parse).toThrow(InvalidProperty);
  expect(parse).toThrow(message);
  expect(parse).toThrow(/^[^\n]{1,500}$/);
});
