import { App, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { driftLine } from '../../lambda/metrics';
import { type ILagMembership, LagMembership, LagMemberships } from '../../lib';

const env = { account: '111122223333', region: 'eu-central-1' };
const PAIR = { connectionId: 'dxcon-fg5678gh', lagId: 'dxlag-fg1234aa' };
const stackOf = () => new Stack(new App(), 'Network', { env });
const groupIn = (stack: Stack) =>
  new LagMemberships(stack, 'Munich', { lagId: 'dxlag-fg1234bb', connectionIds: ['dxcon-fg5678g1', 'dxcon-fg5678g2'] });

test('metricDrifted is the metric that a check writes for the membership', () => {
  const stack = stackOf();
  const membership: ILagMembership = new LagMembership(stack, 'Membership', PAIR);
  const { namespace, metricName, dimensions, statistic } = membership.metricDrifted();
  const [logicalId = ''] = Object.keys(Template.fromStack(stack).findResources('Custom::DirectConnectLagMembership'));
  const stackId = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Network/1';
  const line = JSON.parse(driftLine({ ...PAIR, stackId, logicalId }, true, 0));
  const [written] = line._aws.CloudWatchMetrics;
  expect({ namespace, metricName }).toEqual({ namespace: written.Namespace, metricName: written.Metrics[0].Name });
  expect(Object.keys(dimensions ?? {})).toEqual(written.Dimensions[0]);
  expect(stack.resolve(dimensions)).toEqual({ StackName: line.StackName, LogicalId: line.LogicalId });
  expect(statistic).toBe('Maximum');
});

/** Source: Direct Connect user guide, "Monitor with Amazon CloudWatch", the table of connection metrics. */
test.each([
  ['ConnectionState', 'Minimum'],
  ['ConnectionBpsEgress', 'Average'],
  ['ConnectionBpsIngress', 'Average'],
  ['ConnectionPpsEgress', 'Average'],
  ['ConnectionPpsIngress', 'Average'],
  ['ConnectionErrorCount', 'Sum'],
  ['ConnectionDiscardsPpsEgress', 'Average'],
  ['ConnectionEncryptionState', 'Minimum'],
] as const)('%s is a metric of the connection', (name, statistic) => {
  const membership = new LagMembership(stackOf(), 'Membership', PAIR);
  expect(membership[`metric${name}`]()).toMatchObject({
    namespace: 'AWS/DX',
    metricName: name,
    dimensions: { ConnectionId: PAIR.connectionId },
    statistic,
    period: Duration.minutes(5),
  });
  expect(membership[`metric${name}`]({ statistic: 'p90', period: Duration.minutes(1) })).toMatchObject({
    statistic: 'p90',
    period: Duration.minutes(1),
  });
});

test.each(['ConnectionLightLevelTx', 'ConnectionLightLevelRx'] as const)('%s is one of an optical lane', name => {
  expect(new LagMembership(stackOf(), 'Membership', PAIR)[`metric${name}`]('1')).toMatchObject({
    namespace: 'AWS/DX',
    metricName: name,
    dimensions: { ConnectionId: PAIR.connectionId, OpticalLaneNumber: '1' },
    statistic: 'Minimum',
  });
});

test("a connection's metrics are those of its own Region", () => {
  const membership = new LagMembership(stackOf(), 'Membership', { ...PAIR, region: 'us-east-1' });
  expect(membership.metricConnectionState().region).toBe('us-east-1');
  expect(membership.metricDrifted().region).toBe('eu-central-1');
});

test('a connection that is known at the deployment only is named by what the membership says of it', () => {
  const stack = stackOf();
  new LagMembership(stack, 'Membership', { ...PAIR, connectionId: Fn.importValue('Connection') })
    .metricConnectionState()
    .createAlarm(stack, 'Down', { threshold: 1, evaluationPeriods: 1 });
  Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
    Dimensions: [
      { Name: 'ConnectionId', Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Membership'), 'ConnectionId'] } },
    ],
  });
});

describe('of a group', () => {
  test('metricDrifted counts the members that are elsewhere, and has no value where nobody has looked', () => {
    const { expression, usingMetrics } = groupIn(stackOf()).metricDrifted();
    expect(expression).toBe('SUM([m1, m2])');
    expect(Object.values(usingMetrics).map(metric => Object(metric).metricName)).toEqual(['Drifted', 'Drifted']);
  });

  test('metricOperationalLinks counts the links that are up; one without data is not', () => {
    const { expression, usingMetrics } = groupIn(stackOf()).metricOperationalLinks();
    expect(expression).toBe('SUM([FILL(m1, 0), FILL(m2, 0)])');
    expect(usingMetrics).toMatchObject({
      m1: { metricName: 'ConnectionState', dimensions: { ConnectionId: 'dxcon-fg5678g1' }, statistic: 'Minimum' },
      m2: { metricName: 'ConnectionState', dimensions: { ConnectionId: 'dxcon-fg5678g2' }, statistic: 'Minimum' },
    });
  });

  test('alarmBelow goes off where fewer links are up, or nothing is known of them', () => {
    const stack = stackOf();
    const group = groupIn(stack);
    group.alarmBelow(1);
    group.alarmBelow(2);
    const template = Template.fromStack(stack);
    for (const Threshold of [1, 2]) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ComparisonOperator: 'LessThanThreshold',
        Threshold,
        EvaluationPeriods: 1,
        TreatMissingData: 'breaching',
        Metrics: Match.arrayWith([Match.objectLike({ Expression: 'SUM([FILL(m1, 0), FILL(m2, 0)])' })]),
      });
    }
  });

  test.each([0, 3, 1.5, Number.NaN])('alarmBelow(%s) is refused', links => {
    expect(() => groupIn(stackOf()).alarmBelow(links)).toThrow(
      `[Network/Munich] alarmBelow is ${links}: allowed are whole numbers from 1 to 2, the number of members.`,
    );
  });
});
