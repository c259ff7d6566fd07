import type { Resource } from '../../../lambda/cloudformation/stack';
import { CheckIncomplete } from '../../../lambda/drift/check';
import { DISASSOCIATE, denied, deployed, pass, service } from '../../support/checking';
import { A, CONNECTION, connection, lag, network } from '../../support/network';
import { clock, create, having, MINUTE, run, STACK_ID, sent } from '../../support/settling';
import { OTHER } from '../../support/view';

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
    const { failure } = await check({}, { page: () => Promise.reject(denied) });
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

  test('the answer to its own note of what it found being lost, and tells it all the same', async () => {
    const { check, byHand, table } = await deployed(service());
    await check();
    await byHand(DISASSOCIATE, A);
    let answered = false;
    const put: typeof table.put = async (...note) => {
      const written = await table.put(...note);
      if (answered) return written;
      answered = true;
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    };
    expect(await check({}, { put })).toMatchObject({
      drifted: { M: 1 },
      lines: [{ step: 'drifted' }],
      failure: undefined,
    });
  });

  test('a check beside it that has told what it found, and does not tell it again', async () => {
    const { check, byHand, table, items } = await deployed(service());
    await check();
    await byHand(DISASSOCIATE, A);
    const put: typeof table.put = async (id, item, over) => {
      items.set('drift', { stamp: 'of another check', record: item.record });
      return table.put(id, item, over);
    };
    expect(await check({}, { put })).toMatchObject({ drifted: { M: 1 }, lines: [], failure: undefined });
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
