import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import type { DirectConnect } from './aws/direct-connect';
import type { ErrorFacts } from './aws/errors';
import type { Clock } from './clock';
import { isBeingDeleted, type Operation } from './cloudformation/operation';
import type { CloudFormation, Resource, Stack } from './cloudformation/stack';
import type { Memory } from './record/memory';
import { OperationReader } from './record/operation-reader';
import { type ConnectionRecord, type Owner, sameOwner, type Wrote } from './record/record';
import type { Table } from './record/table';
import {
  type Call,
  callKey,
  type Failure,
  type Outage,
  ownerKey,
  placeAfter,
  refusalKey,
  type View,
  type Write,
} from './rules/step';
import { isComingUp, isUp } from './rules/traffic';

/** An association is based on a look that is not older than this, in milliseconds. */
const FRESH = 5_000;

/**
 * How long Describe may go on showing what was before a write, in milliseconds. AWS promises nothing about that. A look within
 * this time counts only where it shows what the write was to bring.
 */
export const SHOWN_LATE = 3_000;

/**
 * How long a change that AWS accepted is waited for, in milliseconds: what does not show by then, somebody has undone.
 */
const ACCEPTED_FOR = 60_000;

/** How long the record of another connection is tried to be read, in milliseconds. */
const READ_FOR = 60_000;

/** What {@link Observations} need from outside. */
interface Outside {
  readonly directConnect: DirectConnect;
  readonly cloudFormation: CloudFormation;
  readonly table: Table;
  readonly clock: Clock;
  readonly random: () => number;
}

/** The view as it grows: what the calls answered, and what their failures made uncertain. */
export class Observations implements View {
  readonly connections = new Map<string, Connection | 'not found'>();
  readonly lastSeen = new Map<string, Connection>();
  readonly lags = new Map<string, Lag | 'not found'>();
  readonly carried = new Map<string, readonly string[]>();
  readonly turns = new Map<string, readonly string[]>();
  readonly resources = new Map<string, Resource | 'not found'>();
  ownLooks = 0;
  readonly left = new Map<string, Outage>();
  readonly inTransition = new Set<string>();
  readonly interrupted = new Set<string>();
  readonly accepted = new Set<string>();
  readonly refused = new Map<string, ErrorFacts>();
  stack?: Stack;
  operation?: Operation;
  waitedForLink?: boolean;
  waitedForSlot?: boolean;
  waitedForTurn?: boolean;
  failure?: Failure;
  outOfTime?: boolean;

  private readonly wrote = new Map<string, Wrote>();
  /** When each LAG was last asked for, in milliseconds since 1970-01-01T00:00Z. */
  private readonly lagAskedAt = new Map<string, number>();
  /** When each connection was last asked for or changed, in milliseconds since 1970-01-01T00:00Z. */
  private readonly askedAt = new Map<string, number>();

  private readonly operationReader: OperationReader;

  constructor(
    private readonly memory: Memory,
    private readonly outside: Outside,
  ) {
    this.operationReader = new OperationReader(memory.event, outside);
  }

  get owner(): Owner {
    return this.memory.event;
  }

  get others(): readonly string[] {
    return this.memory.others;
  }

  get barred(): string | undefined {
    return this.memory.barred;
  }

  get missing(): ErrorFacts | undefined {
    return this.memory.missing;
  }

  get isStackGoing(): boolean {
    return this.stack !== undefined && isBeingDeleted(this.stack);
  }

  readonly record = (connectionId: string): ConnectionRecord | undefined => this.memory.record(connectionId);

  readonly hasInterrupted = (connectionId: string): boolean =>
    this.interrupted.has(connectionId) || this.memory.hasInterrupted(connectionId);

  readonly interruptedIn = (lagId: string): readonly string[] => {
    const notShown = this.outside.clock.now() - SHOWN_LATE;
    const own = [...this.wrote].filter(
      ([connectionId, { to, at }]) => this.interrupted.has(connectionId) && to.lagId === lagId && at > notShown,
    );
    return [...(this.turns.get(lagId) ?? []), ...own.map(([connectionId]) => connectionId)];
  };

  /** @returns whether the link is up, or was and may be again by now, and so is interrupted */
  interrupts(call: Write): boolean {
    const connection = 'pair' in call ? this.connections.get(call.pair.connectionId) : undefined;
    if (connection === undefined || connection === 'not found' || !('pair' in call)) return false;
    return isUp(connection) || isComingUp(connection, this);
  }

  /** Whether a link that this invocation has interrupted is not known to be up again. */
  leavesDown(): boolean {
    return [...this.interrupted].some(connectionId => {
      const connection = this.connections.get(connectionId);
      return connection === undefined || connection === 'not found' || !isUp(connection);
    });
  }

  /**
   * To be called with a turn: what was seen of a LAG before its links changed for the last time is seen again. What is not shown
   * yet does no harm: a link that may not be seen to be down is still among those of others.
   */
  haveTurn(
    lagId: string,
    { others, changedAt }: { readonly others: readonly string[]; readonly changedAt: number },
  ): void {
    this.turns.set(lagId, others);
    if ((this.lagAskedAt.get(lagId) ?? 0) <= changedAt) this.lags.delete(lagId);
  }

  /** Does one call and takes in what it answers. Rejects with what the call threw. */
  async perform(call: Call): Promise<void> {
    const { directConnect, cloudFormation, clock } = this.outside;
    const askedAt = clock.now();
    switch (call.do) {
      case 'describe stack':
        this.stack = await cloudFormation.describeStack(this.owner.stackId);
        return;
      case 'describe operation': {
        const operation = await this.operationReader.step();
        if (operation === undefined) return;
        this.operation = operation;
        this.stack ??= operation.stack;
        return;
      }
      case 'describe resource': {
        const { stackId, logicalId } = call.owner;
        this.resources.set(ownerKey(call.owner), await cloudFormation.describeResource(stackId, logicalId));
        if (sameOwner(call.owner, this.owner)) this.ownLooks += 1;
        return;
      }
      case 'read record': {
        const error = await this.memory.readOther(call.connectionId, this.outside.clock.now() + READ_FOR);
        if (error !== undefined) throw asThrown(error);
        return;
      }
      case 'describe connection': {
        const { connectionId } = call;
        const connection = await directConnect.describeConnection(connectionId);
        if (this.mayBeOfBefore(connectionId, connection, askedAt)) return;
        this.take(connectionId, connection, askedAt);
        if (askedAt > (this.wrote.get(connectionId)?.at ?? 0) + ACCEPTED_FOR) this.forgetAccepted(connectionId);
        return;
      }
      case 'describe LAG':
        this.lags.set(call.lagId, (await directConnect.describeLag(call.lagId)) ?? 'not found');
        this.lagAskedAt.set(call.lagId, askedAt);
        return;
      case 'describe virtual interfaces':
        this.carried.set(callKey(call), await directConnect.describeVirtualInterfaces(call.lagId));
        return;
      case 'describe hosted connections':
        this.carried.set(callKey(call), await directConnect.describeHostedConnections(call.lagId));
        return;
      case 'lower minimum links':
        await directConnect.setMinimumLinks(call.lagId, call.minimumLinks);
        this.lags.delete(call.lagId);
        // What the old minimum forbade may be tried again; each time it is lower, so this ends.
        this.refused.clear();
        return;
      default: {
        const { connectionId } = call.pair;
        const connection = await directConnect[call.do](call.pair);
        // The way back is open again: what was joined may be left, and what was left may be joined.
        this.forgetAccepted(connectionId);
        this.accepted.add(callKey(call));
        this.mayHaveWritten(call);
        if (call.do === 'disassociate') this.forgive(call.pair.lagId);
        this.take(connectionId, connection, askedAt);
        this.lags.clear();
      }
    }
  }

  /** To be called after a write that was carried out, or may have been. */
  mayHaveWritten(call: Write): void {
    if ('pair' in call) this.wrote.set(call.pair.connectionId, { to: placeAfter(call), at: this.outside.clock.now() });
  }

  private mayBeOfBefore(connectionId: string, connection: Connection | undefined, askedAt: number): boolean {
    // Out of time, the last look counts as it is.
    if (this.outOfTime) return false;
    const writes = [this.wrote.get(connectionId), this.memory.lastWrite(connectionId)];
    const late = writes.filter(write => write !== undefined && askedAt < write.at + SHOWN_LATE);
    return late.length > 0 && !late.some(write => write?.to.lagId === connection?.lagId);
  }

  /** Connections are again as they were last seen, where nobody could look since. */
  trustLastSeen(): void {
    for (const [connectionId, connection] of this.lastSeen) {
      if (!this.connections.has(connectionId)) this.connections.set(connectionId, connection);
    }
  }

  private forgetAccepted(connectionId: string): void {
    for (const key of this.accepted) if (key.includes(` ${connectionId} `)) this.accepted.delete(key);
  }

  private take(connectionId: string, connection: Connection | undefined, askedAt: number): void {
    this.connections.set(connectionId, connection ?? 'not found');
    this.askedAt.set(connectionId, askedAt);
    if (connection !== undefined) this.lastSeen.set(connectionId, connection);
  }

  /**
   * Whether a write is based on a look so old that somebody may have put the connection elsewhere since: AWS would move it
   * out of there without a word. It refuses all other writes that do not fit.
   */
  isStale(call: Write, after = FRESH): boolean {
    if (call.do !== 'associate') return false;
    return this.outside.clock.now() - (this.askedAt.get(call.pair.connectionId) ?? 0) > after;
  }

  /** After a call whose effect is unknown, or before the next look: what was seen is stale. */
  forget(call: Call): void {
    switch (call.do) {
      case 'describe LAG':
      case 'lower minimum links':
        this.lags.delete(call.lagId);
        return;
      case 'describe connection':
        this.connections.delete(call.connectionId);
        return;
      case 'associate':
      case 'disassociate':
        this.connections.delete(call.pair.connectionId);
        // What makes room for the goal, or undoes it, was decided from what was seen of that.
        if (call.pair.connectionId !== this.memory.goal) {
          this.connections.delete(this.memory.goal ?? '');
          this.lags.delete(call.pair.lagId);
        }
        return;
      default:
    }
  }

  /** While a change that AWS accepted does not show yet: the LAGs may not show it either. */
  forgetWithLags(call: Call): void {
    this.forget(call);
    this.lags.clear();
  }

  /** AWS refused a call for good: what was seen of the LAG, which may be the reason, is stale. */
  refuse(call: Call, error: ErrorFacts): void {
    this.refused.set(refusalKey(call), error);
    if ('pair' in call) this.lags.delete(call.pair.lagId);
  }

  /** A LAG that was full when AWS refused a connection may have a slot by now. */
  forgive(lagId: string): void {
    for (const key of this.refused.keys()) {
      if (key.startsWith('associate ') && key.includes(` ${lagId}`)) this.refused.delete(key);
    }
  }

  /** Takes "not found" for the answer it is. */
  learn(call: Call, error: ErrorFacts): boolean {
    const connectionId =
      'pair' in call ? call.pair.connectionId : 'connectionId' in call ? call.connectionId : undefined;
    const lagId = 'pair' in call ? call.pair.lagId : 'lagId' in call ? call.lagId : undefined;
    if (error.kind === 'connection not found' && connectionId !== undefined) {
      this.connections.set(connectionId, 'not found');
      return true;
    }
    if (error.kind === 'LAG not found' && lagId !== undefined) {
      this.lags.set(lagId, 'not found');
      return true;
    }
    return false;
  }
}

/** As the call threw it, for who reads what a call threw. */
function asThrown({ name, message, status, awsRequestId }: ErrorFacts): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status, requestId: awsRequestId } });
}
