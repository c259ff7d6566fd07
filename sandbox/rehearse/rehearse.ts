import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../command-line';
import { homeOf, parseStateFile } from '../direct-connect/state-file';
import { type Sandbox, startSandbox } from '../sandbox';
import { type AssemblyStack, diffOf, hashesOf, isAssembly, stacksOf } from './assembly';
import { withFailingSibling } from './assembly-copy';
import { type CdkCli, runCdk } from './cdk';
import { deployedOf, type ReadDeployed } from './deployed';
import { inTurns } from './in-turns';
import { inputOf, record } from './record';
import { type Failure, type Rehearsal, type Run, writesOf } from './rehearsal';

export interface RehearseOptions {
  readonly cli: CdkCli;
  /** Text of the state file. */
  readonly state: string;
  /** The command that runs the app, or the folder of an assembly. @default that of `cdk.json` */
  readonly app?: string;
  /** The caller's, for the app. */
  readonly environment: { readonly [name: string]: string | undefined };
  /** The app's folder. */
  readonly folder: string;
  /** A template, or the folder of an assembly. @default what `readDeployed` finds */
  readonly deployed?: string;
  /** Reads the templates of the stacks that are deployed in the real account. */
  readonly readDeployed: ReadDeployed;
  readonly transitionSeconds: number;
  readonly convergenceSeconds: number;
  readonly account?: string;
  readonly region?: string;
  readonly now: () => number;
  readonly sandboxVersion: string;
  readonly progress: (progress: Progress) => void;
  /** Ends it, and all that it has started. */
  readonly signal: AbortSignal;
}

export interface Progress {
  readonly what: string;
  readonly done: number;
  /** @default not known yet */
  readonly total?: number;
}

/** How many deployments that fail are rehearsed at a time: they wait most of the time. */
const atATime = 4;

/** A final error of Direct Connect's: the same call is refused however often it is made. */
const refusal = {
  times: 1000,
  error: 'DirectConnectClientException',
  message: 'The rehearsal refuses this call, to see what a failure here leads to.',
};

interface Setting extends RehearseOptions {
  readonly work: string;
  readonly assembly: string;
  readonly deployedAssembly: string | undefined;
  readonly deployedStacks: readonly string[];
}

/**
 * Rehearses a change: what is deployed, the change, and the change again with each failure.
 *
 * @throws {UsageError} for what the person has to change; Error where the app cannot be synthesized
 */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  const work = mkdtempSync(join(tmpdir(), 'rehearse-'));
  try {
    return await rehearseIn(work, options);
  } finally {
    // What the CLI has started may still be writing as it ends.
    rmSync(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function rehearseIn(work: string, options: RehearseOptions): Promise<Rehearsal> {
  const { progress, state, transitionSeconds, convergenceSeconds } = options;
  const began = options.now();
  const file = parseStateFile(state);
  const home = homeOf(file.state);
  if (home === undefined)
    throw new UsageError('The state file has no connection, LAG or virtual interface to rehearse with');
  progress({ what: 'synthesizing the app', done: 0 });
  const assembly = await synthesize(work, options);
  const stacks = stacksOf(assembly);
  checkAccount(stacks, options.account ?? home.account);
  progress({ what: 'reading what is deployed', done: 0 });
  const deployed = await deployedOf({ ...options, work, assembly, stacks, region: options.region ?? home.region });
  const setting: Setting = {
    ...options,
    work,
    assembly,
    deployedAssembly: deployed.assembly,
    deployedStacks: deployed.stacks,
  };

  progress({ what: `deploying ${deployed.assembly === undefined ? '' : 'what is deployed, and '}the change`, done: 0 });
  const main = await deployAll(setting, assembly, 'change', 'the change');
  const failures = failuresOf(main.change, stacks);
  const total = failures.length + 1;
  let done = 1;
  progress({ what: 'the change', done, total });
  const runs = await inTurns(failures, atATime, async (failure, index) => {
    const { change } = await deployAll(setting, assembly, `failure-${index}`, nameOf(failure), failure);
    done += 1;
    progress({ what: nameOf(failure), done, total });
    return change;
  });

  const { pulled, notes } = file;
  return {
    format: 'direct-connect-rehearsal',
    version: 1,
    origin: {
      time: new Date(began).toISOString(),
      ...(pulled && { stateTime: pulled.time }),
      account: options.account ?? home.account,
      regions: [...new Set([...file.state.connections, ...file.state.lags].map(({ region }) => region))].sort(),
      redacted: pulled?.redacted ?? false,
      hashes: { state: createHash('sha256').update(state).digest('hex'), ...hashesOf(assembly) },
      versions: { sandbox: options.sandboxVersion, cdk: options.cli.version, node: process.version },
      app: options.app ?? 'as cdk.json says',
      deployedFrom: deployed.from,
      notes,
      notRead: [...(pulled?.notRead ?? []), ...deployed.notRead],
    },
    assumptions: { transitionSeconds, convergenceSeconds },
    ...(main.deployed && { deployed: main.deployed }),
    change: main.change,
    failures: runs,
    notRehearsed: main.notRehearsed,
    templateDiff: diffOf(deployed.assembly, assembly),
  };
}

async function synthesize(work: string, options: RehearseOptions): Promise<string> {
  const { app, cli, folder, environment, signal } = options;
  if (app !== undefined && isAssembly(resolve(folder, app))) return resolve(folder, app);
  const output = join(work, 'cdk.out');
  const sandbox = await startSandbox(sandboxOptions(options));
  const printed: string[] = [];
  try {
    const code = await runCdk(
      ['synth', '--quiet', '--no-notices', ...(app === undefined ? [] : ['--app', app]), '--output', output],
      {
        cli,
        app: folder,
        folder: work,
        inherited: environment,
        environment: sandbox.environment,
        print: line => printed.push(line),
        signal,
      },
    );
    signal.throwIfAborted();
    if (code !== 0)
      throw new Error(`The app cannot be synthesized (cdk synth: ${code}):\n${printed.slice(-20).join('\n')}`);
  } finally {
    await sandbox.stop();
  }
  return output;
}

const sandboxOptions = ({ state, transitionSeconds, account, region }: RehearseOptions) => ({
  state,
  transitionMilliseconds: transitionSeconds * 1000,
  ...(account !== undefined && { accountId: account }),
  ...(region !== undefined && { region }),
});

function checkAccount(stacks: readonly AssemblyStack[], account: string): void {
  const other = stacks.find(stack => stack.account !== undefined && stack.account !== account);
  if (other === undefined) return;
  throw new UsageError(
    `The stack ${other.name} is for the account ${other.account}, and the network is of ${account}: rehearse with a state file of that account, or pass --account`,
  );
}

interface Deployments {
  readonly deployed: Run | undefined;
  readonly change: Run;
  readonly notRehearsed: Rehearsal['notRehearsed'];
}

/** What is deployed, and then the change, on a sandbox of their own. */
async function deployAll(
  setting: Setting,
  assembly: string,
  id: string,
  name: string,
  failure?: Failure,
): Promise<Deployments> {
  const folder = join(setting.work, id);
  const sandbox = await startSandbox(sandboxOptions(setting));
  try {
    const { deployedAssembly, deployedStacks } = setting;
    const deployed =
      deployedAssembly === undefined
        ? undefined
        : await deploy(setting, sandbox, join(folder, 'deployed'), {
            name: 'what is deployed',
            assembly: deployedAssembly,
            stacks: deployedStacks,
          });
    if (failure?.kind === 'call') {
      const { operation, input } = failure;
      sandbox.services.directConnect.faults.add([{ operation, input, ...refusal }]);
    }
    const change = await deploy(setting, sandbox, join(folder, 'change'), {
      name,
      assembly:
        failure?.kind === 'sibling' ? withFailingSibling(assembly, failure.stack, join(folder, 'cdk.out')) : assembly,
      stacks: ['**'],
      ...(failure && { failure }),
    });
    const notRehearsed = sandbox.services.cloudFormation.report(0).placeholders;
    return { deployed, change, notRehearsed };
  } finally {
    await sandbox.stop();
  }
}

interface Deployment {
  readonly name: string;
  readonly assembly: string;
  readonly stacks: readonly string[];
  readonly failure?: Failure;
}

async function deploy(
  { cli, folder, now, signal }: Setting,
  { environment, services }: Sandbox,
  work: string,
  { name, assembly, stacks, failure }: Deployment,
): Promise<Run> {
  const { network } = services.directConnect;
  mkdirSync(work, { recursive: true });
  const from = now();
  const printed: string[] = [];
  const exitCode = await runCdk(
    [
      'deploy',
      ...stacks,
      '--app',
      assembly,
      '--require-approval=never',
      '--progress=events',
      '--no-notices',
      '--output',
      work,
    ],
    { cli, app: folder, folder: work, environment, print: line => printed.push(line), signal },
  );
  signal.throwIfAborted();
  await sleep(Math.max(0, network.settledAt() - now()), undefined, { signal });
  const { calls } = services.directConnect;
  const report = services.cloudFormation.report(from);
  return record({ name, exitCode, printed, from, network, calls, report, ...(failure && { failure }) });
}

/** A final error at each of the change's writes, and a sibling that fails at the end. */
function failuresOf(change: Run, stacks: readonly AssemblyStack[]): Failure[] {
  const calls = writesOf(change).map(
    ({ operation, input }): Failure => ({ kind: 'call', operation, input: inputOf(input) }),
  );
  const names = new Set(stacks.map(({ name }) => name));
  const last = change.events.findLast(({ stack }) => names.has(stack))?.stack;
  return [
    ...calls,
    ...(change.exitCode === 0 && last !== undefined ? [{ kind: 'sibling', stack: last } as const] : []),
  ];
}

function nameOf(failure: Failure): string {
  if (failure.kind === 'sibling') return `another resource of ${failure.stack} fails at the end`;
  return `${failure.operation} fails: ${Object.values(failure.input).join(', ')}`;
}
