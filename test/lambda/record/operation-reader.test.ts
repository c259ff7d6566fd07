import type { Operation } from '../../../lambda/cloudformation/operation';
import type { CloudFormation, EventPage, Stack } from '../../../lambda/cloudformation/stack';
import { OperationReader } from '../../../lambda/record/operation-reader';
import { NO_TABLE } from '../../../lambda/record/record';
import type { Item } from '../../../lambda/record/table';
import { seeded } from '../../../sandbox/test/seeded';
import { VirtualClock } from '../../../sandbox/test/virtual-clock';
import { event, SENT } from '../../support/records';
import { memoryTable } from '../../support/table';
import { DESTROYING, STACK_ID, stack } from '../../support/view';

const MINUTE = 60_000;
const COMPLETED_AT = (SENT - 3_600) * 1000;
const remove = (name: string, seconds = 0) =>
  event(`delete ${name}`, seconds, { requestType: 'Delete', logicalId: name });

/** A stack with its events on so many pages, of which the last has the newest completion; what is asked takes a second. */
function given({ told = DESTROYING, pages = 3, items = new Map<string, Item>(), table = memoryTable(items) } = {}) {
  const clock = new VirtualClock(SENT * 1000 + 500);
  const asked: string[] = [];
  const answer = async <T>(question: string, value: T): Promise<T> => {
    asked.push(question);
    await clock.sleep(1_000);
    return value;
  };
  const pageOf = (index: number): EventPage => ({
    events: [
      { at: SENT * 1000, status: 'DELETE_IN_PROGRESS' },
      ...(index === pages - 1 ? [{ at: COMPLETED_AT, status: 'UPDATE_COMPLETE' }] : []),
    ].slice(index === 0 ? 0 : 1),
    ...(index === pages - 1 ? {} : { next: String(index + 1) }),
  });
  const cloudFormation: CloudFormation = {
    describeStack: () => answer<Stack>('stack', told),
    describeEvents: (_stackId, next) => answer(`page ${next ?? 0}`, pageOf(Number(next ?? 0))),
    describeResource: () => Promise.reject(new Error('Nobody asks for that')),
  };
  const random = seeded(3);
  const reader = (of = remove('M')) => new OperationReader(of, { table, cloudFormation, clock, random });
  /** Takes steps, each again where it fails, until the answer is there. */
  const read = async (of: OperationReader): Promise<Operation> => {
    for (;;) {
      const operation = await of.step().catch(() => clock.sleep(100));
      if (operation) return operation;
      await clock.sleep(1);
    }
  };
  return { clock, asked, items, cloudFormation, reader, read };
}
const ALL = ['stack', 'page 0', 'page 1', 'page 2'];
const operation: Operation = { stack: DESTROYING, completedBefore: (SENT + 1) * 1000 };

describe('what is happening to the stack of a Delete', () => {
  test('is asked step by step: its status, then its events, a page at a time, until they say when it last completed', async () => {
    const { clock, asked, reader, read } = given();
    expect(await clock.run(read(reader()))).toEqual(operation);
    expect(asked).toEqual(ALL);
  });

  test('in a rollback is its status alone', async () => {
    const rollback = stack('ROLLBACK_IN_PROGRESS');
    const { clock, asked, reader, read } = given({ told: rollback });
    expect(await clock.run(read(reader()))).toEqual({ stack: rollback });
    expect(asked).toEqual(['stack']);
  });

  test('is asked once by many events that come at once, and known to all', async () => {
    const { clock, asked, reader, read } = given();
    const readers = Array.from({ length: 50 }, (_, index) => reader(remove(`M${index}`)));
    expect(await clock.run(Promise.all(readers.map(read)))).toEqual(Array(50).fill(operation));
    expect(asked).toEqual(ALL);
  });

  test('and was read for an event of an operation before is asked anew', async () => {
    const { clock, asked, reader, read } = given();
    await clock.run(read(reader()));
    await clock.advance(10 * MINUTE);
    await clock.run(read(reader(remove('M', 600))));
    expect(asked).toEqual([...ALL, ...ALL]);
  });

  test('is asked anew by an event of which it is not known when it was sent', async () => {
    const { clock, asked, reader, read } = given();
    await clock.run(read(reader()));
    const { sentAt: _, ...undated } = remove('M');
    await clock.run(read(reader(undated)));
    expect(asked).toEqual([...ALL, ...ALL]);
  });

  test('is asked by another event where the one that was at it has died', async () => {
    const { clock, asked, reader, read } = given();
    const dead = reader(remove('dead'));
    await clock.run(dead.step());
    const began = clock.now();
    expect(await clock.run(read(reader()))).toEqual(operation);
    expect(asked).toEqual(['stack', ...ALL]);
    expect(clock.now() - began).toBeGreaterThan(50_000);
  });

  test('may be asked for as long as there are pages: nobody else begins meanwhile', async () => {
    const { clock, asked, reader, read } = given({ pages: 200 });
    await clock.run(Promise.all([read(reader(remove('one'))), read(reader(remove('other')))]));
    expect(asked).toHaveLength(201);
  });

  test('is asked again, from where it was, where a question fails', async () => {
    const { clock, asked, cloudFormation, reader, read } = given();
    const { describeEvents } = cloudFormation;
    let failures = 2;
    cloudFormation.describeEvents = (stackId, next) => {
      if (next === '1' && failures-- > 0)
        return Promise.reject(Object.assign(new Error('No.'), { name: 'Throttling' }));
      return describeEvents(stackId, next);
    };
    expect(await clock.run(read(reader()))).toEqual(operation);
    expect(asked).toEqual(ALL);
  });

  test('is kept under the id of the stack for two days', async () => {
    const { clock, items, reader, read } = given();
    await clock.run(read(reader()));
    expect([...items.keys()]).toEqual([STACK_ID]);
    expect(items.get(STACK_ID)?.expires).toBe(Math.ceil(clock.now() / 1000) + 48 * 3_600);
  });

  test('is asked by each event for itself where the table is gone', async () => {
    const gone = () => Promise.reject(Object.assign(new Error('No.'), { name: NO_TABLE }));
    const table = { get: gone, put: gone, page: gone };
    const { clock, asked, reader, read } = given({ table });
    expect(await clock.run(Promise.all([read(reader()), read(reader())]))).toEqual([operation, operation]);
    expect(asked).toHaveLength(2 * ALL.length);
  });

  test.each([
    ['a text', 'by hand'],
    ['an operation without a status', { readAt: SENT * 2_000, operation: { stack: { root: DESTROYING.root } } }],
    ['an operation without a root', { readAt: SENT * 2_000, operation: { stack: { status: 'DELETE_IN_PROGRESS' } } }],
    [
      'a completion that is a text',
      { readAt: SENT * 2_000, operation: { stack: DESTROYING, completedBefore: 'yesterday' } },
    ],
  ])('is asked where the table holds something else: %s', async (_, record) => {
    const { clock, asked, reader, read } = given({ items: new Map([[STACK_ID, { record, stamp: 'by hand' }]]) });
    expect(await clock.run(read(reader()))).toEqual(operation);
    expect(asked).toEqual(ALL);
  });
});
