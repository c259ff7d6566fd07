import { AwsError } from '../aws-error';
import type { Clock } from '../clock';
import type { Json } from '../cloudformation/resource-type';
import { randomUuid } from '../random-text';
import type { Deliveries } from './deliveries';
import { type AwsEvent, inputOf, type TargetInput } from './input';
import { eventPattern, type Matches } from './pattern';
import { type Schedule, scheduleOf } from './schedule';

export interface Target extends TargetInput {
  readonly id: string;
  readonly arn: string;
}

export interface RuleSettings {
  /** Name of the event bus. Only that named `default` gets events. */
  readonly bus: string;
  readonly pattern?: Json | undefined;
  /** A `rate(…)` or `cron(…)`. */
  readonly scheduleExpression?: string | undefined;
  readonly isEnabled: boolean;
  readonly targets: readonly Target[];
}

/** What a service tells EventBridge. */
export type Told = Pick<AwsEvent, 'source' | 'detail-type' | 'region' | 'resources' | 'detail'>;

interface Rule extends RuleSettings {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly matches: Matches | undefined;
  /** Aborts when the rule's schedule is not to run any more. */
  readonly ended: AbortController;
}

export interface EventBridgeOptions {
  readonly clock: Clock;
  /** A number from 0 up to, but not including, 1. */
  readonly random: () => number;
  /** Twelve digits. */
  readonly accountId: string;
  readonly partition: string;
  readonly deliveries: Deliveries;
}

/** Source: "Amazon EventBridge quotas", targets of a rule. */
const mostTargets = 5;
/** Characters. Source: EventBridge API reference, InputTransformer. */
const longestTemplate = 8_192;

/** EventBridge: the rules of all Regions. */
export class EventBridge {
  private readonly rules = new Map<string, Rule>();

  constructor(private readonly options: EventBridgeOptions) {}

  /** ARN of a rule, which need not exist. */
  arnOf(region: string, bus: string, name: string): string {
    const { partition, accountId } = this.options;
    return `arn:${partition}:events:${region}:${accountId}:rule/${bus === 'default' ? '' : `${bus}/`}${name}`;
  }

  /** ARN of the default bus. */
  busArnOf(region: string): string {
    return `arn:${this.options.partition}:events:${region}:${this.options.accountId}:event-bus/default`;
  }

  hasRule(arn: string): boolean {
    return this.rules.has(arn);
  }

  /**
   * Makes a rule, or changes it. Its schedule begins now, unless it is as it was.
   *
   * @throws {AwsError} ValidationException, InvalidEventPatternException, LimitExceededException
   */
  putRule(region: string, name: string, settings: RuleSettings): { readonly arn: string } {
    const { bus, pattern, scheduleExpression, isEnabled, targets } = settings;
    if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) {
      throw invalid(`Name ${name.slice(0, 100)} must be 1 to 64 of the characters a-z A-Z 0-9 . - _`);
    }
    if (pattern === undefined && scheduleExpression === undefined) {
      throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
    }
    if (scheduleExpression !== undefined && bus !== 'default') {
      throw invalid('ScheduleExpression is supported only on the default event bus.');
    }
    if (targets.length > mostTargets) {
      throw new AwsError('LimitExceededException', `A rule has at most ${mostTargets} targets, not ${targets.length}.`);
    }
    for (const { id, inputTransformer: transformer } of targets) {
      if (transformer && transformer.template.length > longestTemplate)
        throw invalid(`InputTemplate of the target ${id} has more than ${longestTemplate} characters.`);
    }
    const matches = pattern === undefined ? undefined : eventPattern(pattern);
    const schedule = scheduleExpression === undefined ? undefined : scheduleOf(scheduleExpression);
    const arn = this.arnOf(region, bus, name);
    const before = this.rules.get(arn);
    const goesOn = before?.scheduleExpression === scheduleExpression && before?.isEnabled === isEnabled;
    if (!goesOn) before?.ended.abort();
    const ended = goesOn && before ? before.ended : new AbortController();
    this.rules.set(arn, { ...settings, name, arn, region, matches, ended });
    if (!goesOn && schedule && isEnabled) void this.run(arn, schedule, ended.signal);
    return { arn };
  }

  /** Succeeds where the rule is gone already. */
  deleteRule(arn: string): void {
    this.rules.get(arn)?.ended.abort();
    this.rules.delete(arn);
  }

  /**
   * Puts an event on the default bus of its Region; the rest of it is made here.
   *
   * @returns its id
   */
  put(told: Told): string {
    const event = this.complete(told);
    for (const rule of this.listening(told.region)) {
      if (rule.matches?.({ ...event })) this.deliver(rule, event);
    }
    return event.id;
  }

  /** Whether any rule of a Region looks at events. */
  listens(region: string): boolean {
    return this.listening(region).length > 0;
  }

  private listening(region: string): readonly Rule[] {
    return [...this.rules.values()].filter(
      rule => rule.region === region && rule.bus === 'default' && rule.isEnabled && rule.matches !== undefined,
    );
  }

  /** Hands the events of a schedule over, each when it is due. */
  private async run(arn: string, schedule: Schedule, signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    for (let due = schedule.next(clock.now()); due !== undefined; due = schedule.next(due)) {
      // A computer that slept makes up for nothing.
      if (due < clock.now()) continue;
      await clock.sleep(due - clock.now(), signal);
      const rule = this.rules.get(arn);
      if (signal.aborted || !rule) return;
      const told = { source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [arn], detail: {} };
      this.deliver(rule, this.complete({ ...told, region: rule.region }));
    }
  }

  private complete(told: Told): AwsEvent {
    const { clock, random, accountId } = this.options;
    const time = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
    return { version: '0', id: randomUuid(random), account: accountId, time, ...told };
  }

  private deliver(rule: Rule, event: AwsEvent): void {
    const invoker = { service: 'events.amazonaws.com', arn: rule.arn, accountId: this.options.accountId };
    for (const target of rule.targets) {
      this.options.deliveries.deliver(invoker, target.arn, () => inputOf(target, event, rule));
    }
  }
}

const invalid = (message: string) => new AwsError('ValidationException', message);
