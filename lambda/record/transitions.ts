import {
  type Claim,
  type ConnectionRecord,
  claimOf,
  type EventMark,
  type Owner,
  type Place,
  sameOwner,
} from './record';

/** The event that is handled. */
export interface Event extends Owner, Omit<EventMark, 'outcome'> {
  /** When it arrived here: milliseconds since 1970-01-01T00:00Z. */
  readonly arrivedAt: number;
  /** How long CloudFormation waits for its answer, in seconds. */
  readonly timeout: number;
}

/** A connection that an event is about. */
export interface Concern {
  readonly connectionId: string;
  /**
   * What the event wants the connection for: its `other` connection is one that it gives up; one that is only `seen` keeps
   * the event that it has.
   */
  readonly as: 'goal' | 'other' | 'seen';
  /** The LAG that a Create or an Update asks for. */
  readonly lagId?: string;
  /** Whether its template retains the connection. */
  readonly retained?: boolean;
  /** What CloudFormation believes of the connection, where it knows that the membership has it. */
  readonly known?: { readonly physicalId: string; readonly lagId?: string };
  /** For which connection the event gives this one up. */
  readonly replacement?: string;
}

/** How many earlier events a claim remembers: those of one second are few. */
const REMEMBERED = 10;

/** How many moves a claim remembers beside that of the event that wanted its connection: back, and back again. */
const MOVES_REMEMBERED = 4;

/** How long a claim that is gone is kept for late events: Lambda drops an event after six hours. Milliseconds. */
export const KEPT_AFTER_GONE = 24 * 3_600_000;

/** How long a write may take to reach Direct Connect: one call and its time-out. Milliseconds. */
const LONGEST_WRITE = 30_000;

/**
 * Why nothing may be written for an event, in words; `undefined` where it may.
 *
 * @param goal the membership's claim on the connection that the event is about
 * @param others its claims on the connections that the event gives up
 * @param now milliseconds since 1970-01-01T00:00Z
 */
export function whyBarred(
  event: Event,
  goal: Claim | undefined,
  others: readonly Claim[],
  now: number,
): string | undefined {
  if (goal?.event.requestId === event.requestId && goal.event.outcome !== undefined) {
    return 'this event was answered before';
  }
  const begun = goal?.event.requestId === event.requestId;
  // A Delete of the connection and one that takes it out by the way want the same.
  const isBoth = event.requestType === 'Delete' && goal?.event.requestType === 'Delete' && goal.event.byTheWay;
  const overtakers = [
    ...(isBoth && goal.gone === undefined ? [] : [goal]),
    // A Delete of what the event gives up is what CloudFormation sends after it, unless the event was never seen here.
    ...others.filter(claim => claim.event.requestType !== 'Delete' || !begun),
  ].filter(claim => claim !== undefined && isLater(claim, event));
  const [overtaker] = overtakers;
  if (overtaker !== undefined) {
    return `CloudFormation has sent a later event for this resource, a ${overtaker.event.requestType}`;
  }
  const age = ageOf(event, now);
  if (age >= event.timeout)
    return `this event is ${age} s old, and CloudFormation waits ${event.timeout} s for an answer`;
  return undefined;
}

/** In whole seconds; 0 where the event does not say when it was sent. */
function ageOf({ sentAt }: Event, now: number): number {
  return sentAt === undefined ? 0 : Math.floor(now / 1000) - sentAt;
}

/** The record where CloudFormation has given up waiting for a Delete: the connection is left in its LAG, as if it were retained. */
export function leftByLateDelete(
  record: ConnectionRecord,
  event: Event,
  concern: Concern,
  now: number,
): ConnectionRecord {
  const claim = claimOf(record, event);
  const isLeft = event.requestType === 'Delete' && concern.as === 'goal' && ageOf(event, now) >= event.timeout;
  if (!claim?.givenUp || claim.retained || !isLeft) return record;
  return { ...record, claims: replaced(record, { ...claim, retained: true }) };
}

/** Whether the newest event of a claim was sent after another event of the same membership. */
function isLater({ event: newest, before }: Claim, event: Event): boolean {
  if (newest.requestId === event.requestId) return false;
  if (before.includes(event.requestId)) return true;
  return newest.sentAt !== undefined && event.sentAt !== undefined && newest.sentAt > event.sentAt;
}

/** The record once the event has begun: the membership's newest, and with a claim on the connection. */
export function begun(record: ConnectionRecord, event: Event, concern: Concern): ConnectionRecord {
  const claim = claimOf(record, event);
  if (claim?.event.requestId === event.requestId || concern.as === 'seen') return record;
  const isNew = claim === undefined || beginsAnew(claim, event, concern);
  const { lagId, known, replacement, retained } = concern;
  const before = claim === undefined ? [] : [...claim.before, claim.event.requestId].slice(-REMEMBERED);
  const { requestId, requestType, sentAt } = event;
  const base: Claim =
    isNew || claim === undefined
      ? {
          stackId: event.stackId,
          logicalId: event.logicalId,
          event,
          before,
          since: known === undefined ? sentOrArrived(event) : 0,
          moves: [],
          places: known?.lagId === undefined ? [] : [known.lagId],
          ...(known === undefined ? {} : { physicalId: known.physicalId }),
          // The membership does not have it: the mark is for an earlier event that may still come to get it.
          ...(isMark(concern) ? { gone: event.arrivedAt } : {}),
        }
      : wantedAgain(claim, concern, (record.writing ?? record.wrote)?.to);
  const begunClaim: Claim = {
    ...base,
    event: {
      requestId,
      requestType,
      ...(sentAt === undefined ? {} : { sentAt }),
      ...(concern.as === 'other' ? { byTheWay: true } : {}),
    },
    before,
    ...(concern.as === 'goal' && requestType !== 'Delete' ? { wantedBy: requestId } : {}),
    ...(lagId === undefined ? {} : { lagId }),
    ...(replacement === undefined ? {} : { replacement, givenUp: true }),
    ...(retained === undefined ? {} : { retained }),
  };
  return { ...record, claims: isNew ? [...without(record, event), begunClaim] : replaced(record, begunClaim) };
}

/**
 * Whether a claim is of an earlier life of the membership, which has given the connection up, or whose Delete was never sent
 * (it was retained) or did not come to its end: what that life found or left behind is not this one's. A Delete begins none:
 * of two of a membership, the one of the connection before may have given up this one too.
 */
function beginsAnew(claim: Claim, event: Event, concern: Concern): boolean {
  const isOwnDelete = concern.as === 'goal' && event.requestType === 'Delete';
  if (claim.gone !== undefined) return !isMark(concern) && (!isOwnDelete || claim.physicalId === undefined);
  if (concern.as !== 'goal' || isOwnDelete) return false;
  return event.requestType === 'Create' || (concern.known === undefined && claim.event.requestType === 'Delete');
}

/**
 * One that was given up and retained is found in its LAG when the membership comes back to it, unless a rollback has taken it out.
 *
 * @param put where the last write has put it
 */
function wantedAgain(known: Claim, concern: Concern, put: Place | undefined): Claim {
  // What the membership has given up before, and where it had put it, goes on being known.
  if (isMark(concern)) return known;
  const { gone: _, ...claim } = known;
  const { as, lagId } = concern;
  // A Delete asks for no LAG.
  if (as !== 'goal' || lagId === undefined || !claim.givenUp) return claim;
  const { givenUp, ...wanted } = claim;
  const isThere = put === undefined || put.lagId === claim.lagId;
  return claim.retained && claim.lagId !== undefined && isThere ? { ...wanted, found: { lagId: claim.lagId } } : wanted;
}

/** Whether the event has nothing to do with the connection but to be known to events of the membership that come late. */
function isMark({ as, known }: Concern): boolean {
  return as === 'other' && known === undefined;
}

function sentOrArrived({ sentAt, arrivedAt }: Event): number {
  return sentAt === undefined ? arrivedAt : sentAt * 1000;
}

/** Whether somebody else's write may be on its way. */
export function isWriting({ writing }: ConnectionRecord, by: string, now: number): boolean {
  return writing !== undefined && writing.by !== by && now < writing.until;
}

/** A write that is about to be sent. */
export interface Writing {
  readonly by: string;
  /** Where the connection was seen just before. */
  readonly from: Place;
  /** Where the write leads. */
  readonly to: Place;
  /** Whether the event associates the connection for its own goal. */
  readonly isGoal: boolean;
  /** Whether the link is up, and so is interrupted. */
  readonly wasUp?: boolean;
}

export function writing(record: ConnectionRecord, event: Event, write: Writing, now: number): ConnectionRecord {
  const known = claimOf(record, event);
  const claim = put(moved(known ?? mark(event, now), event, write, now), write);
  const claims = known === undefined ? [...record.claims, claim] : replaced(record, claim);
  return { ...record, claims, writing: { by: write.by, until: now + LONGEST_WRITE, to: write.to } };
}

/** Of a membership that never had the connection, and takes it out only to make room: its moves say what it has to give back. */
function mark({ stackId, logicalId, requestId, requestType, sentAt }: Event, now: number): Claim {
  const event = { requestId, requestType, ...(sentAt === undefined ? {} : { sentAt }) };
  return { stackId, logicalId, event, before: [], since: now, moves: [], places: [], gone: now };
}

/** Of the writes of an event, the first says where the connection was. */
function moved(claim: Claim, { requestId }: Event, { from, wasUp = false }: Writing, now: number): Claim {
  const known = claim.moves.find(({ by }) => by === requestId);
  if (known !== undefined) {
    if (!wasUp || known.wasUp) return claim;
    return { ...claim, moves: claim.moves.map(move => (move === known ? { ...move, wasUp } : move)) };
  }
  const moves = [...claim.moves, { by: requestId, at: now, from, ...(wasUp ? { wasUp } : {}) }];
  const kept = moves.filter(({ by }, index) => by === claim.wantedBy || index >= moves.length - MOVES_REMEMBERED);
  return { ...claim, moves: kept };
}

/** What was found counts from the first write on; a LAG that somebody else has put the connection into since is found anew. */
function put(claim: Claim, { from, to: { lagId }, isGoal }: Writing): Claim {
  if (!isGoal || lagId === undefined) return claim;
  const elsewhere = from.lagId !== undefined && from.lagId !== lagId && !claim.places.includes(from.lagId);
  const finds = claim.physicalId === undefined && (claim.found === undefined || elsewhere);
  return {
    ...claim,
    places: [...new Set([...claim.places, lagId])],
    ...(finds ? { found: from } : {}),
  };
}

/** The record when a write has come to its end. */
export function written(record: ConnectionRecord, by: string, now: number): ConnectionRecord {
  if (record.writing?.by !== by) return record;
  const { writing, ...rest } = record;
  return { ...rest, wrote: { to: writing.to, at: now } };
}

/** How an event ended for one of its connections. */
export type Ending =
  /** The membership has it. */
  | { readonly has: { readonly physicalId: string; readonly lagId: string } }
  /** The membership has it no more. */
  | { readonly has: 'no more' }
  /** What the membership has of it is what the record says: the event has failed, or has left the connection alone. */
  | { readonly has: 'as before'; readonly outcome: 'done' | 'failed' };

export function ended(
  record: ConnectionRecord,
  event: Event,
  ending: Ending,
  by: string,
  now: number,
): ConnectionRecord {
  const claim = claimOf(record, event);
  const settled = written(record, by, now);
  if (claim === undefined) return settled;
  return { ...settled, claims: replaced(settled, endedClaim(claim, ending, now)) };
}

function endedClaim(claim: Claim, ending: Ending, now: number): Claim {
  if (ending.has === 'as before' && ending.outcome === 'failed') {
    return { ...claim, event: { ...claim.event, outcome: 'failed' } };
  }
  // What was put in its place is seen to: by this event, or by CloudFormation, which knows of it.
  const { replacement: _, givenUp: __, ...kept } = claim;
  const event = { ...claim.event, outcome: 'done' as const };
  if (ending.has === 'as before') return { ...kept, event };
  if (ending.has === 'no more') return { ...kept, event, gone: now };
  const { physicalId, lagId } = ending.has;
  const found = claim.physicalId === undefined && claim.found === undefined ? { found: { lagId } } : {};
  return { ...kept, ...found, event, physicalId, lagId, places: [lagId] };
}

/** Without claims that no late event can ask for any more. */
export function pruned(record: ConnectionRecord, now: number): ConnectionRecord {
  const claims = record.claims.filter(({ gone }) => gone === undefined || now < gone + KEPT_AFTER_GONE);
  return claims.length === record.claims.length ? record : { ...record, claims };
}

function without(record: ConnectionRecord, owner: Owner): readonly Claim[] {
  return record.claims.filter(claim => !sameOwner(claim, owner));
}

function replaced(record: ConnectionRecord, claim: Claim): readonly Claim[] {
  return record.claims.map(other => (sameOwner(other, claim) ? claim : other));
}
