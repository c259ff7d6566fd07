import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  AssociateConnectionWithLagCommand,
  CreateConnectionCommand,
  DescribeConnectionsCommand,
  DirectConnectClient,
} from '@aws-sdk/client-direct-connect';
import { startSandbox } from '../index';

const main = join(__dirname, '../main.ts');

/** Without the program of tsx, which passes on some signals only. */
const start = (environment: NodeJS.ProcessEnv, ...options: string[]): ChildProcess =>
  spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), main, ...options], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

async function run(...options: string[]) {
  const child = start({}, ...options);
  let out = '';
  let errors = '';
  child.stdout?.on('data', text => (out += text));
  child.stderr?.on('data', text => (errors += text));
  const code = await new Promise(resolve => child.on('close', resolve));
  return { code, out, errors: errors.trimEnd() };
}

jest.setTimeout(60_000);

/** What it prints once it serves, and the URL in that. */
async function greetingOf({ stdout }: ChildProcess): Promise<{ text: string; url: string }> {
  const lines: string[] = [];
  if (!stdout) throw new Error('stdout is a pipe');
  for await (const line of createInterface(stdout)) {
    lines.push(line);
    if (line.startsWith('Ctrl+C')) break;
  }
  const text = lines.join('\n');
  return { text, url: /^export AWS_ENDPOINT_URL=(.*)$/m.exec(text)?.[1] ?? '' };
}

async function stop(child: ChildProcess): Promise<unknown> {
  child.kill('SIGTERM');
  return new Promise(resolve => child.on('close', resolve));
}

const exampleState = ['--state', join(__dirname, '../example-state.json')];

test('it serves until it is stopped, and prints what to export', async () => {
  const child = start({}, ...exampleState, '--port', '0');
  const { text, url } = await greetingOf(child);
  expect(text).toContain('4 LAGs, 9 connections, 2 virtual interfaces');
  expect((await fetch(`${url}/_sandbox/health`)).status).toBe(200);
  for (const line of ['NO_PROXY=127.0.0.1,localhost', 'CDK_DISABLE_CLI_TELEMETRY=true', 'CDK_NOTICES=false']) {
    expect(text.split('\n')).toContain(`export ${line}`);
  }
  expect(await stop(child)).toBe(0);
});

/** A folder for temporary files, and what is left in it of the sandbox's: tsx has its cache there. */
function folderOf() {
  const folder = mkdtempSync(join(tmpdir(), 'main-'));
  const left = () => readdirSync(folder).filter(name => name.startsWith('sandbox-'));
  const emptied = async () => {
    const watcher = watch(folder);
    await new Promise<void>(resolve => {
      const look = () => left().length === 0 && resolve();
      watcher.on('change', look);
      look();
    });
    watcher.close();
    rmSync(folder, { recursive: true });
  };
  return { folder, left, emptied };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends it, and takes its temporary folder with it',
  async signal => {
    const { folder, left, emptied } = folderOf();
    const child = start({ TMPDIR: folder }, '--port', '0');
    await greetingOf(child);
    expect(left()).not.toEqual([]);
    const closed = new Promise(resolve => child.on('close', resolve));
    child.kill(signal);
    expect(await closed).toBe(0);
    expect(left()).toEqual([]);
    await emptied();
  },
);

test('its temporary folder goes also where it is killed', async () => {
  const { folder, left, emptied } = folderOf();
  const child = start({ TMPDIR: folder }, '--port', '0');
  await greetingOf(child);
  expect(left()).not.toEqual([]);
  child.kill('SIGKILL');
  await emptied();
});

test('it is as unkind as it is asked to be: reads that lag, and calls over their rate that are throttled', async () => {
  const child = start({}, ...exampleState, '--port', '0', '--describe-lag', '86400', '--rates');
  const { text, url } = await greetingOf(child);
  const secretAccessKey = /^export AWS_SECRET_ACCESS_KEY=(.+)$/m.exec(text)?.[1] ?? '';
  const client = new DirectConnectClient({
    endpoint: url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey },
    maxAttempts: 1,
  });
  const connectionId = 'dxcon-fg5678gh';
  await client.send(new AssociateConnectionWithLagCommand({ connectionId, lagId: 'dxlag-fg1234aa' }));
  const { connections } = await client.send(new DescribeConnectionsCommand({ connectionId }));
  expect(connections).toMatchObject([{ connectionId }]);
  expect(connections?.[0]).not.toHaveProperty('lagId');
  const many = Array.from({ length: 60 }, () => client.send(new DescribeConnectionsCommand({})));
  await expect(Promise.all(many)).rejects.toMatchObject({ name: 'ThrottlingException' });
  await Promise.allSettled(many);
  await stop(child);
});

test('--account and --region say whose sandbox it is, whatever the state has', async () => {
  const child = start({}, ...exampleState, '--port', '0', '--account', '999988887777', '--region', 'us-west-2');
  const { text, url } = await greetingOf(child);
  expect(text).toContain('export AWS_REGION=us-west-2\n');
  const secretAccessKey = /^export AWS_SECRET_ACCESS_KEY=(.+)$/m.exec(text)?.[1] ?? '';
  const client = new DirectConnectClient({
    endpoint: url,
    region: 'us-west-2',
    credentials: { accessKeyId: 'sandbox', secretAccessKey },
  });
  const input = { location: 'EqSV5', bandwidth: '10Gbps', connectionName: 'san-jose' };
  const made = await client.send(new CreateConnectionCommand(input));
  expect(made).toMatchObject({ ownerAccount: '999988887777', region: 'us-west-2' });
  await stop(child);
});

test.each([
  [['--account', '1234'], 'accountId 1234 must be twelve digits'],
  [['--nonsense'], '--nonsense'],
  [['--port', '70000'], '--port 70000 must be a whole number from 0 to 65535'],
  [['--transition', 'soon'], '--transition soon must be a number from 0 to 86400'],
  [['--describe-lag=-1'], '--describe-lag -1 must be a number from 0 to 86400'],
  [['--describe-lag', 'ever'], '--describe-lag ever must be a number from 0 to 86400'],
  [['--rates=9'], '--rates'],
  [['--state', '/no/such/file.json'], '--state /no/such/file.json cannot be read'],
  [['--state', __filename], 'The state file has a problem'],
])('%j ends with exit code 2 and says why', async (options, message) => {
  const { code, errors } = await run(...options);
  expect(code).toBe(2);
  expect(errors).toContain(message);
  expect(errors).not.toContain('    at ');
});

test.each([
  [['rehearse'], '--state is missing: rehearse --state network.json'],
  [['rehearse', '--state', '/no/such/file.json'], '--state /no/such/file.json cannot be read'],
  [['rehearse', '--state', __filename], 'The state file has a problem'],
  [['rehearse', '--state', '/dev/zero'], 'at most 16777216 bytes'],
  [['rehearse', ...exampleState, '--output', __filename], 'is there, and no folder'],
])('%j ends with exit code 1, since 2 is a no-go', async (options, message) => {
  const { code, errors } = await run(...options);
  expect(code).toBe(1);
  expect(errors).toContain(message);
  expect(errors).not.toContain('    at ');
});

test('what a state file has in its names does not get to do anything with the terminal', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'state-'));
  const file = join(folder, 'state.json');
  const name = '\u001b]0;window\u0007\u009b31m\u202e';
  writeFileSync(file, JSON.stringify({ connections: [{ connectionId: name, connectionState: name }] }));
  const { errors } = await run('--state', file);
  rmSync(folder, { recursive: true });
  expect(errors).toContain('window');
  expect(errors).not.toMatch(/[^\P{Cc}\n\t]|\u202e/u);
});

test('a port that is taken ends with exit code 1 and one line', async () => {
  const sandbox = await startSandbox();
  const { port } = new URL(sandbox.url);
  const { code, errors } = await run('--port', port);
  await sandbox.stop();
  expect(code).toBe(1);
  expect(errors).toBe(`Port ${port} is taken: pass another one with --port, or 0 for any that is free`);
});

test('--help lists the options', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  for (const option of ['--transition SECONDS', '--describe-lag SECONDS', '--rates']) expect(out).toContain(option);
});
