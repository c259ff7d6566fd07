import * as fc from 'fast-check';
import {
  CompletionSearch,
  hasCompletedSince,
  isBeingDeleted,
  isRollingBack,
} from '../../../lambda/cloudformation/operation';
import type { StackEvent } from '../../../lambda/cloudformation/stack';
import { DESTROYING, stack } from '../../support/view';

/** When the membership came to its connection. */
const SINCE = 1_000_000_000;
/** Minutes since then, and what happened to the stack. */
type Happened = readonly [minute: number, status: string];
/** @param events the oldest first */
const history = (...events: readonly Happened[]): StackEvent[] =>
  events.map(([minute, status]) => ({ at: SINCE + minute * 60_000, status })).reverse();

/** What the stack has completed with, from events on pages of these sizes and a last one with the rest. */
function completedBeforeIn(events: readonly StackEvent[], sizes: readonly number[] = []): number | undefined {
  const search = new CompletionSearch();
  const rest = [...events];
  for (const size of sizes) {
    const found = search.read(rest.splice(0, size), false);
    if (found !== undefined) return found;
  }
  return search.read(rest, true);
}
const answer = (...events: readonly Happened[]) => answerSince(SINCE, ...events);
function answerSince(since: number, ...events: readonly Happened[]): 'completed' | 'never' {
  const completedBefore = completedBeforeIn(history(...events));
  if (completedBefore === undefined) throw new Error('The last page leaves nothing open');
  return hasCompletedSince({ stack: DESTROYING, completedBefore }, since) ? 'completed' : 'never';
}

const CREATED = [
  [-9, 'REVIEW_IN_PROGRESS'],
  [-8, 'CREATE_IN_PROGRESS'],
  [-7, 'CREATE_COMPLETE'],
] as const;
const DESTROYED = [9, 'DELETE_IN_PROGRESS'] as const;

describe('whether the stack completed with the membership before the present operation', () => {
  test('created with it, then destroyed: it did', () => {
    expect(answer([-1, 'CREATE_IN_PROGRESS'], [1, 'CREATE_COMPLETE'], DESTROYED)).toBe('completed');
  });

  test('got it by an update, then lost it by an update: it did', () => {
    expect(
      answer(
        ...CREATED,
        [-1, 'UPDATE_IN_PROGRESS'],
        [1, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'],
        [1, 'UPDATE_COMPLETE'],
        [5, 'UPDATE_IN_PROGRESS'],
        [6, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'],
      ),
    ).toBe('completed');
  });

  test('got it by an update that only had to clean up still: it did', () => {
    expect(answer([-1, 'UPDATE_IN_PROGRESS'], [1, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], DESTROYED)).toBe('completed');
  });

  test('got it by an import, or was rolled back to it afterwards: it did', () => {
    expect(answer(...CREATED, [-1, 'IMPORT_IN_PROGRESS'], [1, 'IMPORT_COMPLETE'], DESTROYED)).toBe('completed');
    expect(
      answer(
        [-1, 'CREATE_IN_PROGRESS'],
        [1, 'CREATE_COMPLETE'],
        [2, 'UPDATE_IN_PROGRESS'],
        [3, 'UPDATE_ROLLBACK_IN_PROGRESS'],
        [4, 'UPDATE_ROLLBACK_COMPLETE'],
        DESTROYED,
      ),
    ).toBe('completed');
  });

  test('was to be created with it, failed, and is deleted: it never did', () => {
    expect(answer([-1, 'CREATE_IN_PROGRESS'], [1, 'CREATE_FAILED'], DESTROYED)).toBe('never');
    expect(answer([-1, 'CREATE_IN_PROGRESS'], [1, 'ROLLBACK_IN_PROGRESS'], [2, 'ROLLBACK_FAILED'], DESTROYED)).toBe(
      'never',
    );
  });

  test('was to get it by an update, could not take it back, and is deleted: what it completed before does not count', () => {
    const failed = [
      [1, 'UPDATE_ROLLBACK_IN_PROGRESS'],
      [2, 'UPDATE_ROLLBACK_FAILED'],
    ] as const;
    expect(answer(...CREATED, [-1, 'UPDATE_IN_PROGRESS'], ...failed, DESTROYED)).toBe('never');
  });

  test('the present operation itself does not count, however far it has come', () => {
    expect(answer(...CREATED, [-1, 'UPDATE_IN_PROGRESS'], [1, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'])).toBe('never');
  });

  test('completed, and began the present operation, in the second in which the membership came to the connection: it did', () => {
    expect(answer(...CREATED, [-1, 'UPDATE_IN_PROGRESS'], [0, 'UPDATE_COMPLETE'], [0, 'DELETE_IN_PROGRESS'])).toBe(
      'completed',
    );
  });

  test('began a failed operation in the second in which the membership came to the connection: that may have been before', () => {
    const beganAfter = (milliseconds: number) =>
      answer(
        ...CREATED,
        [milliseconds / 60_000, 'UPDATE_IN_PROGRESS'],
        [1, 'UPDATE_ROLLBACK_IN_PROGRESS'],
        [2, 'UPDATE_ROLLBACK_FAILED'],
        DESTROYED,
      );
    expect(beganAfter(999)).toBe('never');
    expect(beganAfter(1_000)).toBe('completed');
  });

  test('a history without its beginning, of which CloudFormation keeps 90 days alone: it did, as far as it reaches', () => {
    expect(answer(DESTROYED)).toBe('completed');
    expect(answer([-5, 'UPDATE_IN_PROGRESS'], [1, 'UPDATE_ROLLBACK_FAILED'], DESTROYED)).toBe('never');
  });

  test('a membership older than the record counts from the beginning of the stack', () => {
    expect(answerSince(0, ...CREATED, DESTROYED)).toBe('completed');
    expect(answerSince(0, [-9, 'CREATE_IN_PROGRESS'], [-8, 'CREATE_FAILED'], DESTROYED)).toBe('never');
  });

  test('a rollback, in which nobody asks when it completed, counts as never', () => {
    expect(hasCompletedSince({ stack: DESTROYING }, 0)).toBe(false);
  });
});

const statuses = fc.constantFrom(
  'CREATE_IN_PROGRESS',
  'CREATE_COMPLETE',
  'UPDATE_IN_PROGRESS',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE',
  'DELETE_IN_PROGRESS',
  'DELETE_FAILED',
);
const histories = fc
  .array(fc.tuple(fc.integer({ min: -20, max: 20 }), statuses), { maxLength: 12 })
  .map(events => history(...events.sort(([one], [other]) => one - other)));

test('into which pages the history falls makes no difference', () =>
  fc.assert(
    fc.property(histories, fc.array(fc.nat(4), { maxLength: 5 }), (events, sizes) => {
      expect(completedBeforeIn(events, sizes)).toBe(completedBeforeIn(events));
    }),
  ));

test('no more is read than is needed', () => {
  const search = new CompletionSearch();
  const [present, completed, ...older] = history(...CREATED, DESTROYED);
  expect(search.read(present === undefined ? [] : [present], false)).toBeUndefined();
  expect(search.read(completed === undefined ? [] : [completed], false)).toBe((present?.at ?? 0) + 1_000);
  expect(older).toHaveLength(2);
});

describe('what the status of a stack says', () => {
  test.each(['ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'IMPORT_ROLLBACK_IN_PROGRESS'])(
    '%s, its own or of the stack that it is nested in: it is rolling back',
    status => {
      expect(isRollingBack(stack(status))).toBe(true);
      expect(isRollingBack({ ...stack('DELETE_IN_PROGRESS'), root: { stackId: 'root', status } })).toBe(true);
      expect(isRollingBack({ ...stack(status), root: { stackId: 'root', status: 'UPDATE_IN_PROGRESS' } })).toBe(true);
    },
  );

  test('a destruction and a clean-up are no rollback', () => {
    expect(isRollingBack(stack('DELETE_IN_PROGRESS'))).toBe(false);
    expect(isRollingBack(stack('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'))).toBe(false);
  });

  test('it, or the stack that it is nested in, is being deleted', () => {
    expect(isBeingDeleted(stack('DELETE_IN_PROGRESS'))).toBe(true);
    const root = { stackId: 'root', status: 'DELETE_IN_PROGRESS' };
    expect(isBeingDeleted({ status: 'UPDATE_COMPLETE', root })).toBe(true);
    expect(isBeingDeleted(stack('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'))).toBe(false);
  });
});
