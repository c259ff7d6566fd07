import { parseRecord } from '../../lambda/record/stored-record';
import type { Item } from '../../lambda/record/table';
import type { DirectConnect } from '../../sandbox/direct-connect/direct-connect';
import { A, ADMINISTRATOR, B, CONNECTION, connection, lag, network } from '../support/network';
import {
  ASSOCIATE,
  begin,
  clock,
  create,
  DISASSOCIATE,
  having,
  lagOf,
  MINUTE,
  move,
  properties,
  remove,
  run,
  sent,
  stackThat,
  writes,
} from '../support/settling';
import { memoryTable } from '../support/table';

const SIBLING = 'dxcon-22222222';
const rollingBack = () => stackThat({ status: 'UPDATE_ROLLBACK_IN_PROGRESS' });
/** The Update with which CloudFormation takes `move` back. */
const back = {
  ...move,
  RequestId: 'back',
  ResourceProperties: properties(A),
  OldResourceProperties: properties(B),
};
const byHand = (service: DirectConnect, operation: string, lagId: string, connectionId = CONNECTION) =>
  service.call(operation, { connectionId, lagId }, ADMINISTRATOR);
const members = (count: number, lagId: string) =>
  Array.from({ length: count }, (_, index) => connection(`dxcon-9999999${index}`, { lagId }));

describe('the Update of a rollback', () => {
  test('leaves alone what somebody has put into a third LAG since, and succeeds', async () => {
    const third = 'dxlag-cccccccc';
    const service = network(clock, [connection(CONNECTION, { lagId: B })], [lag(A), lag(B), lag(third)]);
    const items = new Map<string, Item>();
    await byHand(service, ASSOCIATE, third);
    expect(await run(service, back, { table: memoryTable(items), stack: rollingBack() })).toMatchObject({
      status: 'SUCCESS',
      physicalId: CONNECTION,
      attributes: { LagId: third },
    });
    expect(lagOf(service)).toBe(third);
    const { claims } = parseRecord(items.get(`eu-central-1/${CONNECTION}`)?.record);
    expect(claims).toMatchObject([{ event: { outcome: 'done' }, physicalId: CONNECTION, places: [B] }]);
  });

  test('does not wait for the link', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: B, connectionState: 'down' })]);
    const began = clock.now();
    const event = having(back, { WaitForAvailable: '600' });
    expect(await run(service, event, { stack: rollingBack() })).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBe(A);
    expect(clock.now() - began).toBeLessThan(MINUTE);
  });

  test('takes out of a full LAG a sibling that has taken the slot in the same operation', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: A }), connection(SIBLING), ...members(3, A)]);
    const table = memoryTable();
    await run(service, sent(move, 0), { table });
    await clock.advance(MINUTE);
    const sibling = { ...create, LogicalResourceId: 'Sibling', ResourceProperties: properties(A, SIBLING) };
    expect(await run(service, sent(sibling, 0), { table })).toMatchObject({ status: 'SUCCESS' });
    await clock.advance(MINUTE);
    expect(await run(service, sent(back, 0), { table, stack: rollingBack() })).toMatchObject({ status: 'SUCCESS' });
    expect([lagOf(service), lagOf(service, SIBLING)]).toEqual([A, undefined]);
  });

  test('waits for a slot in a full LAG, but not for ever', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: B }), ...members(4, A)]);
    void clock.sleep(90_000).then(() => byHand(service, DISASSOCIATE, A, 'dxcon-99999990'));
    expect(await run(service, back, { stack: rollingBack() })).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBe(A);

    const full = network(clock, [connection(CONNECTION, { lagId: B }), ...members(4, A)]);
    const began = clock.now();
    expect(await run(full, back, { stack: rollingBack() })).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('the LAG is full'),
    });
    expect(clock.now() - began).toBeGreaterThanOrEqual(2 * MINUTE);
    expect(clock.now() - began).toBeLessThan(3 * MINUTE);
    expect(lagOf(full)).toBe(B);
  });
});

describe('while an event waits', () => {
  test('for its link, a later event ends the wait', async () => {
    const service = network(clock, [connection(CONNECTION, { connectionState: 'down' })]);
    const table = memoryTable();
    const began = clock.now();
    const creating = begin(service, sent(having(create, { WaitForAvailable: '600' }), 0), { table });
    await clock.advance(30_000);
    expect(await run(service, sent(remove, 0), { table })).toMatchObject({ status: 'SUCCESS' });
    await clock.run(creating);
    expect(clock.now() - began).toBeLessThan(2 * MINUTE);
    expect(lagOf(service)).toBeUndefined();
  });

  test('for its link, a later event ends the wait, also one that changes nothing', async () => {
    const service = network(clock, [connection(CONNECTION, { connectionState: 'down' })]);
    const table = memoryTable();
    const began = clock.now();
    const creating = begin(service, sent(having(create, { WaitForAvailable: '600' }), 0), { table });
    await clock.advance(30_000);
    const inPlace = { ...move, ResourceProperties: properties(A) };
    expect(await run(service, sent(inPlace, 0), { table })).toMatchObject({ status: 'SUCCESS' });
    await clock.run(creating);
    expect(clock.now() - began).toBeLessThan(2 * MINUTE);
    expect(writes(service)).toEqual([ASSOCIATE]);
  });

  test('for a change that AWS accepted, and that somebody undoes, it is made again after a minute', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: A })]);
    const call = service.call.bind(service);
    let undone = false;
    service.call = async (operation, input, caller) => {
      const answer = await call(operation, input, caller);
      if (operation === DISASSOCIATE && !undone) {
        undone = true;
        await clock.sleep(5_000);
        await byHand(service, ASSOCIATE, A);
      }
      return answer;
    };
    const began = clock.now();
    expect(await run(service, move)).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBe(B);
    expect(clock.now() - began).toBeLessThan(2 * MINUTE);
    expect(writes(service).filter(name => name === DISASSOCIATE)).toHaveLength(2);
  });

  test('for a change that AWS accepted, a later event ends the wait', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: A })]);
    const table = memoryTable();
    const call = service.call.bind(service);
    service.call = async (operation, input, caller) => {
      const answer = await call(operation, input, caller);
      if (operation === DISASSOCIATE) {
        await clock.sleep(5_000);
        await byHand(service, ASSOCIATE, A);
      }
      return answer;
    };
    const began = clock.now();
    const moving = begin(service, sent(move, 0), { table });
    await clock.advance(10_000);
    const inPlace = { ...move, RequestId: 'in place', ResourceProperties: properties(A) };
    expect(await run(service, sent(inPlace, 0), { table })).toMatchObject({ status: 'SUCCESS' });
    expect(await clock.run(moving)).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('a later event for this resource'),
    });
    expect(clock.now() - began).toBeLessThan(MINUTE);
    expect(lagOf(service)).toBe(A);
  });
});
