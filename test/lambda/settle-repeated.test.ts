import type { Journal } from '../../lambda/journal';
import { memoryJournal } from '../support/journal';
import { A, ADMINISTRATOR, CONNECTION, connection, network } from '../support/network';
import {
  ASSOCIATE,
  begin,
  clock,
  create,
  DISASSOCIATE,
  type Event,
  lagOf,
  MINUTE,
  remove,
  run,
  SERVER_EXCEPTION,
  withFaults,
  writes,
} from '../support/settling';

describe('events that come twice, late or out of order', () => {
  test('the same event later, when it was answered and things have changed since, writes nothing', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const journal = memoryJournal(clock);
    await run(service, create, { journal });
    await clock.advance(MINUTE);
    await service.call(DISASSOCIATE, { connectionId: CONNECTION, lagId: A }, ADMINISTRATOR);
    const outcome = await run(service, create, { journal });
    expect(outcome).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('this event was answered before'),
    });
    expect(lagOf(service)).toBeUndefined();
  });

  test('an event that a later one has overtaken writes nothing', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const journal = memoryJournal(clock);
    const dated = (event: Event, second: number): Event => ({
      ...event,
      ResponseURL: `https://answer?X-Amz-Date=${new Date(clock.now() + second * 1000).toISOString().replace(/[-:]|\.\d+/g, '')}`,
    });
    const late = dated(create, 0);
    await run(service, dated(remove, 2), { journal });
    const outcome = await run(service, late, { journal });
    expect(outcome).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('a later event for this resource, a Delete'),
    });
    expect(writes(service)).toEqual([]);
  });

  test('an event older than the time CloudFormation waits for an answer writes nothing', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const old = { ...create, ResponseURL: 'https://answer?X-Amz-Date=20200101T000000Z' };
    expect(await run(service, old)).toMatchObject({ status: 'failed', reason: expect.stringContaining('s old') });
    expect(writes(service)).toEqual([]);
  });

  test('a Delete that comes while the Create is at work waits for its last write, and takes it away', async () => {
    const service = withFaults(network(clock, [connection(CONNECTION)]), { ...SERVER_EXCEPTION, times: 3 });
    const journal = memoryJournal(clock);
    const creating = begin(service, create, { journal });
    await clock.advance(700);
    const invented = { ...remove, PhysicalResourceId: 'Network-M-INVENTED' };
    const outcomes = await clock.run(Promise.all([creating, begin(service, invented, { journal })]));
    expect(outcomes).toMatchObject([{ status: 'failed' }, { status: 'done' }]);
    expect(lagOf(service)).toBeUndefined();
  });

  test('a Delete that comes while a write of the Create is on its way waits for it', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const journal = memoryJournal(clock);
    const call = service.call.bind(service);
    service.call = async (operation, input, caller) => {
      if (operation === ASSOCIATE) await clock.sleep(4_000);
      return call(operation, input, caller);
    };
    const creating = begin(service, create, { journal });
    await clock.advance(1_000);
    const invented = { ...remove, PhysicalResourceId: 'Network-M-INVENTED' };
    await clock.run(Promise.all([creating, begin(service, invented, { journal })]));
    expect(writes(service)[0]).toBe(ASSOCIATE);
    expect(lagOf(service)).toBeUndefined();
  });

  test('an attempt that crashed after its write is not taken for an adoption by the next one', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const journal = memoryJournal(clock);
    const crash = service.call.bind(service);
    service.call = async (operation, input, caller) => {
      const answer = await crash(operation, input, caller);
      return operation === ASSOCIATE ? new Promise<never>(() => {}) : answer;
    };
    void begin(service, create, { journal });
    await clock.advance(MINUTE);
    service.call = crash;
    expect(await run(service, create, { journal })).toMatchObject({ status: 'done', physicalId: CONNECTION });
  });

  test('a log group that is gone does not keep a stack from being destroyed', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: A })]);
    const gone = Object.assign(new Error('The specified log group does not exist.'), {
      name: 'ResourceNotFoundException',
    });
    const journal: Journal = { mark: () => Promise.reject(gone), read: () => Promise.reject(gone) };
    expect(await run(service, remove, { journal })).toMatchObject({ status: 'done' });
    expect(lagOf(service)).toBeUndefined();
  });
});
