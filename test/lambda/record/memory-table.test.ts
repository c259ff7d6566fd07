import { NO_TABLE } from '../../../lambda/record/record';
import type { Table } from '../../../lambda/record/table';
import { create, has, invocations, join, KEY, MINUTE, out, remove } from '../../support/invocations';
import { event, goal, known } from '../../support/records';
import { memoryTable } from '../../support/table';
import { ID } from '../../support/view';

describe('a table', () => {
  const thrown = (name: string) => Object.assign(new Error('No.'), { name });
  /** One that behaves otherwise than the one behind it. */
  const tableWith = (change: (table: Table) => Partial<Table>): Table => {
    const table = memoryTable();
    return { ...table, ...change(table) };
  };

  test('that loses the answer to a put has taken it all the same: it counts, and is not taken for somebody else’s', async () => {
    let lost = 0;
    const table = tableWith(({ put }) => ({
      put: async (...input) => {
        const answer = await put(...input);
        if (lost++ % 2 === 0) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
        return answer;
      },
    }));
    const { begun, clock, deadline } = invocations(table);
    const memory = await begun(create);
    expect(await clock.run(memory.beforeWrite(ID, join, deadline))).toBe('go');
    expect(await clock.run(memory.finish(new Map([[ID, has]]), deadline))).toBe('finished');
    expect(lost).toBe(6);
  });

  test.each([
    ['denies it', 'AccessDeniedException', 4 * MINUTE],
    ['cannot be reached', 'TimeoutError', 11 * MINUTE],
  ])('that %s for long keeps the event from beginning', async (_, name, milliseconds) => {
    const table = tableWith(() => ({ get: () => Promise.reject(thrown(name)) }));
    const { memory, clock, deadline } = invocations(table);
    const began = clock.now();
    expect(await clock.run(memory(create).begin([goal], deadline))).toMatchObject({ name });
    expect(clock.now() - began).toBeGreaterThanOrEqual(milliseconds);
    expect(clock.now()).toBeLessThanOrEqual(deadline);
  });

  test('that may be read and not written keeps the event from beginning', async () => {
    const table = tableWith(() => ({ put: () => Promise.reject(thrown('AccessDeniedException')) }));
    const { memory, clock, deadline } = invocations(table);
    expect(await clock.run(memory(create).begin([goal], deadline))).toMatchObject({ kind: 'denied' });
  });

  test('whose item is no record keeps the event from beginning, and says what to do', async () => {
    const items = new Map([[KEY, { record: { claims: 1 }, stamp: 'by hand' }]]);
    const { memory, clock, deadline } = invocations(memoryTable(items));
    expect(await clock.run(memory(create).begin([goal], deadline))).toMatchObject({
      kind: 'final',
      message: expect.stringContaining('Delete the item'),
    });
  });

  describe('that is gone', () => {
    const gone = () => Promise.reject(thrown(NO_TABLE));
    const withoutTable = () => invocations({ get: gone, put: gone });

    test('keeps a Create from beginning', async () => {
      const { memory, clock, deadline } = withoutTable();
      expect(await clock.run(memory(create).begin([goal], deadline))).toMatchObject({ name: NO_TABLE });
    });

    test('lets an Update begin, which may write nothing', async () => {
      const { begun } = withoutTable();
      const memory = await begun(event('update'), [{ ...goal, known }]);
      expect(memory.missing).toMatchObject({ name: NO_TABLE });
      expect(memory.barred).toBeUndefined();
    });

    test('lets a Delete begin, write and end, with what it sees', async () => {
      const { begun, clock, deadline } = withoutTable();
      const memory = await begun(remove, [{ ...goal, known }]);
      expect(memory.missing).toBeUndefined();
      expect(await clock.run(memory.beforeWrite(ID, out, deadline))).toBe('go');
      expect(await clock.run(memory.finish(new Map([[ID, { has: 'no more' }]]), deadline))).toBe('finished');
    });

    test('since the event began lets it write on, so that what it has begun is put right', async () => {
      let isGone = false;
      const table = tableWith(({ get, put }) => ({
        get: id => (isGone ? gone() : get(id)),
        put: (...input) => (isGone ? gone() : put(...input)),
      }));
      const { begun, clock, deadline } = invocations(table);
      const memory = await begun(event('update'), [{ ...goal, known }]);
      isGone = true;
      expect(await clock.run(memory.beforeWrite(ID, join, deadline))).toBe('go');
      expect(memory.missing).toBeUndefined();
      expect(await clock.run(memory.finish(new Map([[ID, has]]), deadline))).toBe('finished');
    });
  });

  test('that never takes a write does not keep an event busy until Lambda ends it', async () => {
    let puts = 0;
    const table: Table = {
      get: async () => undefined,
      put: async () => {
        puts += 1;
        if (puts > 100) throw thrown('it never ends');
        return false;
      },
    };
    const { memory, clock, deadline } = invocations(table);
    await clock.run(memory(create).begin([goal], deadline));
    expect(puts).toBeLessThan(100);
  });
});
