import type { Pair } from '../../lambda/pair';
import type { Network } from '../../sandbox/direct-connect/network';
import type { VirtualClock } from '../../sandbox/test/virtual-clock';
import type { Invocation } from './invocation';

/** How old the handler's last look at a connection may be when it writes, in milliseconds. */
const LONGEST_SINCE_LOOK = 5_000;

/** The links that the handler takes down, and whether there are ever more of a LAG at once than the template allows. */
export class Interruptions {
  /** Where there were more. */
  readonly tooMany: string[] = [];
  /** Until when links are down that the handler interrupted, in milliseconds since 1970-01-01T00:00Z, and for which event. */
  private readonly interrupted = new Map<string, { readonly until: number; readonly by: string }>();

  /** @param transition how long a link is down, in milliseconds */
  constructor(
    private readonly network: Network,
    private readonly clock: VirtualClock,
    private readonly transition: number,
  ) {}

  /** Counts a write of the handler that may interrupt a link among those of its LAGs that are down because of the handler. */
  async count<T>(
    { connectionId, lagId }: Pair,
    { requestId, most }: Invocation['event'],
    write: () => Promise<T>,
  ): Promise<T> {
    const connection = this.network.connections.get(connectionId);
    const isUp = connection !== undefined && this.network.connectionState(connection) === 'available';
    const lagIds = new Set([connection?.lagId, lagId].filter(id => id !== undefined));
    const now = this.clock.now();
    // One that somebody else has interrupted may have come up between the handler's last look and this write.
    const upSince = connection?.transition?.to ?? 0;
    const byOthers = Math.abs((this.interrupted.get(connectionId)?.until ?? 0) - upSince) > 1_000;
    const isSeen = !byOthers || now - upSince >= LONGEST_SINCE_LOOK;
    const answer = await write();
    if (!isUp || !isSeen) return answer;
    // What goes on with a link that the event has interrupted before is one with that: those that may be down beside it are.
    const goesOn = this.interrupted.get(connectionId)?.by === requestId;
    for (const id of goesOn ? [] : lagIds) this.check(id, connectionId, most, now);
    this.interrupted.set(connectionId, { until: now + this.transition, by: requestId });
    return answer;
  }

  private check(lagId: string, connectionId: string, most: number, now: number): void {
    const isDown = (id: string) => id !== connectionId && (this.interrupted.get(id)?.until ?? 0) > now;
    const down = this.network
      .members(lagId)
      .flatMap(member => (isDown(member.connectionId) ? [member.connectionId] : []));
    if (down.length + 1 <= most) return;
    this.tooMany.push(
      `${connectionId} was interrupted while ${down.join(', ')} of ${lagId} was down, and at most ${most} may be`,
    );
  }
}
