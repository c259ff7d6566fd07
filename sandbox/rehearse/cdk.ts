import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UsageError } from '../command-line';

/** The sandbox is the only thing a rehearsal may talk to. */
export class NotLoopback extends Error {
  override readonly name = 'NotLoopback';
}

/** @throws {NotLoopback} where `url` is not on this machine */
export function assertLoopback(url: string | undefined): void {
  const host = url === undefined ? undefined : new URL(url).hostname;
  if (host === '127.0.0.1' || host === '[::1]' || host === 'localhost') return;
  throw new NotLoopback(
    `The endpoint is ${url ?? 'not set'}: a rehearsal runs on this machine alone (127.0.0.1), never on real AWS.`,
  );
}

export interface CdkCli {
  /** The JavaScript file that runs. */
  readonly program: string;
  readonly version: string;
}

/** The CDK CLI that is installed for the project in a folder. @throws {UsageError} where there is none */
export function findCdk(folder: string): CdkCli {
  try {
    const require = createRequire(join(folder, 'package.json'));
    const { version } = require('aws-cdk/package.json');
    return { program: require.resolve('aws-cdk/bin/cdk'), version: String(version) };
  } catch (cause) {
    throw new UsageError(`The CDK CLI is not installed in ${folder}: npm install --save-dev aws-cdk`, { cause });
  }
}

export interface CdkRun {
  readonly cli: CdkCli;
  /** What the sandbox says to export. */
  readonly environment: { readonly [name: string]: string | undefined };
  /** What the app may need of the caller's environment besides; nothing of AWS is passed on. @default nothing */
  readonly inherited?: { readonly [name: string]: string | undefined };
  /** The folder of the app, with its `cdk.json` if it has one. */
  readonly app: string;
  /** A folder for all that the CLI and the app write. */
  readonly folder: string;
  /** Takes what the CLI prints, line by line. */
  readonly print: (line: string) => void;
  /** Ends the CLI and all that it has started, at once. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the CDK CLI as it is.
 *
 * Of the caller's environment nothing that begins with AWS_ is passed on, nor the home folder: neither a profile nor an
 * endpoint of a single service can lead it to real AWS.
 *
 * @returns the CLI's exit code; 130 where it was ended
 * @throws {NotLoopback} before anything is started
 */
export async function runCdk(command: readonly string[], run: CdkRun): Promise<number> {
  assertLoopback(run.environment.AWS_ENDPOINT_URL);
  if (run.signal?.aborted) return 130;
  const child = spawn(process.execPath, [run.cli.program, ...command], {
    cwd: run.app,
    env: {
      ...withoutAws(run.inherited ?? {}),
      PATH: process.env.PATH,
      HOME: run.folder,
      TMPDIR: run.folder,
      CDK_HOME: run.folder,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CI: 'true',
      NO_COLOR: '1',
      // The CLI's own hint at the next Node.js is not what this is about.
      NODE_NO_WARNINGS: '1',
      ...run.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: the app that the CLI starts is to end with it.
    detached: true,
  });
  const { pid } = child;
  const end = () => {
    if (pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  };
  run.signal?.addEventListener('abort', end);
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', run.print);
  return new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve(code ?? 130));
  }).finally(() => run.signal?.removeEventListener('abort', end));
}

const withoutAws = (environment: { readonly [name: string]: string | undefined }) =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.toUpperCase().startsWith('AWS_')));
