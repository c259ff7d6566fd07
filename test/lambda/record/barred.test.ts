import * as fc from 'fast-check';
import { type ConnectionRecord, claimOf } from '../../../lambda/record/record';
import { begun, type Concern, type Event, ended, whyBarred } from '../../../lambda/record/transitions';
import { EMPTY, event, goal, known, SENT } from '../../support/records';
import { A, claim, ID } from '../../support/view';

const NOW = SENT * 1000 + 1_000;
const create = event('create', 0, { requestType: 'Create' });
const remove = event('delete', 2, { requestType: 'Delete' });
const barred = (record: ConnectionRecord, of: Event, others: Parameters<typeof whyBarred>[2] = [], now = NOW) =>
  whyBarred(of, claimOf(record, of), others, now);
/** As the handler begins an event: not where it is barred. */
const begin = (record: ConnectionRecord, of: Event, concern: Concern = goal) =>
  barred(record, of) === undefined ? begun(record, of, concern) : record;
const done = (record: ConnectionRecord, of: Event, lagId = A) =>
  ended(record, of, { has: { physicalId: ID, lagId } }, 'me', NOW);

describe('an event is barred', () => {
  test('once it was answered, whatever the answer was', () => {
    const record = begun(EMPTY, create, goal);
    expect(barred(record, create)).toBeUndefined();
    expect(barred(done(record, create), create)).toBe('this event was answered before');
    for (const ending of [{ has: 'no more' }, { has: 'as before', outcome: 'failed' }] as const) {
      expect(barred(ended(record, create, ending, 'me', NOW), create)).toBe('this event was answered before');
    }
  });

  test('but not a Delete by another one that is at work on the same connection: both want it gone', () => {
    const other = begun(EMPTY, event('of another connection', 3, { requestType: 'Delete' }), {
      connectionId: ID,
      as: 'other',
      known,
    });
    expect(barred(other, remove)).toBeUndefined();
    const over = ended(other, event('of another connection', 3), { has: 'no more' }, 'me', NOW);
    expect(barred(over, remove)).toContain('a later event');
  });

  test('by a later one of its membership, which the reason names', () => {
    const record = begun(EMPTY, remove, { ...goal, known });
    expect(barred(record, create)).toBe('CloudFormation has sent a later event for this resource, a Delete');
    expect(barred(record, { ...create, logicalId: 'Other' })).toBeUndefined();
  });

  test('by one that came after it, where both were sent in the same second', () => {
    const record = begun(begun(EMPTY, event('first'), goal), event('second'), goal);
    expect(barred(record, event('first'))).toContain('a later event');
    expect(barred(record, event('second'))).toBeUndefined();
  });

  test('by a later one about a connection that it gives up', () => {
    const later = claim({ event: { requestId: 'later', requestType: 'Update', sentAt: SENT + 1 } });
    expect(barred(EMPTY, event('swap'), [later])).toContain('a later event for this resource, a Update');
  });

  test('by a Delete of a connection that it gives up only where it was never seen: else that is its own clean-up', () => {
    const cleanUp = claim({ event: { requestId: 'clean-up', requestType: 'Delete', sentAt: SENT + 1 } });
    expect(barred(EMPTY, event('swap'), [cleanUp])).toContain('a later event for this resource, a Delete');
    expect(barred(begun(EMPTY, event('swap'), goal), event('swap'), [cleanUp])).toBeUndefined();
  });

  test('once CloudFormation waits for it no more', () => {
    const at = (seconds: number) => barred(EMPTY, event('late', 0, { timeout: 600 }), [], (SENT + seconds) * 1000);
    expect(at(599)).toBeUndefined();
    expect(at(600)).toBe('this event is 600 s old, and CloudFormation waits 600 s for an answer');
    const { sentAt: _, ...undated } = event('undated');
    expect(barred(EMPTY, undated, [], NOW * 2)).toBeUndefined();
  });

  const types = fc.constantFrom('Create', 'Update', 'Delete');

  test('in whatever order the events of a membership begin, and however often: all but the one sent last', () =>
    fc.assert(
      fc.property(
        fc.array(types, { minLength: 1, maxLength: 9 }),
        fc.infiniteStream(fc.nat(8)),
        (requestTypes, order) => {
          const all = requestTypes.map((requestType, index) => event(`event ${index}`, index, { requestType }));
          const arrivals = [...order.take(20)].flatMap(index => all[index] ?? []);
          const record = arrivals.reduce((before, each) => begin(before, each), EMPTY);
          const last = Math.max(...arrivals.map(({ sentAt = 0 }) => sentAt));
          for (const each of arrivals) expect(barred(record, each) === undefined).toBe(each.sentAt === last);
        },
      ),
    ));

  test('of those sent in the same second: all but the one that came last for the first time', () =>
    fc.assert(
      fc.property(
        fc.array(types, { minLength: 1, maxLength: 9 }),
        fc.infiniteStream(fc.nat(8)),
        (requestTypes, order) => {
          const all = requestTypes.map((requestType, index) => event(`event ${index}`, index % 2, { requestType }));
          const arrivals = [...order.take(20)].flatMap(index => all[index] ?? []);
          const record = arrivals.reduce((before, each) => begin(before, each), EMPTY);
          const last = Math.max(...arrivals.map(({ sentAt = 0 }) => sentAt));
          const newest = [...new Set(arrivals)].filter(({ sentAt }) => sentAt === last).at(-1);
          for (const each of arrivals) expect(barred(record, each) === undefined).toBe(each === newest);
        },
      ),
    ));
});
