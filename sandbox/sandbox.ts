import { createHash, randomInt } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { makeCertificate } from './certificate';
import { type Clock, MovableClock, systemClock } from './clock';
import { Control, type ControlledTime } from './control';
import type { NetworkState } from './direct-connect/network';
import { homeOf, parseStateFile, type StateFile } from './direct-connect/state-file';
import { Endpoints } from './endpoints';
import { childProcesses } from './lambda/child-process';
import { RATES, type Rate, Rates } from './rates';
import { listen } from './server';
import { createServices, type Services } from './services';
import type { AccessKey } from './signature';
import { temporaryFolder } from './temporary-folder';

export interface SandboxOptions {
  /** A state file's text, or what it says. @default an empty network */
  readonly state?: string | NetworkState;
  /** @default 0: any that is free */
  readonly port?: number;
  /**
   * How long a connection is in transition, and a link that was up is `pending`, after it joins or leaves a LAG.
   * @default 5000
   */
  readonly transitionMilliseconds?: number;
  /**
   * How old what Direct Connect's Describe operations answer can be: each call sees the network as it was at a random
   * time since then. @default 0
   */
  readonly describeLagMilliseconds?: number;
  /** Whether calls are limited to their rates, those of AWS (`RATES`) or others. @default false */
  readonly rates?: boolean | readonly Rate[];
  /** Folder of the functions' logs, one file a log group; made if need be. @default a temporary one, gone at `stop()` */
  readonly logs?: string;
  /** Twelve digits. @default that of most connections and LAGs of the state; 111122223333 without any */
  readonly accountId?: string;
  /** The Region that `environment` names; others can be used as well. @default as the account's; eu-central-1 */
  readonly region?: string;
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly accountId: string;
  readonly region: string;
  /**
   * The variables with which an AWS SDK, the AWS CLI or the CDK CLI talks to the sandbox and to nothing else. A variable
   * that is `undefined` must not be set: it would bring in the user's real account.
   */
  readonly environment: { readonly [name: string]: string | undefined };
  /** Folder of the functions' logs. */
  readonly logs: string;
  /** What the state file has that nobody knows here. */
  readonly notes: readonly string[];
  readonly services: Services;
  /** Lets time go by at once: resolves when all is done that was due in it. */
  advance(milliseconds: number): Promise<void>;
  /** Ends the functions that run, closes the port and removes the temporary folders. */
  stop(): Promise<void>;
}

/** The path of ResponseURLs: CloudFormation's are signed for a bucket of S3. */
const responsePath = '/_responses';

/**
 * Starts the local AWS on 127.0.0.1.
 *
 * @throws {InvalidDocument} for a state that is not right; what Node.js throws for a port that is taken
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { state, notes = [] }: Partial<StateFile> =
    typeof options.state === 'string'
      ? parseStateFile(options.state)
      : { ...(options.state && { state: options.state }) };
  const home = state && homeOf(state);
  const { accountId = home?.account ?? '111122223333', region = home?.region ?? 'eu-central-1' } = options;
  if (!/^\d{12}$/.test(accountId)) throw new RangeError(`accountId ${accountId} must be twelve digits`);
  const certificate = await makeCertificate();
  const server = await listen(options.port ?? 0, certificate, systemClock);
  const ending = new AbortController();
  const folder = await temporaryFolder();
  const logs = options.logs === undefined ? join(folder.path, 'logs') : resolve(options.logs);
  await mkdir(logs, { recursive: true });
  const certificateFile = join(folder.path, 'certificate.pem');
  await writeFile(certificateFile, certificate.certificate);
  const clock = new MovableClock(systemClock);
  const runner = childProcesses({
    endpointUrl: () => server.url,
    certificateFile,
    folder: folder.path,
    clock: systemClock,
    millisecondsAhead: () => clock.millisecondsAhead,
  });
  const services = createServices({
    clock: clockUntil(clock, ending.signal),
    random: unpredictable,
    accountId,
    ...(state && { state }),
    transitionMilliseconds: options.transitionMilliseconds ?? 5000,
    describeLagMilliseconds: options.describeLagMilliseconds ?? 0,
    run: runner.run,
    writeLog: (logRegion, group, lines) => appendFileSync(join(logs, logFile(logRegion, group)), lines),
    responseUrlBase: server.secureUrl + responsePath,
  });
  const { rates: limits = false } = options;
  const rates = limits === false ? undefined : new Rates(systemClock, limits === true ? RATES : limits);
  const time: ControlledTime = {
    now: () => clock.now(),
    advance: milliseconds => clock.advance(milliseconds, () => settled(services)),
  };
  const endpoints = new Endpoints(services, new Control(services, time), responsePath, rates);
  server.serve(request => endpoints.answer(request));
  return {
    url: server.url,
    accountId,
    region,
    environment: environmentOf(server.url, region, services.sessions.administratorKey),
    logs,
    notes,
    services,
    advance: time.advance,
    stop: async () => {
      ending.abort();
      services.lambda.stop();
      await runner.stop();
      await server.close();
      await folder.remove();
    },
  };
}

/** From 0 up to 1: keys and ResponseURLs are made of it, which another user of the machine must not foresee. */
const unpredictable = (): number => randomInt(2 ** 47) / 2 ** 47;

/** Whether nothing runs that what has happened so far has begun. */
async function settled({ deliveries }: Services): Promise<void> {
  await setImmediate();
  await deliveries.whenIdle();
  await setImmediate();
}

/** A clock until the sandbox stops: who sleeps then is not woken any more, and holds no timer. */
const clockUntil = (clock: Clock, stopped: AbortSignal): Clock => ({
  now: () => clock.now(),
  sleep: (milliseconds, signal) =>
    new Promise(wake => {
      const either = signal ? AbortSignal.any([stopped, signal]) : stopped;
      void clock.sleep(milliseconds, either).then(() => {
        if (!stopped.aborted) wake();
      });
    }),
});

/** Characters of a file's name without its ending: most file systems take 255 bytes. */
const longestFileName = 200;

/**
 * `<Region>.<log group>.log`, with dots for the slashes of the name. One that is too long for a file is cut, and ends in
 * its hash instead.
 */
export function logFile(region: string, group: string): string {
  const name = `${region}.${group.replace(/^\//, '').replaceAll('/', '.')}`;
  if (name.length <= longestFileName) return `${name}.log`;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.slice(0, longestFileName - hash.length - 1)}.${hash}.log`;
}

function environmentOf(url: string, region: string, key: AccessKey): { [name: string]: string | undefined } {
  const ofServices = [
    ...['CLOUDFORMATION', 'CLOUDWATCH', 'CLOUDWATCH_LOGS', 'DIRECT_CONNECT', 'DYNAMODB', 'EVENTBRIDGE'],
    ...['LAMBDA', 'S3', 'SSM', 'STS'],
  ];
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    // A proxy of the user's would see what is meant for the sandbox, and the CDK CLI calls AWS and npm of its own accord.
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: 'true',
    CDK_NOTICES: 'false',
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_DEFAULT_PROFILE: undefined,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: undefined,
    ...Object.fromEntries(ofServices.map(service => [`AWS_ENDPOINT_URL_${service}`, undefined])),
  };
}
