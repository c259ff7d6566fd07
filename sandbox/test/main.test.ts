import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startSandbox } from '../index';

const main = join(__dirname, '../main.ts');
const tsx = join(require.resolve('tsx/package.json'), '../dist/cli.mjs');

const start = (...options: string[]): ChildProcess =>
  spawn(process.execPath, [tsx, main, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });

async function run(...options: string[]) {
  const child = start(...options);
  let out = '';
  let errors = '';
  child.stdout?.on('data', text => (out += text));
  child.stderr?.on('data', text => (errors += text));
  const code = await new Promise(resolve => child.on('close', resolve));
  return { code, out, errors: errors.trimEnd() };
}

jest.setTimeout(60_000);

test('it serves until it is stopped, and prints what to export', async () => {
  const child = start('--state', join(__dirname, '../example-state.json'), '--port', '0');
  const lines: string[] = [];
  if (!child.stdout) throw new Error('stdout is a pipe');
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line.startsWith('Ctrl+C')) break;
  }
  const text = lines.join('\n');
  expect(text).toContain('2 LAGs, 4 connections, 2 virtual interfaces');
  const url = /^export AWS_ENDPOINT_URL=(.*)$/m.exec(text)?.[1] ?? '';
  expect((await fetch(`${url}/_sandbox/health`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await new Promise(resolve => child.on('close', resolve))).toBe(0);
});

test.each([
  [['--nonsense'], '--nonsense'],
  [['--port', '70000'], '--port 70000 must be a whole number from 0 to 65535'],
  [['--transition', 'soon'], '--transition soon must be a number from 0 to 86400'],
  [['--state', '/no/such/file.json'], '--state /no/such/file.json cannot be read'],
  [['--state', __filename], 'The state file has a problem'],
])('%j ends with exit code 2 and says why', async (options, message) => {
  const { code, errors } = await run(...options);
  expect(code).toBe(2);
  expect(errors).toContain(message);
  expect(errors).not.toContain('    at ');
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
  expect(out).toContain('--transition SECONDS');
});
