import type { CloudFormation, Resource } from '../../../lambda/cloudformation/stack';
import { CheckIncomplete, checkDrift, isDriftCheck } from '../../../lambda/drift/check';
import type { Item, Table } from '../../../lambda/record/table';
import type { DirectConnect } from '../../../sandbox/direct-connect/direct-connect';
import { A, ADMINISTRATOR, B, CONNECTION, connection, handlerSide, lag, network } from '../../support/network';
import {
  clock,
  create,
  type Event,
  having,
  MINUTE,
  move,
  operations,
  remove,
  run,
  STACK_ID,
  sent,
} from '../../support/settling';
import { memoryTable } from '../../support/table';
import { OTHER } from '../../support/view';

const DISASSOCIATE = 'DisassociateConnectionFromLag';

/** What CloudFormation says: of stacks by their ids, of resources by their logical ids. */
interface Told {
  readonly stacks?: { readonly [stackId: string]: string | Error };
  readonly resources?: { readonly [logicalId: string]: Resource | 'not found' };
  /** What Direct Connect has by then. @default what the handler has left */
  readonly network?: DirectConnect;
}

const denied = Object.assign(new Error('Not you.'), { name: 'AccessDenied' });
const noStack = Object.assign(new Error('Stack does not exist'), { name: 'ValidationError' });

function told({ stacks = {}, resources = {} }: Told, asked: string[]): CloudFormation {
  return {
    async describeStack(stackId) {
      asked.push(`DescribeStacks ${stackId.split('/')[1]}`);
      const status = stacks[stackId] ?? 'UPDATE_COMPLETE';
      if (typeof status !== 'string') throw status;
      return { status, root: { stackId, status } };
    },
    describeEvents: () => Promise.reject(new Error('A check has no need of events.')),
    async describeResource(_stackId, logicalId) {
      asked.push(`DescribeStackResource ${logicalId}`);
      return resources[logicalId] ?? { status: 'UPDATE_COMPLETE', physicalId: CONNECTION };
    },
  };
}

/** A membership of {@link CONNECTION} in A that was deployed, and the checks that come after. */
async function deployed(service: DirectConnect, event: Event = create) {
  const items = new Map<string, Item>();
  const table = memoryTable(items);
  await run(service, sent(event, 0), { table });
  await pass(MINUTE);
  const asked: string[] = [];

  /** One check, and what it wrote: metrics by logical id, and the other lines. */
  const check = async (says: Told = {}, over: Partial<Table> = {}, minutes = 15) => {
    const lines: { readonly [field: string]: unknown }[] = [];
    asked.length = 0;
    const looked = says.network ?? service;
    const callsBefore = looked.calls.length;
    const began = clock.now();
    const failure = await clock.run(
      checkDrift(minutes * MINUTE, {
        directConnect: region => handlerSide(looked, { ...ADMINISTRATOR, region }),
        cloudFormation: told(says, asked),
        table: { ...table, ...over },
        clock,
        random: () => 0.5,
        write: line => lines.push(JSON.parse(line)),
      }).then(
        () => undefined,
        error => error,
      ),
    );
    const metrics = lines.filter(line => '_aws' in line);
    return {
      failure,
      began,
      drifted: Object.fromEntries(metrics.map(({ LogicalId, Drifted }) => [LogicalId, Drifted])),
      metrics,
      lines: lines.filter(line => line.step === 'drifted' || line.step === 'in place again'),
      summary: lines.find(({ step }) => step === 'checked'),
      calls: looked.calls.slice(callsBefore).map(({ operation }) => operation),
    };
  };
  const byHand = async (operation: string, lagId: string) => {
    await clock.run(service.call(operation, { connectionId: CONNECTION, lagId }, ADMINISTRATOR));
    await pass(MINUTE);
  };
  return { items, table, check, asked, byHand };
}

/** Lets so many milliseconds go by. */
const pass = (milliseconds: number) => clock.run(clock.sleep(milliseconds));
const service = () => network(clock, [connection(CONNECTION)]);
const time = (milliseconds: number) => new Date(milliseconds).toISOString();

describe('a check', () => {
  test.each([
    ['what the schedule sends', { check: 'drift' }, true],
    ['an event of CloudFormation', create, false],
    ['something else', { check: 'all' }, false],
    ['nothing', undefined, false],
  ])('is asked for by %s: %j, %s', (_, event, expected) => {
    expect(isDriftCheck(event)).toBe(expected);
  });

  test('of a connection in its LAG says 0, and nothing else', async () => {
    const { check } = await deployed(service());
    const { drifted, lines, metrics, summary } = await check();
    expect(drifted).toEqual({ M: 0 });
    expect(lines).toEqual([]);
    expect(summary).toMatchObject({ memberships: 1, drifted: 0, passedOver: 0 });
    expect(metrics).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'DirectConnectLagMembership',
              Dimensions: [['StackName', 'LogicalId']],
              Metrics: [{ Name: 'Drifted', Unit: 'Count' }],
            },
          ],
        },
        StackName: 'Network',
        LogicalId: 'M',
        connectionId: CONNECTION,
        lagId: A,
        Drifted: 0,
      },
    ]);
  });

  test('of one that was taken out says 1 at each check, and once which, from where, to where, and between which looks', async () => {
    const { check, byHand } = await deployed(service());
    const first = await check();
    await pass(15 * MINUTE);
    await byHand(DISASSOCIATE, A);
    const second = await check();
    expect(second.drifted).toEqual({ M: 1 });
    expect(second.lines).toEqual([
      {
        step: 'drifted',
        connectionId: CONNECTION,
        lagId: A,
        region: 'eu-central-1',
        found: 'standalone',
        between: [time(first.began), time(second.began)],
        stackId: STACK_ID,
        logicalId: 'M',
      },
    ]);
    await pass(15 * MINUTE);
    expect(await check()).toMatchObject({ drifted: { M: 1 }, lines: [] });
  });

  test('that is the first since a deployment says that it happened after that', async () => {
    const { check, byHand } = await deployed(service());
    const deployedAt = clock.now() - 3 * MINUTE;
    await byHand(DISASSOCIATE, A);
    const { lines } = await check();
    const [after = ''] = Object(lines[0]).between;
    expect(Date.parse(after)).toBeGreaterThan(deployedAt);
    expect(Date.parse(after)).toBeLessThan(clock.now() - MINUTE);
  });

  test('says where it is when it moves on, and when it is in place again', async () => {
    const { check, byHand } = await deployed(service());
    await byHand(DISASSOCIATE, A);
    await check();
    await byHand('AssociateConnectionWithLag', B);
    expect((await check()).lines).toMatchObject([{ step: 'drifted', lagId: A, found: B }]);
    await byHand('AssociateConnectionWithLag', A);
    const { drifted, lines } = await check();
    expect(drifted).toEqual({ M: 0 });
    expect(lines).toMatchObject([{ step: 'in place again', lagId: A, found: A }]);
  });

  test.each([
    ['deleted', [connection(CONNECTION, { connectionState: 'deleted' })]],
    ['not found', []],
    [B, [connection(CONNECTION, { lagId: B })]],
  ])('of a connection that is then %s says so', async (found, connections) => {
    const { check } = await deployed(service());
    expect(await check({ network: network(clock, connections) })).toMatchObject({
      drifted: { M: 1 },
      lines: [{ found }],
    });
  });

  test('writes nothing to Direct Connect', async () => {
    const network = service();
    const { check, byHand } = await deployed(network);
    await byHand(DISASSOCIATE, A);
    const { calls } = await check();
    expect(calls).toEqual(['DescribeConnections']);
  });

  test('sees again at once what a deployment with another reassert has put right', async () => {
    const network = service();
    const { check, byHand, table } = await deployed(network);
    await byHand(DISASSOCIATE, A);
    expect((await check()).drifted).toEqual({ M: 1 });
    const again = { ...move, RequestId: 'reassert', ResourceProperties: create.ResourceProperties };
    const reasserted = having(
      { ...again, OldResourceProperties: create.ResourceProperties },
      { Reassert: '2026-11-24' },
    );
    const before = operations(network).length;
    await run(network, sent(reasserted, 0), { table });
    const writes = operations(network)
      .slice(before)
      .filter(name => !name.startsWith('Describe'));
    expect(writes).toEqual(['AssociateConnectionWithLag']);
    await pass(MINUTE);
    expect(await check()).toMatchObject({ drifted: { M: 0 }, lines: [{ step: 'in place again' }] });
  });
});

describe('a check is silent', () => {
  test.each([
    'UPDATE_IN_PROGRESS',
    'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'DELETE_IN_PROGRESS',
  ])('of a stack in %s, and says what has changed afterwards, since the look before it', async status => {
    const { check, byHand } = await deployed(service());
    const before = await check();
    await byHand(DISASSOCIATE, A);
    const during = await check({ stacks: { [STACK_ID]: status } });
    expect(during).toMatchObject({ drifted: {}, lines: [], summary: { memberships: 0, passedOver: 1 }, calls: [] });
    const after = await check();
    expect(after.drifted).toEqual({ M: 1 });
    expect(after.lines).toMatchObject([{ between: [time(before.began), time(after.began)] }]);
  });

  test('of a nested stack whose root is at work', async () => {
    const network = service();
    const { check, byHand, table } = await deployed(network);
    await byHand(DISASSOCIATE, A);
    const lines: string[] = [];
    const root = { stackId: 'root', status: 'UPDATE_IN_PROGRESS' };
    await clock.run(
      checkDrift(15 * MINUTE, {
        directConnect: () => handlerSide(network),
        cloudFormation: { ...told({}, []), describeStack: async () => ({ status: 'UPDATE_COMPLETE', root }) },
        table,
        clock,
        random: () => 0.5,
        write: line => lines.push(line),
      }),
    );
    expect(lines.filter(line => line.includes('_aws') || line.includes('"step":"drifted"'))).toEqual([]);
    expect((await check()).drifted).toEqual({ M: 1 });
  });

  test('of a membership whose event comes between the look and the record', async () => {
    const network = service();
    const { check, byHand, items } = await deployed(network);
    await byHand(DISASSOCIATE, A);
    const id = `eu-central-1/${CONNECTION}`;
    const item = items.get(id);
    const { drifted, lines } = await check({}, { get: async () => item && { ...item, stamp: 'an event has come' } });
    expect({ drifted, lines }).toEqual({ drifted: {}, lines: [] });
    expect((await check()).drifted).toEqual({ M: 1 });
  });

  test('of a write that Describe may not show yet', async () => {
    const { check, byHand, items } = await deployed(service());
    await byHand(DISASSOCIATE, A);
    const id = `eu-central-1/${CONNECTION}`;
    const item = items.get(id);
    if (item === undefined) throw new Error('There is no record.');
    items.set(id, {
      ...item,
      record: { ...Object(item.record), wrote: { to: { lagId: A }, at: clock.now() - 1_000 } },
    });
    expect((await check()).drifted).toEqual({});
    await pass(5_000);
    expect((await check()).drifted).toEqual({ M: 1 });
  });

  test('of what the stack has deleted', async () => {
    const network = service();
    const { check, table } = await deployed(network);
    await run(network, sent(remove, 0), { table });
    await pass(MINUTE);
    expect(await check()).toMatchObject({ drifted: {}, calls: [] });
  });

  test('of a membership whose last event has failed', async () => {
    const network = service();
    const { check, table, byHand } = await deployed(network);
    await byHand(DISASSOCIATE, A);
    const failing = { ...move, ResourceProperties: { ...move.ResourceProperties, LagId: 'dxlag-00000000' } };
    expect(await run(network, sent(failing, 0), { table })).toMatchObject({ status: 'FAILED' });
    await pass(MINUTE);
    expect((await check()).drifted).toEqual({});
  });

  test.each<[string, Told]>([
    ['the stack is no more', { stacks: { [STACK_ID]: noStack } }],
    ['the stack was deleted', { stacks: { [STACK_ID]: 'DELETE_COMPLETE' } }],
    ['the stack has no such resource', { resources: { M: 'not found' } }],
    ['the resource was left behind', { resources: { M: { status: 'DELETE_SKIPPED', physicalId: CONNECTION } } }],
    ['the resource has another connection', { resources: { M: { status: 'UPDATE_COMPLETE', physicalId: OTHER } } }],
  ])('of a membership that was retained when it went: %s', async (_, says) => {
    const { check, byHand } = await deployed(service(), having(create, { Retained: 'true' }));
    expect((await check(says)).drifted).toEqual({});
    await byHand(DISASSOCIATE, A);
    expect(await check(says)).toMatchObject({ drifted: {}, lines: [], failure: undefined });
    expect((await check()).drifted).toEqual({ M: 1 });
  });
});

describe('a check gets through', () => {
  test('errors that pass, in the time that it has', async () => {
    const network = service();
    const { check } = await deployed(network);
    network.faults.add([
      { operation: 'DescribeConnections', error: 'DirectConnectServerException', status: 400, times: 3 },
      { operation: 'DescribeConnections', error: 'ThrottlingException', status: 400, times: 3 },
    ]);
    expect(await check()).toMatchObject({ drifted: { M: 0 }, failure: undefined });
  });

  test('a look that does not come about as an error of the function, when its time is over', async () => {
    const network = service();
    const { check } = await deployed(network);
    network.faults.add([
      { operation: 'DescribeConnections', error: 'DirectConnectServerException', status: 400, times: 10_000 },
    ]);
    const { failure, drifted, began } = await check();
    expect(failure).toBeInstanceOf(CheckIncomplete);
    expect(failure.message).toMatch(
      /could be looked at: the connections of eu-central-1: DirectConnectServerException/,
    );
    expect(drifted).toEqual({});
    expect(clock.now() - began).toBeLessThan(15 * MINUTE);
  });

  test('a table that cannot be read as an error that says so', async () => {
    const { check } = await deployed(service());
    const { failure } = await check({}, { page: () => Promise.reject(denied) } as Partial<Table>);
    expect(failure).toBeInstanceOf(CheckIncomplete);
    expect(failure.message).toContain("The provider's table could not be read: AccessDenied: Not you.");
  });

  test('a stack that it may not ask for, and looks at the others', async () => {
    const two = network(clock, [connection(CONNECTION), connection(OTHER)]);
    const { check, table } = await deployed(two);
    const foreign = `${STACK_ID}2`;
    const theirs = having({ ...create, RequestId: 'theirs', StackId: foreign }, { ConnectionId: OTHER });
    await run(two, sent({ ...theirs, LogicalResourceId: 'Theirs' }, 0), { table });
    await pass(MINUTE);
    const { failure, drifted } = await check({ stacks: { [foreign]: denied } });
    expect(drifted).toEqual({ M: 0 });
    expect(failure.message).toContain(`stack ${foreign}: AccessDenied`);
  });

  test('an item that somebody has changed, and says which', async () => {
    const { check, items } = await deployed(service());
    items.set('eu-central-1/dxcon-00000000', { stamp: 'x', record: { claims: 'none' } });
    const { failure, drifted } = await check();
    expect(drifted).toEqual({ M: 0 });
    expect(failure.message).toContain('the item eu-central-1/dxcon-00000000 of the table is no record');
  });

  test('what it remembers of the look before, where somebody has changed that', async () => {
    const { check, items, byHand } = await deployed(service());
    await check();
    await byHand(DISASSOCIATE, A);
    items.set('drift', { stamp: 'x', record: { [STACK_ID]: { at: 'yesterday', drifted: 7 } } });
    expect(await check()).toMatchObject({ drifted: { M: 1 }, lines: [{ step: 'drifted' }], failure: undefined });
  });
});

test('of two checks at once, one tells what has changed, and both measure it', async () => {
  const { check, byHand } = await deployed(service());
  await check();
  await byHand(DISASSOCIATE, A);
  const { drifted, lines } = await check({}, { put: async () => false });
  expect({ drifted, lines }).toEqual({ drifted: { M: 1 }, lines: [] });
  expect((await check()).lines).toHaveLength(1);
});

describe('490 memberships', () => {
  const id = (index: number) => `dxcon-${String(index).padStart(8, '0')}`;
  const lagId = (index: number) => `dxlag-${String(Math.floor(index / 4)).padStart(8, '0')}`;
  const COUNT = 490;

  const deployedAll = async () => {
    const lags = Array.from({ length: Math.ceil(COUNT / 4) }, (_, index) => lag(lagId(4 * index)));
    const connections = Array.from({ length: COUNT }, (_, index) => connection(id(index)));
    const joined = connections.map((each, index) => ({ ...each, lagId: lagId(index) }));
    const all = await deployed(network(clock, joined, lags), having(create, { ConnectionId: id(0), LagId: lagId(0) }));
    const record = all.items.get(`eu-central-1/${id(0)}`);
    const [claim] = Object(record?.record).claims;
    for (let index = 0; index < COUNT; index++) {
      const claims = [{ ...claim, logicalId: `M${index}`, lagId: lagId(index), physicalId: id(index) }];
      all.items.set(`eu-central-1/${id(index)}`, { stamp: `${index}`, record: { claims } });
    }
    return { ...all, standalone: network(clock, connections, lags) };
  };

  test('are one call of Direct Connect and one of CloudFormation, where all are in place', async () => {
    const { check, asked } = await deployedAll();
    const { drifted, calls } = await check();
    expect(Object.keys(drifted)).toHaveLength(COUNT);
    expect(Object.values(drifted)).not.toContain(1);
    expect({ calls, asked }).toEqual({ calls: ['DescribeConnections'], asked: ['DescribeStacks Network'] });
  });

  test('are looked at in one run, all of them elsewhere, with every service throttled', async () => {
    const { check, standalone } = await deployedAll();
    standalone.faults.add([{ operation: 'DescribeConnections', error: 'ThrottlingException', status: 400, times: 5 }]);
    let asked = 0;
    const resources = new Proxy<{ [logicalId: string]: Resource }>(
      {},
      {
        get: (_, logicalId) => {
          asked += 1;
          if (asked % 40 === 0) throw Object.assign(new Error('Rate exceeded'), { name: 'Throttling' });
          return { status: 'CREATE_COMPLETE', physicalId: id(Number(String(logicalId).slice(1))) };
        },
      },
    );
    const { drifted, lines, failure, began } = await check({ resources, network: standalone });
    expect(failure).toBeUndefined();
    expect(Object.values(drifted).filter(value => value === 1)).toHaveLength(COUNT);
    expect(lines).toHaveLength(COUNT);
    expect(clock.now() - began).toBeLessThan(15 * MINUTE);
  });
});
