import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Clock } from './clock';
import type { ErrorFacts } from './errors';
import type { Pair } from './event';
import type { Association, Entry, Journal, Mark } from './journal';
import type { Log } from './log';
import { type Persisted, persist } from './persist';
import { isEarlier, type Standing, standingOf, withoutDeleted } from './standing';

/** What was read longer ago than this is read again before a write, in milliseconds. */
const FRESH = 500;

/** How often to look whether an earlier event is done, in milliseconds. */
const LOOK_AGAIN = 1_000;

/**
 * An event's place in the journal of its resource, kept up to date.
 *
 * Where the log group is gone, nothing can be written down, and the handler goes on without: a stack whose log group
 * somebody deleted can still be destroyed. What is lost is the memory of repetitions.
 */
export class History {
  private entries: readonly Entry[] = [];
  private readAt = Number.NEGATIVE_INFINITY;
  private association: Association | undefined;

  constructor(
    private readonly event: CloudFormationCustomResourceEvent,
    private readonly journal: Journal,
    private readonly tools: { readonly clock: Clock; readonly random: () => number; readonly log: Log },
  ) {}

  get logicalId(): string {
    return this.event.LogicalResourceId;
  }

  get standing(): Standing {
    const standing = standingOf(this.event, this.entries, this.tools.clock.now());
    return this.association === undefined ? standing : { ...standing, association: this.association };
  }

  /**
   * Writes down that the event has begun and which pair it claims, and waits until no earlier event has a write on its way.
   *
   * @param deadline milliseconds since 1970-01-01T00:00Z
   * @returns what keeps the journal from being kept
   */
  async begin(claims: Pair | undefined, deadline: number): Promise<ErrorFacts | undefined> {
    const error = (await this.mark({ claims }, deadline)) ?? (await this.refresh(deadline));
    if (error !== undefined) return error;
    while (this.standing.waitsForEarlier && this.standing.barred === undefined) {
      this.tools.log({ step: 'wait', for: 'an earlier event of this resource' });
      await this.tools.clock.sleep(LOOK_AGAIN);
      const failed = await this.refresh(deadline);
      if (failed !== undefined) return failed;
    }
    return undefined;
  }

  /** To be called before each write: whether it may still be done is seen in {@link standing} then. */
  async refreshIfStale(deadline: number): Promise<ErrorFacts | undefined> {
    return this.tools.clock.now() - this.readAt < FRESH ? undefined : this.refresh(deadline);
  }

  async refresh(deadline: number): Promise<ErrorFacts | undefined> {
    const { StackId, LogicalResourceId } = this.event;
    const call = () => this.journal.read(StackId, LogicalResourceId);
    const read = await persist('read journal', call, deadline, this.tools);
    if ('value' in read) {
      this.entries = read.value;
      this.readAt = this.tools.clock.now();
      return undefined;
    }
    return withoutLogGroup(read);
  }

  /** To be called before the event's own association; only the first call writes. */
  async associating(association: Association, deadline: number): Promise<ErrorFacts | undefined> {
    if (this.standing.association !== undefined) return undefined;
    const error = await this.mark(association, deadline);
    if (error === undefined) this.association = association;
    return error;
  }

  /** To be called when the outcome is settled, before it is sent. */
  answering(outcome: 'done' | 'failed', deadline: number): Promise<ErrorFacts | undefined> {
    return this.mark(outcome, deadline);
  }

  /**
   * What each resource of the stack wants by its newest event, unless a Delete has taken it away. Rejects where it cannot
   * be read.
   */
  async claims(): Promise<ReadonlyMap<string, Pair>> {
    const newest = new Map<string, Entry>();
    for (const entry of withoutDeleted(await this.journal.read(this.event.StackId))) {
      const known = newest.get(entry.logicalId);
      if (known === undefined || isEarlier(known, entry)) newest.set(entry.logicalId, entry);
    }
    return new Map(
      [...newest].flatMap(([logicalId, { claims }]) => (claims === undefined ? [] : [[logicalId, claims]])),
    );
  }

  private async mark(mark: Mark, deadline: number): Promise<ErrorFacts | undefined> {
    return withoutLogGroup(
      await persist('write journal', () => this.journal.mark(this.event, mark), deadline, this.tools),
    );
  }
}

function withoutLogGroup(result: Persisted<unknown>): ErrorFacts | undefined {
  if ('value' in result || result.error.name === 'ResourceNotFoundException') return undefined;
  return result.error;
}
