import { AwsError } from '../aws-error';
import type { MissingData } from './alarm-state';
import { type Datapoint, ExpressionError, evaluateExpression } from './expression';
import type { MetricId, Metrics } from './metrics';
import { statisticOf } from './statistics';

export interface MetricStat {
  readonly metric: MetricId;
  /** Seconds. */
  readonly period: number;
  /** Such as `Maximum` or `p99`. */
  readonly statistic: string;
  /** Only samples of this unit count. @default those of any */
  readonly unit: string | undefined;
}

/** One metric or expression of an alarm that has several. */
export interface MetricQuery {
  readonly id: string;
  readonly label: string | undefined;
  readonly returnData: boolean;
  /** Seconds; of an expression. */
  readonly period: number | undefined;
  /** Either this or an expression. */
  readonly stat: MetricStat | undefined;
  readonly expression: string | undefined;
}

/** What `PutMetricAlarm` takes. */
export interface AlarmSettings {
  readonly description: string | undefined;
  readonly actionsEnabled: boolean;
  /** ARNs, by the state that they are for. */
  readonly actions: {
    readonly OK: readonly string[];
    readonly ALARM: readonly string[];
    readonly INSUFFICIENT_DATA: readonly string[];
  };
  /** Either this or queries. */
  readonly metric: MetricStat | undefined;
  readonly queries: readonly MetricQuery[];
  readonly comparisonOperator: string;
  /** Absent where a band of anomaly detection is the threshold. */
  readonly threshold: number | undefined;
  readonly thresholdMetricId: string | undefined;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number | undefined;
  readonly treatMissingData: MissingData;
}

/** Source: CloudWatch API reference, PutMetricAlarm. */
const most = { queries: 20, metrics: 10, dimensions: 30, name: 255 };

/** @throws {AwsError} ValidationError, as AWS has it of what can be no alarm */
export function checkAlarm(name: string, settings: AlarmSettings): void {
  const {
    metric,
    queries,
    evaluationPeriods,
    datapointsToAlarm = evaluationPeriods,
    threshold,
    thresholdMetricId,
  } = settings;
  const stats = [metric, ...queries.map(query => query.stat)].filter(stat => stat !== undefined);
  const problem = [
    [name === '' || name.length > most.name, `AlarmName must have 1 to ${most.name} characters`],
    [(metric === undefined) === (queries.length === 0), 'An alarm has either MetricName or Metrics'],
    [queries.length > most.queries, `Metrics must have at most ${most.queries} members`],
    [stats.length > most.metrics, `An alarm has at most ${most.metrics} metrics`],
    [
      queries.some(query => (query.stat === undefined) === (query.expression === undefined)),
      'Each of Metrics has either MetricStat or Expression',
    ],
    [
      queries.some(query => !/^[a-z][a-zA-Z0-9_]{0,254}$/.test(query.id)),
      'The Id of each of Metrics must begin with a lower-case letter, and have letters, digits and _',
    ],
    [new Set(queries.map(query => query.id)).size < queries.length, 'The Id of each of Metrics must be another one'],
    [
      queries.length > 0 && thresholdMetricId === undefined && queries.filter(query => query.returnData).length !== 1,
      'Exactly one element of the metrics list should return data.',
    ],
    [threshold === undefined && thresholdMetricId === undefined, 'An alarm has Threshold or ThresholdMetricId'],
    [!isWhole(evaluationPeriods), 'EvaluationPeriods must be a whole number, 1 or more'],
    [
      !isWhole(datapointsToAlarm) || datapointsToAlarm > evaluationPeriods,
      'DatapointsToAlarm must be a whole number from 1 to EvaluationPeriods',
    ],
    [
      stats.some(stat => !isPeriod(stat.period)) || !isPeriod(periodOf(settings)),
      'Period must be 10, 20, 30 or a multiple of 60',
    ],
    [
      stats.some(stat => Object.keys(stat.metric.dimensions).length > most.dimensions),
      `A metric has at most ${most.dimensions} dimensions`,
    ],
    [
      evaluationPeriods * periodOf(settings) > longestOf(periodOf(settings)),
      'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400), or a week where Period is an hour or more',
    ],
  ].find(([isWrong]) => isWrong);
  if (problem) throw new AwsError('ValidationError', String(problem[1]));
}

const isWhole = (value: number): boolean => Number.isInteger(value) && value >= 1;
const isPeriod = (seconds: number): boolean =>
  [10, 20, 30].includes(seconds) || (isWhole(seconds) && seconds % 60 === 0);
const longestOf = (period: number): number => (period >= 3600 ? 7 : 1) * 86_400;

/** Seconds. */
export function periodOf({ metric, queries }: AlarmSettings): number {
  const returned = queries.find(query => query.returnData);
  const ofMetrics = queries.map(query => query.stat?.period);
  return (
    metric?.period ?? returned?.period ?? returned?.stat?.period ?? ofMetrics.find(period => period !== undefined) ?? 60
  );
}

/**
 * What an alarm compares with its threshold, of a period.
 *
 * @param from milliseconds since 1970-01-01T00:00Z, included; `to` is not
 * @throws {ExpressionError} for what the sandbox cannot work out
 */
export function datapointOf(
  { metric, queries }: AlarmSettings,
  metrics: Metrics,
  region: string,
  [from, to]: readonly [from: number, to: number],
): Datapoint {
  const ofStat = ({ metric, statistic, unit }: MetricStat): Datapoint => {
    const summarize = statisticOf(statistic);
    if (!summarize) throw new ExpressionError(`the sandbox does not work out the statistic ${statistic}`);
    const samples = metrics.samples(region, metric, from, to);
    return summarize(samples.filter(sample => unit === undefined || sample.unit === unit).map(sample => sample.value));
  };
  if (metric) return ofStat(metric);
  const values = new Map(queries.flatMap(query => (query.stat ? [[query.id, ofStat(query.stat)] as const] : [])));
  const known = new Map<string, Datapoint>();
  const underWay = new Set<string>();
  const expression = (id: string): Datapoint | null => {
    if (known.has(id)) return known.get(id);
    const text = queries.find(query => query.id === id)?.expression;
    if (text === undefined) return null;
    if (underWay.has(id)) throw new ExpressionError(`${id} is made of itself`);
    underWay.add(id);
    const value = evaluateExpression(text, { metrics: values, expression });
    known.set(id, value);
    return value;
  };
  const returned = queries.find(query => query.returnData);
  if (!returned) throw new ExpressionError('none of Metrics returns data');
  return returned.stat ? values.get(returned.id) : (expression(returned.id) ?? undefined);
}
