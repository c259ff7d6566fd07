import type { Pair } from '../pair';
import type { Claim, ConnectionRecord, Owner } from '../record/record';
import { parseRecord } from '../record/stored-record';
import type { Item } from '../record/table';

/** A membership whose connection is to be in its LAG: its last event has put it there, or has found it there. */
export interface Membership extends Owner, Pair {
  readonly region: string;
  /** When its last event was sent: milliseconds since 1970-01-01T00:00Z; absent where that is not known. */
  readonly placedAfter?: number;
  /** Whether the connection stays in the LAG when the membership goes, of which nobody tells the handler then. */
  readonly retained: boolean;
  /** The record that says so, as it was read. */
  readonly read: { readonly id: string; readonly stamp: string; readonly record: ConnectionRecord };
}

/** What the records say, all together. */
export interface Recorded {
  readonly memberships: readonly Membership[];
  /** Stacks that have or had a membership. */
  readonly stackIds: ReadonlySet<string>;
  /** Ids of items that are no records: somebody has changed them. */
  readonly unreadable: readonly string[];
}

/** Items of other things, such as the turns of a LAG, have other ids. */
const RECORD_ID = /^([a-z0-9-]+)\/(dxcon-[a-z0-9]{8,21})$/;

export function recorded(items: ReadonlyMap<string, Item>): Recorded {
  const memberships: Membership[] = [];
  const stackIds = new Set<string>();
  const unreadable: string[] = [];
  for (const [id, item] of items) {
    const [, region, connectionId] = RECORD_ID.exec(id) ?? [];
    if (region === undefined || connectionId === undefined) continue;
    const record = attempt(() => parseRecord(item.record));
    if (record === undefined) {
      unreadable.push(id);
      continue;
    }
    for (const claim of record.claims) {
      stackIds.add(claim.stackId);
      const { stackId, logicalId, event, lagId, retained = false } = claim;
      if (lagId === undefined || !isInPlace(claim)) continue;
      const placedAfter = event.sentAt === undefined ? {} : { placedAfter: event.sentAt * 1000 };
      const read = { id, stamp: item.stamp, record };
      memberships.push({ stackId, logicalId, region, connectionId, lagId, retained, ...placedAfter, read });
    }
  }
  return { memberships, stackIds, unreadable };
}

/** Whether the membership has its connection: it has not lost it, and no event of it is at work or has failed. */
function isInPlace({ gone, event }: Claim): boolean {
  return gone === undefined && event.outcome === 'done';
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
