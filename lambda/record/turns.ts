import type { ErrorFacts } from '../aws/errors';
import { persist } from '../aws/persist';
import type { Clock } from '../clock';
import { field } from '../field';
import type { Log } from '../log';
import { NO_TABLE } from './record';
import type { Table } from './table';

/** A link that an event interrupts, or is about to. */
interface Interruption {
  readonly connectionId: string;
  /** Request id of the event. */
  readonly by: string;
  /** How many links of the LAG the event lets be interrupted at once, this one included. */
  readonly most: number;
  /** When the event can no longer be at work: milliseconds since 1970-01-01T00:00Z. */
  readonly until: number;
}

/** What a LAG's item holds. */
interface Interruptions {
  readonly interruptions: readonly Interruption[];
  /** When one last began or ended: milliseconds since 1970-01-01T00:00Z. */
  readonly changedAt: number;
}

export type Turn =
  /** By LAG: what else is interrupted there, and when that last changed. */
  | { readonly taken: ReadonlyMap<string, { readonly others: readonly string[]; readonly changedAt: number }> }
  | { readonly behind: readonly string[] }
  | { readonly error: ErrorFacts };

/** How often somebody else may come first in one change of a LAG's item: as many as there are members and some. */
const MOST_CONFLICTS = 50;

/** How long an item is kept after its last change: longer than any event is at work. Milliseconds. */
const KEPT = 24 * 3_600_000;

/**
 * Which links of a LAG are down because of events, one item a LAG: an event enters the connection that it is about to
 * interrupt, where there are not too many already, and takes it out when it has answered. An event that has died is not waited
 * for longer than it could have lived.
 *
 * Where the table is gone, each event has its turn: only deletions go on then.
 */
export class Turns {
  private readonly held = new Set<string>();

  /**
   * @param by request id of the event
   * @param until when the invocation ends at the latest: milliseconds since 1970-01-01T00:00Z
   */
  constructor(
    private readonly by: string,
    private readonly region: string,
    private readonly until: number,
    private readonly table: Table,
    private readonly tools: { readonly clock: Clock; readonly random: () => number; readonly log: Log },
  ) {}

  /**
   * Enters a connection for each of the LAGs, or for none.
   *
   * @param most how many links of each may be interrupted at once, this one included
   * @param isOwn whether the event has interrupted a link itself: what another one has entered for that is passed over
   * @param deadline milliseconds since 1970-01-01T00:00Z
   */
  async take(
    lagIds: readonly string[],
    connectionId: string,
    most: number,
    isOwn: (connectionId: string) => boolean,
    deadline: number,
  ): Promise<Turn> {
    const taken = new Map<string, { others: readonly string[]; changedAt: number }>();
    for (const lagId of [...lagIds].sort()) {
      let others: readonly string[] = [];
      let changedAt = 0;
      const changed = await this.change(lagId, deadline, (known, now) => {
        const alive = known.interruptions.filter(each => each.by !== this.by && now < each.until);
        others = [...new Set(alive.map(each => each.connectionId))].filter(id => id !== connectionId && !isOwn(id));
        // Another delivery of the same event, which does not wait for this one, may be interrupting a link just now.
        changedAt = known.interruptions.some(each => each.by === this.by) ? now : known.changedAt;
        // Whoever came first and bears less has gone by that.
        if (others.length >= Math.min(most, ...alive.map(each => each.most))) return undefined;
        return [...alive, { connectionId, by: this.by, most, until: this.until }];
      });
      if (typeof changed === 'object') return { error: changed };
      if (changed === 'unchanged') {
        await this.release(deadline);
        return { behind: others };
      }
      this.held.add(lagId);
      taken.set(lagId, { others, changedAt });
    }
    return { taken };
  }

  /**
   * Takes the event's connections out again. What keeps it from that is logged: they end by themselves.
   *
   * @param after milliseconds from now: as long as a look may not show yet that a link is down
   * @param lagIds where else an invocation of the event before this one may have entered some, and have died
   */
  async release(deadline: number, after = 0, lagIds: readonly string[] = []): Promise<void> {
    for (const lagId of new Set([...this.held, ...lagIds])) {
      await this.change(lagId, deadline, ({ interruptions }, now) => {
        if (interruptions.every(each => each.by !== this.by)) return undefined;
        return interruptions.flatMap(each => {
          if (each.by !== this.by) return [each];
          return after > 0 ? [{ ...each, until: now + after }] : [];
        });
      });
    }
    this.held.clear();
  }

  private async change(
    lagId: string,
    deadline: number,
    update: (known: Interruptions, now: number) => readonly Interruption[] | undefined,
  ): Promise<'changed' | 'unchanged' | ErrorFacts> {
    const { clock, random } = this.tools;
    const id = `${this.region}/${lagId}`;
    for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts++) {
      const item = await persist('read turns', () => this.table.get(id), deadline, this.tools);
      if ('error' in item) return item.error.name === NO_TABLE ? 'changed' : item.error;
      const now = clock.now();
      const interruptions = update(parsed(item.value?.record), now);
      if (interruptions === undefined) return 'unchanged';
      const changed = {
        record: { interruptions, changedAt: now },
        stamp: `${this.by}/${random().toString(36).slice(2)}`,
        expires: Math.ceil((now + KEPT) / 1000),
      };
      const put = () => this.table.put(id, changed, item.value?.stamp);
      const written = await persist('write turns', put, deadline, this.tools);
      if ('error' in written) return written.error.name === NO_TABLE ? 'changed' : written.error;
      if (written.value) return 'changed';
    }
    return 'unchanged';
  }
}

/** What is not as it was written counts as nothing: it says only whom to wait for. */
function parsed(record: unknown): Interruptions {
  const [interruptions, changedAt] = [field(record, 'interruptions'), field(record, 'changedAt')];
  return {
    interruptions: Array.isArray(interruptions) ? interruptions.filter(isInterruption) : [],
    changedAt: typeof changedAt === 'number' ? changedAt : 0,
  };
}

function isInterruption(value: unknown): value is Interruption {
  const texts = [field(value, 'connectionId'), field(value, 'by')];
  const numbers = [field(value, 'most'), field(value, 'until')];
  return texts.every(text => typeof text === 'string') && numbers.every(number => typeof number === 'number');
}
