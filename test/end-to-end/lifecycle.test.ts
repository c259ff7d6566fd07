import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { LagMembership, type LagMembershipProps } from '../../lib';
import { cdk } from '../../rehearsal/cdk';
import type { Fault } from '../../sandbox/direct-connect/faults';
import { type Sandbox, startSandbox } from '../../sandbox/index';
import { A, B, connection, lag } from '../support/network';

const ASSOCIATE = 'AssociateConnectionWithLag';
const DISASSOCIATE = 'DisassociateConnectionFromLag';
const [ONE, TWO, THREE, FOUR, FIVE] = [1, 2, 3, 4, 5].map(digit => `dxcon-${String(digit).repeat(8)}`) as [
  string,
  string,
  string,
  string,
  string,
];

jest.setTimeout(240_000);

let folder: string;
let sandbox: Sandbox;
let synths = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifecycle-'));
});

afterEach(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(connections: readonly Connection[], lags: readonly Lag[] = [lag(A), lag(B)]): Promise<void> {
  const state = JSON.stringify({ connections, lags });
  sandbox = await startSandbox({ state, transitionMilliseconds: 200, logs: join(folder, 'logs') });
}

interface Deployment {
  /** By construct id. */
  readonly memberships: { readonly [id: string]: LagMembershipProps };
  /** Whether a resource that comes after the memberships fails, so that CloudFormation rolls back. */
  readonly fails?: boolean;
}

/** Synthesizes an app and has the unmodified CLI deploy it. */
async function deploy({ memberships, fails = false }: Deployment): Promise<{ code: number; printed: string }> {
  const outdir = join(folder, `app-${++synths}`);
  const app = new App({ outdir });
  const stack = new Stack(app, 'Network', { env: { account: '111122223333', region: 'eu-central-1' } });
  const all = Object.entries(memberships).map(([id, props]) => new LagMembership(stack, id, props));
  // A name that is taken fails the deployment; as a parameter, so that the CDK does not find out at synth.
  const name = () => new CfnParameter(stack, 'Name', { default: 'taken' }).valueAsString;
  const taken = new CfnLogGroup(stack, 'Taken', { logGroupName: 'taken' });
  const last = new CfnLogGroup(stack, 'Last', { logGroupName: fails ? name() : 'last' });
  last.node.addDependency(taken, ...all);
  app.synth();
  return run('deploy', '--app', outdir, '--require-approval=never');
}

const destroy = () => run('destroy', '--app', join(folder, `app-${synths}`), '--force');

async function run(...command: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  const code = await cdk([...command, '--no-notices'], { environment: sandbox.environment, folder, print });
  return { code, printed: lines.join('\n') };
}

const fault = (...faults: Fault[]) => sandbox.services.directConnect.faults.add(faults);
const lagOf = (connectionId: string) => sandbox.services.directConnect.network.connections.get(connectionId)?.lagId;
/** What was changed, each as operation, connection and LAG; refusals left out. */
const writes = () =>
  sandbox.services.directConnect.calls
    .filter(call => !call.operation.startsWith('Describe') && call.error === undefined)
    .map(({ operation, input }) => [
      operation,
      Reflect.get(Object(input), 'connectionId'),
      Reflect.get(Object(input), 'lagId'),
    ]);

test('a renamed construct: no Direct Connect write, and a later destroy takes the connection out', async () => {
  await start([connection(ONE)]);
  const pair = { connectionId: ONE, lagId: A };
  expect(await deploy({ memberships: { Before: pair } })).toMatchObject({ code: 0 });
  const before = writes();
  expect(await deploy({ memberships: { After: pair } })).toMatchObject({ code: 0 });
  expect(writes()).toEqual(before);
  expect(lagOf(ONE)).toBe(A);
  expect(await destroy()).toMatchObject({ code: 0 });
  expect(writes()).toEqual([
    [ASSOCIATE, ONE, A],
    [DISASSOCIATE, ONE, A],
  ]);
});

test('a rolled back adoption leaves the pair as it was found; what the deployment made itself is taken away', async () => {
  await start([connection(ONE, { lagId: A }), connection(TWO)]);
  const memberships = { Found: { connectionId: ONE, lagId: A }, Made: { connectionId: TWO, lagId: A } };
  expect((await deploy({ memberships, fails: true })).code).not.toBe(0);
  expect(lagOf(ONE)).toBe(A);
  expect(lagOf(TWO)).toBeUndefined();
  expect(sandbox.services.directConnect.network.interruptions(ONE)).toHaveLength(0);

  expect(await deploy({ memberships })).toMatchObject({ code: 0 });
  expect(await destroy()).toMatchObject({ code: 0 });
  expect([lagOf(ONE), lagOf(TWO)]).toEqual([undefined, undefined]);
});

test('a move that fails after leaving ends in the old LAG, and the reason says so', async () => {
  await start([connection(ONE)]);
  expect(await deploy({ memberships: { Membership: { connectionId: ONE, lagId: A } } })).toMatchObject({ code: 0 });
  fault({ operation: ASSOCIATE, error: 'DirectConnectClientException', message: 'Not into this LAG.' });
  const { code, printed } = await deploy({ memberships: { Membership: { connectionId: ONE, lagId: B } } });
  expect(code).not.toBe(0);
  expect(printed.replace(/\s+/g, ' ')).toContain(
    `Connection ${ONE} could not be put into LAG ${B}: AWS said "Not into this LAG"`,
  );
  expect(lagOf(ONE)).toBe(A);
  expect(writes()).toEqual([
    [ASSOCIATE, ONE, A],
    [DISASSOCIATE, ONE, A],
    [ASSOCIATE, ONE, A],
  ]);
});

test('another connection in a full LAG: old out, new in; and back again where the deployment rolls back', async () => {
  await start([...[ONE, TWO, THREE, FOUR].map(id => connection(id, { lagId: A })), connection(FIVE)]);
  const membership = (connectionId: string) => ({ Membership: { connectionId, lagId: A } });
  expect(await deploy({ memberships: membership(ONE) })).toMatchObject({ code: 0 });
  expect((await deploy({ memberships: membership(FIVE), fails: true })).code).not.toBe(0);
  expect([lagOf(ONE), lagOf(FIVE)]).toEqual([A, undefined]);
  expect(await deploy({ memberships: membership(FIVE) })).toMatchObject({ code: 0 });
  expect([lagOf(ONE), lagOf(FIVE)]).toEqual([undefined, A]);
  for (const other of [TWO, THREE, FOUR]) {
    expect(sandbox.services.directConnect.network.interruptions(other)).toHaveLength(0);
  }
});

describe('minimum links', () => {
  const members = () =>
    start(
      [ONE, TWO].map(id => connection(id, { lagId: A })),
      [lag(A, { minimumLinks: 2 })],
    );
  const memberships = (lowerMinimumLinks: boolean) => ({
    One: { connectionId: ONE, lagId: A, lowerMinimumLinks },
    Two: { connectionId: TWO, lagId: A, lowerMinimumLinks },
  });

  test('cdk destroy that they forbid fails with the numbers, and changes nothing', async () => {
    await members();
    expect(await deploy({ memberships: memberships(false) })).toMatchObject({ code: 0 });
    const { code, printed } = await destroy();
    expect(code).not.toBe(0);
    expect(printed.replace(/\s+/g, ' ')).toContain(
      'The LAG has 2 members, 2 of them operational, and asks for at least 2',
    );
    expect([lagOf(ONE), lagOf(TWO)]).toEqual([A, A]);
    expect(writes()).toEqual([]);
  });

  test('cdk destroy of all members comes to its end where the memberships may lower them', async () => {
    await members();
    expect(await deploy({ memberships: memberships(true) })).toMatchObject({ code: 0 });
    expect(await destroy()).toMatchObject({ code: 0 });
    expect([lagOf(ONE), lagOf(TWO)]).toEqual([undefined, undefined]);
  });
});
