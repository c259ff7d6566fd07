import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, NestedStack, Stack } from 'aws-cdk-lib';
import { CfnLag } from 'aws-cdk-lib/aws-directconnect';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { cdk } from '../../rehearsal/cdk';
import { type Sandbox, startSandbox } from '../../sandbox/index';

jest.setTimeout(120_000);

let folder: string;
let sandbox: Sandbox;
let synths = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nested-stack-'));
  sandbox = await startSandbox({ logs: join(folder, 'logs') });
});

afterEach(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** An app with a stack in a stack in a stack: the innermost has a LAG, whose name comes from the outermost. */
async function deploy(lagName: string): Promise<{ code: number; printed: string }> {
  const outdir = join(folder, `app-${++synths}`);
  const app = new App({ outdir });
  const stack = new Stack(app, 'Network', { env: { account: '111122223333', region: 'eu-central-1' } });
  const group = new CfnLogGroup(stack, 'Group', { logGroupName: lagName });
  const outer = new NestedStack(stack, 'Outer');
  const inner = new NestedStack(outer, 'Inner');
  const lag = new CfnLag(inner, 'Lag', { lagName: group.ref, location: 'EqDC2', connectionsBandwidth: '10Gbps' });
  new CfnOutput(stack, 'LagArn', { value: lag.ref });
  app.synth();
  return run('deploy', '--app', outdir, '--require-approval=never');
}

async function run(...command: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  const code = await cdk([...command, '--no-notices'], { environment: sandbox.environment, folder, print });
  return { code, printed: lines.join('\n') };
}

const lags = () =>
  [...sandbox.services.directConnect.network.lags.values()]
    .filter(({ lagState }) => lagState !== 'deleted')
    .map(({ lagName }) => lagName);

test('the CDK CLI deploys, updates and destroys an app with nested stacks', async () => {
  const first = await deploy('first');
  expect(first).toMatchObject({ code: 0 });
  expect(first.printed).toMatch(/LagArn = arn:aws:directconnect:eu-central-1:111122223333:dxlag\//);
  expect(lags()).toEqual(['first']);
  const second = await deploy('second');
  expect(second).toMatchObject({ code: 0 });
  expect(lags()).toEqual(['second']);
  expect(await run('destroy', '--app', join(folder, `app-${synths}`), '--force')).toMatchObject({ code: 0 });
  expect(lags()).toEqual([]);
});
