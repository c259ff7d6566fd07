import type { Item, Table } from '../../../lambda/record/table';
import { type Turn, Turns } from '../../../lambda/record/turns';
import { VirtualClock } from '../../../sandbox/test/virtual-clock';
import { memoryTable } from '../../support/table';

const [L1, L2] = ['dxlag-aaaaaaaa', 'dxlag-bbbbbbbb'];
const [A, B, C] = ['dxcon-11111111', 'dxcon-22222222', 'dxcon-33333333'] as const;
/** Milliseconds. */
const [MINUTE, DEADLINE] = [60_000, 3_600_000_000_000];

const clock = new VirtualClock();
let drawn = 0;
const tools = { clock, random: () => 0.5 + drawn++ / 1e6, log: () => {} };
const of = (event: string, table: Table, lives = 15 * MINUTE) =>
  new Turns(event, 'eu-central-1', clock.now() + lives, table, tools);
const take = (turns: Turns, connectionId: string, most = 1, lagIds = [L1], own: readonly string[] = []) =>
  clock.run(turns.take(lagIds, connectionId, most, id => own.includes(id), clock.now() + MINUTE));
const others = (turn: Turn) =>
  'taken' in turn ? Object.fromEntries([...turn.taken].map(([id, { others }]) => [id, others])) : turn;

test('one event at a time interrupts a link of a LAG, and the next one when that has answered', async () => {
  const table = memoryTable();
  const [first, second] = [of('first', table), of('second', table)];
  expect(others(await take(first, A))).toEqual({ [L1]: [] });
  expect(await take(second, B)).toEqual({ behind: [A] });
  await clock.run(first.release(DEADLINE));
  expect(others(await take(second, B))).toEqual({ [L1]: [] });
});

test('as many as the template allows do so at once', async () => {
  const table = memoryTable();
  expect(others(await take(of('first', table), A, 2))).toEqual({ [L1]: [] });
  expect(others(await take(of('second', table), B, 2))).toEqual({ [L1]: [A] });
  expect(await take(of('third', table), C, 2)).toEqual({ behind: [A, B] });
});

test('one that came first and lets none beside it is not joined by one that would', async () => {
  const table = memoryTable();
  await take(of('first', table), A, 1);
  expect(await take(of('second', table), B, 2)).toEqual({ behind: [A] });
});

test('different LAGs do not wait for each other, and an event has all of its LAGs or none', async () => {
  const table = memoryTable();
  expect(others(await take(of('first', table), A, 1, [L2]))).toEqual({ [L2]: [] });
  const both = of('both', table);
  expect(await take(both, B, 1, [L2, L1])).toEqual({ behind: [A] });
  expect(others(await take(of('third', table), C, 1, [L1]))).toEqual({ [L1]: [] });
});

test('a repeated delivery has the turn of its event', async () => {
  const table = memoryTable();
  await take(of('first', table), A);
  expect(others(await take(of('first', table), A))).toEqual({ [L1]: [] });
});

test('an event that has died is not waited for longer than it could have lived', async () => {
  const table = memoryTable();
  await take(of('died', table, MINUTE), A);
  expect(await take(of('second', table), B)).toEqual({ behind: [A] });
  await clock.advance(MINUTE);
  expect(others(await take(of('second', table), B))).toEqual({ [L1]: [] });
});

test('a link that may not be seen to be down yet counts a little longer', async () => {
  const table = memoryTable();
  const first = of('first', table);
  await take(first, A);
  await clock.run(first.release(DEADLINE, 3_000));
  expect(await take(of('second', table), B)).toEqual({ behind: [A] });
  await clock.advance(3_000);
  expect(others(await take(of('second', table), B))).toEqual({ [L1]: [] });
});

test('of two that begin at once, one waits for the other', async () => {
  const table = memoryTable();
  const both = [of('first', table), of('second', table)].map((turns, index) =>
    turns.take([L1], index === 0 ? A : B, 1, () => false, clock.now() + MINUTE),
  );
  const turns = await clock.run(Promise.all(both));
  expect(turns.filter(turn => 'taken' in turn)).toHaveLength(1);
});

test('without the table each event has its turn, and where it cannot be reached none has', async () => {
  const failing = (name: string): Table => {
    const fail = () => Promise.reject(Object.assign(new Error('No.'), { name }));
    return { get: fail, put: fail };
  };
  expect(others(await take(of('first', failing('ResourceNotFoundException')), A))).toEqual({ [L1]: [] });
  expect(await take(of('first', failing('ValidationException')), A)).toMatchObject({
    error: { name: 'ValidationException' },
  });
});

test('what somebody has written into the item counts as nothing', async () => {
  const items = new Map<string, Item>([[`eu-central-1/${L1}`, { record: { interruptions: ['A'] }, stamp: 'theirs' }]]);
  expect(others(await take(of('first', memoryTable(items)), A))).toEqual({ [L1]: [] });
});

test('with a turn beside another delivery of its event, which may be at work, what was seen before is too old', async () => {
  const table = memoryTable();
  await take(of('first', table), A);
  const changed = clock.now();
  await clock.run(clock.sleep(1_000));
  const turn = await take(of('first', table), B);
  expect('taken' in turn && turn.taken.get(L1)?.changedAt).toBe(changed + 1_000);
});

test('what another event, which may have died, has entered for a link that this one has interrupted is passed over', async () => {
  const table = memoryTable();
  await take(of('first', table), A);
  const second = of('second', table);
  expect(others(await take(second, A))).toEqual({ [L1]: [] });
  await clock.run(second.release(clock.now() + MINUTE));
  expect(await take(second, B)).toEqual({ behind: [A] });
  expect(others(await take(second, B, 1, [L1], [A]))).toEqual({ [L1]: [] });
});
