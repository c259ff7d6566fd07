import type { Datapoint } from './expression';

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** One period's value, and when the period began, in milliseconds since 1970-01-01T00:00Z. */
export interface Period {
  readonly from: number;
  readonly value: Datapoint;
}

/** What decides about an alarm's state. */
export interface Rule {
  readonly comparisonOperator: string;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingData;
}

export const comparisons: {
  readonly [operator: string]: { readonly words: string; readonly isBreached: (value: number, by: number) => boolean };
} = {
  GreaterThanOrEqualToThreshold: { words: 'greater than or equal to', isBreached: (value, by) => value >= by },
  GreaterThanThreshold: { words: 'greater than', isBreached: (value, by) => value > by },
  LessThanThreshold: { words: 'less than', isBreached: (value, by) => value < by },
  LessThanOrEqualToThreshold: { words: 'less than or equal to', isBreached: (value, by) => value <= by },
};

/**
 * How many periods are looked at for data points. AWS's guide shows 5 for 3 evaluation periods, and leaves open how many
 * it is otherwise.
 */
export const evaluationRange = (evaluationPeriods: number): number => evaluationPeriods + 2;

/**
 * The state of an alarm after the periods of its evaluation range; nothing where it stays as it is.
 *
 * Source: CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data" and "Avoiding premature transitions
 * to alarm state".
 *
 * @param periods newest first
 */
export function nextState(
  rule: Rule,
  periods: readonly Period[],
): { readonly value: StateValue; readonly reason: string } | undefined {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rule;
  const isBreaching = (value: number) =>
    comparisons[rule.comparisonOperator]?.isBreached(value, rule.threshold) ?? false;
  const real = periods.flatMap(({ from, value }) => (value === undefined ? [] : [{ from, value }]));
  const judged = real.slice(0, evaluationPeriods);
  const missing = evaluationPeriods - judged.length;
  const breaching = judged.filter(({ value }) => isBreaching(value));
  const filled = treatMissingData === 'breaching' ? missing : 0;
  if (breaching.length + filled >= datapointsToAlarm) {
    return { value: 'ALARM', reason: reasonOf(rule, judged, missing, breaching.length, true) };
  }
  const ok = { value: 'OK', reason: reasonOf(rule, judged, missing, judged.length - breaching.length, false) } as const;
  if (missing === 0 || treatMissingData === 'breaching' || treatMissingData === 'notBreaching') return ok;
  if (breaching.length < judged.length) return ok;
  if (treatMissingData === 'ignore') return undefined;
  if (judged.length === 0) {
    const unknown = `${evaluationPeriods} datapoint${evaluationPeriods === 1 ? ' was' : 's were'} unknown`;
    return { value: 'INSUFFICIENT_DATA', reason: `Insufficient Data: ${unknown}.` };
  }
  // All that there is breaches. That is enough once the oldest of it is as old as the data points that an alarm needs.
  const age = periods.findLastIndex(({ value }) => value !== undefined) + 1;
  if (age < datapointsToAlarm) return undefined;
  return { value: 'ALARM', reason: reasonOf(rule, judged, missing, breaching.length, true) };
}

/** In the form of AWS's own reasons. */
function reasonOf(
  { comparisonOperator, threshold, evaluationPeriods, datapointsToAlarm, treatMissingData }: Rule,
  judged: readonly { readonly from: number; readonly value: number }[],
  missing: number,
  count: number,
  isAlarm: boolean,
): string {
  const words = comparisons[comparisonOperator]?.words ?? comparisonOperator;
  const was = (number: number) => `${number === 1 ? 'was' : 'were'}${isAlarm ? '' : ' not'}`;
  const limit = `${words} the threshold (${decimal(threshold)})`;
  const values = judged.map(({ from, value }) => `${decimal(value)} (${timeOf(from)})`).join(', ');
  if (judged.length === 0) {
    const periods = `${missing} period${missing === 1 ? '' : 's'}`;
    const points = `${missing} missing datapoint${missing === 1 ? ' was' : 's were'}`;
    const as = treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
    return `Threshold Crossed: no datapoints were received for ${periods} and ${points} treated as [${as}].`;
  }
  const out = `${count} out of the last ${evaluationPeriods} datapoints [${values}] ${was(count)} ${limit}`;
  const needed = isAlarm ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const transition = isAlarm ? 'OK -> ALARM' : 'ALARM -> OK';
  return `Threshold Crossed: ${out} (minimum ${needed} datapoint${needed === 1 ? '' : 's'} for ${transition} transition).`;
}

const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** `28/11/26 09:55:00`, as AWS writes it. */
function timeOf(time: number): string {
  const [, year, month, day, clock] = /^\d\d(\d\d)-(\d\d)-(\d\d)T(.{8})/.exec(new Date(time).toISOString()) ?? [];
  return `${day}/${month}/${year} ${clock}`;
}
