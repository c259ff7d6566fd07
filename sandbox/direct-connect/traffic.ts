import {
  type ConnectionRecord,
  carrierOf,
  type Interruption,
  isHosted,
  type LagRecord,
  linkState,
  type VirtualInterfaceRecord,
} from './records';
import type { Version, Versions } from './versions';

/** Times are milliseconds since 1970-01-01T00:00Z. */
export interface Interval {
  readonly from: number;
  /** Absent where it goes on. */
  readonly to?: number;
  /**
   * Whether traffic could pass: over a connection that was available, a hosted one with its interconnect or LAG up
   * besides; over a LAG with a member that was; over a virtual interface that was available.
   */
  readonly up: boolean;
}

/**
 * When a link, which is a connection, a LAG or a virtual interface was up, from when there was one. Each interval begins
 * where the one before ends, and differs from it; none is empty, but for a last one that begins now. What is deleted is
 * down.
 */
export type Traffic =
  | { readonly id: string; readonly kind: 'link' | 'virtualInterface'; readonly intervals: readonly Interval[] }
  | {
      readonly id: string;
      readonly kind: 'lag';
      readonly intervals: readonly Interval[];
      /** The fewest of its members that were up at a time. */
      readonly fewestLinksUp: number;
      /** How long none of them was, up to now. */
      readonly secondsWithoutLink: number;
    };

/** What there is, and what it was before. */
export interface Past {
  readonly connections: Versions<ConnectionRecord>;
  readonly lags: Versions<LagRecord>;
  readonly virtualInterfaces: Versions<VirtualInterfaceRecord>;
}

/** A value from a time until the next step; the last one's until now. */
interface Step<T> {
  readonly from: number;
  readonly value: T;
}

/** A time in which a record was the same; `to` is `Infinity` for the present one. */
interface Stretch<T> {
  readonly from: number;
  readonly to: number;
  readonly record: T;
}

/** A dedicated connection needs no other. */
const NO_CARRIER: readonly Step<boolean>[] = [{ from: Number.NEGATIVE_INFINITY, value: true }];

/**
 * The traffic within a period that ends now, of connections, LAGs and virtual interfaces in this order. It is worked out
 * from what each record was: nothing is kept for it.
 */
export function trafficOf(past: Past, { from, to: now }: Interruption): Traffic[] {
  const upOf = new Map<string, readonly Step<boolean>[]>();
  /** What is another account's, and so not among the records, is up. */
  const carried = (id: string) => upOf.get(id) ?? NO_CARRIER;
  const changesOf = new Map<string, Step<number>[]>();
  const connections = [...past.connections.histories()].map(([id, versions]) => ({
    id,
    stretches: stretchesOf(versions, from),
  }));

  for (const { id, stretches } of connections) {
    const up = stretches.map(stretch => upDuring(stretch, isAvailable(stretch.record), NO_CARRIER));
    upOf.set(id, tidy(up.flat(), now));
    stretches.forEach(({ to, record }, index) => {
      const { lagId } = record;
      const since = up[index]?.find(({ value }) => value)?.from;
      if (lagId === undefined || since === undefined || isHosted(record)) return;
      const changes = changesOf.get(lagId) ?? [];
      changesOf.set(lagId, changes);
      changes.push({ from: since, value: 1 }, { from: to, value: -1 });
    });
  }

  const lags = [...past.lags.histories()].map(([id, versions]): Traffic => {
    const [created] = stretchesOf(versions, from);
    const links = created === undefined ? [] : linksUp(created.from, changesOf.get(id) ?? [], now);
    const up = tidy(
      links.map(step => ({ ...step, value: step.value > 0 })),
      now,
    );
    upOf.set(id, up);
    const without = intervalsOf(up).filter(interval => !interval.up);
    return {
      id,
      kind: 'lag',
      intervals: intervalsOf(up),
      fewestLinksUp: links.reduce((fewest, { value }) => Math.min(fewest, value), links[0]?.value ?? 0),
      secondsWithoutLink: without.reduce((sum, interval) => sum + (interval.to ?? now) - interval.from, 0) / 1000,
    };
  });

  for (const { id, stretches } of connections) {
    // Hosted connections come after the LAGs that they may be on.
    if (stretches.every(({ record }) => carrierOf(record) === undefined)) continue;
    const up = stretches.flatMap(stretch => {
      const carrier = carrierOf(stretch.record);
      const steps = carrier === undefined ? NO_CARRIER : carried(carrier);
      return upDuring(stretch, isAvailable(stretch.record), steps);
    });
    upOf.set(id, tidy(up, now));
  }

  const virtualInterfaces = [...past.virtualInterfaces.histories()].map(([id, versions]): Traffic => {
    const up = stretchesOf(versions, from).flatMap(stretch => {
      const { virtualInterfaceState, connectionId } = stretch.record;
      return upDuring(stretch, virtualInterfaceState === 'available', carried(connectionId));
    });
    return { id, kind: 'virtualInterface', intervals: intervalsOf(tidy(up, now)) };
  });

  const links = connections.map(({ id }): Traffic => ({ id, kind: 'link', intervals: intervalsOf(carried(id)) }));
  return [...links, ...lags, ...virtualInterfaces];
}

/** Whether a connection that stays as it is is available, once it is in no transition. */
function isAvailable(connection: ConnectionRecord): boolean {
  return linkState(connection, Number.POSITIVE_INFINITY) === 'available';
}

function stretchesOf<T>(versions: readonly Version<T>[], from: number): Stretch<T>[] {
  return versions
    .map((version, index) => ({
      from: Math.max(version.from, from),
      to: versions[index + 1]?.from ?? Number.POSITIVE_INFINITY,
      record: version.record,
    }))
    .filter(stretch => stretch.from < stretch.to);
}

/** When something was up that is up if it is available, in no transition, and its carrier is up. */
function upDuring(
  { from, to, record }: Stretch<{ readonly transition?: Interruption }>,
  available: boolean,
  carrier: readonly Step<boolean>[],
): Step<boolean>[] {
  const settled = Math.max(from, record.transition?.to ?? from);
  if (!available || settled >= to) return [{ from, value: false }];
  const value = carrier.findLast(step => step.from <= settled)?.value ?? false;
  const up = [{ from: settled, value }, ...carrier.filter(step => step.from > settled && step.from < to)];
  return settled > from ? [{ from, value: false }, ...up] : up;
}

/** How many links of a LAG were up, from how many more or fewer were at each time. */
function linksUp(created: number, changes: readonly Step<number>[], now: number): Step<number>[] {
  let links = 0;
  const steps = [{ from: created, value: 0 }, ...changes]
    .filter(({ from }) => from <= now)
    .sort((one, other) => one.from - other.from)
    .map(({ from, value }) => {
      links += value;
      return { from, value: links };
    });
  return tidy(steps, now);
}

/** Without steps that are still to come, that lasted no time, or that changed nothing. */
function tidy<T>(steps: readonly Step<T>[], now: number): Step<T>[] {
  return steps
    .filter(({ from }, index) => from <= now && steps[index + 1]?.from !== from)
    .filter(({ value }, index, lasting) => value !== lasting[index - 1]?.value);
}

function intervalsOf(steps: readonly Step<boolean>[]): Interval[] {
  return steps.map(({ from, value: up }, index) => {
    const to = steps[index + 1]?.from;
    return { from, ...(to === undefined ? {} : { to }), up };
  });
}
