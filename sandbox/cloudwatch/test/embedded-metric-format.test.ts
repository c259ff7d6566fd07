import { embeddedMetrics } from '../embedded-metric-format';

const now = Date.UTC(2026, 10, 28, 9, 55);
const drifted = {
  _aws: {
    Timestamp: now - 1000,
    CloudWatchMetrics: [
      { Namespace: 'N', Dimensions: [['StackName', 'LogicalId']], Metrics: [{ Name: 'Drifted', Unit: 'Count' }] },
    ],
  },
  StackName: 'Network',
  LogicalId: 'Membership',
  Drifted: 1,
};
const dimensions = { StackName: 'Network', LogicalId: 'Membership' };
const sample = { time: now - 1000, value: 1, unit: 'Count' };
const read = (line: object | string) => embeddedMetrics(typeof line === 'string' ? line : JSON.stringify(line), now);
const withDirective = (changes: object) => ({
  ...drifted,
  _aws: { ...drifted._aws, CloudWatchMetrics: [{ ...drifted._aws.CloudWatchMetrics[0], ...changes }] },
});

test('a metric has its namespace, name, dimensions, unit and time', () => {
  expect(read(drifted)).toEqual([{ metric: { namespace: 'N', name: 'Drifted', dimensions }, samples: [sample] }]);
});

test('several values, metrics and dimension sets are a metric each', () => {
  const line = {
    ...withDirective({
      Dimensions: [['StackName'], []],
      Metrics: [{ Name: 'Drifted' }, { Name: 'Calls', Unit: 'Count' }],
    }),
    Calls: [3, 4],
  };
  expect(
    read(line).map(({ metric, samples }) => [metric.name, metric.dimensions, samples.map(one => one.value)]),
  ).toEqual([
    ['Drifted', { StackName: 'Network' }, [1]],
    ['Drifted', {}, [1]],
    ['Calls', { StackName: 'Network' }, [3, 4]],
    ['Calls', {}, [3, 4]],
  ]);
  expect(read(line)[0]?.samples[0]?.unit).toBe('None');
});

test.each([
  ['is no JSON', 'START {"_aws"'],
  ['has no metadata', { ...drifted, _aws: undefined }],
  ['has metadata of another form', { ...drifted, _aws: [] }],
  ['is older than two weeks', { ...drifted, _aws: { ...drifted._aws, Timestamp: now - 15 * 86_400_000 } }],
  ['is of a time to come', { ...drifted, _aws: { ...drifted._aws, Timestamp: now + 3 * 3_600_000 } }],
  ['has a text for a number', { ...drifted, Drifted: '1' }],
  ['has a name that objects have anyway', withDirective({ Metrics: [{ Name: 'constructor' }] })],
  ['lacks a dimension', { ...drifted, LogicalId: undefined }],
  ['has no namespace', withDirective({ Namespace: '' })],
  ['has too many dimensions', withDirective({ Dimensions: [Array(31).fill('StackName')] })],
  ['has lists in each other', `{"_aws":${'['.repeat(300)}${']'.repeat(300)}}`],
])('a line that %s has no metric', (_what, line) => {
  expect(read(line)).toEqual([]);
});
