import type { Stack, StackEvent } from './stack';

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

/** What is happening to the stack of a Delete. */
export interface Operation {
  readonly stack: Stack;
  /**
   * When an operation of the root before the present one last completed: milliseconds since 1970-01-01T00:00Z, 0 for never.
   * Absent in a rollback, where nobody asks.
   */
  readonly lastCompleted?: number;
}

/**
 * Whether an operation has completed since a membership came to its connection.
 *
 * @param since milliseconds since 1970-01-01T00:00Z
 */
export function hasCompletedSince({ lastCompleted = 0 }: Operation, since: number): boolean {
  return lastCompleted >= since + ROUNDED;
}

/**
 * Reads a stack's events, the newest first, until they say when an operation before the present one last completed.
 *
 * CloudFormation keeps events for 90 days (API reference, DescribeStackEvents). Where they do not reach back to the stack's
 * creation, what is older counts as completed: nobody leaves a stack half made for so long.
 */
export class CompletionSearch {
  private isBeforePresent = false;
  private hasSeenCreation = false;
  private oldest = 0;

  /**
   * @param isLast whether there are no more events
   * @returns milliseconds since 1970-01-01T00:00Z, 0 for never; `undefined` where more events have to be read
   */
  read(events: readonly StackEvent[], isLast: boolean): number | undefined {
    for (const { at, status } of events) {
      if (this.isBeforePresent && COMPLETED.includes(status)) return at;
      this.isBeforePresent ||= STARTED.includes(status);
      this.hasSeenCreation ||= CREATED.includes(status);
      this.oldest = at;
    }
    if (!isLast) return undefined;
    return this.hasSeenCreation ? 0 : this.oldest;
  }
}
