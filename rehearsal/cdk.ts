import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(__dirname, '..');

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

export interface CdkRun {
  /** What the sandbox says to export. */
  readonly environment: { readonly [name: string]: string | undefined };
  /** The folder of the app, with its `cdk.json`. @default this package's */
  readonly app?: string;
  /** A folder for all that the CLI and the app write. */
  readonly folder: string;
  /** Takes what the CLI prints, line by line. */
  readonly print: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs the CDK CLI of this package as it is, on the app of this package or of another.
 *
 * Nothing of the caller's environment is passed on but where programs are found: neither a profile nor an endpoint of
 * a single service can lead it to real AWS.
 *
 * @returns the CLI's exit code
 * @throws {NotLoopback} before anything is started
 */
export async function cdk(command: readonly string[], run: CdkRun): Promise<number> {
  assertLoopback(run.environment.AWS_ENDPOINT_URL);
  const child = spawn(
    process.execPath,
    [join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...command, '--output', join(run.folder, 'cdk.out')],
    {
      cwd: run.app ?? ROOT,
      env: {
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
      ...(run.signal === undefined ? {} : { signal: run.signal }),
    },
  );
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', run.print);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve(code ?? 1));
  });
}
