import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import type { Request } from '../cloudformation/event';
import { isBeingDeleted, isRollingBack } from '../cloudformation/operation';
import { parsePhysicalId } from '../cloudformation/physical-id';
import type { Pair } from '../pair';
import { type Claim, type Place, sameOwner } from '../record/record';
import { isGone, isLagGone, members, whyLagCannotTake } from './capacity';
import { claim, declaredElsewhere, lastPlace } from './claim';
import { type Call, giveUp, look, refusalKey, type Step, type View, type Write, write } from './step';

/**
 * Whether CloudFormation goes back with an Update: to what was there before the operation. Then what is so already is a
 * success at once, what a person has changed since is left alone, and nothing is undone a second time.
 */
export function goesBack(request: Request, view: View): boolean | Step {
  if (request.type !== 'Update') return false;
  const ask: Call = { do: 'describe stack' };
  if (view.stack === undefined) return view.refused.has(refusalKey(ask)) ? false : ask;
  return isRollingBack(view.stack);
}

/**
 * What an event that CloudFormation did not wait for has put in the place of its connection: CloudFormation never saw the
 * id of that, and never deletes it.
 */
export function takeBack(request: Request, view: View): Step | undefined {
  if (request.type === 'Create') return undefined;
  const known = parsePhysicalId(request.physicalId)?.connectionId;
  for (const connectionId of view.others) {
    const own = claim(connectionId, view);
    const before = own === undefined ? undefined : foundByLast(own);
    if (connectionId === known || own === undefined || before === undefined || own.givenUp) continue;
    if (view.left.has(connectionId)) continue;
    if (request.type === 'Delete' && own.event.outcome === 'done') {
      const ask: Call = { do: 'describe stack' };
      if (view.stack === undefined && !view.refused.has(refusalKey(ask))) return ask;
      if (view.stack === undefined || !isBeingDeleted(view.stack)) continue;
    }
    const connection = view.connections.get(connectionId);
    if (connection === undefined) return look({ do: 'describe connection', connectionId }, view);
    if (isGone(connection) || !(connection.lagId === undefined || own.places.includes(connection.lagId))) continue;
    const elsewhere =
      connection.lagId !== undefined && declaredElsewhere({ connectionId, lagId: connection.lagId }, view);
    if (elsewhere === true) continue;
    if (elsewhere !== false) return elsewhere;
    const place = isWanted(connectionId, before, own, view) ? before : {};
    const step = undo(connectionId, place, connection, view);
    if (step !== undefined) return step;
  }
  return undefined;
}

/**
 * Where a connection was before the event that CloudFormation did not wait for; `undefined` where that did not touch it. What
 * the membership never had was found there.
 */
function foundByLast({ physicalId, found, moves, wantedBy }: Claim): Place | undefined {
  return physicalId === undefined ? found : moves.findLast(({ by }) => by === wantedBy)?.from;
}

/**
 * Back to where a connection was found: standalone, or in the LAG it was moved out of. AWS does the latter in one call,
 * but not with a last member that the minimum links ask for; that goes by way of standalone.
 */
export function undo(connectionId: string, found: Place, connection: Connection, view: View): Step | undefined {
  const { lagId } = connection;
  if (lagId === found.lagId) return undefined;
  if (found.lagId === undefined) {
    return lagId === undefined ? undefined : write({ do: 'disassociate', pair: { connectionId, lagId } }, view);
  }
  const home = view.lags.get(found.lagId);
  if (home === undefined) return look({ do: 'describe LAG', lagId: found.lagId }, view);
  const out: Step | undefined =
    lagId === undefined ? undefined : write({ do: 'disassociate', pair: { connectionId, lagId } }, view);
  if (isLagGone(home)) return out;
  const obstacle = isFullOnly(home, connection) ? whyLagCannotTake(home, connection) : undefined;
  if (obstacle !== undefined) {
    return roomBack(connection, home, view) ?? giveUp({ problem: 'LAG cannot take it', obstacle });
  }
  const back: Write = {
    do: 'associate',
    pair: { connectionId, lagId: found.lagId },
    ...(lagId === undefined ? {} : { movesFrom: lagId }),
  };
  if (lagId === undefined || !view.refused.has(refusalKey(back))) return write(back, view);
  const from = view.lags.get(lagId);
  if (from === undefined) return look({ do: 'describe LAG', lagId }, view);
  const isLast = from !== 'not found' && members(from).every(member => member.connectionId === connectionId);
  return isLast ? out : write(back, view);
}

/**
 * What has to happen before a connection can go back into a LAG that is full: a sibling that took its slot in the operation
 * that is being rolled back goes out of it, as its own rollback would have it, which may come after this one; else the slot
 * is waited for.
 */
export function roomBack({ connectionId = '' }: Connection, lag: Lag, view: View): Step | undefined {
  const { lagId = '' } = lag;
  const left = lastLeftAt(connectionId, lagId, view);
  const allGoBack = view.stack !== undefined && (isRollingBack(view.stack) || isBeingDeleted(view.stack));
  if (allGoBack && left !== undefined) {
    for (const { connectionId: other = '' } of members(lag)) {
      const record = view.record(other);
      if (record === undefined) return look({ do: 'read record', connectionId: other }, view);
      // One that has been here before has gone back itself, and has taken no slot.
      const took = record.claims.some(
        claimed =>
          !sameOwner(claimed, view.owner) &&
          claimed.stackId === view.owner.stackId &&
          claimed.gone === undefined &&
          !claimed.retained &&
          claimed.lagId === lagId &&
          hasMovedSince(claimed, left) &&
          leftAt(claimed, lagId) === undefined,
      );
      if (took) return write({ do: 'disassociate', pair: { connectionId: other, lagId } }, view);
    }
  }
  return view.waitedForSlot ? undefined : { do: 'wait for a slot', lagId, connectionId };
}

/** Whether a LAG could take a connection if it had a free slot. */
export function isFullOnly(lag: Lag, connection: Connection): boolean {
  return (
    whyLagCannotTake(lag, connection) !== undefined &&
    whyLagCannotTake({ ...lag, connections: [] }, connection) === undefined
  );
}

/**
 * Whether another membership has taken the connection away from this one's LAG in the operation that is being rolled back,
 * so that this one may have it back from where that one has put it.
 */
export function isTakenBySibling(connectionId: string, lagId: string, from: string, view: View): boolean {
  const own = claim(connectionId, view);
  if (own?.physicalId === undefined) return false;
  const left = leftAt(own, lagId);
  // From this LAG itself, or after this membership had taken it out for another connection.
  const takes = (other: Claim) =>
    leftAt(other, lagId) !== undefined || (left !== undefined && hasMovedSince(other, left));
  return (view.record(connectionId)?.claims ?? []).some(
    other => !sameOwner(other, view.owner) && other.places.includes(from) && takes(other),
  );
}

/** Whether a membership took the connection out of the LAG since this one has had it: else a person did, before the operation. */
export function hasBeenLeft({ connectionId, lagId }: Pair, view: View): boolean {
  return lastLeftAt(connectionId, lagId, view) !== undefined;
}

/** When a membership last took a connection out of a LAG since this one has had it; a person has where it was put back since. */
function lastLeftAt(connectionId: string, lagId: string, view: View): number | undefined {
  const since = claim(connectionId, view)?.since;
  if (since === undefined || lastPlace(connectionId, view)?.lagId === lagId) return undefined;
  const times = (view.record(connectionId)?.claims ?? []).flatMap(each => leftAt(each, lagId) ?? []);
  return times
    .filter(at => at >= since)
    .sort((one, other) => one - other)
    .at(-1);
}

/** When a membership last took its connection out of a LAG. */
export function leftAt(own: Claim | undefined, lagId: string): number | undefined {
  return own?.moves.findLast(({ from }) => from.lagId === lagId)?.at;
}

function hasMovedSince({ moves }: Claim, since: number): boolean {
  return moves.some(({ at }) => at >= since);
}

/** Whether a connection may go back to where it was found: not where the membership that had put it there goes too. */
export function isWanted(connectionId: string, found: Place, own: Claim | undefined, view: View): boolean {
  const since = own?.since ?? 0;
  const goes = (other: Claim) =>
    !other.retained &&
    ((other.gone ?? 0) >= since ||
      (other.event.requestType === 'Delete' && (other.event.sentAt ?? 0) * 1000 >= since) ||
      (other.stackId === view.owner.stackId && view.stack !== undefined && isBeingDeleted(view.stack)));
  return !(view.record(connectionId)?.claims ?? []).some(
    other =>
      !sameOwner(other, view.owner) &&
      other.places.includes(found.lagId ?? '') &&
      // One that has found it there itself has not put it there.
      other.found?.lagId !== found.lagId &&
      goes(other),
  );
}
