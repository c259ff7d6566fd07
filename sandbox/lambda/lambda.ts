import { AwsError } from '../aws-error';
import type { Clock } from '../clock';
import type { Sessions } from '../iam/sessions';
import type { Logs } from '../logs/logs';
import { randomHexadecimal, randomUuid } from '../random-text';
import { ConcurrencyLimit } from './concurrency-limit';
import type { FunctionCode } from './function-code';
import {
  checkConfiguration,
  checkEventInvokeConfig,
  defaultEventInvokeConfig,
  type EventInvokeConfig,
  type FunctionConfiguration,
} from './function-configuration';
import type { Outcome, RunFunction } from './invocation';
import { report } from './report';
import { type Invoker, mayInvoke, type Permission, type Permissions, withPermission } from './resource-policy';

export interface LambdaFunction {
  readonly arn: string;
  readonly region: string;
  readonly configuration: FunctionConfiguration;
  readonly code: FunctionCode;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  readonly eventInvokeConfig: EventInvokeConfig | undefined;
  readonly permissions: Permissions;
}

export interface LambdaOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly accountId: string;
  readonly partition: string;
  readonly sessions: Sessions;
  readonly logs: Logs;
  readonly run: RunFunction;
  /** Invocations at a time, of all functions together; the rest wait. @default 8 */
  readonly concurrency?: number;
  /** Is told of every run that has ended. */
  readonly onRun?: (run: Run) => void;
}

/** A run that has ended. */
export interface Run {
  readonly region: string;
  readonly functionName: string;
  readonly milliseconds: number;
  readonly isError: boolean;
}

/**
 * Milliseconds before the first and the second retry of an asynchronous invocation that ended in an error.
 *
 * Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
 */
const retryDelays = [60_000, 120_000];

/** Lambda's functions, in all Regions, and their invocation. */
export class Lambda {
  private readonly functions = new Map<string, LambdaFunction>();
  private readonly stopped = new AbortController();
  private readonly limit: ConcurrencyLimit;

  constructor(private readonly options: LambdaOptions) {
    this.limit = new ConcurrencyLimit(options.concurrency ?? 8, arn => {
      const found = this.functions.get(arn);
      return found ? (found.configuration.reservedConcurrentExecutions ?? Number.POSITIVE_INFINITY) : undefined;
    });
  }

  async createFunction(
    region: string,
    configuration: FunctionConfiguration,
    code: FunctionCode,
  ): Promise<LambdaFunction> {
    await this.check(configuration);
    const arn = this.arnOf(region, configuration.functionName);
    if (this.functions.has(arn)) {
      throw new AwsError('ResourceConflictException', `Function already exist: ${configuration.functionName}`, 409);
    }
    const lastModified = this.options.clock.now();
    const made: LambdaFunction = {
      arn,
      region,
      configuration,
      code,
      lastModified,
      eventInvokeConfig: undefined,
      permissions: new Map(),
    };
    this.functions.set(arn, made);
    return made;
  }

  async updateFunction(arn: string, configuration: FunctionConfiguration, code: FunctionCode): Promise<LambdaFunction> {
    await this.check(configuration);
    const updated = { ...this.functionOf(arn), configuration, code, lastModified: this.options.clock.now() };
    this.functions.set(arn, updated);
    this.limit.wake();
    return updated;
  }

  /** Succeeds where the function is gone already. Runs under way end as they would have; waiting events are dropped. */
  deleteFunction(arn: string): void {
    this.functions.delete(arn);
    this.limit.wake();
  }

  /** @param nameOrArn a function's name in this Region, or its ARN, either with or without `:$LATEST` */
  findFunction(region: string, nameOrArn: string): LambdaFunction | undefined {
    const unqualified = nameOrArn.replace(/:\$LATEST$/, '');
    return this.functions.get(unqualified.startsWith('arn:') ? unqualified : this.arnOf(region, unqualified));
  }

  /** @param config `undefined` takes the function's configuration away */
  putEventInvokeConfig(arn: string, config: EventInvokeConfig | undefined): void {
    if (config) checkEventInvokeConfig(config);
    this.functions.set(arn, { ...this.functionOf(arn), eventInvokeConfig: config });
  }

  /** @throws {AwsError} ResourceNotFoundException, ResourceConflictException, InvalidParameterValueException */
  addPermission(arn: string, id: string, permission: Permission): void {
    const found = this.functionOf(arn);
    this.functions.set(arn, { ...found, permissions: withPermission(arn, found.permissions, id, permission) });
  }

  /** Succeeds where the statement or the function is gone already. */
  removePermission(arn: string, id: string): void {
    const found = this.functions.get(arn);
    if (!found) return;
    this.functions.set(arn, {
      ...found,
      permissions: new Map([...found.permissions].filter(([other]) => other !== id)),
    });
  }

  /** Whether the function's own policy lets a service invoke it. @throws {AwsError} ResourceNotFoundException */
  mayBeInvokedBy(functionArn: string, invoker: Invoker): boolean {
    const { arn, permissions } = this.functionOf(functionArn.replace(/:\$LATEST$/, ''));
    return mayInvoke(arn, permissions, invoker);
  }

  /**
   * Takes an event into the queue and returns at once.
   *
   * @throws {AwsError} ResourceNotFoundException
   */
  invokeAsynchronously(functionArn: string, event: unknown): { requestId: string } {
    const { arn } = this.functionOf(functionArn.replace(/:\$LATEST$/, ''));
    const requestId = randomUuid(this.options.random);
    void this.deliver(arn, event, requestId);
    return { requestId };
  }

  /**
   * Runs a function and waits for its end.
   *
   * @throws {AwsError} ResourceNotFoundException; TooManyRequestsException where the reserved concurrency is used up
   */
  async invoke(functionArn: string, event: unknown): Promise<{ requestId: string; outcome: Outcome }> {
    const { arn } = this.functionOf(functionArn.replace(/:\$LATEST$/, ''));
    const requestId = randomUuid(this.options.random);
    if (this.limit.reservedIsUsedUp(arn)) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    if (!(await this.limit.enter(arn))) throw functionNotFound(arn);
    try {
      return { requestId, outcome: await this.run(this.functionOf(arn), event, requestId) };
    } finally {
      this.limit.leave(arn);
    }
  }

  /** Resolves once no invocation runs or waits for a place. One that is to be tried again later does neither. */
  whenIdle(): Promise<void> {
    return this.limit.whenIdle();
  }

  /** Ends what runs and drops what waits. */
  stop(): void {
    this.stopped.abort();
  }

  /** One event's way through the queue: at most three runs, none later than the event's maximum age. */
  private async deliver(arn: string, event: unknown, requestId: string): Promise<void> {
    const { clock } = this.options;
    const received = clock.now();
    for (let attempt = 0; ; attempt += 1) {
      if (!(await this.limit.enter(arn))) return;
      let outcome: Outcome;
      try {
        const current = this.functions.get(arn);
        if (!current || this.stopped.signal.aborted) return;
        const { maximumEventAgeInSeconds } = current.eventInvokeConfig ?? defaultEventInvokeConfig;
        if (clock.now() - received > maximumEventAgeInSeconds * 1000) return;
        outcome = await this.run(current, event, requestId);
      } finally {
        this.limit.leave(arn);
      }
      const { maximumRetryAttempts } = this.functions.get(arn)?.eventInvokeConfig ?? defaultEventInvokeConfig;
      const delay = retryDelays[attempt];
      if (outcome.kind === 'answer' || attempt >= maximumRetryAttempts || delay === undefined) return;
      await clock.sleep(delay, this.stopped.signal);
    }
  }

  /** Never rejects: what keeps a function from its start, or its log from being written, is the run's outcome. */
  private async run(fn: LambdaFunction, event: unknown, requestId: string): Promise<Outcome> {
    try {
      return await this.runWithRole(fn, event, requestId);
    } catch (error) {
      // The role can go while the run starts.
      if (error instanceof AwsError) return { kind: 'error', errorType: error.code, errorMessage: error.message };
      const errorMessage = `The sandbox could not run ${fn.arn}: ${error instanceof Error ? error.message : error}`;
      return { kind: 'error', errorType: 'Sandbox.Failure', errorMessage };
    }
  }

  private async runWithRole(fn: LambdaFunction, event: unknown, requestId: string): Promise<Outcome> {
    const { clock, random, sessions, logs } = this.options;
    const { configuration, region } = fn;
    const session = await sessions.forService('lambda.amazonaws.com', configuration.role, configuration.functionName);
    if (!session) {
      const errorMessage = `The role defined for the function cannot be assumed by Lambda: ${configuration.role}`;
      return { kind: 'error', errorType: 'AccessDeniedException', errorMessage };
    }
    const date = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    const logStream = `${date}/[$LATEST]${randomHexadecimal(32, random)}`;
    const caller = {
      accountId: this.options.accountId,
      region,
      principalArn: session.arn,
      roleArn: configuration.role,
    };
    const log = await logs.openStream(caller, configuration.logGroup, logStream);
    const started = clock.now();
    log.line(`START RequestId: ${requestId} Version: $LATEST`);
    const ended = new AbortController();
    const end = () => ended.abort();
    this.stopped.signal.addEventListener('abort', end);
    const timeOut = clock.sleep(configuration.timeout * 1000, ended.signal).then(() => undefined);
    try {
      const outcome = await Promise.race([
        this.options.run({
          requestId,
          functionArn: fn.arn,
          region,
          configuration,
          code: fn.code,
          event,
          credentials: session.credentials,
          logStream,
          deadline: started + configuration.timeout * 1000,
          signal: ended.signal,
          log: log.text,
        }),
        timeOut,
      ]);
      const milliseconds = clock.now() - started;
      const reported = report(log, requestId, milliseconds, configuration, outcome);
      const { functionName } = configuration;
      this.options.onRun?.({ region, functionName, milliseconds, isError: reported.kind === 'error' });
      return reported;
    } finally {
      end();
      this.stopped.signal.removeEventListener('abort', end);
    }
  }

  private async check(configuration: FunctionConfiguration): Promise<void> {
    checkConfiguration(configuration);
    const { role, functionName } = configuration;
    if (await this.options.sessions.forService('lambda.amazonaws.com', role, functionName)) return;
    const message = 'The role defined for the function cannot be assumed by Lambda.';
    throw new AwsError('InvalidParameterValueException', message);
  }

  private arnOf(region: string, name: string): string {
    return `arn:${this.options.partition}:lambda:${region}:${this.options.accountId}:function:${name}`;
  }

  private functionOf(arn: string): LambdaFunction {
    const found = this.functions.get(arn);
    if (!found) throw functionNotFound(arn);
    return found;
  }
}

const functionNotFound = (arn: string) => new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
