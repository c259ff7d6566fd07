import { appendFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeCertificate } from './certificate';
import { type Clock, systemClock } from './clock';
import { Control } from './control';
import type { NetworkState } from './direct-connect/network';
import { homeOf, parseStateFile, type StateFile } from './direct-connect/state-file';
import { Endpoints } from './endpoints';
import { administratorKeys } from './iam/sessions';
import { childProcesses } from './lambda/child-process';
import { RATES, type Rate, Rates } from './rates';
import { listen } from './server';
import { createServices, type Services } from './services';

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
  if (options.logs !== undefined) await mkdir(options.logs, { recursive: true });
  const certificate = await makeCertificate();
  const server = await listen(options.port ?? 0, certificate);
  const ending = new AbortController();
  const logs = options.logs === undefined ? await mkdtemp(join(tmpdir(), 'sandbox-logs-')) : resolve(options.logs);
  const trusted = await mkdtemp(join(tmpdir(), 'sandbox-certificate-'));
  const certificateFile = join(trusted, 'certificate.pem');
  await writeFile(certificateFile, certificate.certificate);
  const runner = childProcesses({ endpointUrl: () => server.url, certificateFile });
  const services = createServices({
    clock: clockUntil(ending.signal),
    random: Math.random,
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
  const endpoints = new Endpoints(services, new Control(services.directConnect), responsePath, rates);
  server.serve(request => endpoints.answer(request));
  return {
    url: server.url,
    accountId,
    region,
    environment: environmentOf(server.url, region),
    logs,
    notes,
    services,
    stop: async () => {
      ending.abort();
      services.lambda.stop();
      await runner.stop();
      await server.close();
      await rm(trusted, { recursive: true, force: true });
      if (options.logs === undefined) await rm(logs, { recursive: true, force: true });
    },
  };
}

/** The system's clock until the sandbox stops: who sleeps then is not woken any more, and holds no timer. */
const clockUntil = (stopped: AbortSignal): Clock => ({
  now: systemClock.now,
  sleep: (milliseconds, signal) =>
    new Promise(wake => {
      const either = signal ? AbortSignal.any([stopped, signal]) : stopped;
      void systemClock.sleep(milliseconds, either).then(() => {
        if (!stopped.aborted) wake();
      });
    }),
});

/** `<Region>.<log group>.log`, with dots for the slashes of the name. */
export const logFile = (region: string, group: string): string =>
  `${region}.${group.replace(/^\//, '').replaceAll('/', '.')}.log`;

function environmentOf(url: string, region: string): { [name: string]: string | undefined } {
  const ofServices = ['CLOUDFORMATION', 'CLOUDWATCH_LOGS', 'DIRECT_CONNECT', 'DYNAMODB', 'LAMBDA', 'S3', 'SSM', 'STS'];
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: administratorKeys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: administratorKeys.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_DEFAULT_PROFILE: undefined,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: undefined,
    ...Object.fromEntries(ofServices.map(service => [`AWS_ENDPOINT_URL_${service}`, undefined])),
  };
}
