import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import type { Clock } from './clock';
import type { DirectConnect } from './direct-connect';
import type { ErrorFacts } from './errors';
import type { Pair } from './event';
import type { History } from './history';
import { parsePhysicalId } from './physical-id';
import type { Failure } from './reason';
import type { DescribeStack, Stack } from './stack';
import type { Standing } from './standing';
import { type Call, callKey, type View, type Write } from './step';

/** An association is based on a look that is not older than this, in milliseconds. */
const FRESH = 5_000;

/** What {@link Sight} needs from outside. */
interface Outside {
  readonly directConnect: DirectConnect;
  readonly describeStack: DescribeStack;
  readonly clock: Clock;
}

/** The view as it grows: what the calls answered, and what their failures made uncertain. */
export class Sight implements View {
  readonly connections = new Map<string, Connection | 'not found'>();
  readonly lastSeen = new Map<string, Connection>();
  readonly lags = new Map<string, Lag | 'not found'>();
  readonly accepted = new Set<string>();
  readonly refused = new Map<string, ErrorFacts>();
  stack?: Stack;
  claims?: ReadonlySet<string>;
  waitedForLink?: boolean;
  failure?: Failure;
  outOfTime?: boolean;

  /** How often a connection was looked at. */
  looks = 0;

  /** When each connection was last asked for or changed, in milliseconds since 1970-01-01T00:00Z. */
  private readonly askedAt = new Map<string, number>();

  constructor(private readonly history: History) {}

  get standing(): Standing {
    return this.history.standing;
  }

  /** Does one call and takes in what it answers. Rejects with what the call threw. */
  async perform(call: Call, stackId: string, { directConnect, describeStack, clock }: Outside): Promise<void> {
    const askedAt = clock.now();
    switch (call.do) {
      case 'describe stack': {
        const { status, memberships } = await describeStack(stackId);
        const claims = memberships.length === 0 ? new Map<string, Pair>() : await this.history.claims();
        this.stack = {
          status,
          memberships: memberships.map(membership => {
            const lagId = claims.get(membership.logicalId)?.lagId;
            return lagId === undefined ? membership : { ...membership, lagId };
          }),
        };
        return;
      }
      case 'describe claims': {
        const { memberships } = await describeStack(stackId);
        const claims = await this.history.claims();
        const others = [
          ...memberships.map(({ logicalId, physicalId }) => [logicalId, parsePhysicalId(physicalId)?.connectionId]),
          ...[...claims].map(([logicalId, { connectionId }]) => [logicalId, connectionId]),
        ].filter(([logicalId]) => logicalId !== this.history.logicalId);
        this.claims = new Set(others.flatMap(([, connectionId]) => connectionId ?? []));
        return;
      }
      case 'describe connection': {
        const { connectionId } = call;
        const connection = await directConnect.describeConnection(connectionId);
        this.connections.set(connectionId, connection ?? 'not found');
        this.askedAt.set(connectionId, askedAt);
        if (connection !== undefined) this.lastSeen.set(connectionId, connection);
        this.looks += 1;
        return;
      }
      case 'describe LAG':
        this.lags.set(call.lagId, (await directConnect.describeLag(call.lagId)) ?? 'not found');
        return;
      case 'lower minimum links':
        await directConnect.setMinimumLinks(call.lagId, call.minimumLinks);
        this.lags.delete(call.lagId);
        // What the old minimum forbade may be tried again; each time it is lower, so this ends.
        this.refused.clear();
        return;
      default: {
        const { pair } = call;
        const connection = await directConnect[call.do](pair);
        // The way back is open again: what was joined may be left, and what was left may be joined.
        for (const key of this.accepted) if (key.includes(` ${pair.connectionId} `)) this.accepted.delete(key);
        this.accepted.add(callKey(call));
        this.connections.set(pair.connectionId, connection);
        this.askedAt.set(pair.connectionId, askedAt);
        this.lastSeen.set(pair.connectionId, connection);
        this.lags.clear();
      }
    }
  }

  /**
   * Whether a write is based on a look so old that somebody may have put the connection elsewhere since: AWS would move it
   * out of there without a word. It refuses all other writes that do not fit.
   *
   * @param now milliseconds since 1970-01-01T00:00Z
   */
  isStale(call: Write, now: number): boolean {
    return call.do === 'associate' && now - (this.askedAt.get(call.pair.connectionId) ?? 0) > FRESH;
  }

  /** After a call whose effect is unknown, or before the next look: what was seen is stale. */
  forget(call: Call): void {
    switch (call.do) {
      case 'describe stack':
      case 'describe claims':
        return;
      case 'describe LAG':
      case 'lower minimum links':
        this.lags.delete(call.lagId);
        return;
      case 'describe connection':
        this.connections.delete(call.connectionId);
        return;
      default:
        this.connections.delete(call.pair.connectionId);
    }
  }

  /** AWS refused a call for good: what was seen of the LAG, which may be the reason, is stale. */
  refuse(call: Call, error: ErrorFacts): void {
    this.refused.set(callKey(call), error);
    if ('pair' in call) this.lags.delete(call.pair.lagId);
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
