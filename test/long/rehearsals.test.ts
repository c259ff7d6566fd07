import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import { LagMembership, LagMembershipProvider, LagMemberships } from '../../lib';
import { findCdk } from '../../sandbox/rehearse/cdk';
import { inTurns } from '../../sandbox/rehearse/in-turns';
import { type Rehearsal, writesOf } from '../../sandbox/rehearse/rehearsal';
import { type RehearseOptions, rehearse } from '../../sandbox/rehearse/rehearse';
import { judge } from '../../sandbox/rehearse/verdict';
import { A, B, connection, lag, virtualInterface } from '../support/network';

const ROOT = join(__dirname, '..', '..');
const ONE = 'dxcon-11111111';
const TWO = 'dxcon-22222222';
const THREE = 'dxcon-33333333';
const VIF = 'dxvif-11111111';
const env = { account: '111122223333', region: 'eu-central-1' };
/** How many rehearsals at a time: they wait for the CLI's own looks most of the time. */
const AT_A_TIME = 3;

interface Case {
  readonly state: object;
  readonly app: (app: App) => void;
  /** @default nothing */
  readonly deployed?: (app: App) => void;
  /** The file of the deployed stack in place of the folder of its assembly. */
  readonly file?: string;
  readonly options?: Partial<RehearseOptions>;
}

const network = (app: App) => new Stack(app, 'Network', { env });

/** One a row of what an event does where it interrupts a link. */
const cases = {
  'two links join, one after the other, by the stacks of a Stage that refer to each other': {
    state: {
      connections: [connection(ONE), connection(TWO), connection(THREE, { lagId: A })],
      lags: [lag(A, { minimumLinks: 1 })],
      virtualInterfaces: [virtualInterface(VIF, A)],
    },
    deployed: app => {
      new LagMembershipProvider(new Stack(new Stage(app, 'Production', { env }), 'Shared'), 'Provider');
    },
    file: 'assembly-Production/ProductionShared27561B0E.template.json',
    app: app => {
      const stage = new Stage(app, 'Production', { env });
      const provider = new LagMembershipProvider(new Stack(stage, 'Shared'), 'Provider');
      new LagMemberships(new Stack(stage, 'Members'), 'Members', { lagId: A, connectionIds: [ONE, TWO], provider });
    },
  },
  'the last link of a LAG that carries a hosted connection': {
    state: {
      connections: [
        connection(ONE, { lagId: A }),
        connection('dxcon-99999999', { lagId: A, vlan: 101, bandwidth: '500Mbps' }),
      ],
      lags: [lag(A, { allowsHostedConnections: true }), lag(B)],
      virtualInterfaces: [],
    },
    deployed: app => new LagMembership(network(app), 'Moved', { connectionId: ONE, lagId: A }),
    app: app => new LagMembership(network(app), 'Moved', { connectionId: ONE, lagId: B }),
  },
  'the last link of a LAG that carries an interface, with allowOutage': {
    state: {
      connections: [connection(ONE, { lagId: A })],
      lags: [lag(A), lag(B)],
      virtualInterfaces: [virtualInterface(VIF, A)],
    },
    app: app =>
      new LagMembership(network(app), 'Moved', { connectionId: ONE, lagId: B, allowMove: true, allowOutage: true }),
  },
  'fewer links than the minimum': {
    state: {
      connections: [connection(ONE, { lagId: A }), connection(TWO, { lagId: A })],
      lags: [lag(A, { minimumLinks: 2 }), lag(B)],
      virtualInterfaces: [virtualInterface(VIF, A)],
    },
    deployed: app => new LagMembership(network(app), 'Moved', { connectionId: ONE, lagId: A }),
    file: 'Network.template.json',
    app: app => new LagMembership(network(app), 'Moved', { connectionId: ONE, lagId: B }),
  },
  'a standalone link with an interface of its own joins': {
    state: {
      connections: [connection(ONE), connection(TWO, { lagId: A })],
      lags: [lag(A)],
      virtualInterfaces: [virtualInterface(VIF, ONE)],
    },
    app: app => new LagMembership(network(app), 'Joins', { connectionId: ONE, lagId: A }),
  },
  'another account than that of most of the file, in a Region that the app leaves open, of which not all was read': {
    state: {
      connections: [
        connection(ONE, { lagId: A, ownerAccount: '999988887777', region: 'us-west-2' }),
        connection(TWO),
        connection(THREE),
      ],
      lags: [lag(A, { ownerAccount: '999988887777', region: 'us-west-2' })],
      virtualInterfaces: [],
      pulled: {
        time: '2026-01-02T03:04:05.000Z',
        account: '999988887777',
        regions: ['us-west-2'],
        redacted: false,
        notRead: ['the virtual interfaces (DescribeVirtualInterfaces) in us-west-2: AccessDeniedException: no'],
      },
    },
    app: app => new LagMembership(new Stack(app, 'Network'), 'Adopted', { connectionId: ONE, lagId: A }),
    options: { account: '999988887777', region: 'us-west-2' },
  },
} satisfies { [name: string]: Case };

jest.setTimeout(240_000);

let folder: string;
const found = new Map<string, Rehearsal>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cases-'));
  await inTurns(Object.entries<Case>(cases), AT_A_TIME, async ([name, each], index) => {
    found.set(name, await run(join(folder, String(index)), each));
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(work: string, { state, app, deployed, file, options }: Case): Promise<Rehearsal> {
  const before = deployed && join(synth(join(work, 'deployed'), deployed), file ?? '');
  return rehearse({
    cli: findCdk(ROOT),
    state: JSON.stringify(state),
    app: synth(join(work, 'new'), app),
    ...(before !== undefined && { deployed: before }),
    environment: {},
    folder: ROOT,
    readDeployed: async () => ({ templates: new Map(), absent: ['Network'], notRead: [] }),
    transitionSeconds: 0.5,
    convergenceSeconds: 90,
    now: Date.now,
    sandboxVersion: '0.1.0',
    progress: () => {},
    signal: new AbortController().signal,
    ...options,
  });
}

function synth(outdir: string, build: (app: App) => void): string {
  const app = new App({ outdir });
  build(app);
  app.synth();
  return outdir;
}

function verdictOf(name: keyof typeof cases) {
  const rehearsal = found.get(name);
  if (rehearsal === undefined) throw new Error(`${name} was not rehearsed`);
  const { decision, findings } = judge(rehearsal);
  const texts = (level: string) => findings.filter(each => each.level === level).map(({ text }) => text);
  return { rehearsal, decision, blockers: texts('blocker'), warnings: texts('warning') };
}

/** What was written, each as operation and connection. */
const writes = (run: Rehearsal['change']) =>
  writesOf(run).map(({ operation, input }) => [operation, Reflect.get(Object(input), 'connectionId')]);

test('go: members join one after the other, so the LAG never has fewer links than before', () => {
  const { rehearsal, decision } = verdictOf(
    'two links join, one after the other, by the stacks of a Stage that refer to each other',
  );
  expect(decision).toBe('go');
  const { change, failures } = rehearsal;
  expect(writes(change)).toEqual([ONE, TWO].map(id => ['AssociateConnectionWithLag', id]));
  const [first, second] = [ONE, TWO].map(id => change.links.find(lane => lane.id === id)?.steps ?? []);
  // The second goes down only when the first is up again.
  expect(first?.map(({ state }) => state)).toEqual(['up', 'pending', 'up']);
  expect(second?.[1]?.at).toBeGreaterThanOrEqual(first?.[2]?.at ?? Number.POSITIVE_INFINITY);
  expect(rehearsal.deployed).toMatchObject({ exitCode: 0, stacks: [{ stack: 'Production-Shared' }] });
  // Both stacks of the Stage are rehearsed, and each failure is one of the second: its writes, and a sibling.
  expect(change.stacks.map(({ stack }) => stack)).toEqual(['Production-Shared', 'Production-Members']);
  expect(failures.map(({ failure }) => failure?.kind)).toEqual(['call', 'call', 'sibling']);
  for (const { after, exitCode } of failures) expect([exitCode, after]).toEqual([1, change.before]);
});

test('no-go: the last link of a LAG is refused, naming the hosted connection that it carries', () => {
  const { rehearsal, decision, blockers } = verdictOf('the last link of a LAG that carries a hosted connection');
  expect(decision).toBe('no-go');
  expect(blockers).toEqual([expect.stringMatching(/is the last operational link .*dxcon-99999999/)]);
  expect(writes(rehearsal.change)).toEqual([]);
  expect(rehearsal.failures).toEqual([]);
});

test('no-go: with allowOutage the interface of the LAG has no link from then on', () => {
  const { rehearsal, decision, blockers } = verdictOf(
    'the last link of a LAG that carries an interface, with allowOutage',
  );
  expect(decision).toBe('no-go');
  expect(blockers[0]).toMatch(new RegExp(`^The virtual interface ${VIF} has no link for \\d`));
  expect(rehearsal.change.interfaces[0]?.steps.map(({ up }) => up)).toEqual([true, false]);
  expect(rehearsal.change.exitCode).toBe(0);
});

test('no-go: a LAG keeps its minimum, and the verdict says the numbers', () => {
  const { rehearsal, decision, blockers } = verdictOf('fewer links than the minimum');
  expect(decision).toBe('no-go');
  expect(blockers).toEqual([expect.stringMatching(/^The change fails: .*asks for at least 2/)]);
  expect([rehearsal.deployed, rehearsal.change].map(run => run && writes(run))).toEqual([[], []]);
  expect(rehearsal.origin.deployedFrom).toMatch(/Network\.template\.json, with the code of the new functions$/);
});

test('no-go: an interface on a link that stands alone goes down with it, and a rollback leaves it with the LAG', () => {
  const { rehearsal, decision, blockers, warnings } = verdictOf('a standalone link with an interface of its own joins');
  expect(decision).toBe('no-go');
  expect(blockers).toEqual([expect.stringMatching(`^The virtual interface ${VIF} has no link for 0.[5-9] s`)]);
  expect(rehearsal.change.interfaces[0]?.steps.map(({ up, carrier }) => [up, carrier])).toEqual([
    [true, ONE],
    [false, A],
    [true, A],
  ]);
  // The link stands alone again, and its interface stays with the LAG, as AWS has it.
  expect(warnings).toContainEqual(
    expect.stringContaining(`the end is not the start: ${VIF} is on ${A} and was on ${ONE}`),
  );
});

test('could not tell where not all was read; --account and --region say whose network it is', () => {
  const { rehearsal, decision, blockers } = verdictOf(
    'another account than that of most of the file, in a Region that the app leaves open, of which not all was read',
  );
  expect(decision).toBe('could not tell');
  expect(blockers).toEqual([expect.stringMatching(/^Not read: the virtual interfaces .* AccessDeniedException/)]);
  expect([rehearsal.change.exitCode, writes(rehearsal.change)]).toEqual([0, []]);
  expect(rehearsal.origin.account).toBe('999988887777');
  for (const { principal } of rehearsal.change.calls) expect(principal).toContain(':999988887777:');
  expect(rehearsal.change.lags).toMatchObject([{ id: A, steps: [{ up: 1 }] }]);
});

test('a stack of another account than the network is refused before anything is deployed', async () => {
  const each: Case = { ...cases['fewer links than the minimum'], options: { account: '999988887777' } };
  await expect(run(join(folder, 'other'), each)).rejects.toThrow(
    'The stack Network is for the account 111122223333, and the network is of 999988887777: rehearse with a state file of that account, or pass --account',
  );
});
