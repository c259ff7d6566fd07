import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import type { Caller } from '../sandbox/caller';
import { systemClock } from '../sandbox/clock';
import { Control } from '../sandbox/control';
import type { DirectConnect } from '../sandbox/direct-connect/direct-connect';
import type { NetworkState } from '../sandbox/direct-connect/network';
import { Endpoints } from '../sandbox/endpoints';
import type { Invocation, Outcome, RunFunction } from '../sandbox/lambda/invocation';
import { createServices, type Services } from '../sandbox/services';
import { ApiCalls } from './api-calls';
import { answerInMemory } from './memory-transport';
import type { Synthesized } from './subjects';

/** Milliseconds, each way. */
const NETWORK_LATENCY = 20;
/** Milliseconds: what Lambda takes to start a function's process. */
const START_LATENCY = 300;

const REGION = 'eu-central-1';
const ACCOUNT = '111122223333';
const BUCKET = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;
const ADMINISTRATOR: Caller = {
  accountId: ACCOUNT,
  region: REGION,
  principalArn: `arn:aws:iam::${ACCOUNT}:user/administrator`,
};

/** Whose code runs. One for all: Node.js would carry each that was ever made through every promise. */
const running = new AsyncLocalStorage<FunctionProcess>();

/** A function's process. What it waits for never comes once it is dead. */
export class FunctionProcess {
  isDead = false;

  constructor(
    /** Of CloudFormation's event. */
    readonly requestId: string,
    private readonly died: (outcome: Outcome) => void,
  ) {}

  kill(): void {
    this.isDead = true;
    this.died({
      kind: 'error',
      errorType: 'Runtime.ExitError',
      errorMessage: 'Runtime exited with error: signal: killed',
    });
  }
}

/** The longest time from an event to its answer, in milliseconds: endless where one has none, 0 where there are no events. */
export const slowest = (events: readonly SentEvent[]): number =>
  Math.max(0, ...events.map(({ sentAt, answer }) => (answer?.at ?? Number.POSITIVE_INFINITY) - sentAt));

/** One call of Direct Connect as it arrives. */
export interface ArrivingCall {
  readonly operation: string;
  readonly input: unknown;
  /** Who calls. */
  readonly process: FunctionProcess;
  /** Carries the call out. */
  readonly apply: () => Promise<object>;
}

/** What Direct Connect's front makes of a call: rejects with what the caller is to see. */
export type Weather = (call: ArrivingCall) => Promise<object>;

export const fairWeather: Weather = ({ apply }) => apply();

/** An event that CloudFormation sent to a function. Times are in milliseconds since 1970-01-01T00:00Z. */
export interface SentEvent {
  readonly functionArn: string;
  readonly requestId: string;
  /** `Create`, `Update` or `Delete`. */
  readonly type: string;
  /** Absent in a Create. */
  readonly physicalId: string | undefined;
  readonly sentAt: number;
  /** The first one; absent while there is none. `SUCCESS` or `FAILED`. */
  answer?: { readonly at: number; readonly status: string };
  /** Has Lambda deliver it once more. */
  readonly deliverAgain: () => void;
}

/**
 * The sandbox's services and the functions of a template, all in this process and under its virtual time. A function is
 * the asset's own bytes, with a module scope and an environment of its own for each invocation; the AWS SDK that Lambda's
 * runtime has is this package's; requests go through the same HTTP client and the same endpoints, without a socket.
 */
export class VirtualAws {
  readonly services: Services;
  /** All calls of the functions, and whether they are limited. */
  readonly apiCalls = new ApiCalls(systemClock, () => running.getStore()?.requestId);
  /** In the order in which they were sent. */
  readonly events: SentEvent[] = [];
  /** How many changes Direct Connect has made, answered or not. */
  writes = 0;
  weather: Weather = fairWeather;
  private readonly giveBack: () => void;
  private readonly environment = { ...process.env };

  constructor(state: NetworkState, transitionMilliseconds: number, random: () => number) {
    this.services = createServices({
      clock: systemClock,
      random,
      accountId: ACCOUNT,
      state,
      transitionMilliseconds,
      run: this.run,
      concurrency: 1000,
      writeLog: () => {},
      responseUrlBase: 'https://127.0.0.1:1/_responses',
    });
    this.intercept(this.services.directConnect);
    this.observe(this.services);
    const control = new Control(this.services, { now: systemClock.now, advance: systemClock.sleep });
    const endpoints = new Endpoints(this.services, control, '/_responses', this.apiCalls);
    this.giveBack = answerInMemory(async request => {
      const from = running.getStore();
      await this.alive(from, systemClock.sleep(NETWORK_LATENCY));
      const answer = await this.alive(from, endpoints.answer(request));
      await this.alive(from, systemClock.sleep(NETWORK_LATENCY));
      return answer;
    });
  }

  /** Gives this process its HTTP client and its environment back. */
  stop(): void {
    this.services.lambda.stop();
    this.giveBack();
    process.env = this.environment;
  }

  /** The LAG that a connection is in. */
  lagOf(connectionId: string): string | undefined {
    return this.services.directConnect.network.connections.get(connectionId)?.lagId;
  }

  deploy({ stackName, template, zipAssets }: Synthesized): Promise<string> {
    const { s3 } = this.services;
    for (const [key, bytes] of zipAssets()) s3.putObject(BUCKET, key, bytes, 'application/zip');
    const key = `${stackName}.json`;
    s3.putObject(BUCKET, key, Buffer.from(template), 'application/json');
    const input = {
      TemplateURL: `https://s3.${REGION}.amazonaws.com/${BUCKET}/${key}`,
      Capabilities: ['CAPABILITY_IAM'],
    };
    return this.operate(this.stackIds.has(stackName) ? 'UpdateStack' : 'CreateStack', stackName, input);
  }

  destroy(stackName = 'Network'): Promise<string> {
    return this.operate('DeleteStack', stackName, {});
  }

  /** By name. */
  private readonly stackIds = new Map<string, string>();

  private async operate(
    action: string,
    stackName: string,
    input: Parameters<Services['cloudFormation']['call']>[1],
  ): Promise<string> {
    const { cloudFormation } = this.services;
    const StackName = this.stackIds.get(stackName) ?? stackName;
    const answer = Object(await cloudFormation.call(action, { ...input, StackName }, ADMINISTRATOR));
    if (action === 'CreateStack') this.stackIds.set(stackName, String(answer.StackId));
    return cloudFormation.whenSettled(this.stackIds.get(stackName) ?? '', REGION);
  }

  /** Notes when each event is sent and answered. */
  private observe({ lambda, cloudFormation }: Services): void {
    const invoke = lambda.invokeAsynchronously.bind(lambda);
    lambda.invokeAsynchronously = (functionArn, event) => {
      const { RequestId: requestId, RequestType: type, PhysicalResourceId: physicalId } = Object(event);
      const deliverAgain = () => void lambda.invokeAsynchronously(functionArn, event);
      this.events.push({ functionArn, requestId, type, physicalId, sentAt: Date.now(), deliverAgain });
      return invoke(functionArn, event);
    };
    const respond = cloudFormation.respond.bind(cloudFormation);
    cloudFormation.respond = (url, contentType, body) => {
      const { RequestId, Status: status } = JSON.parse(body);
      const sent = this.events.find(({ requestId }) => requestId === RequestId);
      if (sent !== undefined) sent.answer ??= { at: Date.now(), status };
      respond(url, contentType, body);
    };
  }

  /** Puts the weather before Direct Connect, and counts its changes. */
  private intercept(directConnect: DirectConnect): void {
    const real = directConnect.call.bind(directConnect);
    directConnect.call = (operation, input, caller) => {
      const from = running.getStore();
      if (from === undefined) return real(operation, input, caller);
      const apply = async () => {
        const answer = await real(operation, input, caller);
        if (!operation.startsWith('Describe')) this.writes += 1;
        return answer;
      };
      return this.weather({ operation, input, process: from, apply });
    };
  }

  private readonly run: RunFunction = invocation =>
    new Promise(resolve => {
      const started = new FunctionProcess(Object(invocation.event).RequestId, resolve);
      invocation.signal.addEventListener('abort', () => started.kill());
      const work = async () => {
        await this.alive(started, systemClock.sleep(START_LATENCY));
        return this.invoke(invocation);
      };
      running.run(started, work).then(
        payload => resolve({ kind: 'answer', payload }),
        error => resolve({ kind: 'error', errorType: error?.name ?? 'Error', errorMessage: String(error?.message) }),
      );
    });

  private async alive<T>(from: FunctionProcess | undefined, promise: Promise<T>): Promise<T> {
    try {
      const value = await promise;
      return from?.isDead ? await new Promise<never>(() => {}) : value;
    } catch (error) {
      return from?.isDead ? new Promise<never>(() => {}) : Promise.reject(error);
    }
  }

  private invoke(invocation: Invocation): Promise<unknown> {
    const { configuration, credentials, requestId, logStream, deadline, code, event, log } = invocation;
    const variables = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...configuration.environment,
    };
    // The runtime's AWS SDK is not in the function's scope. All functions of a stack have the same role.
    process.env = { ...variables, HOME: '/nowhere' };
    const exports = loadFunction(code.files['index.js'] ?? new Uint8Array(), variables, log);
    return Promise.resolve(
      exports.handler(event, {
        awsRequestId: requestId,
        functionName: configuration.functionName,
        logStreamName: logStream,
        getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
      }),
    );
  }
}

interface FunctionModule {
  handler(event: unknown, context: object): unknown;
}

const compiled = new WeakMap<Uint8Array, ReturnType<typeof compileFunction>>();

/** What `import()` gives comes in real time, which no virtual clock can wait for: the same modules, at once. */
const withoutImports = (source: Uint8Array): string =>
  Buffer.from(source)
    .toString()
    .replaceAll(/\bimport\(("node:[a-z/]+")\)/g, 'Promise.resolve(require($1))');

/** Runs the module anew, as a fresh process would, with the environment and the outputs of its own. */
function loadFunction(source: Uint8Array, env: object, log: (text: string) => void): FunctionModule {
  const names = ['exports', 'require', 'module', 'process', 'console'];
  const wrapper = compiled.get(source) ?? compileFunction(withoutImports(source), names);
  compiled.set(source, wrapper);
  const module: { exports: unknown } = { exports: {} };
  const stdout = { write: log };
  const line = (...values: unknown[]) => log(`${values.join(' ')}\n`);
  const ownProcess = Object.create(process, { env: { value: env }, stdout: { value: stdout } });
  const ownConsole = { log: line, info: line, warn: line, error: line };
  const ownRequire = createRequire(join(__dirname, 'index.js'));
  wrapper(module.exports, ownRequire, module, ownProcess, ownConsole);
  const { exports } = module;
  if (isFunctionModule(exports)) return exports;
  throw new Error('The asset has no handler');
}

const isFunctionModule = (value: unknown): value is FunctionModule =>
  typeof value === 'object' && value !== null && 'handler' in value && typeof value.handler === 'function';
