import { field } from '../field';
import type { Membership } from './memberships';

/** Where a connection is that is not in its LAG: the LAG that it is in, `standalone`, `deleted` or `not found`. */
export type Elsewhere = string;

/** What a look found of one membership. */
export interface Finding {
  readonly membership: Membership;
  /** Absent where the connection is in its LAG. */
  readonly elsewhere?: Elsewhere;
}

/** When something was looked at: from the call to its answer, milliseconds since 1970-01-01T00:00Z. */
export interface Moment {
  readonly from: number;
  readonly to: number;
}

/** The last look at each stack's memberships, by the stack's id. */
export type Looks = ReadonlyMap<string, Look>;

export interface Look {
  /** When it began: milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  /** Those that were elsewhere, by their logical ids. */
  readonly drifted: ReadonlyMap<string, Elsewhere>;
}

/** A membership that was found otherwise than at the look before. */
export interface Change extends Finding {
  /** It happened between these: milliseconds since 1970-01-01T00:00Z. The first is not known where nobody has looked before. */
  readonly between: readonly [after: number | undefined, before: number];
}

/**
 * What differs from the looks before, and what there is to remember for the next one.
 *
 * @param complete the stacks of which every membership was looked at; of others, the time of the look before still counts
 */
export function compare(
  before: Looks,
  findings: readonly Finding[],
  { from, to }: Moment,
  complete: ReadonlySet<string>,
): { readonly changes: readonly Change[]; readonly looks: Looks } {
  const looks = new Map<string, { at: number; drifted: Map<string, Elsewhere> }>();
  for (const [stackId, { at, drifted }] of before) looks.set(stackId, { at, drifted: new Map(drifted) });
  const changes: Change[] = [];
  for (const finding of findings) {
    const { membership, elsewhere } = finding;
    const { stackId, logicalId, placedAfter } = membership;
    const earlier = before.get(stackId);
    if (elsewhere !== earlier?.drifted.get(logicalId)) {
      const known = [earlier?.at, placedAfter].filter(time => time !== undefined);
      changes.push({ ...finding, between: [known.length === 0 ? undefined : Math.max(...known), to] });
    }
    const look = looks.get(stackId) ?? { at: from, drifted: new Map() };
    looks.set(stackId, look);
    if (elsewhere === undefined) look.drifted.delete(logicalId);
    else look.drifted.set(logicalId, elsewhere);
  }
  const looked = new Set(findings.map(({ membership }) => nameOf(membership.stackId, membership.logicalId)));
  for (const stackId of complete) {
    const look = looks.get(stackId);
    if (look === undefined) continue;
    look.at = from;
    // What is no membership any more is nowhere.
    for (const logicalId of look.drifted.keys()) {
      if (!looked.has(nameOf(stackId, logicalId))) look.drifted.delete(logicalId);
    }
  }
  return { changes, looks };
}

function nameOf(stackId: string, logicalId: string): string {
  return `${stackId} ${logicalId}`;
}

/** As the table holds it. @param stackIds those that there still are */
export function storedLooks(looks: Looks, stackIds: ReadonlySet<string>): object {
  return Object.fromEntries(
    [...looks]
      .filter(([stackId]) => stackIds.has(stackId))
      .map(([stackId, { at, drifted }]) => [stackId, { at, drifted: Object.fromEntries(drifted) }]),
  );
}

/** Reads {@link storedLooks}. What is not as it was written counts as nothing: it says only what is new. */
export function parseLooks(record: unknown): Looks {
  const looks = new Map<string, Look>();
  for (const [stackId, look] of Object.entries(Object(record))) {
    const [at, drifted] = [field(look, 'at'), field(look, 'drifted')];
    if (typeof at !== 'number') continue;
    const entries = Object.entries(Object(drifted)).flatMap(([logicalId, elsewhere]) =>
      typeof elsewhere === 'string' ? [[logicalId, elsewhere] as const] : [],
    );
    looks.set(stackId, { at, drifted: new Map(entries) });
  }
  return looks;
}
