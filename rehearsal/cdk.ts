import { join } from 'node:path';
import { findCdk, runCdk } from '../sandbox/rehearse/cdk';

export { assertLoopback, NotLoopback } from '../sandbox/rehearse/cdk';

const ROOT = join(__dirname, '..');

export interface CdkRun {
  /** What the sandbox says to export. */
  readonly environment: { readonly [name: string]: string | undefined };
  /** The folder of the app, with its `cdk.json`. @default this package's */
  readonly app?: string;
  /** A folder for all that the CLI and the app write. */
  readonly folder: string;
  /** Takes what the CLI prints, line by line. */
  readonly print: (line: string) => void;
  /** Ends the CLI and all that it has started, at once. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the CDK CLI of this package as it is, on the app of this package or of another.
 *
 * @returns the CLI's exit code; 130 where it was ended
 * @throws {NotLoopback} before anything is started
 */
export const cdk = async (command: readonly string[], run: CdkRun): Promise<number> =>
  runCdk([...command, '--output', join(run.folder, 'cdk.out')], { ...run, cli: findCdk(ROOT), app: run.app ?? ROOT });
