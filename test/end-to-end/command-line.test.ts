import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdk } from '../../rehearsal/cdk';
import type { Fault } from '../../sandbox/direct-connect/faults';
import { type Sandbox, startSandbox } from '../../sandbox/index';

const CONNECTION = 'dxcon-fg5678gh';
const A = 'dxlag-fg1234aa';
const B = 'dxlag-fg1234bb';
const ASSOCIATE = 'AssociateConnectionWithLag';
const DISASSOCIATE = 'DisassociateConnectionFromLag';

jest.setTimeout(240_000);

let folder: string;
let sandbox: Sandbox;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'end-to-end-'));
  sandbox = await startSandbox({
    state: readFileSync(join(__dirname, '../../sandbox/example-state.json'), 'utf8'),
    transitionMilliseconds: 500,
    logs: join(folder, 'logs'),
  });
});

afterEach(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the unmodified CLI, and resolves to its exit code and what it printed. */
async function run(...command: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = [];
  const code = await cdk([...command, '--no-notices'], {
    environment: sandbox.environment,
    folder,
    print: line => lines.push(line),
  });
  return { code, printed: lines.join('\n') };
}

const pair = (lagId: string) => ['-c', `connectionId=${CONNECTION}`, '-c', `lagId=${lagId}`];
const deploy = (lagId: string) => run('deploy', '--require-approval=never', ...pair(lagId));
const destroy = () => run('destroy', '--force', ...pair(A));

const fault = (...faults: Fault[]) => sandbox.services.directConnect.faults.add(faults);
const lagOf = (connectionId: string) => sandbox.services.directConnect.network.connections.get(connectionId)?.lagId;
/** What was written, each as operation and LAG; calls that failed end in their error. */
const writes = () =>
  sandbox.services.directConnect.calls
    .filter(call => !call.operation.startsWith('Describe'))
    .map(call =>
      [call.operation, Reflect.get(Object(call.input), 'lagId'), call.error?.name].filter(Boolean).join(' '),
    );

test('cdk deploy puts a connection into a LAG, a second one moves it, cdk destroy makes it standalone', async () => {
  expect(await deploy(A)).toMatchObject({ code: 0 });
  expect(lagOf(CONNECTION)).toBe(A);
  expect(await deploy(B)).toMatchObject({ code: 0 });
  expect(lagOf(CONNECTION)).toBe(B);
  expect(await destroy()).toMatchObject({ code: 0 });
  expect(lagOf(CONNECTION)).toBeUndefined();

  // Refusals while the link is in transition are retried; what was done is this and nothing else.
  expect(writes().filter(write => write.split(' ').length === 2)).toEqual([
    `${ASSOCIATE} ${A}`,
    `${DISASSOCIATE} ${A}`,
    `${ASSOCIATE} ${B}`,
    `${DISASSOCIATE} ${B}`,
  ]);
  const logs = readdirSync(join(folder, 'logs')).map(name => readFileSync(join(folder, 'logs', name), 'utf8'));
  expect(logs.join('')).toContain(`"connectionId":"${CONNECTION}"`);
  expect(logs.join('')).not.toContain('X-Amz-Signature');
});

test('cdk deploy gets through DirectConnectServerExceptions at HTTP 400, before and after the change was applied', async () => {
  fault({ operation: ASSOCIATE, error: 'DirectConnectServerException', status: 400, times: 2 });
  expect(await deploy(A)).toMatchObject({ code: 0 });
  expect(lagOf(CONNECTION)).toBe(A);
  expect(writes()).toEqual([
    `${ASSOCIATE} ${A} DirectConnectServerException`,
    `${ASSOCIATE} ${A} DirectConnectServerException`,
    `${ASSOCIATE} ${A}`,
  ]);

  fault({ operation: DISASSOCIATE, error: 'DirectConnectServerException', status: 400, afterApplying: true });
  expect(await destroy()).toMatchObject({ code: 0 });
  expect(lagOf(CONNECTION)).toBeUndefined();
  expect(
    writes()
      .slice(3)
      .filter(write => write.startsWith(DISASSOCIATE)),
  ).toEqual([`${DISASSOCIATE} ${A} DirectConnectServerException`]);
});

test('a failed cdk deploy shows the reason, and leaves the network as it was', async () => {
  fault({ operation: ASSOCIATE, error: 'DirectConnectClientException', message: 'Not this one.' });
  const { code, printed } = await deploy(A);
  expect(code).not.toBe(0);
  expect(printed).toContain(`Connection ${CONNECTION} could not be put into LAG ${A}: AWS said "Not this one"`);
  expect(lagOf(CONNECTION)).toBeUndefined();
});

test('cdk bootstrap says that it is bootstrapped, and changes nothing', async () => {
  const { code, printed } = await run('bootstrap', `aws://${sandbox.accountId}/eu-west-1`, ...pair(A));
  const told = `Environment aws://${sandbox.accountId}/eu-west-1 bootstrapped (no changes)`;
  expect({ code, printed }).toEqual({ code: 0, printed: expect.stringContaining(told) });
  const { cloudFormation, sessions } = sandbox.services;
  const caller = { ...sessions.administrator, region: 'eu-west-1' };
  expect(await cloudFormation.call('DescribeStacks', {}, caller)).toMatchObject({ Stacks: [] });
  expect(await cloudFormation.call('DescribeStacks', { StackName: 'CDKToolkit' }, caller)).toMatchObject({
    Stacks: [{ StackStatus: 'CREATE_COMPLETE', Outputs: [{}, {}, { OutputKey: 'BootstrapVersion' }] }],
  });
});

test.each([
  [['-c', `lagId=${A}`], 'connectionId is missing: pass -c connectionId=dxcon-…, the id or the ARN.'],
  [['-c', `connectionId=${CONNECTION}`], 'lagId is missing: pass -c lagId=dxlag-…, the id or the ARN.'],
  [pair('dxlag-'), '[LagMembership/Membership] lagId is "dxlag-": allowed is the id of a LAG'],
])('cdk synth %j says in one line what to pass', async (context, message) => {
  const { code, printed } = await run('synth', '--quiet', ...context);
  expect(code).not.toBe(0);
  expect(printed.split('\n').filter(line => line.includes('node:internal'))).toEqual([]);
  expect(printed).toContain(message);
});
