import { A, B, CONNECTION, connection, lag, network } from '../support/network';
import {
  ASSOCIATE,
  clock,
  create,
  DISASSOCIATE,
  lagOf,
  MINUTE,
  move,
  properties,
  remove,
  run,
  SERVER_EXCEPTION,
  sent,
  withFaults,
  writes,
} from '../support/settling';
import { memoryTable } from '../support/table';

const OTHER = 'dxcon-22222222';

/** A Direct Connect that shows each change so many milliseconds late. */
const lagging = (milliseconds: number, lagId?: string) =>
  network(clock, [connection(CONNECTION, lagId === undefined ? {} : { lagId }), connection(OTHER)], [lag(A), lag(B)], {
    describeLag: milliseconds,
    random: () => 1 - Number.EPSILON,
  });

const LOST = { error: 'LostAnswer', afterApplying: true };

describe.each([500, 2_900])('where Describe shows a change %i ms late', late => {
  test('an association whose answer is lost is not repeated, and the connection not taken for one that was found', async () => {
    const service = withFaults(lagging(late), { ...LOST, operation: ASSOCIATE });
    expect(await run(service, create)).toMatchObject({ status: 'SUCCESS', physicalId: CONNECTION });
    expect(writes(service)).toEqual([ASSOCIATE]);
  });

  test('a disassociation whose answer is lost is not repeated', async () => {
    const service = withFaults(lagging(late, A), { ...LOST, operation: DISASSOCIATE });
    expect(await run(service, remove)).toMatchObject({ status: 'SUCCESS' });
    expect(writes(service)).toEqual([DISASSOCIATE]);
  });

  test('a server exception that arrives after the change was made is not answered by making it again', async () => {
    const service = withFaults(lagging(late), { ...SERVER_EXCEPTION, afterApplying: true });
    expect(await run(service, create)).toMatchObject({ status: 'SUCCESS' });
    expect(writes(service)).toEqual([ASSOCIATE]);
  });

  test('a move leaves once, and joins once', async () => {
    const service = lagging(late, A);
    expect(await run(service, move)).toMatchObject({ status: 'SUCCESS' });
    expect(writes(service).filter(name => name === DISASSOCIATE)).toHaveLength(1);
    expect(lagOf(service)).toBe(B);
  });

  test('a Delete right after the Create sees what that has made', async () => {
    const service = lagging(late);
    const table = memoryTable();
    await run(service, sent(create, 0), { table });
    expect(await run(service, sent(remove, 0), { table })).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBeUndefined();
  });

  test('a Create right after the Delete of another membership does not take the connection for one that is in place', async () => {
    const service = lagging(late, A);
    const table = memoryTable();
    await run(service, sent(remove, 0), { table });
    const other = { ...create, LogicalResourceId: 'Other', RequestId: 'other' };
    expect(await run(service, sent(other, 0), { table })).toMatchObject({ status: 'SUCCESS', physicalId: CONNECTION });
    expect(lagOf(service)).toBe(A);
  });

  test('an Update to another connection, back again and gone leaves both out', async () => {
    const service = lagging(late);
    const table = memoryTable();
    const swap = { ...move, ResourceProperties: properties(A, OTHER) };
    await run(service, sent(create, 0), { table });
    await run(service, sent(swap, 1), { table });
    await run(service, sent(remove, 2), { table });
    const rest = { ...remove, RequestId: 'rest', PhysicalResourceId: OTHER, ResourceProperties: properties(A, OTHER) };
    await run(service, sent(rest, 3), { table });
    expect([lagOf(service), lagOf(service, OTHER)]).toEqual([undefined, undefined]);
    expect(writes(service)).toEqual([ASSOCIATE, ASSOCIATE, DISASSOCIATE, DISASSOCIATE]);
  });
});

test('what Describe may still show late is looked at again, and not for longer than that', async () => {
  const service = withFaults(lagging(0), { ...SERVER_EXCEPTION, times: 3 });
  const began = clock.now();
  expect(await run(service, create)).toMatchObject({ status: 'SUCCESS' });
  // Each of the three may have been carried out: three seconds, and the wait before the next look.
  expect(clock.now() - began).toBeLessThan(20_000);
  expect(writes(service)).toHaveLength(4);
});

test('out of time, the last look counts as it is: the answer is not kept back for a change that may show late', async () => {
  const service = lagging(0, A);
  const last = clock.now() + 14 * MINUTE - 500;
  const call = service.call.bind(service);
  service.call = async (operation, input, caller) => {
    if (operation === ASSOCIATE) {
      service.faults.add([SERVER_EXCEPTION]);
      // The last try of all comes back half a second before the answer has to go out.
      if (clock.now() > last - MINUTE) await clock.sleep(last - clock.now());
    }
    return call(operation, input, caller);
  };
  expect(await run(service, move)).toMatchObject({
    status: 'FAILED',
    reason: expect.stringContaining(`${CONNECTION} is now standalone and available`),
  });
  expect(clock.now()).toBeLessThanOrEqual(last + 500);
});
