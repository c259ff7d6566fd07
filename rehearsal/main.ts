import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../sandbox/index';
import { hashesOf } from '../sandbox/rehearse/assembly';
import { findCdk } from '../sandbox/rehearse/cdk';
import { writeFiles } from '../sandbox/rehearse/command';
import { progressView } from '../sandbox/rehearse/progress';
import { record } from '../sandbox/rehearse/record';
import type { Rehearsal } from '../sandbox/rehearse/rehearsal';
import { judge } from '../sandbox/rehearse/verdict';
import { cdk } from './cdk';
import { changes, differences, type NetworkView, table } from './network-view';
import { Terminal } from './terminal';

const ROOT = join(__dirname, '..');
const STATE = readFileSync(join(ROOT, 'sandbox', 'example-state.json'), 'utf8');
const VERSION = String(JSON.parse(readFileSync(join(ROOT, 'sandbox', 'package.json'), 'utf8')).version);
/** Where the page goes. */
const OUTPUT = join(ROOT, 'dist', 'rehearsal');

/** In `sandbox/example-state.json`. */
const CONNECTION = 'dxcon-fg5678gh';
const LAG_A = 'dxlag-fg1234aa';
const LAG_B = 'dxlag-fg1234bb';

const TRANSITION_MILLISECONDS = 2_000;
/** How often the live view looks. */
const LOOK_MILLISECONDS = 100;
/** How long a step's links may take to settle after the CLI is done. */
const SETTLE_MILLISECONDS = 30_000;

/** Links may be down for nothing but the moves asked for: into A; out of A and into B; out of B. */
const EXPECTED_INTERRUPTIONS = 4;

interface Stage {
  readonly title: string;
  readonly command: readonly string[];
  /** Where the connection is to be afterwards. */
  readonly lagId?: string;
}

const deploy = (lagId: string) => [
  'deploy',
  '--require-approval=never',
  '--progress=events',
  '--no-notices',
  '-c',
  `connectionId=${CONNECTION}`,
  '-c',
  `lagId=${lagId}`,
];

const STAGES: readonly Stage[] = [
  { title: `cdk deploy: the standalone connection into ${LAG_A}`, command: deploy(LAG_A), lagId: LAG_A },
  { title: `cdk deploy: from ${LAG_A} to ${LAG_B}`, command: deploy(LAG_B), lagId: LAG_B },
  {
    title: `cdk destroy: out of ${LAG_B}, standalone again`,
    command: ['destroy', '--force', '--no-notices', '-c', `connectionId=${CONNECTION}`, '-c', `lagId=${LAG_B}`],
  },
];

class RehearsalFailed extends Error {
  override readonly name = 'RehearsalFailed';
}

const ending = new AbortController();
const progress = progressView(process.stdout);
const terminal = new Terminal(process.stdout, Date.now());

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  // Not once: what runs this, such as npx, may pass the signal on that has come from the terminal already.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());
  try {
    const sandbox = await startSandbox({
      state: STATE,
      transitionMilliseconds: TRANSITION_MILLISECONDS,
      logs: join(folder, 'logs'),
    });
    try {
      await rehearse(sandbox, folder, ending.signal);
    } finally {
      await sandbox.stop();
    }
  } finally {
    // What the CLI has started may still be writing as it ends.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function rehearse(sandbox: Sandbox, folder: string, signal: AbortSignal): Promise<void> {
  const from = Date.now();
  const { network } = sandbox.services.directConnect;
  const look = (): NetworkView => network.describe();
  const show = () => {
    console.log();
    for (const line of table(look(), id => network.downtime(id))) print(`    ${line}`);
  };
  const atFirst = look();
  console.log(
    `A local AWS at ${sandbox.url}: no account, no circuit. Links take ${TRANSITION_MILLISECONDS / 1000} s to come up again.`,
  );
  show();

  for (const { title, command, lagId } of STAGES) {
    console.log(`\n${title}\n`);
    const began = Date.now();
    const before = new Map(
      look().connections.map(({ connectionId = '' }) => [connectionId, network.downtime(connectionId)]),
    );
    const done = new AbortController();
    if (process.stdout.isTTY) progress.show({ what: `cdk ${command[0]}`, done: 0 });
    const moving = setInterval(progress.tick, LOOK_MILLISECONDS);
    const watching = watch(look, done.signal);
    const code = await cdk(command, {
      environment: sandbox.environment,
      folder,
      print: line => line.trim() !== '' && print(`    ${line}`),
      signal,
    });
    try {
      signal.throwIfAborted();
      await settled(look, signal);
    } finally {
      done.abort();
      await watching;
      clearInterval(moving);
      progress.end();
    }
    for (const { connectionId = '' } of look().connections) {
      const outage = network.downtime(connectionId) - (before.get(connectionId) ?? 0);
      if (outage > 0)
        announce(
          `${connectionId}: no link for ${(outage / 1000).toFixed(1)} s in this step of ${((Date.now() - began) / 1000).toFixed(0)} s`,
        );
    }
    if (code !== 0) throw new RehearsalFailed(`"cdk ${command[0]}" ended with exit code ${code}`);
    show();
    expectState(atFirst, look(), lagId);
  }
  await expectEnd(sandbox);
  const { decision } = judge(writePage(sandbox, folder, from));
  console.log(
    '\nAll as it should be: the connection went into LAG A, from A to B, and out again; no other link was touched.',
  );
  console.log(`What happened to each link, as a page: ${join(OUTPUT, 'rehearsal.html')}`);
  if (decision === 'no-go') {
    console.log(
      'Its verdict is no-go, since a virtual interface had no link for a while: a connection that stands alone has no other to carry its own.',
    );
  }
}

function print(line: string): void {
  progress.clear();
  console.log(terminal.line(line));
}

/** A line about a link, with the clock. */
function announce(text: string): void {
  progress.clear();
  console.log(terminal.event(text, Date.now()));
}

/** The three steps as one rehearsal. */
function writePage({ services, accountId, region }: Sandbox, folder: string, from: number): Rehearsal {
  const { network, calls } = services.directConnect;
  const report = services.cloudFormation.report(from);
  const change = record({ name: 'the three steps', exitCode: 0, printed: [], from, network, calls, report });
  const rehearsal: Rehearsal = {
    format: 'direct-connect-rehearsal',
    version: 1,
    origin: {
      time: new Date(from).toISOString(),
      account: accountId,
      regions: [region],
      redacted: false,
      hashes: { state: createHash('sha256').update(STATE).digest('hex'), ...hashesOf(join(folder, 'cdk.out')) },
      versions: { sandbox: VERSION, cdk: findCdk(ROOT).version, node: process.version },
      app: 'bin/lag-membership.ts: into a LAG, to another one, out of it',
      deployedFrom: 'it begins with an empty account',
      notes: [],
      notRead: [],
    },
    assumptions: { transitionSeconds: TRANSITION_MILLISECONDS / 1000, convergenceSeconds: 90 },
    change,
    failures: [],
    notRehearsed: report.placeholders,
    templateDiff: '',
  };
  writeFiles(rehearsal, OUTPUT);
  return rehearsal;
}

/** Prints what happens to the links, as it happens. */
async function watch(look: () => NetworkView, done: AbortSignal): Promise<void> {
  let before = look();
  const report = () => {
    const now = look();
    for (const change of changes(before, now)) announce(change);
    before = now;
  };
  while (!done.aborted) {
    report();
    await setTimeout(LOOK_MILLISECONDS, undefined, { signal: done }).catch(() => {});
  }
  report();
}

async function settled(look: () => NetworkView, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + SETTLE_MILLISECONDS;
  while (look().connections.some(connection => connection.connectionState === 'pending')) {
    if (Date.now() > deadline)
      throw new RehearsalFailed(`a link is still pending after ${SETTLE_MILLISECONDS / 1000} s`);
    await setTimeout(LOOK_MILLISECONDS, undefined, { signal });
  }
}

/** Everything is as at first but the one connection, which is where the stage put it. */
function expectState(atFirst: NetworkView, now: NetworkView, lagId: string | undefined): void {
  const connections = atFirst.connections.map(connection => {
    if (connection.connectionId !== CONNECTION) return connection;
    const { lagId: _, ...standalone } = connection;
    return lagId === undefined ? standalone : { ...standalone, lagId };
  });
  const wrong = differences({ ...atFirst, connections }, now);
  if (wrong.length > 0) throw new RehearsalFailed(wrong.join('; '));
}

async function expectEnd({ services, accountId, region }: Sandbox): Promise<void> {
  const { network } = services.directConnect;
  for (const { connectionId = '' } of network.describe().connections) {
    const interruptions = network.interruptions(connectionId).length;
    const expected = connectionId === CONNECTION ? EXPECTED_INTERRUPTIONS : 0;
    if (interruptions !== expected) {
      throw new RehearsalFailed(`${connectionId} was interrupted ${interruptions} times instead of ${expected}`);
    }
  }
  const caller = { accountId, region, principalArn: `arn:aws:iam::${accountId}:user/rehearsal` };
  const left = JSON.stringify(await services.cloudFormation.call('DescribeStacks', {}, caller));
  if (left.includes('LagMembership')) throw new RehearsalFailed('the stack is still there');
}

main().catch((error: unknown) => {
  progress.end();
  if (ending.signal.aborted) {
    process.exitCode = 130;
    return;
  }
  console.error(`\nThe rehearsal failed: ${error instanceof Error ? error.message : String(error)}.`);
  process.exitCode = 1;
});
