import type { Item } from '../../lambda/record/table';
import { A, ADMINISTRATOR, B, CONNECTION, connection, lag, network } from '../support/network';
import {
  begin,
  clock,
  crashAfter,
  create,
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

const OTHER = 'dxcon-22222222';
const swap = { ...move, RequestId: 'swap', ResourceProperties: properties(A, OTHER) };

/** A membership that has its connection in A, beside another connection that may be in a LAG. */
async function given(found?: string) {
  const service = network(
    clock,
    [connection(CONNECTION), connection(OTHER, found === undefined ? {} : { lagId: found })],
    [lag(A), lag(B)],
  );
  const items = new Map<string, Item>();
  const table = memoryTable(items);
  await run(service, sent(create, 0), { table });
  return { service, table, isForgotten: (id: string) => items.get(`eu-central-1/${id}`)?.expires !== undefined };
}

describe('an Update to another connection that CloudFormation did not wait for', () => {
  /** It has come to its write, and no further. */
  async function abandoned(found?: string) {
    const all = await given(found);
    const { service, table } = all;
    const recover = crashAfter(
      service,
      (_, input) => JSON.stringify(input).includes(OTHER) && lagOf(service, OTHER) === A,
    );
    void begin(service, sent(having(swap, { AllowMove: 'true' }), 1), { table });
    await clock.advance(MINUTE);
    recover();
    expect([lagOf(service), lagOf(service, OTHER)]).toEqual([A, A]);
    return all;
  }

  describe.each([undefined, B])('(found in %s)', found => {
    test('is undone by the Delete that follows, which does not name it', async () => {
      const { service, table, isForgotten } = await abandoned(found);
      expect(await run(service, sent(remove, 2), { table })).toMatchObject({ status: 'SUCCESS' });
      expect([lagOf(service), lagOf(service, OTHER)]).toEqual([undefined, found]);
      expect(isForgotten(OTHER)).toBe(true);
    });

    test('is undone by an Update that follows, which does not name it', async () => {
      const { service, table, isForgotten } = await abandoned(found);
      const again = { ...move, ResourceProperties: properties(A), OldResourceProperties: properties(A) };
      expect(await run(service, sent(again, 2), { table })).toMatchObject({
        status: 'SUCCESS',
        physicalId: CONNECTION,
      });
      expect([lagOf(service), lagOf(service, OTHER)]).toEqual([A, found]);
      expect([isForgotten(CONNECTION), isForgotten(OTHER)]).toEqual([false, true]);
    });

    test('is undone by the Update of a rollback, which names it in its old properties', async () => {
      const { service, table } = await abandoned(found);
      const back = {
        ...swap,
        RequestId: 'back',
        ResourceProperties: properties(A),
        OldResourceProperties: properties(A, OTHER),
      };
      const stack = stackThat({ status: 'UPDATE_ROLLBACK_IN_PROGRESS' });
      expect(await run(service, sent(back, 2), { table, stack })).toMatchObject({
        status: 'SUCCESS',
        physicalId: CONNECTION,
      });
      expect([lagOf(service), lagOf(service, OTHER)]).toEqual([A, found]);
    });
  });

  test.each([
    ['comes again', remove],
    ['is followed by another', { ...remove, RequestId: 'remove again' }],
  ])('is undone where the Delete that was to do that crashed and %s', async (_, again) => {
    const { service, table, isForgotten } = await abandoned();
    const recover = crashAfter(service, (operation, input) => JSON.stringify([operation, input]).includes(OTHER));
    void begin(service, sent(remove, 2), { table });
    await clock.advance(MINUTE);
    recover();
    expect([lagOf(service), lagOf(service, OTHER)]).toEqual([A, A]);
    expect(await run(service, sent(again, 3), { table })).toMatchObject({ status: 'SUCCESS' });
    expect([lagOf(service), lagOf(service, OTHER)]).toEqual([undefined, undefined]);
    expect(isForgotten(OTHER)).toBe(true);
  });

  test('is undone by a Delete that was refused before and may lower the minimum links now', async () => {
    const { service, table } = await abandoned();
    await service.call('UpdateLag', { lagId: A, minimumLinks: 2 }, ADMINISTRATOR);
    expect(await run(service, sent(remove, 2), { table })).toMatchObject({ status: 'FAILED' });
    expect([lagOf(service), lagOf(service, OTHER)]).toEqual([A, A]);
    const again = having({ ...remove, RequestId: 'remove again' }, { LowerMinimumLinks: 'true' });
    expect(await run(service, sent(again, 3), { table })).toMatchObject({ status: 'SUCCESS' });
    expect([lagOf(service), lagOf(service, OTHER)]).toEqual([undefined, undefined]);
  });

  test('writes nothing any more when it comes again', async () => {
    const { service, table } = await abandoned();
    await run(service, sent(remove, 2), { table });
    const before = writes(service);
    expect(await run(service, sent(swap, 1), { table })).toMatchObject({ status: 'FAILED' });
    expect(writes(service)).toEqual(before);
  });
});

describe('an Update to another connection that was answered, of which CloudFormation may not know', () => {
  test('is undone with its stack, whose Delete names the old connection alone', async () => {
    const { service, table, isForgotten } = await given();
    expect(await run(service, sent(swap, 1), { table })).toMatchObject({ status: 'SUCCESS', physicalId: OTHER });
    const stack = stackThat({ status: 'DELETE_IN_PROGRESS' });
    expect(await run(service, sent(remove, 2), { table, stack })).toMatchObject({ status: 'SUCCESS' });
    expect([lagOf(service), lagOf(service, OTHER)]).toEqual([undefined, undefined]);
    expect([isForgotten(CONNECTION), isForgotten(OTHER)]).toEqual([true, true]);
  });

  test('is left alone by the clean-up of the old connection', async () => {
    const { service, table, isForgotten } = await given();
    await run(service, sent(swap, 1), { table });
    const stack = stackThat({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' });
    expect(await run(service, sent(remove, 2), { table, stack })).toMatchObject({ status: 'SUCCESS' });
    expect([lagOf(service), lagOf(service, OTHER)]).toEqual([undefined, A]);
    expect([isForgotten(CONNECTION), isForgotten(OTHER)]).toEqual([true, false]);
  });
});
