import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * What Direct Connect measures of a connection, and with which statistic that says something.
 *
 * Source: Direct Connect user guide, "Monitor with Amazon CloudWatch": names, dimensions, what the values mean. It publishes
 * data every 5 minutes by default.
 */
const STATISTICS = {
  /** 1: up, 0: down. The least value shows also a short outage. */
  ConnectionState: Stats.MINIMUM,
  ConnectionBpsEgress: Stats.AVERAGE,
  ConnectionBpsIngress: Stats.AVERAGE,
  ConnectionPpsEgress: Stats.AVERAGE,
  ConnectionPpsIngress: Stats.AVERAGE,
  /** The guide: since the last data point; "apply the "sum" statistic". */
  ConnectionErrorCount: Stats.SUM,
  ConnectionLightLevelTx: Stats.MINIMUM,
  ConnectionLightLevelRx: Stats.MINIMUM,
  ConnectionEncryptionState: Stats.MINIMUM,
  ConnectionDiscardsPpsEgress: Stats.AVERAGE,
} as const;

export type ConnectionMetric = keyof typeof STATISTICS;

/** @param region of the connection; absent for the stack's own */
export function connectionMetric(
  metricName: ConnectionMetric,
  connectionId: string,
  region: string | undefined,
  props: MetricOptions | undefined,
): Metric {
  return new Metric({
    namespace: 'AWS/DX',
    metricName,
    dimensionsMap: { ConnectionId: connectionId },
    statistic: STATISTICS[metricName],
    ...(region === undefined ? {} : { region }),
    ...props,
  });
}
