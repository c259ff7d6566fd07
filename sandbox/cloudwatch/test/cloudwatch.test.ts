import type { Caller } from '../../caller';
import { readState } from '../../direct-connect/state-file';
import { connection } from '../../direct-connect/test/support';
import { createServices } from '../../services';
import { templateOf } from '../../test/custom-resource';
import { VirtualClock } from '../../test/virtual-clock';
import { CloudWatchApi } from '../cloudwatch-api';

const accountId = '111122223333';
const region = 'eu-central-1';
const caller: Caller = { accountId, region, principalArn: `arn:aws:iam::${accountId}:user/sandbox` };
const ids = ['dxcon-fg5678gh', 'dxcon-fg5678ij'];
const topic = `arn:aws:sns:${region}:${accountId}:T`;
const minute = 60_000;

const drifted = {
  Namespace: 'N',
  MetricName: 'Drifted',
  Dimensions: [{ Name: 'LogicalId', Value: 'M' }],
};
const alarm = (changes: object = {}) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: 'A',
    ...drifted,
    Statistic: 'Maximum',
    Period: 300,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    EvaluationPeriods: 1,
    TreatMissingData: 'ignore',
    ...changes,
  },
});
/** Several metrics instead of one. */
const math = (expression: string, metrics: readonly object[], changes: object = {}) =>
  alarm({
    Namespace: undefined,
    MetricName: undefined,
    Dimensions: undefined,
    Statistic: undefined,
    Period: undefined,
    Metrics: [
      { Id: 'expr_1', Expression: expression },
      ...metrics.map((MetricStat, index) => ({ Id: `m${index + 1}`, MetricStat, ReturnData: false })),
    ],
    ...changes,
  });
const linkOf = (Value: string) => ({
  Metric: { Namespace: 'AWS/DX', MetricName: 'ConnectionState', Dimensions: [{ Name: 'ConnectionId', Value }] },
  Period: 60,
  Stat: 'Minimum',
});
const linksBelow2 = math('SUM([FILL(m1, 0), FILL(m2, 0)])', ids.map(linkOf), {
  ComparisonOperator: 'LessThanThreshold',
  Threshold: 2,
});

async function world(resources: object) {
  const clock = new VirtualClock();
  let fails = false;
  const services = createServices({
    clock,
    random: Math.random,
    accountId,
    transitionMilliseconds: 0,
    state: readState({ connections: ids.map(id => connection(id)), lags: [], virtualInterfaces: [] }),
    run: async () =>
      fails ? { kind: 'error', errorType: 'E', errorMessage: 'it fails' } : { kind: 'answer', payload: null },
    writeLog: () => {},
    responseUrlBase: 'http://127.0.0.1:1/_responses',
  });
  const { cloudFormation, cloudWatch, iam, logs } = services;
  const api = new CloudWatchApi(cloudWatch, iam.authorize);
  logs.createGroup(region, 'g', undefined);
  const stream = await logs.openStream(caller, 'g', 's');
  const run = async (action: string, template: object) => {
    const TemplateBody = JSON.stringify({ Resources: template });
    const input = { StackName: 'S', TemplateBody, Capabilities: ['CAPABILITY_IAM'] };
    await cloudFormation.call(action, input, caller);
    return clock.run(cloudFormation.whenSettled('S', region));
  };
  const status = await run('CreateStack', resources);
  return {
    ...services,
    clock,
    status,
    fail: () => {
      fails = true;
    },
    update: (template: object) => run('UpdateStack', template),
    ask: (operation: string, input: object) => api.call(operation, { ...input }, caller),
    /** A function logs the value, a moment before. */
    log: (value: number) => {
      const CloudWatchMetrics = [{ Namespace: 'N', Dimensions: [['LogicalId']], Metrics: [{ Name: 'Drifted' }] }];
      stream.line(
        JSON.stringify({ _aws: { Timestamp: clock.now() - 1, CloudWatchMetrics }, LogicalId: 'M', Drifted: value }),
      );
    },
    state: () => cloudWatch.alarms(region)[0]?.state,
  };
}

test('an alarm begins without data, sounds within a minute of a value that breaches, and is back after one that does not', async () => {
  const { clock, log, state } = await world({ A: alarm() });
  expect(state()).toMatchObject({ value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' });
  await clock.advance(2 * minute);
  expect(state()?.value).toBe('INSUFFICIENT_DATA');
  log(1);
  await clock.advance(minute);
  expect(state()).toMatchObject({ value: 'ALARM', reason: expect.stringContaining('[1.0 (') });
  await clock.advance(15 * minute);
  expect(state()?.value).toBe('ALARM');
  log(0);
  await clock.advance(minute);
  expect(state()?.value).toBe('OK');
});

test('a value counts as long as it is within the evaluation range', async () => {
  const { clock, log, state } = await world({ A: alarm({ TreatMissingData: 'notBreaching' }) });
  log(1);
  await clock.advance(15 * minute - 1);
  expect(state()?.value).toBe('ALARM');
  await clock.advance(2 * minute);
  expect(state()?.value).toBe('OK');
});

test('an alarm on links goes by the state of the connections', async () => {
  const { clock, directConnect, state } = await world({ A: linksBelow2 });
  await clock.advance(minute);
  expect(state()?.value).toBe('OK');
  directConnect.network.setLink('dxcon-fg5678gh', 'down');
  await clock.advance(2 * minute);
  expect(state()).toMatchObject({ value: 'ALARM', reason: expect.stringContaining('less than the threshold (2.0)') });
  directConnect.network.setLink('dxcon-fg5678gh', 'available');
  await clock.advance(2 * minute);
  expect(state()?.value).toBe('OK');
});

test('an alarm on the errors of a function sounds when one ends in an error', async () => {
  const errors = { Namespace: 'AWS/Lambda', MetricName: 'Errors', Statistic: 'Sum' };
  const Dimensions = [{ Name: 'FunctionName', Value: 'F' }];
  const resources = {
    A: alarm({ ...errors, Dimensions, TreatMissingData: 'notBreaching' }),
    ...templateOf('', { FunctionName: 'F' }).Resources,
    Custom: undefined,
  };
  const { clock, lambda, state, fail } = await world(resources);
  const functionArn = `arn:aws:lambda:${region}:${accountId}:function:F`;
  await clock.run(lambda.invoke(functionArn, {}));
  await clock.advance(minute);
  expect(state()?.value).toBe('OK');
  fail();
  await clock.run(lambda.invoke(functionArn, {}));
  await clock.advance(minute);
  expect(state()?.value).toBe('ALARM');
});

test('an expression may be named twice by another', async () => {
  const Metrics = [
    { Id: 'e1', Expression: 'e2 + e2' },
    { Id: 'e2', Expression: 'm1 * 3', ReturnData: false },
    { Id: 'm1', MetricStat: linkOf('dxcon-fg5678gh'), ReturnData: false },
  ];
  const { clock, state } = await world({ A: math('', [], { Metrics }) });
  await clock.advance(minute);
  expect(state()).toMatchObject({ value: 'ALARM', reason: expect.stringContaining('[6.0 (') });
});

test('of a unit that is asked for no other samples count', async () => {
  const { clock, log, state } = await world({
    A: alarm({ Unit: 'Count' }),
    B: alarm({ AlarmName: 'B', Unit: 'None' }),
  });
  log(1);
  await clock.advance(minute);
  expect(state()?.value).toBe('INSUFFICIENT_DATA');
});

test('without alarms nobody looks at the clock any more', async () => {
  const { clock, update } = await world({ A: alarm(), G: { Type: 'AWS::Logs::LogGroup' } });
  await update({ G: { Type: 'AWS::Logs::LogGroup' } });
  await clock.advance(minute);
  const sleep = jest.spyOn(clock, 'sleep');
  await clock.advance(10 * minute);
  expect(sleep).not.toHaveBeenCalled();
});

test('an alarm that the sandbox cannot evaluate says so, and the stack is made all the same', async () => {
  const links = [linkOf('dxcon-fg5678gh')];
  const { status, clock, deliveries, state, ask } = await world({
    A: math('RATE(m1)', links, { InsufficientDataActions: [topic] }),
  });
  expect(status).toBe('CREATE_COMPLETE');
  await clock.advance(minute);
  expect(state()).toMatchObject({
    value: 'INSUFFICIENT_DATA',
    reason: expect.stringContaining('does not work out RATE'),
  });
  const described = await ask('DescribeAlarms', {});
  expect(described).toMatchObject({ MetricAlarms: [{ EvaluationState: 'EVALUATION_ERROR' }] });
  expect(deliveries.list).toEqual([]);
});

test.each([
  ['an expression of itself', math('expr_1 + m1', [linkOf('x')]), 'expr_1 is made of itself'],
  ['a band', alarm({ ComparisonOperator: 'GreaterThanUpperThreshold' }), 'compare by GreaterThanUpperThreshold'],
  ['a trimmed mean', alarm({ Statistic: undefined, ExtendedStatistic: 'tm90' }), 'the statistic tm90'],
])('%s is not evaluated', async (_what, resource, reason) => {
  const { clock, state } = await world({ A: resource });
  await clock.advance(minute);
  expect(state()?.reason).toContain(reason);
});

test('actions are for the state that they are given for', async () => {
  const { clock, deliveries, log } = await world({ A: alarm({ AlarmActions: [topic] }) });
  log(1);
  await clock.advance(6 * minute);
  log(0);
  await clock.advance(10 * minute);
  expect(deliveries.list).toEqual([
    expect.objectContaining({
      from: `arn:aws:cloudwatch:${region}:${accountId}:alarm:A`,
      to: topic,
      outcome: 'recorded',
      input: expect.objectContaining({
        alarmData: expect.objectContaining({ alarmName: 'A', state: expect.objectContaining({ value: 'ALARM' }) }),
      }),
    }),
  ]);
});

test('a change of state is an event, of which a rule can tell', async () => {
  const rule = {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } },
      Targets: [{ Id: 'T', Arn: topic, InputPath: '$.detail.previousState.value' }],
    },
  };
  const { clock, deliveries, log } = await world({
    A: alarm({ ActionsEnabled: false, AlarmActions: [topic] }),
    R: rule,
  });
  log(1);
  await clock.advance(minute);
  expect(deliveries.list).toEqual([expect.objectContaining({ to: topic, input: 'INSUFFICIENT_DATA' })]);
});

test('an alarm keeps its state when it is changed, and is gone with its resource', async () => {
  const { clock, log, state, update } = await world({ A: alarm(), B: alarm({ AlarmName: 'B' }) });
  log(1);
  await clock.advance(minute);
  await update({ A: alarm({ Threshold: 1.5 }), B: alarm({ AlarmName: 'B' }) });
  expect(state()?.value).toBe('ALARM');
  await clock.advance(minute);
  expect(state()?.value).toBe('OK');
  await update({ B: alarm({ AlarmName: 'B' }) });
  expect(state()?.value).toBe('ALARM');
});

test('the history of an alarm has its changes, the newest first', async () => {
  const { clock, log, ask } = await world({ A: alarm() });
  for (const value of [1, 0]) {
    log(value);
    await clock.advance(6 * minute);
  }
  expect(await ask('DescribeAlarmHistory', { AlarmName: 'A' })).toMatchObject({
    AlarmHistoryItems: [
      { HistorySummary: 'Alarm updated from ALARM to OK' },
      { HistorySummary: 'Alarm updated from INSUFFICIENT_DATA to ALARM' },
    ],
  });
});

test('metrics are listed, and summed up period by period', async () => {
  const { clock, log, ask } = await world({ A: alarm() });
  const StartTime = clock.now() / 1000;
  for (const value of [1, 3, 0]) {
    log(value);
    await clock.advance(minute);
  }
  const times = { StartTime: StartTime - 60, EndTime: StartTime + 600 };
  expect(await ask('ListMetrics', { Namespace: 'N' })).toEqual({ Metrics: [drifted] });
  expect(await ask('ListMetrics', { Namespace: 'AWS/DX', Dimensions: [{ Name: 'ConnectionId' }] })).toMatchObject({
    Metrics: [{ MetricName: 'ConnectionState' }, { MetricName: 'ConnectionState' }],
  });
  const Statistics = ['Sum', 'Maximum', 'SampleCount', 'Average'];
  const asked = { ...drifted, ...times, Period: 120, Statistics, ExtendedStatistics: ['p50'] };
  const { Datapoints } = Object(await ask('GetMetricStatistics', asked));
  expect(Datapoints).toHaveLength(2);
  expect(Datapoints[1]).toEqual(
    expect.objectContaining({ Sum: 3, Maximum: 3, SampleCount: 2, Average: 1.5, ExtendedStatistics: { p50: 1.5 } }),
  );
});

test.each([
  ['a period of 90 seconds', alarm({ Period: 90 }), 'Period must be'],
  ['no threshold', alarm({ Threshold: undefined }), 'Threshold or ThresholdMetricId'],
  ['more data points than periods', alarm({ DatapointsToAlarm: 2 }), 'DatapointsToAlarm must be'],
  ['more than a day', alarm({ EvaluationPeriods: 289 }), 'more than a day'],
  ['both forms', alarm({ Metrics: [{ Id: 'm1', Expression: '1' }] }), 'either MetricName or Metrics'],
  [
    'two results',
    math('m1', [linkOf('x')], { Metrics: ['a', 'b'].map(Id => ({ Id, MetricStat: linkOf(Id) })) }),
    'Exactly one',
  ],
  ['eleven metrics', math('m1', Array(11).fill(linkOf('x'))), 'at most 10 metrics'],
  ['another treatment', alarm({ TreatMissingData: 'guess' }), 'TreatMissingData guess'],
])('an alarm with %s fails its stack', async (_what, resource, reason) => {
  const { status, cloudFormation } = await world({ A: resource });
  expect(status).toBe('ROLLBACK_COMPLETE');
  const events = JSON.stringify(await cloudFormation.call('DescribeStackEvents', { StackName: 'S' }, caller));
  expect(events).toContain(reason);
});
