import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { LagMembership, LagMemberships } from '../../lib';
import { cdk } from '../../rehearsal/cdk';
import { type Sandbox, startSandbox } from '../../sandbox/index';
import { rehearseCommand } from '../../sandbox/rehearse/command';
import { readRehearsal, writesOf } from '../../sandbox/rehearse/rehearsal';

jest.setTimeout(240_000);

const ROOT = join(__dirname, '..', '..');
const home = { ownerAccount: '999988887777', region: 'us-west-2', location: 'EqSV5' };
const LAGS = ['dxlag-0000000a', 'dxlag-0000000b', 'dxlag-0000000c'];
const connections = Array.from({ length: 9 }, (_, index) => ({
  ...home,
  connectionId: `dxcon-0000000${index}`,
  connectionName: `san-jose-${index}`,
  connectionState: 'available' as const,
  bandwidth: '10Gbps',
  awsDeviceV2: 'EqSV5-1',
  // The third LAG has two members, the first three, the second four.
  lagId: LAGS[index < 3 ? 0 : index < 7 ? 1 : 2] ?? '',
}));
const state = {
  connections,
  lags: LAGS.map((lagId, index) => ({
    ...home,
    lagId,
    lagName: `san-jose-lag-${index}`,
    lagState: 'available' as const,
    connectionsBandwidth: '10Gbps',
    minimumLinks: 1,
    awsDeviceV2: 'EqSV5-1',
  })),
  virtualInterfaces: Array.from({ length: 6 }, (_, index) => ({
    ...home,
    virtualInterfaceId: `dxvif-0000000${index}`,
    virtualInterfaceName: `office-${index}`,
    virtualInterfaceState: 'available' as const,
    virtualInterfaceType: 'private',
    vlan: 100 + index,
    asn: 65000,
    authKey: 'a-secret-of-bgp',
    connectionId: LAGS[index % 3] ?? '',
    bgpPeers: [
      { bgpPeerId: `dxpeer-0000000${index}`, asn: 65000, authKey: 'a-secret-of-bgp', bgpStatus: 'up' as const },
    ],
  })),
};

let folder: string;
let real: Sandbox;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
  real = await startSandbox({ state });
});

afterAll(async () => {
  await real.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the program as a person does, with the credentials of the "real" account. */
function program(...options: string[]): Promise<{ code: number; out: string; errors: string }> {
  const tsx = join(createRequire(__filename).resolve('tsx/package.json'), '..', 'dist', 'cli.mjs');
  const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, ...real.environment };
  return new Promise(resolve => {
    execFile(process.execPath, [tsx, join(ROOT, 'sandbox', 'main.ts'), ...options], { env }, (error, out, errors) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, errors }),
    );
  });
}

/** An app with memberships, one of them in a nested stack, and with what the sandbox does not emulate. */
function assembly(name: string, moved: string): string {
  const outdir = join(folder, name);
  const app = new App({ outdir });
  const stack = new Stack(app, 'Network', { env: { account: home.ownerAccount, region: home.region } });
  new LagMembership(stack, 'Moved', { connectionId: 'dxcon-00000000', lagId: moved, reassociate: true });
  const topic = new CfnTopic(stack, 'Topic');
  new CfnAlarm(stack, 'Alarm', {
    comparisonOperator: 'GreaterThanThreshold',
    evaluationPeriods: 1,
    namespace: 'AWS/DX',
    metricName: 'ConnectionState',
    statistic: 'Minimum',
    period: 60,
    threshold: 1,
    alarmActions: [topic.ref],
  });
  const nested = new NestedStack(stack, 'Nested');
  new LagMemberships(nested, 'Second', { lagId: LAGS[1] ?? '', connectionIds: ['dxcon-00000003', 'dxcon-00000004'] });
  new CfnResource(nested, 'Group', { type: 'AWS::ResourceGroups::Group', properties: { Name: 'links' } });
  app.synth();
  return outdir;
}

test('a network of another account and Region is pulled by its wire, without its secrets, and rehearsed', async () => {
  const pulled = await program('pull', '--region', home.region);
  expect(pulled.code).toBe(0);
  expect(pulled.errors).not.toContain('Not read');
  expect(pulled.out).not.toContain('a-secret-of-bgp');
  const network = JSON.parse(pulled.out);
  expect([network.lags, network.connections, network.virtualInterfaces].map(list => list.length)).toEqual([3, 9, 6]);
  expect(network.pulled).toMatchObject({
    account: home.ownerAccount,
    regions: ['us-west-2'],
    redacted: false,
    notRead: [],
  });
  expect(real.services.directConnect.calls.every(call => call.operation.startsWith('Describe'))).toBe(true);

  writeFileSync(join(folder, 'network.json'), pulled.out);
  const out: string[] = [];
  const progress: string[] = [];
  const code = await rehearseCommand(
    [
      ...['--state', join(folder, 'network.json'), '--app', assembly('new', LAGS[2] ?? '')],
      ...['--deployed', assembly('old', LAGS[0] ?? ''), '--transition', '0.5', '--output', join(folder, 'rehearsal')],
    ],
    {
      environment: {},
      folder: ROOT,
      now: Date.now,
      out: text => out.push(text),
      progress: { write: text => progress.push(text) },
      sandboxVersion: '0.1.0',
      signal: new AbortController().signal,
    },
  );
  expect({ code, out: code === 0 ? '' : out.join('\n') }).toEqual({ code: 0, out: '' });
  expect(progress.at(-1)).toMatch(/^3\/3 /);

  const rehearsal = readRehearsal(readFileSync(join(folder, 'rehearsal', 'rehearsal.json'), 'utf8'));
  expect(rehearsal.origin).toMatchObject({
    account: home.ownerAccount,
    regions: ['us-west-2'],
    stateTime: network.pulled.time,
  });
  expect(writesOf(rehearsal.deployed ?? rehearsal.change)).toEqual([]);
  expect(writesOf(rehearsal.change)).toMatchObject([
    { operation: 'AssociateConnectionWithLag', input: { connectionId: 'dxcon-00000000', lagId: LAGS[2] } },
  ]);
  expect(rehearsal.notRehearsed.map(({ type }) => type).sort()).toEqual([
    'AWS::ResourceGroups::Group',
    'AWS::SNS::Topic',
  ]);
  // One write that fails, and a sibling: both go back to where it began.
  expect(rehearsal.failures.map(run => [run.failure?.kind, run.exitCode, run.after])).toEqual([
    ['call', 1, rehearsal.change.before],
    ['sibling', 1, rehearsal.change.before],
  ]);

  const page = readFileSync(join(folder, 'rehearsal', 'rehearsal.html'), 'utf8');
  for (const { operation } of rehearsal.change.calls) expect(page).toContain(operation);
  const rows = /<section id="calls".*?<\/section>\s*<h3/s.exec(page)?.[0].match(/<tr class="(read|write)"/g) ?? [];
  expect(rows).toHaveLength(rehearsal.change.calls.length);
  expect(page).toContain('san-jose-0');
});

test('the app that pull prints adopts what is there: deploying it makes no write', async () => {
  const { out } = await program('pull', '--region', home.region, '--cdk');
  const file = join(folder, 'app.ts');
  writeFileSync(file, out);
  const printed: string[] = [];
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const code = await cdk(['deploy', '--app', `node --import tsx ${file}`, '--require-approval=never', '--no-notices'], {
    environment: real.environment,
    folder,
    print: line => printed.push(line),
  });
  expect({ code, printed: code === 0 ? [] : printed }).toEqual({ code: 0, printed: [] });
  expect(real.services.directConnect.calls.filter(call => !call.operation.startsWith('Describe'))).toEqual([]);
  expect(out.match(/new LagMemberships\(/g)).toHaveLength(3);
});

test('what is redacted says nothing of whose network it is, is the same each time, and can be rehearsed', async () => {
  const [one, other] = [
    await program('pull', '--region', home.region, '--redact'),
    await program('pull', '--region', home.region, '--redact'),
  ];
  const withoutTime = (text: string) => ({ ...JSON.parse(text), pulled: undefined });
  expect(withoutTime(one.out)).toEqual(withoutTime(other.out));
  expect(one.out).not.toMatch(/999988887777|dx[a-z]+-0000000|san-jose|office|EqSV5|65000/);
  const again = await startSandbox({ state: one.out });
  expect(again.services.directConnect.network.describe()).toMatchObject({
    lags: { length: 3 },
    connections: { length: 9 },
  });
  await again.stop();
});
