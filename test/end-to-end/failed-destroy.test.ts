import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { LagMembershipProvider, LagMemberships } from '../../lib';
import { cdk } from '../../rehearsal/cdk';
import { type Sandbox, startSandbox } from '../../sandbox/index';
import { awsCommandsIn, runAws } from '../support/aws-command';
import { A, connection, lag } from '../support/network';

const env = { account: '111122223333', region: 'eu-central-1' };
const guide = (name: string) => readFileSync(join(__dirname, '..', '..', 'docs', name), 'utf8');
const GUIDE = guide('destroying-a-lag.md');
const FAILURES = guide('reading-a-failure.md');
/** Those of the guide, in its LAG. */
const LAG = 'dxlag-fg1234aa';
const IDS = ['dxcon-fg5678g1', 'dxcon-fg5678g2', 'dxcon-fg5678g3', 'dxcon-fg5678g4'];
const OTHERS = ['dxcon-11111111', 'dxcon-22222222'];

jest.setTimeout(100_000);

let folder: string;
let sandbox: Sandbox;
/** Of the stacks, by their names. */
let ids: ReadonlyMap<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'failed-destroy-'));
  const connections = [
    ...IDS.map(id => connection(id, { lagId: LAG })),
    ...OTHERS.map(id => connection(id, { lagId: A })),
  ];
  const lags = [lag(LAG, { minimumLinks: 2 }), lag(A, { minimumLinks: 2 })];
  sandbox = await startSandbox({ state: JSON.stringify({ connections, lags }), transitionMilliseconds: 0 });

  const app = new App({ outdir: join(folder, 'app') });
  new LagMemberships(new Stack(app, 'Network', { env }), 'Frankfurt', { lagId: LAG, connectionIds: IDS });
  const provider = new LagMembershipProvider(new Stack(app, 'Shared', { env }), 'Provider');
  new LagMemberships(new Stack(app, 'Sharing', { env }), 'Munich', { lagId: A, connectionIds: OTHERS, provider });
  app.synth();
  expect(await run('deploy', '--all', '--require-approval=never')).toMatchObject({ code: 0 });
  const { Stacks } = Object(await aws('aws cloudformation describe-stacks --region eu-central-1'));
  ids = new Map(Array.from<{ StackName: string; StackId: string }>(Stacks).map(each => [each.StackName, each.StackId]));
});

afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...command: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = [];
  const { environment } = sandbox;
  const code = await cdk([...command, '--app', join(folder, 'app'), '--no-notices'], {
    environment,
    folder,
    print: line => lines.push(line),
  });
  return { code, printed: lines.join('\n').replace(/\s+/g, ' ') };
}

const aws = (command: string) => runAws(command, sandbox.services);
const lagOf = (connectionId: string) => sandbox.services.directConnect.network.connections.get(connectionId)?.lagId;

async function deleteStack(name: string): Promise<string> {
  await aws(`aws cloudformation delete-stack --stack-name ${name}`);
  return settled(name);
}

/** By its id: of a stack that is gone, the name finds nothing. */
async function settled(name: string): Promise<string> {
  const { cloudFormation } = sandbox.services;
  return cloudFormation.whenSettled(ids.get(name) ?? name, env.region);
}

test('a destroy that the minimum links forbid: the guides have the way out, each reason its own part of it, and the logs all', async () => {
  const { code, printed } = await run('destroy', 'Network', '--force');
  expect(code).not.toBe(0);
  const left = IDS.filter(id => lagOf(id) === LAG);
  // What cannot end well is not begun.
  expect(left).toEqual(IDS);

  const commands = awsCommandsIn(GUIDE.slice(GUIDE.indexOf('**A destroy that has failed.**')));
  expect(commands).toHaveLength(1 + left.length + 1);
  const [minimum = '', ...others] = commands;
  const deletion = others.pop() ?? '';
  const [, stack = '', retained = ''] = /^(.*--retain-resources) (.*)$/.exec(deletion) ?? [];
  for (const part of [minimum, ...others, ...retained.split(' ').map(id => `${stack} ${id}`)]) {
    expect(printed).toContain(`(${part})`);
  }

  expect(await deleteStack('Network')).toBe('DELETE_FAILED');
  const events = JSON.stringify(await aws('aws cloudformation describe-stack-events --stack-name Network'));
  expect(events).toContain('Function not found');
  // Not in any other order: AWS refuses the guide's second command without its first one.
  await aws(others.shift() ?? '');
  await aws(others.shift() ?? '');
  await expect(aws(others[0] ?? '')).rejects.toThrow('its minimum is 2');
  for (const command of [minimum, ...others, deletion]) await aws(command);
  expect(await settled('Network')).toBe('DELETE_COMPLETE');
  expect(IDS.map(lagOf)).toEqual(IDS.map(() => undefined));

  const logGroup = /Network-LagMembershipProviderLogs[\w-]+/.exec(events)?.[0] ?? '';
  const requestId = /could not be taken out of.*?RequestId: ([\w-]+)/.exec(printed)?.[1] ?? '';
  const [filter = ''] = awsCommandsIn(FAILURES);
  const found = await aws(filter.replace('GROUP', logGroup).replace(/[0-9a-f-]{36}(?=")/, requestId));
  expect(JSON.stringify(found)).toContain('cannot all be as declared');
});

test('memberships whose provider is of another stack are destroyed by a second try', async () => {
  expect(await deleteStack('Sharing')).toBe('DELETE_FAILED');
  expect(OTHERS.map(lagOf)).toEqual([A, A]);
  await aws(`aws directconnect update-lag --lag-id ${A} --minimum-links 0`);
  expect(await deleteStack('Sharing')).toBe('DELETE_COMPLETE');
  expect(OTHERS.map(lagOf)).toEqual([undefined, undefined]);
  expect(await deleteStack('Shared')).toBe('DELETE_COMPLETE');
});
