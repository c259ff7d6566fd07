import type { Clock } from '../clock';
import { CompletionSearch, isRollingBack, type Operation } from '../cloudformation/operation';
import type { CloudFormation, Stack } from '../cloudformation/stack';
import { field } from '../field';
import { NO_TABLE } from './record';
import type { Table } from './table';
import type { Event } from './transitions';

/** How often to look whether another event has read it, in milliseconds. */
const LOOK_AGAIN = 1_000;

/** How long one page may take, with its repetitions, until another event begins anew. Milliseconds. */
const LONGEST_PAGE = 60_000;

/** How long what was read is kept: longer than any operation of a stack. Milliseconds. */
const KEPT = 48 * 3_600_000;

interface Outside {
  readonly table: Table;
  readonly cloudFormation: CloudFormation;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * Finds out what is happening to the stack of a Delete. A stack of hundreds of memberships is deleted all at once: one of the
 * events asks CloudFormation, which takes a call for each hundred events of the stack, and the others read what it found in
 * the table.
 */
export class OperationReader {
  private stamp: string | undefined;
  private isReading = false;
  private stack: Stack | undefined;
  private readonly search = new CompletionSearch();
  private next: string | undefined;

  constructor(
    private readonly event: Event,
    private readonly outside: Outside,
  ) {}

  /**
   * Takes one step: one call of CloudFormation at most.
   *
   * @returns `undefined` where there is more to do. Rejects with what `readError` reads; the step may be repeated
   */
  async step(): Promise<Operation | undefined> {
    if (!this.isReading) {
      const known = await this.ask();
      if (known !== undefined || !this.isReading) return known;
    }
    const operation = await this.read().catch(error => this.release(error));
    if (operation !== undefined) await this.share({ operation, readAt: this.outside.clock.now() });
    return operation;
  }

  /** What another event has read since this one was sent: the operation is the same then. Or the right to read it. */
  private async ask(): Promise<Operation | undefined> {
    const { table, clock } = this.outside;
    const item = await table.get(this.id).catch(ifNoTable);
    const { operation, readAt } = parsed(item?.record);
    if (operation !== undefined && readAt >= this.sentBy) return operation;
    const readingUntil = field(item?.record, 'readingUntil');
    if (typeof readingUntil === 'number' && clock.now() < readingUntil) {
      await clock.sleep(LOOK_AGAIN);
      return undefined;
    }
    this.stamp = item?.stamp;
    this.isReading = await this.share({ readingUntil: clock.now() + LONGEST_PAGE });
    return undefined;
  }

  private async read(): Promise<Operation | undefined> {
    const { cloudFormation } = this.outside;
    if (this.stack === undefined) {
      this.stack = await cloudFormation.describeStack(this.event.stackId);
      return isRollingBack(this.stack) ? { stack: this.stack } : undefined;
    }
    const { events, next } = await cloudFormation.describeEvents(this.stack.root.stackId, this.next);
    const completedBefore = this.search.read(events, next === undefined);
    if (completedBefore !== undefined) return { stack: this.stack, completedBefore };
    this.next = next;
    await this.share({ readingUntil: this.outside.clock.now() + LONGEST_PAGE });
    return undefined;
  }

  /** @returns whether nobody else has written meanwhile; where the table is gone, there is nobody to share with */
  private async share(record: object): Promise<boolean> {
    const { table, clock, random } = this.outside;
    const stamp = `${this.event.requestId}/${random().toString(36).slice(2)}`;
    const expires = Math.ceil((clock.now() + KEPT) / 1000);
    const isShared = await table.put(this.id, { record, stamp, expires }, this.stamp).catch(ifNoTable);
    if (isShared) this.stamp = stamp;
    return isShared ?? true;
  }

  /** Another event may have better luck, and is not to wait for this one's. */
  private async release(error: unknown): Promise<never> {
    await this.share({ readingUntil: 0 });
    this.isReading = false;
    throw error;
  }

  /** When the event had been sent, the end of the second that it names: milliseconds since 1970-01-01T00:00Z. */
  private get sentBy(): number {
    return this.event.sentAt === undefined ? Number.POSITIVE_INFINITY : (this.event.sentAt + 1) * 1000;
  }

  private get id(): string {
    return this.event.stackId;
  }
}

function ifNoTable(error: unknown): undefined {
  if (field(error, 'name') !== NO_TABLE) throw error;
  return undefined;
}

function parsed(record: unknown): { readonly operation?: Operation; readonly readAt: number } {
  const [operation, readAt] = [field(record, 'operation'), field(record, 'readAt')];
  if (typeof readAt !== 'number' || !isOperation(operation)) return { readAt: 0 };
  return { operation, readAt };
}

function isOperation(value: unknown): value is Operation {
  const [stack, completedBefore] = [field(value, 'stack'), field(value, 'completedBefore')];
  const root = field(stack, 'root');
  const texts = [field(stack, 'status'), field(root, 'stackId'), field(root, 'status')];
  return texts.every(text => typeof text === 'string') && ['undefined', 'number'].includes(typeof completedBefore);
}
