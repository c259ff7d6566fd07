import { App, CfnParameter, Duration, Fn, type IPropertyInjector, PropertyInjectors, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnConnection, CfnLag } from 'aws-cdk-lib/aws-directconnect';
import { LagMemberships, type LagMembershipsProps } from '../../lib';

const TYPE = 'Custom::DirectConnectLagMembership';
const LAG = 'dxlag-fg1234aa';
const [A, B, C] = ['dxcon-0000000a', 'dxcon-0000000b', 'dxcon-0000000c'] as const;
const arn = (id: string) => `arn:aws:directconnect:eu-central-1:111122223333:dxcon/${id}`;

const networkOf = () => new Stack(new App(), 'Network', { env: { account: '111122223333', region: 'eu-central-1' } });

function groupOf(props: Partial<LagMembershipsProps>): LagMemberships {
  return new LagMemberships(networkOf(), 'Frankfurt', { lagId: LAG, ...props });
}

/** By logical id, the connection of each membership, and what of the memberships it depends on. */
function deployed(group: LagMemberships): { [logicalId: string]: unknown } {
  const found = Template.fromStack(Stack.of(group)).findResources(TYPE);
  return Object.fromEntries(
    Object.entries(found).map(([id, { Properties, DependsOn = [] }]) => [id, [Properties.ConnectionId, ...DependsOn]]),
  );
}

describe('the members of a LAG', () => {
  test('are a membership each, of that LAG, one after the other', () => {
    const group = groupOf({ connectionIds: [A, B, C] });
    expect(group.members.map(member => member.node.id)).toEqual([A, B, C]);
    const [a, b, c] = Object.entries(deployed(group));
    expect([a?.[1], b?.[1], c?.[1]]).toEqual([[A], [B, a?.[0]], [C, b?.[0]]]);
    Template.fromStack(Stack.of(group)).allResourcesProperties(TYPE, { LagId: LAG, Members: [A, B, C] });
  });

  test('are the same resources whatever the list is otherwise, and however they are given', () => {
    const namesOf = (...connectionIds: string[]) =>
      new Map(Object.entries(deployed(groupOf({ connectionIds }))).map(([id, value]) => [[value].flat(2)[0], id]));
    const before = namesOf(A, B);
    const after = namesOf(C, arn(B), A);
    expect([after.get(A), after.get(B)]).toEqual([before.get(A), before.get(B)]);
    expect(new Set(after.values()).size).toBe(3);
  });

  test('all have the options', () => {
    const stack = Stack.of(groupOf({ connectionIds: [A, B], allowMove: true, maxUnavailable: 2, region: 'us-east-1' }));
    const template = Template.fromStack(stack);
    template.allResourcesProperties(TYPE, { AllowMove: true, MaxUnavailable: 2, Region: 'us-east-1' });
    // Two may go at once, so neither waits for the other.
    const policies = Object.keys(template.findResources('AWS::IAM::Policy'));
    template.allResources(TYPE, { DependsOn: policies });
  });

  test('known at the deployment only have ids of their own, and are named to each other, too', () => {
    const group = groupOf({ connectionIds: [A] });
    const stack = Stack.of(group);
    const connection = new CfnConnection(stack, 'Own', {
      bandwidth: '10Gbps',
      connectionName: 'own',
      location: 'EqFA5',
    });
    const added = [
      group.addMember('Import', Fn.importValue('Connection')),
      group.addMember('Parameter', new CfnParameter(stack, 'Connection').valueAsString),
      group.addMember('Own', connection),
    ];
    expect(group.members.slice(1)).toEqual(added);
    expect(added.map(member => member.node.id)).toEqual(['Import', 'Parameter', 'Own']);
    const ids = [A, { 'Fn::ImportValue': 'Connection' }, { Ref: 'Connection' }, { Ref: 'Own' }];
    Template.fromStack(stack).allResourcesProperties(TYPE, { Members: ids });
    expect(Object.values(deployed(group)).map(value => [value].flat()[0])).toEqual(ids);
  });

  test('can all be added, to a LAG of the stack', () => {
    const stack = networkOf();
    const lag = new CfnLag(stack, 'Lag', { connectionsBandwidth: '10Gbps', lagName: 'lag', location: 'EqFA5' });
    const group = new LagMemberships(stack, 'Frankfurt', { lagId: lag });
    for (const id of [A, B]) group.addMember(id, id);
    Template.fromStack(stack).allResourcesProperties(TYPE, { LagId: { Ref: 'Lag' } });
    expect(Object.values(deployed(group))).toHaveLength(2);
  });

  test('have defaults from a property injector', () => {
    const stack = networkOf();
    const injector: IPropertyInjector = {
      constructUniqueId: LagMemberships.PROPERTY_INJECTION_ID,
      inject: (props: object) => ({ lowerMinimumLinks: true, ...props }),
    };
    PropertyInjectors.of(stack).add(injector);
    new LagMemberships(stack, 'Frankfurt', { lagId: LAG, connectionIds: [A] });
    Template.fromStack(stack).hasResourceProperties(TYPE, { LowerMinimumLinks: true });
  });
});

describe('what cannot be the members of a LAG is refused, with path, property, value and remedy:', () => {
  test.each<[string, string[], string]>([
    [
      'a connection twice',
      [A, B, A],
      `[Network/Frankfurt] connectionIds[2] is "${A}", which is a member already: allowed is each once. Remove one of the two.`,
    ],
    [
      'a connection by its id and by its ARN',
      [A, arn(A)],
      `[Network/Frankfurt] connectionIds[1] is "${A}", which is a member already`,
    ],
    [
      'more than a LAG takes',
      [1, 2, 3, 4, 5].map(index => `dxcon-0000000${index}`),
      '[Network/Frankfurt] connectionIds[4] is "dxcon-00000005", one more than a LAG takes: allowed are 4 connections. Take',
    ],
    [
      'what is no connection',
      [A, LAG],
      `[Network/Frankfurt] connectionIds[1] is "${LAG}": allowed is the id of a connection (dxcon- and 8`,
    ],
    [
      'a connection of another Region',
      [arn(A).replace('eu-central-1', 'us-east-1')],
      '[Network/Frankfurt] connectionIds[0] is "arn:aws:directconnect:us-east-1:',
    ],
    [
      'a token in the list',
      [A, Fn.importValue('Connection')],
      '[Network/Frankfurt] connectionIds[1] is a token: allowed are ids and ARNs of connections, because the memberships are ' +
        'named after them. Use addMember, with an id of your own.',
    ],
    [
      'a list that is a token',
      Token.asList(Fn.importValue('Connections')),
      '[Network/Frankfurt] connectionIds is a token: allowed',
    ],
  ])('%s', (_, connectionIds, message) => {
    expect(() => groupOf({ connectionIds })).toThrow(message);
  });

  test('a member that is added by the id of another', () => {
    const group = groupOf({ connectionIds: [A] });
    group.addMember('Added', B);
    expect(() => group.addMember('Added', C)).toThrow('[Network/Frankfurt] id is "Added", which is a member already');
  });

  test('a fifth member that is added', () => {
    const group = groupOf({});
    for (const index of [1, 2, 3, 4]) group.addMember(`M${index}`, Fn.importValue(`Connection${index}`));
    expect(() => group.addMember('M5', Fn.importValue('Connection5'))).toThrow(
      '[Network/Frankfurt] id is "M5", one more than a LAG takes: allowed are 4 connections.',
    );
  });

  test.each([
    ['an empty list', { connectionIds: [] }, '[]'],
    ['no list', {}, 'left out'],
  ])('%s, when there is still no member at synth', (_, props, shown) => {
    expect(() => Template.fromStack(Stack.of(groupOf(props)))).toThrow(
      `[Network/Frankfurt] connectionIds is ${shown}, and no member was added: allowed are 1 to 4 connections.`,
    );
    const group = groupOf(props);
    group.addMember('Added', A);
    expect(() => Template.fromStack(Stack.of(group))).not.toThrow();
  });
});

describe('metrics of the group', () => {
  test.each([
    ['metricAttempts', 'SUM', 'Attempts', 'Sum'],
    ['metricFailures', 'SUM', 'Failures', 'Sum'],
    ['metricDuration', 'MAX', 'Duration', 'Average'],
  ] as const)('%s is the %s of those of the members', (method, combine, name, statistic) => {
    const group = groupOf({ connectionIds: [A, B] });
    const metric = group[method]();
    // Without a value where nothing was done, a sum has none either.
    expect(metric.expression).toBe(`${combine}([FILL(m1, 0), FILL(m2, 0)])`);
    expect(Object.keys(metric.usingMetrics)).toEqual(['m1', 'm2']);
    const alarm = metric.createAlarm(group, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
    const stack = Stack.of(group);
    const logicalIds = group.members.map(member => stack.resolve(Object(member.node.defaultChild).logicalId));
    const [{ Properties } = { Properties: {} }] = Object.values(
      Template.fromStack(Stack.of(alarm)).findResources('AWS::CloudWatch::Alarm'),
    );
    const dimensions = (LogicalId: string) => [
      { Name: 'LogicalId', Value: LogicalId },
      { Name: 'StackName', Value: 'Network' },
    ];
    expect(Properties.Metrics).toEqual([
      expect.objectContaining({ Expression: metric.expression }),
      ...logicalIds.map(id => ({
        Id: expect.stringMatching(/^m[12]$/),
        MetricStat: {
          Metric: { Namespace: 'DirectConnectLagMembership', MetricName: name, Dimensions: dimensions(id) },
          Period: 300,
          Stat: statistic,
        },
        ReturnData: false,
      })),
    ]);
  });

  test('takes the options of any math', () => {
    const metric = groupOf({ connectionIds: [A] }).metricFailures({ label: 'Broken', period: Duration.hours(1) });
    expect(metric).toMatchObject({ label: 'Broken', period: Duration.hours(1) });
  });
});
