import { App, CfnCondition, CfnParameter, CfnResource, Fn, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnConnection, CfnLag } from 'aws-cdk-lib/aws-directconnect';
import type { Construct } from 'constructs';
import { LagMembership, type LagMembershipProps } from '../../lib';

const [A, B, C] = ['dxcon-0000000a', 'dxcon-0000000b', 'dxcon-0000000c'] as const;
const LAG = 'dxlag-fg1234aa';
const OTHER_LAG = 'dxlag-fg1234bb';

function stackWith(...memberships: readonly LagMembershipProps[]): Stack {
  const stack = new Stack(new App(), 'Network', { env: { account: '111122223333', region: 'eu-central-1' } });
  memberships.forEach((props, index) => {
    new LagMembership(stack, `M${index}`, props);
  });
  return stack;
}

/** What each membership of a stack has under a name. */
function each(stack: Stack, name: string): unknown[] {
  const found = Template.fromStack(stack).findResources('Custom::DirectConnectLagMembership');
  return Object.values(found).map(({ Properties }) => Properties[name]);
}

test('each of several memberships of a LAG names all members that the stack declares in it', () => {
  const stack = stackWith(
    { connectionId: A, lagId: LAG },
    { connectionId: C, lagId: OTHER_LAG },
    { connectionId: B, lagId: `arn:aws:directconnect:eu-central-1:111122223333:dxlag/${LAG}` },
  );
  expect(each(stack, 'Members')).toEqual([[A, B], undefined, [A, B]]);
});

test('a LAG that is a token is the same LAG', () => {
  const stack = stackWith();
  const lagId = new CfnParameter(stack, 'Lag').valueAsString;
  for (const connectionId of [A, B]) new LagMembership(stack, connectionId, { connectionId, lagId });
  expect(each(stack, 'Members')).toEqual([
    [A, B],
    [A, B],
  ]);
});

test("a stack's own LAG is the same by its name, its id and its ARN", () => {
  const stack = stackWith();
  const lag = new CfnLag(stack, 'Lag', { connectionsBandwidth: '10Gbps', lagName: 'lag', location: 'EqFA5' });
  const lagIds = [lag, lag.attrLagId, lag.attrLagArn];
  [A, B, C].forEach((connectionId, index) => {
    new LagMembership(stack, connectionId, { connectionId, lagId: lagIds[index] ?? lag });
  });
  expect(each(stack, 'Members')).toEqual(Array(3).fill([A, B, C]));
});

/** A connection that the stack itself makes. */
const connectionOf = (scope: Construct, id: string) =>
  new CfnConnection(scope, id, { bandwidth: '10Gbps', connectionName: id, location: 'EqFA5' });

describe('members that are known at the deployment only are named', () => {
  test('by what they are to the stack', () => {
    const app = new App();
    const stack = new Stack(app, 'Network');
    const elsewhere = new Stack(app, 'Elsewhere');
    const connectionIds = [
      A,
      new CfnParameter(stack, 'Parameter').valueAsString,
      connectionOf(stack, 'Connection').attrConnectionId,
      connectionOf(elsewhere, 'Connection').attrConnectionId,
    ];
    connectionIds.forEach((connectionId, index) => {
      new LagMembership(stack, `M${index}`, { connectionId, lagId: LAG });
    });
    const members = [
      A,
      { Ref: 'Parameter' },
      { 'Fn::GetAtt': ['Connection', 'ConnectionId'] },
      { 'Fn::ImportValue': expect.stringContaining('Elsewhere:') },
    ];
    expect(each(stack, 'Members')).toEqual(Array(4).fill(members));
    expect(each(stack, 'ConnectionId')).toEqual(members);
  });

  test('in a nested stack, by what they are to that', () => {
    const stack = stackWith();
    const nested = new NestedStack(stack, 'Nested');
    for (const id of ['First', 'Second']) {
      new LagMembership(nested, `${id}Membership`, { connectionId: connectionOf(stack, id), lagId: LAG });
    }
    const ids = each(nested, 'ConnectionId');
    expect(each(nested, 'Members')).toEqual([ids, ids]);
  });

  test('where another one needs a membership of another LAG', () => {
    const stack = stackWith({ connectionId: C, lagId: OTHER_LAG });
    const connection = connectionOf(stack, 'Connection');
    connection.node.addDependency(stack.node.findChild('M0'));
    new LagMembership(stack, 'M1', { connectionId: A, lagId: LAG });
    new LagMembership(stack, 'M2', { connectionId: connection, lagId: LAG });
    const members = [A, { Ref: 'Connection' }];
    expect(each(stack, 'Members')).toEqual([undefined, members, members]);
  });

  test.each([
    [
      'depends on a membership',
      (connection: CfnConnection, first: LagMembership) => connection.node.addDependency(first),
    ],
    [
      'refers to a membership, by way of something else',
      (connection: CfnConnection, first: LagMembership) => {
        const properties = { State: first.connectionState };
        const between = new CfnResource(first.stack, 'Between', { type: 'Test::Between', properties });
        connection.connectionName = between.ref;
      },
    ],
    [
      'refers to a membership by name',
      (connection: CfnConnection, first: LagMembership) => {
        const name: string = first.stack.resolve(Object(first.node.defaultChild).logicalId);
        connection.connectionName = Fn.getAtt(name, 'ConnectionName').toString();
      },
    ],
  ])('but not where its connection %s of the LAG, which would make a circle', (_, put) => {
    const stack = stackWith();
    const first = new LagMembership(stack, 'First', { connectionId: A, lagId: LAG });
    const connection = connectionOf(stack, 'Connection');
    put(connection, first);
    new LagMembership(stack, 'Second', { connectionId: connection, lagId: LAG });
    // A circle is an error of this.
    expect(each(stack, 'Members')).toEqual([[], []]);
  });

  test('but not where that would make a circle with the order of another LAG', () => {
    const stack = stackWith();
    const [first, second] = [A, B, C].map(
      connectionId => new LagMembership(stack, connectionId, { connectionId, lagId: LAG }),
    );
    const before = new LagMembership(stack, 'Before', { connectionId: 'dxcon-0000000d', lagId: OTHER_LAG });
    if (first === undefined || second === undefined) throw new Error('too few');
    first.node.addDependency(before);
    const connection = connectionOf(stack, 'Connection');
    connection.node.addDependency(second);
    new LagMembership(stack, 'After', { connectionId: connection, lagId: OTHER_LAG });
    const members = [A, B, C];
    expect(each(stack, 'Members')).toEqual([members, members, members, [], []]);
  });

  test('but not both where the members of two LAGs would make a circle together', () => {
    const stack = stackWith({ connectionId: A, lagId: LAG }, { connectionId: C, lagId: OTHER_LAG });
    const [first, other] = ['M0', 'M1'].map(id => stack.node.findChild(id));
    const [late, later] = ['Late', 'Later'].map(id => connectionOf(stack, id));
    if (first === undefined || other === undefined || late === undefined || later === undefined)
      throw new Error('too few');
    // The first of this LAG needs what the first of the other one makes possible, and the other way round.
    late.node.addDependency(other);
    later.node.addDependency(first);
    new LagMembership(stack, 'M2', { connectionId: late, lagId: LAG });
    new LagMembership(stack, 'M3', { connectionId: later, lagId: OTHER_LAG });
    expect(each(stack, 'Members')).toEqual([[A, { Ref: 'Late' }], [], [A, { Ref: 'Late' }], []]);
  });
});

test('members are named as before in a second synthesis, and as they are by then', () => {
  const app = new App();
  const stack = new Stack(app, 'Network');
  const connection = connectionOf(stack, 'Connection');
  const first = new LagMembership(stack, 'First', { connectionId: A, lagId: LAG });
  new LagMembership(stack, 'Second', { connectionId: connection, lagId: LAG });
  const membersOf = () => {
    const { Resources } = app.synth({ force: true }).getStackByName('Network').template;
    return Object.values<{ Properties: { Members?: unknown } }>(Resources).flatMap(
      ({ Properties }) => Properties.Members ?? [],
    );
  };
  const members = [A, { Ref: 'Connection' }];
  expect([membersOf(), membersOf()]).toEqual([members.concat(members), members.concat(members)]);
  connection.node.addDependency(first);
  expect(membersOf()).toEqual([]);
});

describe('members are not named', () => {
  test('where they are of another Region', () => {
    const stack = stackWith({ connectionId: A, lagId: LAG }, { connectionId: B, lagId: LAG, region: 'us-east-1' });
    expect(each(stack, 'Members')).toEqual([undefined, undefined]);
  });

  test('where one stays in the LAG when its membership goes', () => {
    const stack = stackWith({ connectionId: A, lagId: LAG });
    new LagMembership(stack, 'Kept', { connectionId: B, lagId: LAG }).applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(each(stack, 'Members')).toEqual([[], []]);
  });

  test.each([
    [
      'a membership',
      ({ membership }: { membership: LagMembership; connection: CfnConnection }) => membership.node.defaultChild,
    ],
    ['a connection', ({ connection }: { membership: LagMembership; connection: CfnConnection }) => connection],
  ])('where a condition may leave out %s, which nothing could refer to then', (_, conditional) => {
    const stack = stackWith({ connectionId: A, lagId: LAG });
    const connection = connectionOf(stack, 'Connection');
    const membership = new LagMembership(stack, 'Second', { connectionId: connection, lagId: LAG });
    const resource = conditional({ membership, connection });
    if (!CfnResource.isCfnResource(resource)) throw new Error('no resource');
    resource.cfnOptions.condition = new CfnCondition(stack, 'If', { expression: Fn.conditionEquals('a', 'b') });
    expect(each(stack, 'Members')).toEqual([[], []]);
  });
});

test('a membership that is retained says so, and no other does', () => {
  const stack = stackWith({ connectionId: A, lagId: LAG });
  new LagMembership(stack, 'Kept', { connectionId: B, lagId: LAG }).applyRemovalPolicy(RemovalPolicy.RETAIN);
  expect(each(stack, 'Retained')).toEqual([undefined, true]);
});
