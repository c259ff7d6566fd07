import * as fc from 'fast-check';
import { Memory } from '../../../lambda/record/memory';
import type { Table } from '../../../lambda/record/table';
import type { Concern, Ending } from '../../../lambda/record/transitions';
import { seeded } from '../../../sandbox/test/seeded';
import { VirtualClock } from '../../../sandbox/test/virtual-clock';
import {
  create,
  has,
  invocations,
  join,
  KEY,
  MINUTE,
  out,
  REGION,
  remove,
  swap,
  swapped,
} from '../../support/invocations';
import { event, goal, known, SENT, STANDALONE } from '../../support/records';
import { memoryTable } from '../../support/table';
import { A, C, ID, OTHER } from '../../support/view';

describe('an event that begins', () => {
  test('claims its connections in the record of their Region, and may write', async () => {
    const { begun, items } = invocations();
    const memory = await begun(swap, swapped);
    expect([...items.keys()].sort()).toEqual([KEY, `${REGION}/${OTHER}`]);
    expect(memory.barred).toBeUndefined();
    expect(memory.others).toEqual([ID]);
    expect(memory.claim(OTHER)).toMatchObject({ lagId: A, event: { requestId: 'swap' } });
  });

  test('that was answered before is barred, and leaves the record as it is', async () => {
    const { begun, ended, items } = invocations();
    await ended(create, new Map([[ID, has]]));
    const stamp = items.get(KEY)?.stamp;
    expect((await begun(create)).barred).toBe('this event was answered before');
    expect(items.get(KEY)?.stamp).toBe(stamp);
  });

  test('that another invocation of the same event has begun, and not answered, goes on with what is known', async () => {
    const { begun, clock, deadline } = invocations();
    const crashed = await begun(create);
    await clock.run(crashed.beforeWrite(ID, join, deadline));
    const memory = await begun(create);
    expect(memory.barred).toBeUndefined();
    expect(memory.claim(ID)).toMatchObject({ found: STANDALONE, places: [A] });
  });

  test('that a later one has overtaken is barred, also by what that says of a connection that it gives up', async () => {
    const { begun } = invocations();
    await begun(remove, [{ ...goal, known }]);
    expect((await begun(create)).barred).toContain('a later event for this resource, a Delete');
    const late = await begun(swap, swapped);
    expect(late.barred).toContain('a later event');
    expect(late.claim(OTHER)).toBeUndefined();
  });

  test('the clean-up of a connection comes too late when the membership has it again', async () => {
    const { ended, begun } = invocations();
    await ended(create, new Map([[ID, has]]));
    const back = event('back', 3);
    await ended(back, new Map([[ID, has]]), [{ connectionId: OTHER, as: 'other', known: { physicalId: OTHER } }, goal]);
    expect((await begun(remove, [{ ...goal, known }])).barred).toContain('a later event for this resource, a Update');
  });

  test('of a connection that has a physical id already is to keep it', async () => {
    const { ended, begun } = invocations();
    await ended(create, new Map([[ID, { has: { physicalId: ID, lagId: A } }]]));
    await begun(swap, swapped);
    const rollback = await begun(event('rollback', 2), [
      { connectionId: OTHER, as: 'other', known: { physicalId: OTHER, lagId: A }, replacement: ID },
      goal,
    ]);
    expect(rollback.claim(ID)).toMatchObject({ physicalId: ID });
  });

  test('as a Create of what was retained when the membership went: knows nothing of what was before', async () => {
    const { ended, begun } = invocations();
    await ended(create, new Map([[ID, { has: { physicalId: `${ID}/from/${C}`, lagId: A } }]]));
    const again = await begun(event('again', 100, { requestType: 'Create' }));
    expect(again.claim(ID)).not.toHaveProperty('physicalId');
    expect(again.claim(ID)).toMatchObject({ places: [], since: (SENT + 100) * 1000 });
  });
});

describe('what an Update has put in the place of a connection', () => {
  const deleteOfOld: readonly Concern[] = [{ connectionId: ID, as: 'goal', known }];
  const backToOld: readonly Concern[] = [{ ...goal, known }];

  test.each([
    ['the Delete', remove, deleteOfOld],
    ['the Update', event('rollback', 2), backToOld],
  ])(
    'and CloudFormation did not wait for is found again by %s that follows, from the record of the old one alone',
    async (_, of, concerns) => {
      const { begun, clock, deadline } = invocations();
      const abandoned = await begun(swap, swapped);
      await clock.run(abandoned.beforeWrite(OTHER, join, deadline));
      const next = await begun(of, concerns);
      expect(next.others).toEqual([OTHER]);
      expect(next.claim(OTHER)).toMatchObject({ found: STANDALONE, event: { requestId: of.requestId } });
      expect(await clock.run(abandoned.beforeWrite(OTHER, join, deadline))).toBe('look again');
      expect(abandoned.barred).toContain('a later event for this resource');
    },
  );

  test('and has come to its end with is only seen by the Delete of the old one, which may be its clean-up', async () => {
    const { begun, ended } = invocations();
    await ended(swap, new Map([[OTHER, { has: { physicalId: OTHER, lagId: A } }]]), swapped);
    const cleanUp = await begun(remove, deleteOfOld);
    expect(cleanUp.others).toEqual([OTHER]);
    expect(cleanUp.claim(OTHER)).toMatchObject({ event: { requestId: 'swap', outcome: 'done' } });
  });

  test('and was deleted since is not found again', async () => {
    const { begun, ended } = invocations();
    await ended(swap, new Map([[OTHER, { has: { physicalId: OTHER, lagId: A } }]]), swapped);
    await begun(event('delete other', 2, { requestType: 'Delete' }), [
      { connectionId: OTHER, as: 'goal', known: { physicalId: OTHER } },
    ]);
    expect((await begun(event('later', 3), backToOld)).others).toEqual([]);
  });

  test('and is the connection that the next Update wants too is not given up by it', async () => {
    const { begun } = invocations();
    await begun(swap, swapped);
    const again = await begun(event('again', 2), swapped);
    expect(again.others).toEqual([ID]);
  });
});

describe('before a write', () => {
  test('of the connection that the event gives up, it is seen that a delivery beside this one has answered', async () => {
    const { begun, clock, deadline } = invocations();
    const first = await begun(swap, swapped);
    const second = await begun(swap, swapped);
    const failed = new Map<string, Ending>([[OTHER, { has: 'no more' }]]);
    expect(await clock.run(first.finish(failed, deadline))).toBe('finished');
    expect(await clock.run(second.beforeWrite(ID, out, deadline))).toBe('look again');
    expect(second.barred).toBe('this event was answered before');
  });

  test('it is announced, and what was found is in the record before anything is sent', async () => {
    const { begun, clock, deadline, recordOf } = invocations();
    const memory = await begun(create);
    expect(await clock.run(memory.beforeWrite(ID, join, deadline))).toBe('go');
    expect(recordOf()).toMatchObject({
      claims: [{ found: STANDALONE, places: [A] }],
      writing: { until: clock.now() + 30_000, to: { lagId: A } },
    });
  });

  test('a write that another event has announced is waited for, but not for longer than it can take', async () => {
    const { begun, clock, deadline, memory: invocation, log } = invocations();
    const crashed = await begun(create);
    await clock.run(crashed.beforeWrite(ID, join, deadline));
    const announced = clock.now();
    const memory = invocation(remove);
    await clock.run(memory.begin([{ connectionId: ID, as: 'goal' }], deadline));
    expect(clock.now() - announced).toBe(30_000);
    expect(log).toContainEqual({ step: 'wait', for: 'a write of another event' });
    expect(await clock.run(memory.beforeWrite(ID, out, deadline))).toBe('go');
  });

  test('a write that another event has announced since the beginning is waited for, and seen', async () => {
    const { begun, clock, deadline } = invocations();
    const other = await begun({ ...create, logicalId: 'Other' });
    const memory = await begun(create);
    expect(await clock.run(other.beforeWrite(ID, join, deadline))).toBe('look again');
    expect(await clock.run(other.beforeWrite(ID, join, deadline))).toBe('go');
    expect(await clock.run(memory.beforeWrite(ID, join, deadline))).toBe('look again');
    expect(await clock.run(memory.beforeWrite(ID, join, deadline))).toBe('look again');
    await clock.run(other.finish(new Map([[ID, has]]), deadline));
    expect(await clock.run(memory.beforeWrite(ID, join, deadline))).toBe('look again');
    expect(memory.lastWrite(ID)).toEqual({ to: { lagId: A }, at: expect.any(Number) });
    expect(await clock.run(memory.beforeWrite(ID, join, deadline))).toBe('go');
  });

  test('a later event that has come meanwhile keeps it from being sent', async () => {
    const { begun, clock, deadline } = invocations();
    const memory = await begun(create);
    await begun(remove, [{ connectionId: ID, as: 'goal' }]);
    expect(await clock.run(memory.beforeWrite(ID, join, deadline))).toBe('look again');
    expect(memory.barred).toContain('a Delete');
  });

  test('however many events of whomever begin at once, no two may write at the same time, and all come to it', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 2, max: 5 }), async (seed, count) => {
        const random = seeded(seed);
        const clock = new VirtualClock(SENT * 1000 + 5_000);
        const table = withLatency(memoryTable(), () => clock.sleep(1 + random() * 200));
        const deadline = clock.now() + 60 * MINUTE;
        let writing = 0;
        let written = 0;
        const invocation = async (index: number) => {
          await clock.sleep(random() * 1_000);
          const of = { ...create, logicalId: `M${index % 3}`, requestId: `create ${index % 3}`, timeout: 3600 };
          const memory = new Memory(of, REGION, table, { clock, random, log: () => {} });
          await memory.begin([goal], deadline);
          while (memory.barred === undefined) {
            const answer = await memory.beforeWrite(ID, join, deadline);
            if (answer !== 'go') continue;
            writing += 1;
            expect(writing).toBe(1);
            await clock.sleep(random() * 20_000);
            writing -= 1;
            written += 1;
            if ((await memory.finish(new Map([[ID, has]]), deadline)) === 'finished') return;
          }
        };
        await clock.run(Promise.all(Array.from({ length: count }, (_, index) => invocation(index))));
        expect(written).toBeGreaterThanOrEqual(Math.min(count, 3));
      }),
      { numRuns: 30 },
    ));
});

describe('an event that ends', () => {
  test('whose record somebody else has changed meanwhile is to be decided again, and then stands', async () => {
    const { begun, clock, deadline, recordOf } = invocations();
    const memory = await begun(create);
    await begun({ ...create, logicalId: 'Other' });
    expect(await clock.run(memory.finish(new Map([[ID, has]]), deadline))).toBe('decide again');
    expect(recordOf().claims[0]?.event).not.toHaveProperty('outcome');
    expect(await clock.run(memory.finish(new Map([[ID, has]]), deadline))).toBe('finished');
    expect(recordOf().claims[0]).toMatchObject({ logicalId: 'M', event: { outcome: 'done' }, physicalId: ID });
  });

  test('and is barred by then writes no outcome, but is waited for no more', async () => {
    const { begun, clock, deadline, memory: invocation, recordOf } = invocations();
    const memory = await begun(create);
    await clock.run(memory.beforeWrite(ID, join, deadline));
    const deleting = invocation(remove).begin([{ connectionId: ID, as: 'goal' }], deadline);
    await clock.advance(500);
    expect(await clock.run(memory.finish(new Map([[ID, has]]), deadline))).toBe('decide again');
    expect(await clock.run(memory.finish(new Map([[ID, has]]), deadline))).toBe('finished');
    await clock.run(deleting);
    expect(recordOf()).not.toHaveProperty('writing');
    expect(recordOf().claims[0]?.event).toEqual({ requestId: 'delete', requestType: 'Delete', sentAt: SENT + 2 });
  });

  test('with every claim given up lets the item expire after a day, and not before', async () => {
    const { ended, begun, items, clock } = invocations();
    await ended(create, new Map([[ID, has]]));
    expect(items.get(KEY)).not.toHaveProperty('expires');
    await ended(remove, new Map([[ID, { has: 'no more' }]]), [{ ...goal, known }]);
    expect(items.get(KEY)?.expires).toBe(Math.ceil(clock.now() / 1000) + 24 * 3600);
    await begun({ ...create, logicalId: 'Other' });
    expect(items.get(KEY)).not.toHaveProperty('expires');
  });

  test('is forgotten a day after its connection was given up', async () => {
    const { ended, begun, recordOf, clock } = invocations();
    await ended(remove, new Map([[ID, { has: 'no more' }]]), [{ ...goal, known }]);
    await clock.advance(24 * 3_600_000);
    await begun({ ...create, logicalId: 'Other', requestId: 'other', sentAt: SENT + 24 * 3600 });
    expect(recordOf().claims.map(({ logicalId }) => logicalId)).toEqual(['Other']);
  });
});

/** A table whose calls take time on their way there, and on their way back. */
function withLatency({ get, put }: Table, latency: () => Promise<void>): Table {
  const slowly =
    <Input extends unknown[], Answer>(call: (...input: Input) => Promise<Answer>) =>
    async (...input: Input): Promise<Answer> => {
      await latency();
      const answer = await call(...input);
      await latency();
      return answer;
    };
  return { get: slowly(get), put: slowly(put) };
}
