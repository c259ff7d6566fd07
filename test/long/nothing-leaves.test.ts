import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../sandbox/index';

jest.setTimeout(120_000);

const ROOT = join(__dirname, '../..');

let sandbox: Sandbox;
let folder: string;
/** A proxy that lets nothing through, and what it was asked for. */
let proxy: Server;
let asked: string[];

beforeEach(async () => {
  sandbox = await startSandbox({ state: readFileSync(join(ROOT, 'sandbox/example-state.json'), 'utf8') });
  folder = mkdtempSync(join(tmpdir(), 'nothing-leaves-'));
  asked = [];
  proxy = createServer((request, response) => {
    asked.push(String(request.url));
    response.writeHead(502).end();
  });
  proxy.on('connect', (request, socket) => {
    asked.push(String(request.url));
    proxy.emit('asked');
    socket.destroy();
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await sandbox.stop();
  await new Promise(resolve => proxy.close(resolve));
  rmSync(folder, { recursive: true });
});

/** Runs the CLI as in a terminal whose proxy sees all that leaves the machine, to its exit code and what it printed. */
async function cdk(environment: NodeJS.ProcessEnv, ...command: string[]): Promise<{ code: unknown; printed: string }> {
  const address = proxy.address();
  if (typeof address !== 'object' || address === null) throw new Error('The proxy listens on no port');
  const url = `http://127.0.0.1:${address.port}`;
  const child = spawn(
    process.execPath,
    [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), ...command, '--output', join(folder, 'cdk.out')],
    {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        CDK_HOME: folder,
        ...{ HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url },
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const code = await new Promise(resolve => child.on('close', resolve));
  return { code, printed };
}

const deploy = [
  'deploy',
  '--require-approval=never',
  ...['-c', 'connectionId=dxcon-fg5678gh', '-c', 'lagId=dxlag-fg1234aa'],
];

/** Resolves once somebody has asked for a host with this in its name: the CLI leaves telemetry to a process of its own. */
async function askedFor(host: string): Promise<void> {
  while (!asked.some(url => url.includes(host))) await once(proxy, 'asked');
}

test('with what the sandbox says to export, cdk deploy talks to the sandbox and to nobody else', async () => {
  const { code, printed } = await cdk({ ...sandbox.environment }, ...deploy, '-vvv');
  expect(code).toBe(0);
  expect(printed).toContain('Telemetry disabled');
  expect(asked).toEqual([]);
});

test('without NO_PROXY a proxy would see what is meant for the sandbox', async () => {
  await cdk({ ...sandbox.environment, NO_PROXY: undefined, no_proxy: undefined }, ...deploy);
  expect(asked).toContain(`${sandbox.url}/`);
});

test('without the others the CLI would ask for notices and send telemetry', async () => {
  const { CDK_NOTICES: _, CDK_DISABLE_CLI_TELEMETRY: __, ...others } = sandbox.environment;
  await cdk(others, ...deploy);
  await askedFor('cli.cdk.dev-tools.aws.dev');
  await askedFor('cdk-cli-telemetry');
});
