import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../sandbox/index';
import { cdk } from './cdk';
import { changes, differences, type NetworkView, table } from './network-view';

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

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  const sandbox = await startSandbox({
    state: readFileSync(join(__dirname, '..', 'sandbox', 'example-state.json'), 'utf8'),
    transitionMilliseconds: TRANSITION_MILLISECONDS,
    logs: join(folder, 'logs'),
  });
  try {
    await rehearse(sandbox, folder, ending.signal);
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rehearse(sandbox: Sandbox, folder: string, signal: AbortSignal): Promise<void> {
  const { network } = sandbox.services.directConnect;
  const look = (): NetworkView => network.describe();
  const show = () => {
    console.log();
    for (const line of table(look(), id => network.downtime(id))) console.log(`    ${line}`);
  };
  const atFirst = look();
  console.log(
    `A local AWS at ${sandbox.url}: no account, no circuit. Links take ${TRANSITION_MILLISECONDS / 1000} s to come up again.`,
  );
  show();

  for (const { title, command, lagId } of STAGES) {
    console.log(`\n${title}\n`);
    const done = new AbortController();
    const watching = watch(look, done.signal);
    const code = await cdk(command, {
      environment: sandbox.environment,
      folder,
      print: line => line.trim() !== '' && console.log(`    ${line}`),
      signal,
    });
    await settled(look);
    done.abort();
    await watching;
    if (code !== 0) throw new RehearsalFailed(`"cdk ${command[0]}" ended with exit code ${code}`);
    show();
    expectState(atFirst, look(), lagId);
  }
  await expectEnd(sandbox);
  console.log(
    '\nAll as it should be: the connection went into LAG A, from A to B, and out again; no other link was touched.',
  );
}

/** Prints what happens to the links, as it happens. */
async function watch(look: () => NetworkView, done: AbortSignal): Promise<void> {
  let before = look();
  const report = () => {
    const now = look();
    for (const change of changes(before, now)) console.log(`  ► ${change}`);
    before = now;
  };
  while (!done.aborted) {
    report();
    await setTimeout(LOOK_MILLISECONDS, undefined, { signal: done }).catch(() => {});
  }
  report();
}

async function settled(look: () => NetworkView): Promise<void> {
  const deadline = Date.now() + SETTLE_MILLISECONDS;
  while (look().connections.some(connection => connection.connectionState === 'pending')) {
    if (Date.now() > deadline)
      throw new RehearsalFailed(`a link is still pending after ${SETTLE_MILLISECONDS / 1000} s`);
    await setTimeout(LOOK_MILLISECONDS);
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
  console.error(`\nThe rehearsal failed: ${error instanceof Error ? error.message : String(error)}.`);
  process.exitCode = 1;
});
