import type { Resource, Stack, StackEvent } from './stack';

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

/** An event is known to have been sent in this second, and not when in it. Milliseconds. */
const ROUNDED = 1_000;

/** Whether the stack, or the one it is nested in, goes back to what it was. */
export function isRollingBack({ status, root }: Stack): boolean {
  return ROLLING_BACK.includes(status) || ROLLING_BACK.includes(root.status);
}

/** Whether the stack is going as a whole, and every membership in it. */
export function isBeingDeleted({ status, root }: Stack): boolean {
  return status === 'DELETE_IN_PROGRESS' || root.status === 'DELETE_IN_PROGRESS';
}

/** Whether an operation of the stack, or of the one it is nested in, is under way. */
export function isUnderWay({ status, root }: Stack): boolean {
  return status.endsWith('_IN_PROGRESS') || root.status.endsWith('_IN_PROGRESS');
}

/** Whether CloudFormation takes away what an operation of the stack has replaced. */
export function isCleaningUp({ status }: Stack): boolean {
  return status.endsWith('_CLEANUP_IN_PROGRESS');
}

/** Whether a stack has a resource that is not being deleted. */
export function isThere(resource: Resource | 'not found'): boolean {
  return resource !== 'not found' && !resource.status.startsWith('DELETE_');
}

/**
 * Whether CloudFormation is at work on a resource in the way of an event.
 *
 * @param requestType `Create`, `Update` or `Delete`
 */
export function isAtWork(resource: Resource | 'not found', requestType: string): boolean {
  return resource !== 'not found' && resource.status === `${requestType.toUpperCase()}_IN_PROGRESS`;
}

/** What is happening to the stack of a Delete. */
export interface Operation {
  readonly stack: Stack;
  /**
   * An operation of the root has completed with everything that came before this moment: milliseconds since
   * 1970-01-01T00:00Z, 0 where none ever has. Absent in a rollback, where nobody asks.
   */
  readonly completedBefore?: number;
}

/**
 * Whether an operation has completed since a membership came to its connection.
 *
 * @param since milliseconds since 1970-01-01T00:00Z, down to whole seconds
 */
export function hasCompletedSince({ completedBefore = 0 }: Operation, since: number): boolean {
  return since + ROUNDED <= completedBefore;
}

/**
 * Reads a stack's events, the newest first, until they say what an operation before the present one has completed with.
 *
 * CloudFormation keeps events for 90 days (API reference, DescribeStackEvents). Where they do not reach back to the stack's
 * creation, what is older counts as completed: nobody leaves a stack half made for so long.
 */
export class CompletionSearch {
  private hasSeenCreation = false;
  private oldest = 0;
  /** When the operation after those that are still to be read began; what it is deleting came before, however rounded. */
  private nextBegan: number | undefined;

  /**
   * @param isLast whether there are no more events
   * @returns {@link Operation.completedBefore}; `undefined` where more events have to be read
   */
  read(events: readonly StackEvent[], isLast: boolean): number | undefined {
    for (const { at, status } of events) {
      if (this.nextBegan !== undefined && COMPLETED.includes(status)) return this.nextBegan;
      if (STARTED.includes(status)) this.nextBegan = this.nextBegan === undefined ? at + ROUNDED : at;
      this.hasSeenCreation ||= CREATED.includes(status);
      this.oldest = at;
    }
    if (!isLast) return undefined;
    return this.hasSeenCreation ? 0 : this.oldest;
  }
}
