import { Memory } from '../../lambda/record/memory';
import type { ConnectionRecord } from '../../lambda/record/record';
import { parseRecord } from '../../lambda/record/stored-record';
import type { Item, Table } from '../../lambda/record/table';
import type { Concern, Ending, Event } from '../../lambda/record/transitions';
import { seeded } from '../../sandbox/test/seeded';
import { VirtualClock } from '../../sandbox/test/virtual-clock';
import { event, goal, known, SENT } from './records';
import { memoryTable } from './table';
import { A, ID, OTHER } from './view';

export const REGION = 'eu-central-1';
export const KEY = `${REGION}/${ID}`;
/** Milliseconds. */
export const MINUTE = 60_000;
/** The events of one membership of one connection: how it got it, gave it up for another one, and loses it. */
export const create = event('create', 0, { requestType: 'Create' });
export const remove = event('delete', 2, { requestType: 'Delete' });
export const swap = event('swap', 1);
/** An Update that gives up the connection for the other one. */
export const swapped: readonly Concern[] = [
  { connectionId: ID, as: 'other', known, replacement: OTHER },
  { connectionId: OTHER, as: 'goal', lagId: A },
];
/** A write that puts the connection into its LAG from standalone. */
export const join = { from: {}, to: { lagId: A }, isGoal: true };
/** A write that takes it out again. */
export const out = { from: { lagId: A }, to: {}, isGoal: false };
/** How an event ends that has put it there. */
export const has: Ending = { has: { physicalId: ID, lagId: A } };

/** A table, and invocations of the handler's memory that share it. */
export function invocations(given?: Table) {
  const clock = new VirtualClock(SENT * 1000 + 5_000);
  const items = new Map<string, Item>();
  const table = given ?? memoryTable(items);
  const log: { readonly step: string }[] = [];
  const random = seeded(7);
  const deadline = clock.now() + 11 * MINUTE;
  const memory = (of: Event) => new Memory(of, REGION, table, { clock, random, log: line => log.push(line) });
  return {
    clock,
    items,
    log,
    deadline,
    memory,
    /** An invocation that has begun. */
    begun: async (of: Event, concerns: readonly Concern[] = [goal]) => {
      const invocation = memory(of);
      expect(await clock.run(invocation.begin(concerns, deadline))).toBeUndefined();
      return invocation;
    },
    /** An invocation that has come to its end. */
    ended: async (of: Event, endings: ReadonlyMap<string, Ending>, concerns: readonly Concern[] = [goal]) => {
      const invocation = memory(of);
      await clock.run(invocation.begin(concerns, deadline));
      expect(await clock.run(invocation.finish(endings, deadline))).toBe('finished');
      return invocation;
    },
    recordOf: (connectionId = ID): ConnectionRecord =>
      parseRecord(items.get(`${REGION}/${connectionId}`)?.record ?? { claims: [] }),
  };
}
