import fc, { type Arbitrary } from 'fast-check';
import { anyBody, headerText, type Unsigned } from './unsigned';
import { deepText, json, members, mostly, text } from './values';

/** AWS JSON: an operation with its input, or anything at all. */
export function jsonRequest(
  target: string,
  version: string,
  names: readonly string[],
  input: (name: string) => Arbitrary<unknown>,
) {
  const operation = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: text });
  return operation
    .chain(name =>
      fc.record({
        name: fc.constant(name),
        body: fc.oneof(
          { weight: 12, arbitrary: input(name).map(value => Buffer.from(JSON.stringify(value) ?? '')) },
          { weight: 1, arbitrary: deepText.map(deep => Buffer.from(`{"lagId":${deep},"TableName":${deep}}`)) },
          { weight: 1, arbitrary: anyBody },
        ),
      }),
    )
    .map(
      ({ name, body }): Unsigned => ({
        method: 'POST',
        path: '/',
        headers: {
          'content-type': `application/x-amz-json-${version}`,
          'x-amz-target': headerText(`${target}.${name}`),
        },
        body,
      }),
    );
}

const groups = mostly(['/aws/lambda/F', 'g']);
const logsParameters = {
  logGroupName: groups,
  logStreamName: mostly(['s']),
  logStreamNames: mostly([['s'], []]),
  logStreamNamePrefix: mostly(['s']),
  startTime: mostly([0]),
  endTime: mostly([2e12]),
  limit: mostly([1, 50]),
  nextToken: mostly(['1']),
};
const { logGroupName, logStreamName, logStreamNames, logStreamNamePrefix, startTime, endTime, limit, nextToken } =
  logsParameters;
const logsInputs: { readonly [operation: string]: { readonly [name: string]: Arbitrary<unknown> } } = {
  CreateLogStream: { logGroupName, logStreamName },
  DescribeLogStreams: { logGroupName, logStreamNamePrefix, limit, nextToken },
  FilterLogEvents: { logGroupName, logStreamNames, startTime, endTime, limit, filterPattern: text },
};

export const logsRequests = jsonRequest('Logs_20140328', '1.1', Object.keys(logsInputs), name =>
  members(Object.hasOwn(logsInputs, name) ? (logsInputs[name] ?? {}) : logsParameters, [
    'logGroupName',
    'logStreamName',
  ]),
);

export const ssmRequests = jsonRequest('AmazonSSM', '1.1', ['GetParameter'], () =>
  members({ Name: mostly(['/cdk-bootstrap/hnb659fds/version']), WithDecryption: json }, ['Name']),
);

const dimensions = mostly([[], [{ Name: 'ConnectionId', Value: 'dxcon-fg5678gh' }], [{ Name: 'ConnectionId' }]]);
const metricParameters = {
  Namespace: mostly(['AWS/DX', 'N']),
  MetricName: mostly(['ConnectionState']),
  Dimensions: dimensions,
};
const times = { StartTime: mostly([1_767_225_600, 0]), EndTime: mostly([1_767_229_200, 2e12]) };
const cloudWatchInputs: { readonly [operation: string]: { readonly [name: string]: Arbitrary<unknown> } } = {
  DescribeAlarms: {
    AlarmNames: mostly([['A'], []]),
    AlarmNamePrefix: mostly(['A']),
    AlarmTypes: mostly([['MetricAlarm'], ['CompositeAlarm']]),
    StateValue: mostly(['ALARM', 'OK']),
    ActionPrefix: mostly(['arn:']),
    MaxRecords: mostly([1, 100]),
    NextToken: mostly(['1']),
  },
  DescribeAlarmHistory: { AlarmName: mostly(['A']), ScanBy: mostly(['TimestampAscending']), MaxRecords: mostly([1]) },
  GetMetricStatistics: {
    ...metricParameters,
    ...times,
    Period: mostly([1, 60, 86_400]),
    Statistics: mostly([['Sum', 'Maximum', 'Minimum', 'Average', 'SampleCount']]),
    ExtendedStatistics: mostly([['p99']]),
    Unit: mostly(['None']),
  },
  ListMetrics: { ...metricParameters, NextToken: mostly(['1']) },
};

export const cloudWatchRequests = jsonRequest(
  'GraniteServiceVersion20100801',
  '1.0',
  Object.keys(cloudWatchInputs),
  name =>
    members(Object.hasOwn(cloudWatchInputs, name) ? (cloudWatchInputs[name] ?? {}) : metricParameters, [
      ...['Namespace', 'MetricName', 'StartTime', 'EndTime', 'Period', 'Statistics'],
    ]),
);

const entry = members(
  {
    Source: mostly(['aws.health', 'mine']),
    DetailType: mostly(['AWS Health Event']),
    Detail: fc.oneof(
      { weight: 6, arbitrary: json.map(value => JSON.stringify(value) ?? '') },
      { weight: 1, arbitrary: deepText },
    ),
    Resources: mostly([['arn:aws:a']]),
    EventBusName: mostly(['default']),
  },
  ['Source', 'DetailType', 'Detail'],
);

export const eventsRequests = jsonRequest('AWSEvents', '1.1', ['PutEvents'], () =>
  fc.record({
    Entries: fc.oneof({ weight: 8, arbitrary: fc.array(entry, { maxLength: 11 }) }, { weight: 1, arbitrary: json }),
  }),
);
