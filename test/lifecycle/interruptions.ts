import type { Pair } from '../../lambda/pair';
import type { Network } from '../../sandbox/direct-connect/network';
import type { ConnectionRecord } from '../../sandbox/direct-connect/records';
import type { VirtualClock } from '../../sandbox/test/virtual-clock';
import type { Invocation } from './invocation';

/** How old the handler's last look at a connection may be when it writes, in milliseconds. */
const LONGEST_SINCE_LOOK = 5_000;

interface Interruption {
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly until: number;
  /** Until when the next one that leaves has to wait for it, once it has left: milliseconds since 1970-01-01T00:00Z. */
  readonly awaitedUntil: number;
  /** Request id of the event. */
  readonly by: string;
  /** That the link was of, or is: one that has left counts for the next one that leaves while it is waited for. */
  readonly lagIds: ReadonlySet<string>;
}

/**
 * The links that the handler takes down, whether there are ever more of a LAG at once than the template allows, and whether it
 * takes the last operational one from a LAG with virtual interfaces.
 */
export class Interruptions {
  /** Where there were more. */
  readonly tooMany: string[] = [];
  /** Where it took the last one, other than for a Delete, and where the template does not allow it. */
  readonly lastOnes: string[] = [];
  /** By connection. */
  private readonly interrupted = new Map<string, Interruption>();
  /** When a connection last brought virtual interfaces into a LAG: milliseconds since 1970-01-01T00:00Z. */
  private readonly broughtAt = new Map<string, number>();

  /** @param transition how long a link is down, in milliseconds */
  constructor(
    private readonly network: Network,
    private readonly clock: VirtualClock,
    private readonly transition: number,
  ) {}

  /** Counts a write of the handler that may interrupt a link among those of its LAGs that are down because of the handler. */
  async count<T>({ connectionId, lagId }: Pair, event: Invocation['event'], write: () => Promise<T>): Promise<T> {
    const { requestId } = event;
    const connection = this.network.connections.get(connectionId);
    const isUp = connection !== undefined && this.isUp(connection);
    const from = connection?.lagId;
    const lagIds = new Set([from, lagId].filter(id => id !== undefined));
    const now = this.clock.now();
    // One that somebody else has interrupted may have come up between the handler's last look and this write.
    const upSince = connection?.transition?.to ?? 0;
    const byOthers = Math.abs((this.interrupted.get(connectionId)?.until ?? 0) - upSince) > 1_000;
    const isSeen = !byOthers || now - upSince >= LONGEST_SINCE_LOOK;
    const brings = this.carries(connectionId);
    const answer = await write();
    if (brings) this.broughtAt.set(lagId, now);
    if (!isUp || !isSeen) return answer;
    // What goes on with a link that the event has interrupted before is one with that: those that may be down beside it are.
    const earlier = this.interrupted.get(connectionId);
    const goesOn = earlier?.by === requestId;
    for (const id of goesOn ? [] : lagIds) this.check(id, connectionId, id === from, event, now);
    if (goesOn) for (const id of earlier.lagIds) lagIds.add(id);
    const until = now + this.transition;
    const awaitedUntil = Math.min(until, now + event.wait);
    this.interrupted.set(connectionId, { until, awaitedUntil, by: requestId, lagIds });
    if (
      from !== undefined &&
      this.network.connections.get(connectionId)?.lagId !== from &&
      !event.mayEndTraffic &&
      this.isStranded(from)
    ) {
      this.lastOnes.push(`${connectionId} was the last operational link of ${from}, which has a virtual interface`);
    }
    return answer;
  }

  private check(
    lagId: string,
    connectionId: string,
    isLeft: boolean,
    { requestId, most }: Invocation['event'],
    now: number,
  ): void {
    const members = this.network.members(lagId).map(member => member.connectionId);
    const isStandalone = (id: string) => this.network.connections.get(id)?.lagId === undefined;
    // One that joins takes nothing from the LAG: it may come in place of one that has just left.
    const isDown = (id: string, { until, awaitedUntil, by, lagIds }: Interruption) =>
      members.includes(id)
        ? until > now
        : isLeft && isStandalone(id) && by !== requestId && lagIds.has(lagId) && awaitedUntil > now;
    const down = [...this.interrupted]
      .filter(([id, each]) => id !== connectionId && isDown(id, each))
      .map(([id]) => id);
    if (down.length + 1 <= most) return;
    this.tooMany.push(
      `${connectionId} was interrupted while ${down.join(', ')} of ${lagId} was down, and at most ${most} may be`,
    );
  }

  private isStranded(lagId: string): boolean {
    // What has come with another connection since the handler's last look cannot be known.
    const isSeen = this.clock.now() - (this.broughtAt.get(lagId) ?? 0) >= LONGEST_SINCE_LOOK;
    return isSeen && this.carries(lagId) && !this.network.members(lagId).some(member => this.isUp(member));
  }

  private carries(id: string): boolean {
    return [...this.network.virtualInterfaces.values()].some(({ connectionId }) => connectionId === id);
  }

  private isUp(connection: ConnectionRecord): boolean {
    return this.network.connectionState(connection) === 'available';
  }
}
