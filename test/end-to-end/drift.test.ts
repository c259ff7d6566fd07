import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectConnectClient, DisassociateConnectionFromLagCommand } from '@aws-sdk/client-direct-connect';
import { cdk } from '../../rehearsal/cdk';
import { type Sandbox, startSandbox } from '../../sandbox/index';

const ROOT = join(__dirname, '..', '..');
const LAG = 'dxlag-fg1234bb';
const [ONE, TWO] = ['dxcon-fg5678g1', 'dxcon-fg5678g2'];
/** Milliseconds. */
const MINUTE = 60_000;

jest.setTimeout(240_000);

let folder: string;
let sandbox: Sandbox;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drift-'));
  sandbox = await startSandbox({
    state: readFileSync(join(ROOT, 'sandbox', 'example-state.json'), 'utf8'),
    transitionMilliseconds: 200,
  });
});

afterEach(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function deploy(...options: string[]): Promise<void> {
  const printed: string[] = [];
  const app = ['--app', 'node --import tsx examples/drift.ts', '--no-notices', '--require-approval=never'];
  const { environment } = sandbox;
  const code = await cdk(['deploy', ...options, ...app], { environment, folder, print: line => printed.push(line) });
  expect({ code, printed: code === 0 ? [] : printed }).toEqual({ code: 0, printed: [] });
}

const directConnect = () => sandbox.services.directConnect;
const lagOf = (connectionId: string) => directConnect().network.connections.get(connectionId)?.lagId;
const writes = () => directConnect().calls.filter(call => !call.operation.startsWith('Describe') && !call.error);

/** Whoever has the administrator's key. */
const person = () =>
  new DirectConnectClient({
    endpoint: sandbox.url,
    region: sandbox.region,
    credentials: sandbox.services.sessions.administratorKey,
  });

/** States by the first part of the alarms' names. */
const alarm = (name: string) =>
  sandbox.services.cloudWatch.alarms(sandbox.region).find(each => each.name.startsWith(`Drift-${name}`))?.state.value;

/** What the rule on changes by hand has handed over. */
const told = () => sandbox.services.deliveries.list.filter(({ from }) => from.includes('ByHand'));

/** The lines that the function has written, as far as they are about checks. */
const lines = (): { readonly [field: string]: unknown }[] =>
  readdirSync(sandbox.logs)
    .flatMap(file => readFileSync(join(sandbox.logs, file), 'utf8').split('\n'))
    .map(line => line.slice(line.indexOf('{')))
    .filter(line => /"step":"(drifted|in place again|checked)"/.test(line))
    .map(line => JSON.parse(line));

test('a connection that a person takes out is seen, alarmed and put right by another reassert, with one interruption', async () => {
  await deploy();
  await sandbox.advance(16 * MINUTE);
  expect([alarm('Drifted'), alarm('NotLooked')]).toEqual(['OK', 'OK']);

  await person().send(new DisassociateConnectionFromLagCommand({ connectionId: ONE, lagId: LAG }));
  await sandbox.advance(2 * MINUTE);
  expect(told()).toMatchObject([{ outcome: 'invoked', input: { check: 'drift' } }]);
  expect(alarm('Drifted')).toBe('ALARM');
  expect(lines().filter(({ step }) => step !== 'checked')).toMatchObject([
    { step: 'drifted', connectionId: ONE, lagId: LAG, found: 'standalone' },
  ]);

  // While the deployment is under way, it is looked at once more.
  const before = writes().length;
  const service = directConnect();
  const call = service.call.bind(service);
  const [check] = sandbox.services.deliveries.list;
  const said: unknown[] = [];
  service.call = async (operation, input, caller, describes) => {
    if (operation === 'AssociateConnectionWithLag') {
      const known = lines().length;
      await sandbox.services.lambda.invoke(String(check?.to), check?.input);
      said.push(...lines().slice(known));
    }
    return call(operation, input, caller, describes);
  };
  await deploy('-c', 'reassert=2026-11-24');
  service.call = call;
  // The one that the deployment is at work on is not among those whose place is known.
  expect(said).toEqual([{ step: 'checked', memberships: 0, drifted: 0, passedOver: 1 }]);

  expect([lagOf(ONE), lagOf(TWO)]).toEqual([LAG, LAG]);
  expect(
    writes()
      .slice(before)
      .map(({ operation, input }) => [operation, input]),
  ).toEqual([['AssociateConnectionWithLag', { connectionId: ONE, lagId: LAG }]]);
  expect(directConnect().network.interruptions(ONE)).toHaveLength(3);
  // What the provider did itself, nobody is told.
  expect(told()).toHaveLength(1);
  await sandbox.advance(16 * MINUTE);
  expect([alarm('Drifted'), alarm('NotLooked')]).toEqual(['OK', 'OK']);
  expect(lines().filter(({ step }) => step === 'in place again')).toMatchObject([{ connectionId: ONE, lagId: LAG }]);
});
