import { type ConnectionRecord, claimOf } from '../../../lambda/record/record';
import {
  begun,
  type Event,
  ended,
  isWriting,
  KEPT_AFTER_GONE,
  pruned,
  whyBarred,
  writing,
  written,
} from '../../../lambda/record/transitions';
import { EMPTY, event, goal, known, SENT, STANDALONE } from '../../support/records';
import { A, B, C, claim, claimOfRenamed, ID, OTHER, OWNER } from '../../support/view';

const NOW = SENT * 1000 + 1_000;
const create = event('create', 0, { requestType: 'Create' });
const remove = event('delete', 2, { requestType: 'Delete' });
const own = (record: ConnectionRecord) => claimOf(record, OWNER) ?? claim();
const barred = (record: ConnectionRecord, of: Event, others: Parameters<typeof whyBarred>[2] = [], now = NOW) =>
  whyBarred(of, claimOf(record, of), others, now);
const joining = (from: { lagId?: string }, lagId = A) => ({ by: 'me', from, to: { lagId }, isGoal: true });
const done = (record: ConnectionRecord, of: Event, lagId = A) =>
  ended(record, of, { has: { physicalId: ID, lagId } }, 'me', NOW);

describe('an event that begins', () => {
  test('claims the connection for its LAG, from when CloudFormation sent it', () => {
    expect(begun(EMPTY, create, goal).claims).toEqual([
      {
        ...OWNER,
        event: { requestId: 'create', requestType: 'Create', sentAt: SENT },
        wantedBy: 'create',
        before: [],
        since: SENT * 1000,
        lagId: A,
        moves: [],
        places: [],
      },
    ]);
  });

  test('whose ResponseURL does not say when it was sent claims it from its arrival', () => {
    const { sentAt: _, ...undated } = create;
    expect(own(begun(EMPTY, undated, goal))).toMatchObject({ since: undated.arrivedAt });
  });

  test('of a connection that the membership had before there was a record: has it since ever, in its LAG', () => {
    expect(own(begun(EMPTY, remove, { ...goal, known }))).toMatchObject({ since: 0, physicalId: ID, places: [A] });
  });

  test('and is the Delete of a connection that a Delete before it has given up too: knows how that was found', () => {
    const found = begun(EMPTY, create, goal);
    const given = ended(done(found, create), create, { has: 'no more' }, 'me', NOW);
    const record = begun(given, remove, { ...goal, known });
    expect(own(record)).toMatchObject({ since: SENT * 1000, found: { lagId: A } });
    expect(own(record)).not.toHaveProperty('gone');
  });

  test('and comes by the way to a connection that was given up before: where the membership had put it is still known', () => {
    const given = ended(
      done(writing(begun(EMPTY, create, goal), create, joining({}), NOW), create),
      create,
      { has: 'no more' },
      'me',
      NOW,
    );
    const record = begun(given, remove, { connectionId: ID, as: 'other' });
    expect(own(record)).toMatchObject({ gone: NOW, places: [A], event: { requestId: 'delete', byTheWay: true } });
  });

  test('for the second time changes nothing', () => {
    const record = begun(EMPTY, create, goal);
    expect(begun(record, create, goal)).toBe(record);
  });

  test('takes over from an earlier one what is known of the connection', () => {
    const record = done(writing(begun(EMPTY, create, goal), create, joining({}), NOW), create);
    expect(own(begun(record, event('update', 1), { ...goal, lagId: B, known }))).toEqual({
      ...own(record),
      event: { requestId: 'update', requestType: 'Update', sentAt: SENT + 1 },
      wantedBy: 'update',
      before: ['create'],
      lagId: B,
    });
  });

  test.each([
    [
      'a Create, where the connection was retained when the membership went',
      event('again', 9, { requestType: 'Create' }),
      create,
    ],
    ['an Update that gets the connection anew, where its Delete came to no end', event('again', 9), remove],
  ])('as %s: begins a new life, and knows late events of the one before', (_, again, last) => {
    const old = done(writing(begun(EMPTY, last, goal), last, joining({ lagId: C }), NOW), last);
    expect(begun(old, again, goal).claims).toEqual([
      {
        ...OWNER,
        event: { requestId: 'again', requestType: again.requestType, sentAt: SENT + 9 },
        wantedBy: 'again',
        before: [last.requestId],
        since: (SENT + 9) * 1000,
        lagId: A,
        moves: [],
        places: [],
      },
    ]);
  });

  test('as a Delete of a connection that the membership has: ends that life, and begins none', () => {
    const record = done(writing(begun(EMPTY, create, goal), create, joining({}), NOW), create);
    expect(own(begun(record, remove, { connectionId: ID, as: 'goal' }))).toMatchObject({
      found: STANDALONE,
      physicalId: ID,
    });
  });

  test('and gives up a connection that the membership never had: leaves a mark for events that come late', () => {
    const record = begun(EMPTY, remove, { connectionId: OTHER, as: 'other' });
    expect(own(record)).toMatchObject({ gone: remove.arrivedAt, places: [] });
    expect(barred(record, create)).toContain('a later event for this resource, a Delete');
  });

  test('for another connection says in the record of the old one which', () => {
    const record = begun(EMPTY, event('swap'), { connectionId: ID, as: 'other', known, replacement: OTHER });
    expect(own(record)).toMatchObject({ replacement: OTHER, physicalId: ID, places: [A] });
  });

  test('leaves the claims of other memberships as they are', () => {
    const other = claimOfRenamed(B);
    expect(begun({ claims: [other] }, create, goal).claims[0]).toBe(other);
  });
});

describe('a write', () => {
  const record = begun(EMPTY, create, goal);

  test('is announced for thirty seconds: somebody else waits for it, and the one who writes does not', () => {
    const announced = writing(record, create, joining({}), NOW);
    expect(isWriting(announced, 'somebody else', NOW + 29_999)).toBe(true);
    expect(isWriting(announced, 'somebody else', NOW + 30_000)).toBe(false);
    expect(isWriting(announced, 'me', NOW)).toBe(false);
    expect(isWriting(record, 'me', NOW)).toBe(false);
  });

  test('that has come to its end is waited for no more, and what it was to bring is known', () => {
    const announced = writing(record, create, joining({}), NOW);
    const over = written(announced, 'me', NOW + 5);
    expect(isWriting(over, 'somebody else', NOW)).toBe(false);
    expect(over).toEqual({ claims: announced.claims, wrote: { to: { lagId: A }, at: NOW + 5 } });
    expect(written(announced, 'somebody else', NOW)).toBe(announced);
  });

  test.each([
    ['standalone', {}, STANDALONE],
    ['in another LAG', { lagId: C }, { lagId: C }],
  ])('remembers where the connection was found, %s, from the first one on', (_, from, found) => {
    const once = writing(record, create, joining(from), NOW);
    expect(own(once)).toMatchObject({ found, places: [A] });
    expect(own(writing(once, create, joining({}), NOW))).toMatchObject({ found, places: [A] });
  });

  test('finds it anew where somebody else has put it into another LAG since', () => {
    const once = writing(record, create, joining({}), NOW);
    expect(own(writing(once, create, joining({ lagId: C }), NOW))).toMatchObject({ found: { lagId: C } });
  });

  test('finds nothing where the membership itself has left the connection, nor once it has had it', () => {
    const inB = writing(writing(record, create, joining({}, B), NOW), create, joining({ lagId: B }), NOW);
    expect(own(inB)).toMatchObject({ found: STANDALONE, places: [B, A] });
    const had = done(writing(record, create, joining({}), NOW), create);
    expect(own(writing(had, create, joining({ lagId: C }), NOW))).toMatchObject({ found: STANDALONE });
  });

  test('that puts something back changes nothing about what was found', () => {
    const put = writing(record, create, { by: 'me', from: { lagId: A }, to: { lagId: C }, isGoal: false }, NOW);
    expect(own(put)).not.toHaveProperty('found');
    expect(own(put)).toMatchObject({ places: [] });
  });

  test('says from where the connection was taken, and when: the first of each event, of the last four that wrote', () => {
    const leaving = { by: 'me', from: { lagId: C }, to: {}, isGoal: false };
    const once = writing(record, create, leaving, NOW);
    expect(own(once).moves).toEqual([{ by: 'create', at: NOW, from: { lagId: C } }]);
    expect(own(writing(once, create, joining({}), NOW + 1)).moves).toEqual(own(once).moves);
    const next = event('update', 1);
    const later = writing(begun(once, next, goal), next, joining({}), NOW + 2);
    expect(own(later).moves).toEqual([...own(once).moves, { by: 'update', at: NOW + 2, from: {} }]);
    const many = Array.from({ length: 9 }, (_, index) => event(`update ${index}`, index + 2));
    const moves = own(many.reduce((all, of) => writing(begun(all, of, goal), of, joining({}), NOW), later)).moves;
    expect(moves.map(({ by }) => by)).toEqual(['update 5', 'update 6', 'update 7', 'update 8']);
  });

  test('of a connection that the event has no claim on is announced all the same', () => {
    const other = { ...joining({}), isGoal: false };
    expect(isWriting(writing(EMPTY, create, other, NOW), 'somebody else', NOW)).toBe(true);
  });
});

describe('an event that ends', () => {
  const record = begun(EMPTY, create, { ...goal, replacement: OTHER });

  test('well: the membership has the connection in this LAG alone, and gives it up for none', () => {
    const put = writing(writing(record, create, joining({}, B), NOW), create, joining({ lagId: B }), NOW);
    expect(own(done(put, create))).toEqual({
      ...OWNER,
      event: { requestId: 'create', requestType: 'Create', sentAt: SENT, outcome: 'done' },
      wantedBy: 'create',
      before: [],
      since: SENT * 1000,
      lagId: A,
      found: {},
      moves: [{ by: 'create', at: NOW, from: {} }],
      physicalId: ID,
      places: [A],
    });
  });

  test('well, without a write: the connection was found in its LAG', () => {
    expect(own(done(record, create))).toMatchObject({ found: { lagId: A } });
    const had = begun(EMPTY, event('update'), { ...goal, known });
    expect(own(done(had, event('update')))).not.toHaveProperty('found');
  });

  test('badly: what it left behind is still the membership’s', () => {
    const put = writing(record, create, joining({ lagId: C }), NOW);
    const failed = ended(put, create, { has: 'as before', outcome: 'failed' }, 'me', NOW);
    expect(own(failed)).toMatchObject({ found: { lagId: C }, places: [A], event: { outcome: 'failed' } });
    expect(own(failed)).not.toHaveProperty('gone');
  });

  test('well, with the connection left alone: what the membership has of it is as it was', () => {
    const had = done(writing(record, create, joining({}), NOW), create);
    const update = event('update', 1);
    const left = ended(
      begun(had, update, { ...goal, known }),
      update,
      { has: 'as before', outcome: 'done' },
      'me',
      NOW,
    );
    expect(own(left)).toMatchObject({ found: STANDALONE, places: [A], physicalId: ID, event: { outcome: 'done' } });
    expect(own(left)).not.toHaveProperty('gone');
  });

  test('with the connection given up: the claim is kept for late events, but gone', () => {
    const given = own(ended(record, create, { has: 'no more' }, 'me', NOW));
    expect(given).toMatchObject({ gone: NOW, event: { outcome: 'done' } });
    expect(given).not.toHaveProperty('replacement');
  });

  test('takes away its own announcement of a write, and nobody else’s', () => {
    const announced = writing(record, create, joining({}), NOW);
    expect(done(announced, create)).not.toHaveProperty('writing');
    const bySomebodyElse = writing(record, create, { ...joining({}), by: 'somebody else' }, NOW);
    expect(done(bySomebodyElse, create)).toMatchObject({ writing: { by: 'somebody else' } });
  });
});

test('a claim that is gone is kept for 24 hours, and one that is not for ever', () => {
  const record = { claims: [claim({ gone: NOW }), claimOfRenamed(A)] };
  expect(pruned(record, NOW + KEPT_AFTER_GONE - 1)).toBe(record);
  expect(KEPT_AFTER_GONE).toBe(24 * 3_600_000);
  expect(pruned(record, NOW + KEPT_AFTER_GONE)).toEqual({ claims: [claimOfRenamed(A)] });
  expect(pruned(record, NOW * 10).claims).toHaveLength(1);
});
