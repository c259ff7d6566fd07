import type { Clock } from '../clock';
import type { Json } from '../cloudformation/resource-type';
import type { Run } from '../lambda/lambda';
import { type AlarmSettings, checkAlarm, datapointOf, periodOf } from './alarm';
import { comparisons, evaluationRange, nextState, type StateValue } from './alarm-state';
import { embeddedMetrics } from './embedded-metric-format';
import { ExpressionError } from './expression';
import { type MetricSource, Metrics } from './metrics';

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly since: number;
}

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly settings: AlarmSettings;
  /** When the settings were last changed, in milliseconds since 1970-01-01T00:00Z. */
  readonly configured: number;
  readonly state: AlarmState;
  /** Whether the settings are such that the sandbox cannot evaluate them: then the state's reason says why. */
  readonly hasEvaluationError: boolean;
  /** The states before this one, oldest first. */
  readonly history: readonly AlarmState[];
}

export interface CloudWatchOptions {
  readonly clock: Clock;
  /** Twelve digits. */
  readonly accountId: string;
  readonly partition: string;
  /** Metrics that services publish themselves. */
  readonly source: MetricSource;
  /** Is told of every change of an alarm's state. */
  readonly onStateChange: (alarm: Alarm, change: { readonly [name: string]: Json }) => void;
}

/** States of an alarm that are remembered. */
const historyKept = 100;

const minute = 60_000;
/** What alarms with a period below a minute are evaluated at. */
const tenSeconds = 10_000;

/** CloudWatch: metrics and alarms, in all Regions. */
export class CloudWatch {
  readonly metrics: Metrics;
  private readonly byArn = new Map<string, Alarm>();
  private isRunning = false;

  constructor(private readonly options: CloudWatchOptions) {
    this.metrics = new Metrics(options.source);
  }

  arnOf(region: string, name: string): string {
    return `arn:${this.options.partition}:cloudwatch:${region}:${this.options.accountId}:alarm:${name}`;
  }

  /** Those of a Region, by name. */
  alarms(region: string): readonly Alarm[] {
    return [...this.byArn.values()]
      .filter(alarm => alarm.region === region)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  hasAlarm(region: string, name: string): boolean {
    return this.byArn.has(this.arnOf(region, name));
  }

  /** Makes an alarm, or changes it; its state stays then. @throws {AwsError} ValidationError */
  putAlarm(region: string, name: string, settings: AlarmSettings): { readonly arn: string } {
    checkAlarm(name, settings);
    const arn = this.arnOf(region, name);
    const now = this.options.clock.now();
    const initial: AlarmState = { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', since: now };
    const { state, history } = this.byArn.get(arn) ?? { state: initial, history: [] };
    this.byArn.set(arn, { name, arn, region, settings, configured: now, state, history, hasEvaluationError: false });
    if (!this.isRunning) void this.run();
    return { arn };
  }

  /** Succeeds where the alarm is gone already. */
  deleteAlarm(arn: string): void {
    this.byArn.delete(arn);
  }

  /** Reads what a line of a log says of metrics. */
  readLog(region: string, line: string): void {
    for (const { metric, samples } of embeddedMetrics(line, this.options.clock.now())) {
      this.metrics.put(region, metric, samples);
    }
  }

  /** Counts a run of a function. Source: Lambda Developer Guide, "Types of metrics for Lambda functions". */
  readRun({ region, functionName, milliseconds, isError }: Run): void {
    const time = this.options.clock.now();
    const values = [
      ['Invocations', 1, 'Count'],
      ['Errors', isError ? 1 : 0, 'Count'],
      ['Duration', milliseconds, 'Milliseconds'],
    ] as const;
    for (const [name, value, unit] of values) {
      const metric = { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName } };
      this.metrics.put(region, metric, [{ time, value, unit }]);
    }
  }

  /** Evaluates the alarms every minute, and those of shorter periods every ten seconds, as long as there are any. */
  private async run(): Promise<void> {
    const { clock } = this.options;
    this.isRunning = true;
    while (this.byArn.size > 0) {
      const isFast = [...this.byArn.values()].some(alarm => periodOf(alarm.settings) < 60);
      const step = isFast ? tenSeconds : minute;
      await clock.sleep(step - (clock.now() % step));
      const now = clock.now() - (clock.now() % step);
      for (const alarm of this.byArn.values()) {
        if (now % minute === 0 || periodOf(alarm.settings) < 60) this.evaluate(alarm, now);
      }
    }
    this.isRunning = false;
  }

  /** @param end of the last period, in milliseconds since 1970-01-01T00:00Z */
  private evaluate(alarm: Alarm, end: number): void {
    const { settings, region, state } = alarm;
    const { comparisonOperator, threshold, evaluationPeriods, treatMissingData } = settings;
    const period = periodOf(settings) * 1000;
    const from = (index: number): number => end - (index + 1) * period;
    try {
      if (threshold === undefined || !Object.hasOwn(comparisons, comparisonOperator)) {
        throw new ExpressionError(`the sandbox does not compare by ${comparisonOperator}`);
      }
      const periods = Array.from({ length: evaluationRange(evaluationPeriods) }, (_, index) => ({
        from: from(index),
        value: datapointOf(settings, this.metrics, region, [from(index), from(index) + period]),
      }));
      const { datapointsToAlarm = evaluationPeriods } = settings;
      const rule = { comparisonOperator, threshold, evaluationPeriods, datapointsToAlarm, treatMissingData };
      const next = nextState(rule, periods);
      if (next && next.value !== state.value) this.change(alarm, next.value, next.reason, false);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const reason = `Evaluation Error: ${error.message}`;
      if (!alarm.hasEvaluationError) this.change(alarm, 'INSUFFICIENT_DATA', reason, true);
    }
  }

  private change(before: Alarm, value: StateValue, reason: string, hasEvaluationError: boolean): void {
    const since = this.options.clock.now();
    const history = [...before.history, before.state].slice(-historyKept);
    const alarm = { ...before, state: { value, reason, since }, history, hasEvaluationError };
    this.byArn.set(alarm.arn, alarm);
    if (before.state.value === value) return;
    const told = (state: AlarmState) => ({ value: state.value, reason: state.reason, timestamp: stamp(state.since) });
    this.options.onStateChange(alarm, {
      alarmName: alarm.name,
      state: told(alarm.state),
      previousState: told(before.state),
      configuration: { ...(alarm.settings.description !== undefined && { description: alarm.settings.description }) },
    });
  }
}

/** `2026-11-28T09:55:18.000+0000` */
const stamp = (time: number): string => new Date(time).toISOString().replace('Z', '+0000');
