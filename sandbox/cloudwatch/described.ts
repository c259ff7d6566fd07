import type { MetricStat } from './alarm';
import type { Alarm } from './cloudwatch';
import type { MetricId } from './metrics';
import { statistics } from './statistics';

/** An alarm as DescribeAlarms answers it. */
export function describedAlarm({ name, arn, settings, configured, state, hasEvaluationError }: Alarm) {
  const { metric, queries, actions } = settings;
  return {
    AlarmName: name,
    AlarmArn: arn,
    AlarmDescription: settings.description,
    AlarmConfigurationUpdatedTimestamp: new Date(configured),
    ActionsEnabled: settings.actionsEnabled,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    StateValue: state.value,
    StateReason: state.reason,
    StateUpdatedTimestamp: new Date(state.since),
    StateTransitionedTimestamp: new Date(state.since),
    ...(hasEvaluationError && { EvaluationState: 'EVALUATION_ERROR' }),
    ...(metric && {
      ...describedMetric(metric.metric),
      Period: metric.period,
      [statistics.includes(metric.statistic) ? 'Statistic' : 'ExtendedStatistic']: metric.statistic,
      Unit: metric.unit,
    }),
    ...(queries.length > 0 && {
      Metrics: queries.map(({ id, label, returnData, period, stat, expression }) => ({
        Id: id,
        Label: label,
        ReturnData: returnData,
        ...(expression !== undefined && { Expression: expression, Period: period }),
        ...(stat && { MetricStat: describedStat(stat) }),
      })),
    }),
    EvaluationPeriods: settings.evaluationPeriods,
    DatapointsToAlarm: settings.datapointsToAlarm,
    Threshold: settings.threshold,
    ThresholdMetricId: settings.thresholdMetricId,
    ComparisonOperator: settings.comparisonOperator,
    TreatMissingData: settings.treatMissingData,
  };
}

const describedStat = ({ metric, period, statistic, unit }: MetricStat) => ({
  Metric: describedMetric(metric),
  Period: period,
  Stat: statistic,
  Unit: unit,
});

export const describedMetric = ({ namespace, name, dimensions }: MetricId) => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
});

/** The changes of an alarm's state as DescribeAlarmHistory answers them. */
export function describedHistory({ name, state, history }: Alarm) {
  return [...history.slice(1), ...(history.length > 0 ? [state] : [])].map((now, index) => {
    const before = history[index] ?? now;
    return {
      AlarmName: name,
      AlarmType: 'MetricAlarm',
      Timestamp: new Date(now.since),
      HistoryItemType: 'StateUpdate',
      HistorySummary: `Alarm updated from ${before.value} to ${now.value}`,
      HistoryData: JSON.stringify({
        version: '1.0',
        oldState: { stateValue: before.value, stateReason: before.reason },
        newState: { stateValue: now.value, stateReason: now.reason },
      }),
    };
  });
}
