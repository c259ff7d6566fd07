import { CloudWatchClient, DescribeAlarmsCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import type { Caller } from '../caller';
import { type Sandbox, startSandbox } from '../index';
import { templateOf } from './custom-resource';

/** Logs a metric, and says what time it takes it to be. */
const source = `
exports.handler = async event => {
  const CloudWatchMetrics = [{ Namespace: 'N', Dimensions: [['F']], Metrics: [{ Name: 'Drifted', Unit: 'Count' }] }];
  const _aws = { Timestamp: Date.now(), CloudWatchMetrics };
  process.stdout.write(JSON.stringify({ _aws, F: 'f', Drifted: 1, check: event.check, time: new Date().toISOString() }) + '\\n');
};`;
const { Role, Function: fn } = templateOf(source, { FunctionName: 'F' }).Resources;
const template = {
  Resources: {
    Role: {
      ...Role,
      Properties: {
        ...Role.Properties,
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
      },
    },
    Function: fn,
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(15 minutes)',
        Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Function', 'Arn'] }, Input: '{"check":"drift"}' }],
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
      },
    },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: 'A',
        Namespace: 'N',
        MetricName: 'Drifted',
        Dimensions: [{ Name: 'F', Value: 'f' }],
        Statistic: 'Maximum',
        Period: 300,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
        EvaluationPeriods: 1,
      },
    },
  },
};

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

const control = async (path: string, body?: string) => {
  const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, body === undefined ? {} : { method: 'POST', body });
  return { status: answer.status, body: await answer.json() };
};

test('a quarter of an hour goes by at once: the function runs in its time, and the SDK sees metric and alarm', async () => {
  const { cloudFormation, sessions } = sandbox.services;
  const caller: Caller = { ...sessions.administrator, region: sandbox.region };
  const input = { StackName: 'S', TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_IAM'] };
  await cloudFormation.call('CreateStack', input, caller);
  expect(await cloudFormation.whenSettled('S', sandbox.region)).toBe('CREATE_COMPLETE');

  const client = new CloudWatchClient({
    region: sandbox.region,
    endpoint: sandbox.url,
    credentials: sessions.administratorKey,
  });
  const alarms = async () => (await client.send(new DescribeAlarmsCommand({ AlarmNames: ['A'] }))).MetricAlarms;
  expect(await alarms()).toMatchObject([{ StateValue: 'INSUFFICIENT_DATA', Period: 300, Threshold: 1 }]);

  const before = Date.now();
  const { status, body } = await control('clock', '{"seconds": 960}');
  expect(status).toBe(200);
  expect(Date.parse(body.now) - before).toBeGreaterThanOrEqual(960_000);

  expect((await control('deliveries')).body).toMatchObject([{ outcome: 'invoked', input: { check: 'drift' } }]);
  const [{ time: due }] = (await control('deliveries')).body;
  const statistics = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: 'N',
      MetricName: 'Drifted',
      Dimensions: [{ Name: 'F', Value: 'f' }],
      StartTime: new Date(Date.parse(due)),
      EndTime: new Date(Date.parse(due) + 60_000),
      Period: 60,
      Statistics: ['Maximum'],
    }),
  );
  expect(statistics.Datapoints).toMatchObject([{ Maximum: 1, Unit: 'Count' }]);
  expect(await alarms()).toMatchObject([
    { StateValue: 'ALARM', StateReason: expect.stringContaining('[1.0 ('), StateUpdatedTimestamp: expect.any(Date) },
  ]);
  const log = sandbox.services.logs.eventsOf(sandbox.region, '/aws/lambda/F');
  const line = JSON.parse(log.find(({ message }) => message.includes('"check"'))?.message ?? '{}');
  expect(Math.abs(Date.parse(line.time) - Date.parse(due))).toBeLessThan(60_000);
});

test.each(['', '[]', '{}', '{"seconds": 0}', '{"seconds": 86401}', '{"seconds": 1.5}', '{"seconds": 60, "a": 1}'])(
  'the clock is not moved by %j',
  async body => {
    expect((await control('clock', body)).status).toBe(400);
  },
);
