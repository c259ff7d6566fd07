import type { Clock } from '../clock';
import { randomUuid } from '../random-text';
import type { Properties } from './resource-type';

export interface StackEvent {
  readonly eventId: string;
  /** Milliseconds since 1970. No two events of a stack have the same. */
  readonly timestamp: number;
  /** One for each operation; a rollback has its own. */
  readonly operationId: string;
  readonly clientRequestToken: string | undefined;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason: string | undefined;
  readonly properties: Properties | undefined;
}

/** The events of one stack. */
export class EventLog {
  private readonly events: StackEvent[] = [];
  private lastTimestamp = 0;

  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  /** @returns the event's time */
  add(event: Omit<StackEvent, 'eventId' | 'timestamp'>, isStack: boolean): number {
    // Two things in one millisecond still have an order, and the CDK CLI sorts by time.
    const timestamp = Math.max(this.clock.now(), this.lastTimestamp + 1);
    this.lastTimestamp = timestamp;
    const eventId = isStack
      ? randomUuid(this.random)
      : `${event.logicalId}-${event.status}-${new Date(timestamp).toISOString()}`;
    this.events.push({ ...event, eventId, timestamp });
    return timestamp;
  }

  newestFirst(): readonly StackEvent[] {
    return this.events.toReversed();
  }
}
