import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdk } from '../../rehearsal/cdk';
import { type Sandbox, startSandbox } from '../../sandbox/index';

const ROOT = join(__dirname, '..', '..');

jest.setTimeout(240_000);

let folder: string;
let sandbox: Sandbox;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'examples-'));
  sandbox = await startSandbox({
    state: readFileSync(join(ROOT, 'sandbox', 'example-state.json'), 'utf8'),
    transitionMilliseconds: 0,
  });
});

afterEach(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(example: string, ...command: string[]): Promise<void> {
  const printed: string[] = [];
  const app = ['--app', `node --import tsx examples/${example}.ts`, '--all', '--no-notices'];
  const code = await cdk([...command, ...app], {
    environment: sandbox.environment,
    folder,
    print: line => printed.push(line),
  });
  expect({ code, printed: code === 0 ? [] : printed }).toEqual({ code: 0, printed: [] });
}
const deploy = (example: string) => run(example, 'deploy', '--require-approval=never');
const destroy = (example: string) => run(example, 'destroy', '--force');

/** The two others are deployed below. */
test.each(['alarms', 'lag-of-four', 'move', 'one-membership', 'pipeline'])('the example %s deploys', async example => {
  const printed: string[] = [];
  const command = [
    'deploy',
    '**',
    '--app',
    `node --import tsx examples/${example}.ts`,
    '--require-approval=never',
    '--no-notices',
  ];
  const { environment } = sandbox;
  const code = await cdk(command, { environment, folder, print: line => printed.push(line) });
  expect({ code, printed: code === 0 ? [] : printed }).toEqual({ code: 0, printed: [] });
  expect(writes().some(call => call.operation === 'AssociateConnectionWithLag' && call.error === undefined)).toBe(true);
});

const writes = () => sandbox.services.directConnect.calls.filter(call => !call.operation.startsWith('Describe'));
const lagOf = (connectionId: string) => sandbox.services.directConnect.network.connections.get(connectionId)?.lagId;

test("CloudFormation's own LAG and connections are made before their memberships, and deleted after them", async () => {
  await deploy('lag-in-the-stack');
  const made = writes();
  expect(made.map(call => call.operation).slice(-2)).toEqual(Array(2).fill('AssociateConnectionWithLag'));
  for (const { input } of made.slice(-2)) {
    expect(input).toEqual({
      connectionId: expect.stringMatching(/^dxcon-[a-z0-9]+$/),
      lagId: expect.stringMatching(/^dxlag-[a-z0-9]+$/),
    });
  }

  await destroy('lag-in-the-stack');
  const operations = writes()
    .slice(made.length)
    .filter(call => call.error === undefined)
    .map(call => call.operation);
  expect(operations.filter(operation => operation.startsWith('Dis'))).toHaveLength(2);
  expect(operations.indexOf('DeleteLag')).toBeGreaterThan(operations.lastIndexOf('DisassociateConnectionFromLag'));
  expect(operations.filter(operation => operation === 'DeleteConnection')).toHaveLength(2);
});

test('LAGs of two Regions, each in a stack of its own, with the provider of a third', async () => {
  await deploy('another-region');
  expect([lagOf('dxcon-fh6ljcvo'), lagOf('dxcon-fg5678gh')]).toEqual(['dxlag-fh0jr27p', 'dxlag-fg1234aa']);
  // Each function's right to see its stack and its Region is there when the link is to be taken out.
  await destroy('another-region');
  expect([lagOf('dxcon-fh6ljcvo'), lagOf('dxcon-fg5678gh')]).toEqual([undefined, undefined]);
});
