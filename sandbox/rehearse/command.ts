import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { numberOption, optionsOf, readState, UsageError } from '../command-line';
import { InvalidDocument } from '../direct-connect/shape';
import { findCdk } from './cdk';
import { readFromAccount } from './deployed';
import { junit } from './junit';
import { markdown } from './markdown';
import { renderPage } from './page/page';
import { type ProgressStream, progressView } from './progress';
import type { Rehearsal } from './rehearsal';
import { rehearse } from './rehearse';
import { exitCodeOf, judge } from './verdict';

export const rehearseUsage = `Rehearses a deployment of a CDK app on a local AWS, and writes what happens to each link as one page.

direct-connect-sandbox rehearse --state network.json [options]

  --state FILE          the network, as "direct-connect-sandbox pull" prints it
  --app COMMAND         the CDK app, or the folder of a cloud assembly; as cdk.json says without it
  --deployed PATH       what is deployed now: a template, or the folder of a cloud assembly (cdk.out); without it, the
                        stacks' templates in the account, read with the credentials of the environment
                        (cloudformation:GetTemplate, and DescribeStackResource for nested stacks)
  --transition SECONDS  how long a link is pending after it joins or leaves a LAG; 90 without it
  --bfd                 BGP notices with BFD: a second of convergence instead of 90
  --account ID          the account, where it is not that of most connections of the state
  --region REGION       the Region of stacks that name none
  --output FOLDER       where rehearsal.html, rehearsal.json, rehearsal.md and junit.xml go; rehearsal without it
  --help                this text

Exit code 0 for go, 2 for no-go, 3 where it could not tell, 1 for an error. It takes as long as the change itself does, twice
or more; with a short --transition less: the page shows 30, 90 and 300 s all the same.`;

/** How often what moves on a terminal moves, in milliseconds. */
const frameMilliseconds = 100;

export interface RehearseIo {
  readonly environment: { readonly [name: string]: string | undefined };
  /** The folder that paths and the app are relative to. */
  readonly folder: string;
  readonly now: () => number;
  readonly out: (text: string) => void;
  readonly progress: ProgressStream;
  readonly sandboxVersion: string;
  readonly signal: AbortSignal;
}

/** @returns the exit code. @throws {UsageError} for a wrong option */
export async function rehearseCommand(argv: readonly string[], io: RehearseIo): Promise<number> {
  const values = optionsOf(
    argv,
    {
      state: { type: 'string' },
      app: { type: 'string' },
      deployed: { type: 'string' },
      transition: { type: 'string' },
      bfd: { type: 'boolean' },
      account: { type: 'string' },
      region: { type: 'string' },
      output: { type: 'string' },
      help: { type: 'boolean' },
    },
    'rehearse --help',
  );
  if (values.help) {
    io.out(rehearseUsage);
    return 0;
  }
  if (values.state === undefined) throw new UsageError('--state is missing: rehearse --state network.json');
  const { environment, folder, now, sandboxVersion, signal } = io;
  const output = resolve(folder, values.output ?? 'rehearsal');
  // Not only when the rehearsal is over, and lost.
  if (statSync(output, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new UsageError(`--output ${output} is there, and no folder: name another one`);
  const view = progressView(io.progress);
  const moving = setInterval(view.tick, frameMilliseconds);
  try {
    const rehearsal = await rehearse({
      cli: findCdk(folder),
      state: readState(resolve(folder, values.state)),
      ...(values.app !== undefined && { app: values.app }),
      environment,
      folder,
      ...(values.deployed !== undefined && { deployed: resolve(folder, values.deployed) }),
      readDeployed: readFromAccount,
      transitionSeconds: numberOption('--transition', values.transition ?? '90', 86_400, false),
      convergenceSeconds: values.bfd ? 1 : 90,
      ...(values.account !== undefined && { account: values.account }),
      ...(values.region !== undefined && { region: values.region }),
      now,
      sandboxVersion,
      progress: view.show,
      signal,
    });
    view.end();
    writeFiles(rehearsal, output);
    const { decision, sentence, findings } = judge(rehearsal);
    io.out(
      [
        sentence,
        '',
        ...findings.map(({ level, text }) => `${level.padEnd(8)} ${text}`),
        '',
        join(output, 'rehearsal.html'),
      ].join('\n'),
    );
    return exitCodeOf[decision];
  } catch (cause) {
    if (cause instanceof InvalidDocument) throw new UsageError(`${values.state}: ${cause.message}`, { cause });
    throw cause;
  } finally {
    clearInterval(moving);
    view.end();
  }
}

/** Everything is made of the rehearsal, so the same one gives the same bytes. */
export function writeFiles(rehearsal: Rehearsal, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'rehearsal.json'), `${JSON.stringify(rehearsal, undefined, 1)}\n`);
  writeFileSync(join(folder, 'rehearsal.html'), renderPage(rehearsal));
  writeFileSync(join(folder, 'rehearsal.md'), markdown(rehearsal));
  writeFileSync(join(folder, 'junit.xml'), junit(rehearsal));
}
