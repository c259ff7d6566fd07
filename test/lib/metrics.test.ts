import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { metricsLine } from '../../lambda/metrics';
import { LagMembership } from '../../lib';

const pair = { connectionId: 'dxcon-fg5678gh', lagId: 'dxlag-fg1234aa' };

/** The line that the handler writes for the membership of {@link pair} in the stack Network. */
function lineOf(stack: Stack): { readonly [field: string]: unknown } {
  const [LogicalResourceId = ''] = Object.keys(
    Template.fromStack(stack).findResources('Custom::DirectConnectLagMembership'),
  );
  const event = {
    RequestType: 'Create',
    ServiceToken: 'token',
    ResponseURL: 'https://responses',
    StackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Network/1',
    RequestId: 'r',
    LogicalResourceId,
    ResourceType: 'Custom::DirectConnectLagMembership',
    ResourceProperties: { ServiceToken: 'token' },
  } as const;
  const counts = { attempts: 3, errors: new Map() };
  return JSON.parse(metricsLine(event, { outcome: 'done', counts, milliseconds: 1500, now: 0 }));
}

test.each([
  ['metricAttempts', 'Attempts', 'Sum'],
  ['metricFailures', 'Failures', 'Sum'],
  ['metricDuration', 'Duration', 'Average'],
] as const)('%s is the metric that the handler writes for this membership', (method, name, statistic) => {
  const stack = new Stack(new App(), 'Network');
  const { namespace, metricName, dimensions } = new LagMembership(stack, 'M', pair)[method]();
  expect(new LagMembership(stack, 'N', { ...pair, connectionId: 'dxcon-00000000' })[method]().statistic).toBe(
    statistic,
  );
  const line = lineOf(stack);
  const [written] = Object(line._aws).CloudWatchMetrics;
  expect(namespace).toBe(written.Namespace);
  expect(metricName).toBe(name);
  expect(written.Metrics).toContainEqual(expect.objectContaining({ Name: name }));
  expect(Object.keys(dimensions ?? {})).toEqual(written.Dimensions[0]);
  expect(stack.resolve(dimensions)).toEqual({ StackName: line.StackName, LogicalId: line.LogicalId });
});

test('a metric takes the options of any metric', () => {
  const stack = new Stack(new App(), 'Network');
  const metric = new LagMembership(stack, 'M', pair).metricFailures({ statistic: 'max', label: 'Broken' });
  expect(metric).toMatchObject({ statistic: 'Maximum', label: 'Broken' });
});
