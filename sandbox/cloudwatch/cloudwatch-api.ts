import { AwsError } from '../aws-error';
import type { Authorize, Caller } from '../caller';
import type { CloudWatch } from './cloudwatch';
import { describedAlarm, describedHistory, describedMetric } from './described';
import { type Input, invalid, numberOf, objectsOf, textOf, textsOf, timeOf } from './input';
import type { MetricId } from './metrics';
import { statisticOf } from './statistics';

interface Operation {
  readonly parameters: readonly string[];
  run(input: Input, caller: Caller): object;
}

/** Source: API reference of each: items on a page, and data points of GetMetricStatistics. */
const most = { alarms: 100, history: 100, metrics: 500, datapoints: 1440 };

/** CloudWatch's API, in JSON 1.0: what says how alarms and metrics are. Alarms are made by CloudFormation. */
export class CloudWatchApi {
  private readonly operations: { readonly [name: string]: Operation } = {
    DescribeAlarms: {
      parameters: [
        'ActionPrefix',
        'AlarmNamePrefix',
        'AlarmNames',
        'AlarmTypes',
        'MaxRecords',
        'NextToken',
        'StateValue',
      ],
      run: (input, caller) => this.describeAlarms(input, caller),
    },
    DescribeAlarmHistory: {
      parameters: ['AlarmName', 'HistoryItemType', 'MaxRecords', 'NextToken', 'ScanBy'],
      run: (input, { region }) => {
        const name = textOf(input, 'AlarmName');
        const type = textOf(input, 'HistoryItemType') ?? 'StateUpdate';
        const alarms = this.cloudWatch.alarms(region).filter(alarm => name === undefined || alarm.name === name);
        const items = type === 'StateUpdate' ? alarms.flatMap(describedHistory) : [];
        const newestFirst = items.sort((one, other) => other.Timestamp.getTime() - one.Timestamp.getTime());
        const ascending = textOf(input, 'ScanBy') === 'TimestampAscending';
        return page('AlarmHistoryItems', ascending ? newestFirst.reverse() : newestFirst, input, most.history);
      },
    },
    GetMetricStatistics: {
      parameters: [
        ...[
          'Dimensions',
          'EndTime',
          'ExtendedStatistics',
          'MetricName',
          'Namespace',
          'Period',
          'StartTime',
          'Statistics',
        ],
        'Unit',
      ],
      run: (input, caller) => this.getMetricStatistics(input, caller),
    },
    ListMetrics: {
      parameters: ['Dimensions', 'MetricName', 'Namespace', 'NextToken'],
      run: (input, { region }) => {
        const namespace = textOf(input, 'Namespace');
        const name = textOf(input, 'MetricName');
        const filters = objectsOf(input, 'Dimensions').map(
          filter => [textOf(filter, 'Name') ?? '', textOf(filter, 'Value')] as const,
        );
        const found = this.cloudWatch.metrics
          .list(region)
          .filter(metric => namespace === undefined || metric.namespace === namespace)
          .filter(metric => name === undefined || metric.name === name)
          .filter(({ dimensions }) =>
            filters.every(
              ([key, value]) => Object.hasOwn(dimensions, key) && (value === undefined || dimensions[key] === value),
            ),
          );
        return page('Metrics', found.map(describedMetric), input, most.metrics);
      },
    },
  };

  constructor(
    private readonly cloudWatch: CloudWatch,
    private readonly authorize: Authorize,
  ) {}

  async call(operationName: string, input: Input, caller: Caller): Promise<object> {
    const operation = Object.hasOwn(this.operations, operationName) ? this.operations[operationName] : undefined;
    if (operation === undefined) {
      const supported = Object.keys(this.operations).join(', ');
      const message = `The sandbox does not support CloudWatch's ${operationName}; it supports ${supported}`;
      throw new AwsError('UnknownOperationException', message);
    }
    const { parameters } = operation;
    const other = Object.keys(input).find(name => !parameters.includes(name));
    if (other !== undefined)
      throw invalid(`The sandbox does not support ${other}; it supports ${parameters.join(', ')}`);
    const resource = operationName.startsWith('DescribeAlarm') ? this.cloudWatch.arnOf(caller.region, '*') : '*';
    const denial = await this.authorize(caller, `cloudwatch:${operationName}`, resource);
    if (denial !== undefined) throw new AwsError('AccessDeniedException', denial);
    return operation.run(input, caller);
  }

  private describeAlarms(input: Input, { region }: Caller): object {
    const names = input.AlarmNames === undefined ? undefined : textsOf(input, 'AlarmNames');
    const types = input.AlarmTypes === undefined ? ['MetricAlarm'] : textsOf(input, 'AlarmTypes');
    const prefix = textOf(input, 'AlarmNamePrefix') ?? '';
    const state = textOf(input, 'StateValue');
    const actionPrefix = textOf(input, 'ActionPrefix');
    const found = this.cloudWatch
      .alarms(region)
      .filter(() => types.includes('MetricAlarm'))
      .filter(({ name }) => name.startsWith(prefix) && (names === undefined || names.includes(name)))
      .filter(alarm => state === undefined || alarm.state.value === state)
      .filter(
        ({ settings: { actions } }) =>
          actionPrefix === undefined ||
          Object.values(actions)
            .flat()
            .some(arn => arn.startsWith(actionPrefix)),
      );
    return { CompositeAlarms: [], ...page('MetricAlarms', found.map(describedAlarm), input, most.alarms) };
  }

  private getMetricStatistics(input: Input, { region }: Caller): object {
    const period = numberOf(input, 'Period', 60);
    if (period < 1) throw invalid('Period must be 1 or more seconds');
    const step = period * 1000;
    const from = Math.floor(timeOf(input, 'StartTime') / step) * step;
    const to = timeOf(input, 'EndTime');
    if (to <= from) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
    if ((to - from) / step > most.datapoints) {
      throw new AwsError('InvalidParameterCombination', `More than ${most.datapoints} datapoints are asked for`);
    }
    const wanted = [...textsOf(input, 'Statistics'), ...textsOf(input, 'ExtendedStatistics')];
    const unit = textOf(input, 'Unit');
    const metric = metricOf(input);
    const samples = this.cloudWatch.metrics
      .samples(region, metric, from, to)
      .filter(sample => unit === undefined || sample.unit === unit);
    const summaries = wanted.map(name => {
      const summarize = statisticOf(name);
      if (!summarize) throw invalid(`The sandbox does not work out the statistic ${name}`);
      return { name, summarize };
    });
    const Datapoints = Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step).flatMap(
      begin => {
        const within = samples.filter(({ time }) => time >= begin && time < begin + step);
        const [first] = within;
        if (first === undefined) return [];
        const values = summaries.map(
          ({ name, summarize }) => [name, summarize(within.map(({ value }) => value))] as const,
        );
        const plain = values.filter(([name]) => !name.startsWith('p'));
        const extended = values.filter(([name]) => name.startsWith('p'));
        return [
          {
            Timestamp: new Date(begin),
            Unit: first.unit,
            ...Object.fromEntries(plain),
            ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(extended) }),
          },
        ];
      },
    );
    return { Label: metric.name, Datapoints };
  }
}

function metricOf(input: Input): MetricId {
  const [namespace, name] = [textOf(input, 'Namespace'), textOf(input, 'MetricName')];
  if (namespace === undefined || name === undefined) throw invalid('Namespace and MetricName are required');
  const pairs = objectsOf(input, 'Dimensions').map(
    one => [textOf(one, 'Name') ?? '', textOf(one, 'Value') ?? ''] as const,
  );
  return { namespace, name, dimensions: Object.fromEntries(pairs) };
}

/** A page of a list, with a token where there is more. */
function page(name: string, all: readonly object[], input: Input, longest: number): object {
  const from = input.NextToken === undefined ? 0 : Number(textOf(input, 'NextToken'));
  const size = numberOf(input, 'MaxRecords', longest);
  if (size < 1 || size > longest) throw invalid(`MaxRecords must be from 1 to ${longest}`);
  if (!Number.isInteger(from) || from < 0)
    throw new AwsError('InvalidNextToken', 'The next token specified is invalid.');
  const to = from + size;
  return { [name]: all.slice(from, to), ...(to < all.length && { NextToken: String(to) }) };
}
