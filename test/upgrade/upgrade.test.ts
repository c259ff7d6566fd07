import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdk } from '../../rehearsal/cdk';
import { type Sandbox, startSandbox } from '../../sandbox/index';

const RELEASES = join(__dirname, 'releases');
const CONNECTIONS = ['dxcon-fg5678gh', 'dxcon-fga1a1a1'];

jest.setTimeout(240_000);

let folder: string;
let sandbox: Sandbox;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'upgrade-'));
  sandbox = await startSandbox({
    state: readFileSync(join(__dirname, '..', '..', 'sandbox', 'example-state.json'), 'utf8'),
    transitionMilliseconds: 0,
  });
});

afterEach(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(app: string, ...command: string[]): Promise<void> {
  const printed: string[] = [];
  const code = await cdk([...command, '--no-notices', '--app', app], {
    environment: sandbox.environment,
    folder,
    print: line => printed.push(line),
  });
  expect({ code, printed: code === 0 ? [] : printed }).toEqual({ code: 0, printed: [] });
}
const deploy = (app: string) => run(app, 'deploy', '--require-approval=never');

const network = () => sandbox.services.directConnect.network;
const places = () => CONNECTIONS.map(id => network().connections.get(id)?.lagId);
const writes = () => sandbox.services.directConnect.calls.filter(call => !call.operation.startsWith('Describe'));
const PRESENT = 'node --import tsx test/upgrade/app.ts';

test.each(readdirSync(RELEASES))(
  'a stack deployed with release %s is updated without a write, and can be destroyed',
  async release => {
    // The CLI keeps zipped assets in the assembly that it deploys.
    cpSync(join(RELEASES, release), join(folder, release), { recursive: true });
    await deploy(join(folder, release));
    expect(places()).toEqual(['dxlag-fg1234aa', 'dxlag-fg1234aa']);
    const before = writes().length;
    const interruptions = CONNECTIONS.map(id => network().interruptions(id).length);

    await deploy(PRESENT);
    expect(places()).toEqual(['dxlag-fg1234aa', 'dxlag-fg1234aa']);
    expect(writes().slice(before)).toEqual([]);
    expect(CONNECTIONS.map(id => network().interruptions(id).length)).toEqual(interruptions);

    await run(PRESENT, 'destroy', '--force');
    expect(places()).toEqual([undefined, undefined]);
  },
);
