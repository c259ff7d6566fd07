import type { Stack } from '../../../lambda/cloudformation/stack';
import type { Claim } from '../../../lambda/record/record';
import { decide } from '../../../lambda/rules/decide';
import {
  A,
  B,
  C,
  CLEANING_UP,
  claim,
  claimOfRenamed,
  connection,
  DESTROYING,
  ID,
  type Known,
  lag,
  leaveA,
  members,
  refusal,
  remove,
  STACK_ID,
  stack,
  view,
} from '../../support/view';

const inA = connection({ lagId: A });
const ROLLING_BACK = [
  'ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
];
const OTHER_STACK = STACK_ID.replace('Network', 'Backbone');
const adopted: typeof remove = { ...remove, physicalId: `${ID}/adopted` };
const moved: typeof remove = { ...remove, physicalId: `${ID}/from/${C}` };

describe('Delete of what was found in a LAG: in this one (adopted), or in another (moved)', () => {
  const describeOperation = { do: 'describe operation' } as const;
  const back = { do: 'associate', pair: { connectionId: ID, lagId: C }, movesFrom: A } as const;
  const completed = (told: Stack, completedBefore: number): Known => ({
    connections: [inA],
    operation: { stack: told, completedBefore },
    claims: { [ID]: [claim({ since: 7_000 })] },
  });

  test.each([
    ['adopted', adopted],
    ['moved', moved],
  ])('%s: asks what is happening to the stack', (_, request) => {
    expect(decide(request, view({ connections: [inA] }))).toEqual(describeOperation);
  });

  test.each([
    ['a destruction', DESTROYING],
    ['the clean-up of an update', CLEANING_UP],
  ])('once the stack has completed with it, %s removes it from the LAG', (_, told) => {
    for (const request of [adopted, moved]) expect(decide(request, view(completed(told, 8_000)))).toEqual(leaveA);
  });

  test('one that the membership had before there was a record counts from the beginning of the stack', () => {
    const known = view({ ...completed(DESTROYING, 1_000), claims: {} });
    expect(decide(adopted, known)).toEqual(leaveA);
  });

  describe.each([
    ...ROLLING_BACK.map((status): [string, Known] => [
      `in a rollback (${status})`,
      { connections: [inA], operation: { stack: stack(status) } },
    ]),
    [
      'in a rollback of the stack that it is nested in',
      {
        connections: [inA],
        operation: {
          stack: { status: 'DELETE_IN_PROGRESS', root: { stackId: 'root', status: 'UPDATE_ROLLBACK_IN_PROGRESS' } },
        },
      },
    ],
    ['where the stack never completed', completed(DESTROYING, 0)],
    ['where the stack has not completed since the membership has it', completed(DESTROYING, 6_000)],
    ['where the next operation began in the second in which it came to it', completed(DESTROYING, 7_999)],
  ])('%s', (_, told) => {
    test('an adopted one stays', () => {
      expect(decide(adopted, view(told))).toMatchObject({ do: 'succeed' });
    });

    test('a moved one goes back to where it was found', () => {
      expect(decide(moved, view(told))).toEqual({ do: 'describe LAG', lagId: C });
      expect(decide(moved, view({ ...told, lags: [lag(C)] }))).toEqual(back);
      const halfway = { ...told, lags: [lag(C)], connections: [connection()], accepted: [leaveA] };
      expect(decide(moved, view(halfway))).toEqual({ do: 'associate', pair: back.pair });
      const home = view({ ...told, connections: [connection({ lagId: C })] });
      expect(decide(moved, home)).toMatchObject({ do: 'succeed' });
    });
  });

  describe('and that goes back to where it was found', () => {
    const rollback = { connections: [inA], operation: { stack: stack('ROLLBACK_IN_PROGRESS') } };

    test('goes by way of standalone where AWS refuses to move it at once and it is the last member', () => {
      const refused = { ...rollback, lags: [lag(C)], refused: [[back, refusal]] } as const;
      expect(decide(moved, view(refused))).toEqual({ do: 'describe LAG', lagId: A });
      const last = lag(A, { connections: [inA] });
      expect(decide(moved, view({ ...refused, lags: [lag(C), last] }))).toEqual(leaveA);
      const standalone = view({ ...refused, connections: [connection()], accepted: [leaveA] });
      expect(decide(moved, standalone)).toEqual({ do: 'associate', pair: back.pair });
      const oneOfTwo = lag(A, { connections: [inA, ...members(1)] });
      expect(decide(moved, view({ ...refused, lags: [lag(C), oneOfTwo] }))).toMatchObject({
        do: 'give up',
        failure: { problem: 'refused', call: back },
      });
    });

    test.each([
      ['there is no such LAG any more', C],
      ['that LAG is being deleted', lag(C, { lagState: 'deleting' })],
    ])('becomes standalone where %s', (_, home) => {
      expect(decide(moved, view({ ...rollback, lags: [home] }))).toEqual(leaveA);
      const out = view({ ...rollback, lags: [home], connections: [connection()] });
      expect(decide(moved, out)).toMatchObject({ do: 'succeed' });
    });

    test('is given up where that LAG stays full', () => {
      const full = { ...rollback, lags: [lag(C, { connections: members(4) })] };
      expect(decide(moved, view(full))).toEqual({ do: 'wait for a slot', lagId: C, connectionId: ID });
      expect(decide(moved, view({ ...full, waitedForSlot: true }))).toMatchObject({
        do: 'give up',
        failure: { problem: 'LAG cannot take it' },
      });
    });
  });

  test('in a rollback, one that was put there from standalone goes all the same', () => {
    for (const status of ROLLING_BACK) {
      expect(decide(remove, view({ connections: [inA], operation: { stack: stack(status) } }))).toEqual(leaveA);
    }
  });

  test.each([
    ['adopted', adopted],
    ['moved', moved],
  ])('what is happening may not be read: an %s one stays, since what is meant cannot be told', (_, request) => {
    const known = view({ connections: [inA], refused: [[describeOperation, refusal]] });
    expect(decide(request, known)).toEqual({
      do: 'succeed',
      physicalId: request.physicalId,
      because: expect.stringContaining('cannot be told'),
    });
  });

  describe('and that goes back in a rollback, unless whoever had put it there gives it up too', () => {
    const told = (lagId: string, fields: Partial<Claim>, status = stack('UPDATE_ROLLBACK_IN_PROGRESS')): Known => ({
      ...completed(status, 0),
      stack: status,
      lags: [lag(C)],
      claims: { [ID]: [claim({ since: 7_000 }), claimOfRenamed(lagId, { lagId: B, places: [lagId], ...fields })] },
    });
    const removed = { requestId: 'removed', requestType: 'Delete', sentAt: 7 };
    const before = { ...removed, sentAt: 6 };

    test.each<[string, Partial<Claim>]>([
      ['is being deleted', { event: removed }],
      ['has been deleted since', { event: removed, gone: 7_000 }],
      ['was being deleted, and is so since', { event: before, gone: 7_000 }],
    ])('whose membership %s: becomes standalone', (_, fields) => {
      expect(decide(adopted, view(told(A, fields)))).toEqual(leaveA);
      expect(decide(moved, view(told(C, fields)))).toEqual(leaveA);
      expect(decide(moved, view({ ...told(C, fields), connections: [connection()] }))).toMatchObject({ do: 'succeed' });
    });

    test('whose stack is being deleted as a whole: becomes standalone', () => {
      expect(decide(adopted, view(told(A, {}, DESTROYING)))).toEqual(leaveA);
      expect(decide(moved, view(told(C, {}, DESTROYING)))).toEqual(leaveA);
    });

    test.each<[string, Partial<Claim>]>([
      ['is there still', {}],
      ['was deleted before the connection was found', { event: before, gone: 6_999 }],
      ['was to be deleted before the connection was found, which came to no end', { event: before }],
      ['has put it into another LAG', { event: removed, places: [B] }],
      ['is of another stack, which is not being deleted', { stackId: OTHER_STACK }],
    ])('whose membership %s: goes back', (_, fields) => {
      expect(decide(adopted, view(told(A, fields)))).toMatchObject({ do: 'succeed' });
      expect(decide(moved, view(told(C, fields)))).toMatchObject({ do: 'associate', movesFrom: A });
    });
  });

  test('what the record says of it counts more than its physical id', () => {
    const claims = { [ID]: [claim({ physicalId: `${ID}/adopted`, found: {}, places: [A] })] };
    expect(decide(adopted, view({ connections: [inA], claims }))).toEqual(leaveA);
  });
});
