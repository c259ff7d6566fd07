import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { DEFAULTS, InvalidProperty, parseEvent } from '../../../lambda/cloudformation/event';

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
  const home = { region: 'eu-central-1', connectionId: ID };
  const pair = { connectionId: ID, lagId: LAG };
  const none = DEFAULTS;
  const given = { ConnectionId: ID, LagId: LAG };

  test('ids and ARNs give the same pair', () => {
    const expected = { type: 'Create', ...home, pair, options: none, notCreatedId: 'Membership-not-created' };
    expect(parseEvent(create(given))).toEqual(expected);
    expect(parseEvent(create({ ConnectionId: arn(`dxcon/${ID}`), LagId: arn(`dxlag/${LAG}`) }))).toEqual(expected);
  });

  test("CloudFormation's own properties are no surprise", () => {
    expect(() => parseEvent(create({ ...given, ServiceTimeout: '3600' }))).not.toThrow();
  });

  test('options arrive as text', () => {
    const flags = { AllowMove: 'true', AllowOutage: 'true', LowerMinimumLinks: 'false', Reassociate: 'true' };
    const numbers = { MaxUnavailable: '2', MinLinksInService: '1', WaitForAvailable: '0' };
    expect(parseEvent(create({ ...given, ...flags, ...numbers })).options).toEqual({
      ...none,
      allowMove: true,
      allowOutage: true,
      reassociate: true,
      maxUnavailable: 2,
      minLinksInService: 1,
      waitForAvailable: 0,
    });
  });

  test('an Update has both pairs', () => {
    expect(parseEvent(update(given, { ConnectionId: ID, LagId: 'dxlag-fg1234bb' }))).toEqual({
      type: 'Update',
      ...home,
      pair,
      options: none,
      oldPair: { connectionId: ID, lagId: 'dxlag-fg1234bb' },
      physicalId: ID,
    });
  });

  test.each([ID, `${ID}/adopted`, `${ID}/from/dxlag-fg1234bb`, 'Network-Membership-INVENTED'])(
    'a Delete of %s names the pair',
    physicalId => {
      const expected = { type: 'Delete', ...home, pair, options: none, physicalId };
      expect(parseEvent(remove(given, physicalId))).toEqual(expected);
    },
  );

  test('a Region in the template is where ARNs must be', () => {
    const there = (resource: string) => arn(resource, { region: 'us-east-1' });
    const values = { ConnectionId: there(`dxcon/${ID}`), LagId: there(`dxlag/${LAG}`) };
    expect(parseEvent(create({ ...values, Region: 'us-east-1' }))).toMatchObject({ region: 'us-east-1', pair });
    expect(parseEvent(remove({ ...values, Region: 'us-east-1' }))).toMatchObject({ region: 'us-east-1', pair });
    expect(() => parseEvent(create(values))).toThrow('of Region us-east-1');
    expect(() => parseEvent(create({ ...values, Region: 'us-west-2' }))).toThrow('Region us-west-2');
  });

  test.each([['evil.example.com/x'], ['US-EAST-1'], [''], [1], [['us-east-1']]])('%j is no Region', Region => {
    expect(() => parseEvent(create({ ...given, Region }))).toThrow(
      `Region is ${JSON.stringify(Region)}: allowed is the name of a Region of partition aws, such as us-east-1.`,
    );
    const removed = parseEvent(remove({ ...given, Region }));
    expect(removed).toMatchObject({ region: 'eu-central-1', connectionId: ID });
    expect(removed).not.toHaveProperty('pair');
  });

  test('the old pair of an Update from another Region is left to the Delete that follows', () => {
    const changed = update({ ...given, Region: 'us-east-1' }, { ConnectionId: 'dxcon-00000001', LagId: LAG });
    expect(parseEvent(changed)).not.toHaveProperty('oldPair');
  });

  describe('the other members that the stack declares', () => {
    const other = 'dxcon-00000001';
    const beside = { ...given, Members: [ID, arn(`dxcon/${other}`)] };

    test('are known by their ids', () => {
      expect(parseEvent(create(beside)).options).toEqual({ ...none, members: [ID, other] });
    });

    test('are known as they were, where the LAG is the same', () => {
      expect(parseEvent(update({ ...given, Members: [ID] }, beside))).toMatchObject({ oldMembers: [ID, other] });
      const moved = parseEvent(update(given, { ...beside, LagId: 'dxlag-fg1234bb' }));
      expect(moved).not.toHaveProperty('oldMembers');
    });

    test.each<[string, Values, Values, boolean]>([
      ['a member more', beside, given, true],
      ['a member less', given, beside, true],
      ['the retention', { ...given, Retained: 'true' }, given, true],
      ['a member and an option', { ...beside, AllowMove: 'true' }, given, false],
      ['a member and what has it looked at', { ...beside, Reassert: '2026-11-24' }, given, false],
      ['nothing', beside, beside, false],
    ])('make no change of the membership itself where they alone differ (%s)', (_, values, old, expected) => {
      expect('onlyMembersDiffer' in parseEvent(update(values, old))).toBe(expected);
    });

    test('that are no list are refused, and stop no Delete', () => {
      expect(() => parseEvent(create({ ...given, Members: ID }))).toThrow(
        `Members is "${ID}": allowed is a list of ids of connections.`,
      );
      expect(parseEvent(remove({ ...given, Members: ID }))).toMatchObject({ pair });
    });
  });

  test('a Delete of another connection than the properties name is of that connection, and has no pair', () => {
    const request = parseEvent(remove(given, 'dxcon-00000001'));
    expect(request).toHaveProperty('connectionId', 'dxcon-00000001');
    expect(request).not.toHaveProperty('pair');
  });

  test('a Delete whose properties no membership can have has no pair, and does not fail', () => {
    const request = parseEvent(remove({ ...given, LagId: 'nonsense', AllowMove: 'perhaps' }));
    expect(request).toMatchObject({ connectionId: ID, options: none });
    expect(request).not.toHaveProperty('pair');
  });

  test('a Delete of which neither id nor properties name a connection has none', () => {
    expect(parseEvent(remove({ LagId: LAG }, 'Membership-not-created'))).not.toHaveProperty('connectionId');
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
  [
    'an option that is no text',
    { ConnectionId: ID, LagId: LAG, AllowMove: { toString: 'x' } },
    'AllowMove is {"toString":"x"}: allowed is true or false',
  ],
  [
    'an option that is another text',
    { ConnectionId: ID, LagId: LAG, AllowMove: 'yes' },
    'AllowMove is "yes": allowed is true',
  ],
  [
    'a wait of no whole seconds',
    { ConnectionId: ID, LagId: LAG, WaitForAvailable: '1.5' },
    'WaitForAvailable is "1.5": allowed is a whole number',
  ],
  ['an unknown property', { ConnectionId: ID, LagId: LAG, LagID: LAG }, 'LagID is not a property of a LAG membership'],
])('%s is refused in one line that names property, value and what is allowed', (_, values, message) => {
  const parse = () => parseEvent(create(values));
  expect(parse).toThrow(InvalidProperty);
  expect(parse).toThrow(message);
  expect(parse).toThrow(/^[^\n]{1,500}$/);
});
