import { NO_TABLE } from '../../lambda/record/record';
import type { Item, Table } from '../../lambda/record/table';
import { A, ADMINISTRATOR, B, CONNECTION, connection, network } from '../support/network';
import {
  ASSOCIATE,
  begin,
  clock,
  crashAfter,
  create,
  DISASSOCIATE,
  having,
  lagOf,
  MINUTE,
  move,
  operations,
  properties,
  remove,
  run,
  SERVER_EXCEPTION,
  sent,
  stackThat,
  withFaults,
  writes,
} from '../support/settling';
import { memoryTable } from '../support/table';

const OTHER = 'dxcon-22222222';
const invented = { ...remove, PhysicalResourceId: 'Network-M-INVENTED' };
const swap = { ...move, RequestId: 'swap', ResourceProperties: properties(A, OTHER) };

describe('events that come twice, late or out of order', () => {
  test('the same event later, when it was answered and things have changed since, writes nothing', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const table = memoryTable();
    await run(service, create, { table });
    await clock.advance(MINUTE);
    await service.call(DISASSOCIATE, { connectionId: CONNECTION, lagId: A }, ADMINISTRATOR);
    const outcome = await run(service, create, { table });
    expect(outcome).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('this event was answered before'),
    });
    expect(lagOf(service)).toBeUndefined();
  });

  test('the same event again, while nothing has changed, is answered as before', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const table = memoryTable();
    const first = await run(service, create, { table });
    await clock.advance(MINUTE);
    expect(await run(service, create, { table })).toMatchObject({ ...first, attributes: { LagId: A } });
    expect(writes(service)).toEqual([ASSOCIATE]);
  });

  test('an event that a later one has overtaken writes nothing', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const table = memoryTable();
    const late = sent(create, 0);
    await run(service, sent(remove, 2), { table });
    const outcome = await run(service, late, { table });
    expect(outcome).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('a later event for this resource, a Delete'),
    });
    expect(writes(service)).toEqual([]);
  });

  test('an event older than the time CloudFormation waits for an answer writes nothing', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const old = having(sent(create, -601), { ServiceTimeout: '600' });
    expect(await run(service, old)).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('601 s old') });
    expect(writes(service)).toEqual([]);
  });

  test('a Delete that comes while the Create is at work waits for its last write, and takes it away', async () => {
    const service = withFaults(network(clock, [connection(CONNECTION)]), { ...SERVER_EXCEPTION, times: 3 });
    const table = memoryTable();
    const creating = begin(service, create, { table });
    await clock.advance(700);
    const outcomes = await clock.run(Promise.all([creating, begin(service, invented, { table })]));
    expect(outcomes).toMatchObject([{ status: 'FAILED' }, { status: 'SUCCESS' }]);
    expect(lagOf(service)).toBeUndefined();
  });

  test('a Delete that comes while a write of the Create is on its way waits for it', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const table = memoryTable();
    const call = service.call.bind(service);
    service.call = async (operation, input, caller) => {
      if (operation === ASSOCIATE) await clock.sleep(4_000);
      return call(operation, input, caller);
    };
    const creating = begin(service, create, { table });
    await clock.advance(1_000);
    await clock.run(Promise.all([creating, begin(service, invented, { table })]));
    expect(writes(service)[0]).toBe(ASSOCIATE);
    expect(lagOf(service)).toBeUndefined();
  });

  test('an attempt that crashed after its write is not taken for an adoption by the next one', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const table = memoryTable();
    const recover = crashAfter(service, operation => operation === ASSOCIATE);
    void begin(service, create, { table });
    await clock.advance(MINUTE);
    recover();
    expect(await run(service, create, { table })).toMatchObject({ status: 'SUCCESS', physicalId: CONNECTION });
  });

  test('what a crashed Create has put into the LAG is taken away by the Delete of an invented id', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: B })]);
    const table = memoryTable();
    const recover = crashAfter(service, operation => operation === ASSOCIATE);
    void begin(service, having(create, { AllowMove: 'true' }), { table });
    await clock.advance(MINUTE);
    recover();
    expect(lagOf(service)).toBe(A);
    const stack = stackThat({ status: 'ROLLBACK_IN_PROGRESS' });
    expect(await run(service, invented, { table, stack })).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBe(B);
  });

  test('the clean-up of a connection comes too late when the membership has it again', async () => {
    const service = network(clock, [connection(CONNECTION), connection(OTHER)]);
    const table = memoryTable();
    const cleanUp = sent(remove, 2);
    await run(service, sent(create, 0), { table });
    await run(service, sent(swap, 1), { table });
    const back = {
      ...move,
      PhysicalResourceId: OTHER,
      ResourceProperties: properties(A),
      OldResourceProperties: properties(A, OTHER),
    };
    await run(service, sent(back, 3), { table });
    expect(await run(service, cleanUp, { table })).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('a later event for this resource, a Update'),
    });
    expect(lagOf(service)).toBe(A);
  });

  test('two deliveries at once: the one that finds in place what the other has made does not take it for an adoption', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const table = memoryTable();
    const call = service.call.bind(service);
    let looks = 0;
    service.call = async (operation, input, caller) => {
      if (operation === 'DescribeConnections' && looks++ === 1) await clock.sleep(10_000);
      return call(operation, input, caller);
    };
    const outcomes = await clock.run(
      Promise.all([begin(service, create, { table }), begin(service, create, { table })]),
    );
    expect(outcomes).toMatchObject([{ physicalId: CONNECTION }, { physicalId: CONNECTION }]);
    expect(writes(service)).toEqual([ASSOCIATE]);
  });

  test('an event whose Delete begins just before it ends decides again, and both come to their end', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const table = memoryTable();
    let later: Promise<unknown> | undefined;
    const creating = begin(service, sent(create, 0), {
      table: {
        ...table,
        put: async (...input) => {
          if (lagOf(service) === A) later ??= begin(service, sent(invented, 1), { table });
          if (later !== undefined) await clock.sleep(100);
          return table.put(...input);
        },
      },
    });
    expect(await clock.run(creating)).toMatchObject({ status: 'SUCCESS' });
    await clock.run(Promise.resolve(later));
    expect(lagOf(service)).toBeUndefined();
  });

  test('a Create that failed, and has left nothing behind, is forgotten after a day', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: B })]);
    const items = new Map<string, Item>();
    expect(await run(service, create, { table: memoryTable(items) })).toMatchObject({ status: 'FAILED' });
    expect(items.get(`eu-central-1/${CONNECTION}`)?.expires).toBe(Math.ceil(clock.now() / 1000) + 24 * 3_600);
  });
});

describe('the table', () => {
  const refusing = (name: string): Table => {
    const refused = () => Promise.reject(Object.assign(new Error('No.'), { name }));
    return { get: refused, put: refused };
  };

  test.each([
    ['may not be used', 'AccessDeniedException'],
    ['cannot be reached', 'TimeoutError'],
  ])('that %s keeps an event from writing: it fails, and says why', async (_, name) => {
    const service = network(clock, [connection(CONNECTION)]);
    for (const event of [create, move, remove]) {
      expect(await run(service, event, { table: refusing(name) })).toMatchObject({
        status: 'FAILED',
        physicalId: event === create ? 'M-not-created' : CONNECTION,
        reason: expect.stringMatching(new RegExp(`the provider's table, .*${name}.*Allow dynamodb:GetItem`)),
      });
    }
    expect(operations(service)).toEqual([]);
  });

  test('that is gone does not keep a stack from being destroyed', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: A })]);
    expect(await run(service, remove, { table: refusing(NO_TABLE) })).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBeUndefined();
  });

  test('that is gone keeps everything else from writing, and the reason says how to get it back', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: A })]);
    const inPlace = { ...move, ResourceProperties: properties(A) };
    const table = refusing(NO_TABLE);
    for (const event of [create, move]) {
      expect(await run(service, event, { table })).toMatchObject({
        status: 'FAILED',
        reason: expect.stringContaining('Restore it under its name from the backup'),
      });
    }
    expect(await run(service, inPlace, { table })).toMatchObject({ status: 'SUCCESS', physicalId: CONNECTION });
    expect(writes(service)).toEqual([]);
  });

  test('that has an item somebody has changed keeps an event from writing, and the reason says what to do', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const table = memoryTable(new Map([[`eu-central-1/${CONNECTION}`, { record: 'by hand', stamp: 'x' }]]));
    expect(await run(service, create, { table })).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('Delete the item, and try again'),
    });
    expect(operations(service)).toEqual([]);
  });
});
