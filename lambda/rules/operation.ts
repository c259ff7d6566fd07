import type { EventPage, Stack } from '../cloudformation/stack';

/** Source: CloudFormation user guide, "Stack status codes". */
const ROLLING_BACK = [
  'ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'IMPORT_ROLLBACK_IN_PROGRESS',
];
const STARTED = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'IMPORT_IN_PROGRESS'];
const COMPLETED = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'IMPORT_COMPLETE'];
const CREATED = ['REVIEW_IN_PROGRESS', 'CREATE_IN_PROGRESS'];

/** Times of events are whole seconds, those of a stack are not. Milliseconds. */
const ROUNDED = 1_000;

/** Whether the stack, or the one it is nested in, goes back to what it was. */
export function isRollingBack({ status, root }: Stack): boolean {
  return ROLLING_BACK.includes(status) || ROLLING_BACK.includes(root.status);
}

/** Whether the stack is going as a whole, and every membership in it. */
export function isBeingDeleted({ status, root }: Stack): boolean {
  return status === 'DELETE_IN_PROGRESS' || root.status === 'DELETE_IN_PROGRESS';
}

/** What a stack's events say, as far as they have been read: whether an operation before the present one came to its end. */
export type Completion =
  | { readonly answer: 'completed' | 'never' }
  | {
      readonly answer: 'open';
      readonly next?: string;
      /** How many pages were read. */
      readonly pages: number;
      readonly isBeforePresent: boolean;
      readonly hasSeenCreation: boolean;
    };

export const NOTHING_READ: Completion = {
  answer: 'open',
  pages: 0,
  isBeforePresent: false,
  hasSeenCreation: false,
};

/**
 * Takes in a page of a stack's events, the newest first.
 *
 * CloudFormation keeps events for 90 days (user guide, "Monitor stack progress"). What is older and has not been
 * taken back since then counts as completed.
 *
 * @param since when the membership came to its connection: milliseconds since 1970-01-01T00:00Z
 */
export function readOn(read: Completion, { events, next }: EventPage, since: number): Completion {
  if (read.answer !== 'open') return read;
  let { isBeforePresent, hasSeenCreation } = read;
  for (const { at, status } of events) {
    if (isBeforePresent) {
      if (at < since + ROUNDED) return { answer: 'never' };
      if (COMPLETED.includes(status)) return { answer: 'completed' };
    }
    hasSeenCreation ||= CREATED.includes(status);
    isBeforePresent ||= STARTED.includes(status);
  }
  if (next === undefined) return { answer: hasSeenCreation ? 'never' : 'completed' };
  return { answer: 'open', next, pages: read.pages + 1, isBeforePresent, hasSeenCreation };
}
