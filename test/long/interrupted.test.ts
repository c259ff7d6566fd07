import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { App, Stack } from 'aws-cdk-lib';
import { LagMembership } from '../../lib';
import { A, connection, lag } from '../support/network';

jest.setTimeout(240_000);

const ROOT = join(__dirname, '..', '..');
const TSX = join(createRequire(__filename).resolve('tsx/package.json'), '..', 'dist', 'cli.mjs');

let folder: string;
/** Takes connections, and never answers. */
let silent: Server;
let endpoint: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'interrupted-'));
  silent = createServer();
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${Object(silent.address()).port}`;
  const state = { connections: [connection('dxcon-11111111')], lags: [lag(A)], virtualInterfaces: [] };
  writeFileSync(join(folder, 'network.json'), JSON.stringify(state));
  writeFileSync(join(folder, 'Network.json'), JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }));
  const app = new App({ outdir: join(folder, 'cdk.out') });
  const stack = new Stack(app, 'Network', { env: { account: '111122223333', region: 'eu-central-1' } });
  new LagMembership(stack, 'Membership', { connectionId: 'dxcon-11111111', lagId: A });
  app.synth();
});

afterAll(() => {
  silent.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Program {
  readonly child: ChildProcess;
  /** Its folder for temporary files, of which it has no other. */
  readonly own: string;
}

/** Starts a program in a process group of its own, as a shell does. */
function start(main: string, ...options: string[]): Program {
  const own = mkdtempSync(join(folder, 'own-'));
  const child = spawn(process.execPath, [TSX, join(ROOT, main), ...options], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: own,
      TMPDIR: own,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'person',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-central-1',
    },
  });
  return { child, own };
}

/** Ctrl-C: the terminal tells the whole process group. */
async function interrupt({ child, own }: Program): Promise<{ code: unknown; left: string[]; running: string[] }> {
  const closed = new Promise(resolve => child.on('close', resolve));
  process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
  const code = await closed;
  // tsx keeps what it has compiled.
  const left = readdirSync(own).filter(name => !name.startsWith('tsx-'));
  return { code, left, running: processesOf(own) };
}

/** What still runs of all that a program has started: each has the folder in its environment or its arguments. */
function processesOf(own: string): string[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc').flatMap(pid => {
    try {
      const command = readFileSync(join('/proc', pid, 'cmdline'), 'utf8').replaceAll('\0', ' ');
      return /^\d+$/.test(pid) && `${command}${readFileSync(join('/proc', pid, 'environ'), 'utf8')}`.includes(own)
        ? [command]
        : [];
    } catch {
      // No process of ours, or one that has just ended.
      return [];
    }
  });
}

const nothing = { code: 130, left: [], running: [] };

async function line({ child }: Program, wanted: string): Promise<void> {
  if (!child.stdout) throw new Error('stdout is a pipe');
  child.stderr?.resume();
  for await (const text of createInterface(child.stdout)) if (text.includes(wanted)) return;
  throw new Error(`It ended before it printed ${wanted}`);
}

/** Resolves when the program has made a file whose path is as wanted. */
async function file({ child, own }: Program, wanted: RegExp): Promise<void> {
  child.stdout?.resume();
  child.stderr?.resume();
  const watcher = watch(own, { recursive: true });
  await new Promise<void>((resolve, reject) => {
    watcher.on('change', (_event, name) => wanted.test(String(name)) && resolve());
    child.on('close', code => reject(new Error(`It ended before, with ${code}`)));
  });
  watcher.close();
}

const connected = () => new Promise<void>(resolve => silent.once('connection', () => resolve()));

const rehearse = (...options: string[]) =>
  start(
    'sandbox/main.ts',
    ...['rehearse', '--state', join(folder, 'network.json'), '--transition', '1', '--output', join(folder, 'output')],
    ...options,
  );

test('Ctrl-C ends rehearse while the app is synthesized', async () => {
  const app = `node -e "fs.writeFileSync('runs', ''); setInterval(() => {}, 1000)"`;
  const program = rehearse('--app', `cd $HOME && ${app}`);
  await file(program, /runs$/);
  expect(await interrupt(program)).toEqual(nothing);
});

test('Ctrl-C ends rehearse while it reads what is deployed', async () => {
  const reading = connected();
  const program = rehearse('--app', join(folder, 'cdk.out'));
  await reading;
  expect(await interrupt(program)).toEqual(nothing);
});

test.each([
  ['what is deployed', /change[\\/]deployed[\\/]./],
  ['a failure', /failure-1[\\/]deployed[\\/]./],
])('Ctrl-C ends rehearse while it deploys %s', async (_what, path) => {
  const program = rehearse('--app', join(folder, 'cdk.out'), '--deployed', join(folder, 'Network.json'));
  await file(program, path);
  expect(await interrupt(program)).toEqual(nothing);
});

test('Ctrl-C ends pull', async () => {
  const reading = connected();
  const program = start('sandbox/main.ts', 'pull');
  await reading;
  expect(await interrupt(program)).toEqual(nothing);
});

test.each([
  ['synthesizes', 'A local AWS at'],
  ['deploys', '►'],
])('Ctrl-C ends npm start while the CLI %s', async (_what, wanted) => {
  const program = start('rehearsal/main.ts');
  await line(program, wanted);
  expect(await interrupt(program)).toEqual(nothing);
});
