import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { LagMembership, LagMemberships } from '../../lib';
import { cdk } from '../../rehearsal/cdk';
import { type Sandbox, startSandbox } from '../../sandbox/index';
import { rehearseCommand } from '../../sandbox/rehearse/command';
import { type Run, readRehearsal, writesOf } from '../../sandbox/rehearse/rehearsal';
import { seconds, timeWhere } from '../../sandbox/rehearse/verdict';
import { startChromium } from '../../sandbox/test/chromium';
import { connections, home, LAGS, program, ROOT, state } from './pulled-network';

jest.setTimeout(240_000);

interface Said {
  readonly calls: readonly {
    readonly time: string;
    readonly operation: string;
    readonly input: unknown;
    readonly principal: string;
    readonly error?: { readonly name: string; readonly message: string };
  }[];
  readonly traffic: readonly {
    readonly id: string;
    readonly intervals: readonly { readonly from: string; readonly to?: string; readonly up: boolean }[];
  }[];
}

/** What each sandbox that stops has said of itself, by its wire, to who asked just before. */
const said: Said[] = [];

jest.mock('../../sandbox/sandbox', () => {
  const real: typeof import('../../sandbox/sandbox') = jest.requireActual('../../sandbox/sandbox');
  return {
    ...real,
    startSandbox: async (options: Parameters<typeof real.startSandbox>[0]) => {
      const sandbox = await real.startSandbox(options);
      const ask = async (route: string) => (await fetch(`${sandbox.url}/_sandbox/${route}`)).json();
      const stop = async () => {
        said.push({ calls: await ask('calls'), traffic: await ask('traffic') });
        await sandbox.stop();
      };
      return { ...sandbox, stop };
    },
  };
});

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

/** An app with memberships, one of them in a nested stack, and with what the sandbox does not emulate. */
function assembly(name: string, moved: string, group: string): string {
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
  new CfnResource(nested, 'Group', { type: 'AWS::ResourceGroups::Group', properties: { Name: group } });
  app.synth();
  return outdir;
}

test('a network of another account and Region is pulled by its wire, without its secrets, and rehearsed', async () => {
  const pulled = await program(real, folder, 'pull', '--region', home.region);
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

  // The old template is deployed in the "real" account, as the person's own CLI does it.
  const printed: string[] = [];
  const deployed = await cdk(
    ['deploy', '--all', '--app', assembly('old', LAGS[0] ?? '', 'old'), '--require-approval=never', '--no-notices'],
    { environment: real.environment, folder, print: line => printed.push(line) },
  );
  expect({ deployed, printed: deployed === 0 ? [] : printed }).toEqual({ deployed: 0, printed: [] });

  const out: string[] = [];
  const progress: string[] = [];
  said.length = 0;
  const code = await asPerson(() =>
    rehearseCommand(
      [
        ...['--state', join(folder, 'network.json'), '--app', assembly('new', LAGS[2] ?? '', 'new')],
        ...['--transition', '0.5', '--output', join(folder, 'rehearsal')],
      ],
      {
        environment: process.env,
        folder: ROOT,
        now: Date.now,
        out: text => out.push(text),
        progress: { write: text => progress.push(text) },
        sandboxVersion: '0.1.0',
        signal: new AbortController().signal,
      },
    ),
  );
  expect({ code, out: code === 0 ? '' : out.join('\n') }).toEqual({ code: 0, out: '' });
  expect(progress.at(-1)).toMatch(/^3\/3 /);

  const rehearsal = readRehearsal(readFileSync(join(folder, 'rehearsal', 'rehearsal.json'), 'utf8'));
  const { change } = rehearsal;
  expect(rehearsal.origin).toMatchObject({
    account: home.ownerAccount,
    regions: ['us-west-2'],
    stateTime: network.pulled.time,
    deployedFrom: 'CloudFormation (GetTemplate), with the code of the new functions',
    notRead: [],
  });
  expect(rehearsal.deployed?.exitCode).toBe(0);
  expect(writesOf(rehearsal.deployed ?? change)).toEqual([]);
  expect(writesOf(change)).toMatchObject([
    { operation: 'AssociateConnectionWithLag', input: { connectionId: 'dxcon-00000000', lagId: LAGS[2] } },
  ]);
  // The nested stack was deployed as it is in the account, and the change is its change.
  const ofGroup = (run: typeof change) =>
    run.events.filter(({ logicalId }) => logicalId === 'Group').map(({ status }) => status);
  expect(ofGroup(rehearsal.deployed ?? change)).toEqual([
    'CREATE_IN_PROGRESS',
    'CREATE_IN_PROGRESS',
    'CREATE_COMPLETE',
  ]);
  expect(ofGroup(change)).toEqual(['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE']);
  expect(rehearsal.notRehearsed.map(({ type }) => type).sort()).toEqual([
    'AWS::ResourceGroups::Group',
    'AWS::SNS::Topic',
  ]);
  // One write that fails, and a sibling: both go back to where it began.
  expect(rehearsal.failures.map(run => [run.failure?.kind, run.exitCode, run.after])).toEqual([
    ['call', 1, change.before],
    ['sibling', 1, change.before],
  ]);
  await expectPage(change);
});

/** With the environment that a person has who works with the "real" account. */
async function asPerson<T>(work: () => Promise<T>): Promise<T> {
  const own = { ...process.env };
  for (const [name, value] of Object.entries(real.environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    return await work();
  } finally {
    for (const name of Object.keys(real.environment)) delete process.env[name];
    Object.assign(process.env, own);
  }
}

/** The page says what the sandbox itself said by its wire: `/_sandbox/calls` and `/_sandbox/traffic`. */
async function expectPage(change: Run): Promise<void> {
  const [{ calls, traffic } = { calls: [], traffic: [] }] = said;
  const ofChange = calls.slice(calls.length - change.calls.length);
  const from = Date.parse(ofChange[0]?.time ?? '') - (change.calls[0]?.at ?? 0);
  const chromium = await startChromium();
  try {
    const page = await chromium.browser.newPage();
    await page.goto(pathToFileURL(join(folder, 'rehearsal', 'rehearsal.html')).href);
    const rowsOf = async (section: string) =>
      Promise.all(
        (await page.locator(`${section} tbody tr`).all()).map(row => row.locator('th, td').allTextContents()),
      );
    expect(await rowsOf('#calls')).toEqual(
      ofChange.map(({ time, operation, input, error }) => [
        `${((Date.parse(time) - from) / 1000).toFixed(1)} s`,
        operation,
        JSON.stringify(input),
        error === undefined
          ? operation.startsWith('Describe')
            ? 'answered'
            : 'done'
          : `${error.name}: ${error.message}`,
      ]),
    );
    const principals = [...new Set(ofChange.map(({ principal }) => principal))];
    expect(await page.textContent('#calls p')).toBe(`All by ${principals.join(', ')}.`);
    // The others are of what is deployed: nothing is left out.
    expect(calls.slice(0, -change.calls.length).every(({ time }) => Date.parse(time) < from)).toBe(true);

    const without = (id: string) => {
      const intervals = traffic.find(each => each.id === id)?.intervals ?? [];
      return intervals.reduce((sum, { from: begin, to, up }) => {
        const time =
          Date.parse(to ?? new Date(from + change.duration).toISOString()) - Math.max(from, Date.parse(begin));
        return up ? sum : sum + Math.max(0, time);
      }, 0);
    };
    expect(change.links.map(({ id }) => id)).toEqual(connections.map(({ connectionId }) => connectionId));
    for (const lane of change.links) {
      expect([lane.id, timeWhere(lane, change.duration, ({ state }) => state !== 'up')]).toEqual([
        lane.id,
        without(lane.id),
      ]);
    }
    expect(without('dxcon-00000000')).toBeGreaterThanOrEqual(500);
    const interrupted = await page.locator('.findings').textContent();
    expect(interrupted).toContain(
      `The link san-jose-0 (dxcon-00000000) is interrupted for ${seconds(without('dxcon-00000000'))} in all.`,
    );
    expect((await rowsOf('#traffic')).map(([name, time]) => [name, time])).toEqual(
      state.virtualInterfaces.map(({ virtualInterfaceName, virtualInterfaceId }) => [
        `${virtualInterfaceName} ${virtualInterfaceId}`,
        seconds(without(virtualInterfaceId)),
      ]),
    );
  } finally {
    await chromium.stop();
  }
}
