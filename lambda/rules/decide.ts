import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import type { Request } from '../cloudformation/event';
import { hasCompletedSince, isBeingDeleted, isRollingBack } from '../cloudformation/operation';
import { formatPhysicalId, parsePhysicalId } from '../cloudformation/physical-id';
import type { Pair } from '../pair';
import { type Claim, claimOf, otherClaims, type Place, sameOwner } from '../record/record';
import { members, whyLagCannotTake } from './capacity';
import { failureReason } from './reason';
import { type Call, callKey, type Failure, ownerKey, type Step, type View, type Write } from './step';

/** A connection that Direct Connect still lists, but that is no more. */
export function isGone(connection: Connection | 'not found'): connection is 'not found' {
  return connection === 'not found' || ['deleted', 'deleting', 'rejected'].includes(connection.connectionState ?? '');
}

/**
 * Decides the next step from what is asked and what is known. Pure: the same request and view give the same step.
 *
 * The rule behind every branch: look first; a goal that is reached already is a success without a write; nothing is
 * left before the new place is known to be able to take the connection; what fails is put back where CloudFormation
 * believes it to be; and a rollback leaves what was found.
 */
export function decide(request: Request, view: View): Step {
  if (view.failure !== undefined) return putBack(request, view, view.failure);
  if (request.type === 'Delete') return leave(request, view);
  return join(request, view);
}

type Joining = Extract<Request, { type: 'Create' | 'Update' }>;
type Leaving = Extract<Request, { type: 'Delete' }>;

/** The pair that an Update gives up for the new one, where the connection stays the same. */
function pairToLeave(request: Joining): Pair | undefined {
  if (request.type !== 'Update' || request.oldPair === undefined) return undefined;
  return request.oldPair.connectionId === request.pair.connectionId ? request.oldPair : undefined;
}

/** Whether the resource gets the connection with this event, so that it matters how it was found. */
export function isNewConnection(request: Joining): boolean {
  if (request.type === 'Create') return true;
  // Not the old properties: after an update that CloudFormation did not wait for, they name what it does not know of.
  return parsePhysicalId(request.physicalId)?.connectionId !== request.pair.connectionId;
}

function join(request: Joining, view: View): Step {
  const { pair } = request;
  const connection = view.connections.get(pair.connectionId);
  if (connection === undefined) return look({ do: 'describe connection', connectionId: pair.connectionId }, view);
  if (isGone(connection)) return giveUp({ problem: 'connection gone', connectionId: pair.connectionId });
  if (connection.lagId === pair.lagId) return joined(request, connection, view);

  const lag = view.lags.get(pair.lagId);
  if (lag === undefined) return look({ do: 'describe LAG', lagId: pair.lagId }, view);
  const obstacle = whyLagCannotTake(lag, connection);
  if (obstacle !== undefined) {
    return makeRoom(request, lag, view) ?? giveUp({ problem: 'LAG cannot take it', obstacle });
  }
  const from = connection.lagId;
  if (from === undefined) return write({ do: 'associate', pair }, view);
  if (from === pairToLeave(request)?.lagId || (!isNewConnection(request) && isOwn(pair.connectionId, from, view))) {
    return write({ do: 'disassociate', pair: { connectionId: pair.connectionId, lagId: from } }, view);
  }
  if (request.options.allowMove) return write({ do: 'associate', pair, movesFrom: from }, view);
  return giveUp({ problem: 'in another LAG', lagId: from });
}

/** Whether the resource itself has put the connection there, though CloudFormation may believe otherwise. */
function isOwn(connectionId: string, lagId: string, view: View): boolean {
  return claim(connectionId, view)?.places.includes(lagId) ?? false;
}

/** What the membership has to do with a connection, unless it has given it up. */
function claim(connectionId: string, view: View): Claim | undefined {
  const own = claimOf(view.record(connectionId), view.owner);
  return own?.gone === undefined ? own : undefined;
}

/** In a full LAG that has the resource's old connection in it, the old one goes first. */
function makeRoom(request: Joining, lag: Lag | 'not found', view: View): Step | undefined {
  if (request.type !== 'Update' || lag === 'not found' || !isNewConnection(request)) return undefined;
  const { pair, oldPair } = request;
  const connection = view.connections.get(pair.connectionId);
  if (oldPair === undefined || oldPair.lagId !== pair.lagId || connection === undefined || isGone(connection)) {
    return undefined;
  }
  // Only where the slot of the old connection is all that is missing.
  const others = members(lag).filter(member => member.connectionId !== oldPair.connectionId);
  if (others.length === members(lag).length) return undefined;
  if (whyLagCannotTake({ ...lag, connections: others }, connection) !== undefined) return undefined;
  if (connection.lagId !== undefined && !request.options.allowMove) return undefined;
  // It may have passed on to another resource by the same deployment.
  const elsewhere = declaredElsewhere(oldPair, view);
  if (elsewhere === true) return undefined;
  return elsewhere === false ? write({ do: 'disassociate', pair: oldPair }, view) : elsewhere;
}

function joined(request: Joining, connection: Connection, view: View): Step {
  const { pair, options } = request;
  const left = takeBack(request, view);
  if (left !== undefined) return left;
  const moved = !isNewConnection(request) && pairToLeave(request)?.lagId !== pair.lagId;
  const madeNow = view.accepted.has(callKey({ do: 'associate', pair }));
  if (
    options.waitForAvailable !== undefined &&
    connection.connectionState !== 'available' &&
    (request.type === 'Create' || isNewConnection(request) || moved || madeNow)
  ) {
    if (view.waitedForLink) {
      return giveUp({
        problem: 'not available',
        seconds: options.waitForAvailable,
        state: connection.connectionState ?? 'unknown',
      });
    }
    return { do: 'wait until available', connectionId: pair.connectionId };
  }
  return { do: 'succeed', physicalId: physicalIdOf(request, view), connection };
}

/**
 * What an event that CloudFormation did not wait for has put in the place of its connection: CloudFormation never saw the
 * id of that, and never deletes it.
 */
function takeBack(request: Request, view: View): Step | undefined {
  if (request.type === 'Create') return undefined;
  const known = parsePhysicalId(request.physicalId)?.connectionId;
  for (const connectionId of view.others) {
    const own = claim(connectionId, view);
    if (connectionId === known || own?.found === undefined) continue;
    if (request.type === 'Delete' && own.event.outcome === 'done') {
      const ask: Call = { do: 'describe stack' };
      if (view.stack === undefined && !view.refused.has(callKey(ask))) return ask;
      if (view.stack === undefined || !isBeingDeleted(view.stack)) continue;
    }
    const connection = view.connections.get(connectionId);
    if (connection === undefined) return look({ do: 'describe connection', connectionId }, view);
    if (isGone(connection) || !(connection.lagId === undefined || own.places.includes(connection.lagId))) continue;
    const elsewhere =
      connection.lagId !== undefined && declaredElsewhere({ connectionId, lagId: connection.lagId }, view);
    if (elsewhere === true) continue;
    if (elsewhere !== false) return elsewhere;
    const step = undo(connectionId, own.found, connection, view);
    if (step !== undefined) return step;
  }
  return undefined;
}

/**
 * Back to where a connection was found: standalone, or in the LAG it was moved out of. AWS does the latter in one call,
 * but not with a last member that the minimum links ask for; that goes by way of standalone.
 */
function undo(connectionId: string, found: Place, { lagId }: Connection, view: View): Step | undefined {
  if (lagId === found.lagId) return undefined;
  const home = found.lagId === undefined ? undefined : { connectionId, lagId: found.lagId };
  if (lagId === undefined) return home === undefined ? undefined : write({ do: 'associate', pair: home }, view);
  const out: Write = { do: 'disassociate', pair: { connectionId, lagId } };
  if (home === undefined) return write(out, view);
  const back: Write = { do: 'associate', pair: home, movesFrom: lagId };
  return write(view.refused.has(callKey(back)) ? out : back, view);
}

function physicalIdOf(request: Joining, view: View): string {
  if (request.type === 'Update' && !isNewConnection(request)) return request.physicalId;
  const { connectionId } = request.pair;
  const own = claim(connectionId, view);
  return (
    own?.physicalId ?? formatPhysicalId(connectionId, own?.found ?? { lagId: request.pair.lagId }, request.pair.lagId)
  );
}

function leave(request: Leaving, view: View): Step {
  const { connectionId, pair, physicalId } = request;
  if (connectionId === undefined) return { do: 'succeed', physicalId };
  const left = takeBack(request, view);
  if (left !== undefined) return left;
  const leaveIt = (because: string): Step => ({ do: 'succeed', physicalId, because });
  const own = claim(connectionId, view);
  const found = own?.found ?? foundBefore(request);
  if (found === undefined) return leaveIt('this resource never had it');
  const connection = view.connections.get(connectionId);
  if (connection === undefined) return look({ do: 'describe connection', connectionId }, view);
  if (isGone(connection)) return leaveIt('it is no more');
  const { lagId } = connection;
  const isHere =
    lagId !== undefined &&
    (lagId === pair?.lagId || isOwn(connectionId, lagId, view)) &&
    view.lags.get(lagId) !== 'not found';
  const mayBeOnItsWayBack = lagId === undefined && found.lagId !== undefined;
  if (!isHere && !mayBeOnItsWayBack) return leaveIt('it is not where this resource has put it');

  const elsewhere = lagId !== undefined && declaredElsewhere({ connectionId, lagId }, view);
  if (elsewhere === true) return leaveIt('another resource declares it');
  if (elsewhere !== false) return elsewhere;
  if (found.lagId !== undefined) {
    const meant = isMeant(own?.since ?? 0, view);
    if (meant === 'cannot be told') return leaveIt('whether the stack ever completed with it cannot be told');
    if (meant === 'rollback') {
      const place = isWanted(connectionId, found, own, view) ? found : {};
      return undo(connectionId, place, connection, view) ?? leaveIt('it is where it was found');
    }
    if (meant !== 'removal') return meant;
  }
  if (!isHere) return leaveIt('it is standalone already');
  const actual = { connectionId, lagId };
  return lowerMinimum(request, actual, view) ?? write({ do: 'disassociate', pair: actual }, view);
}

/** Whether a connection may go back to where it was found: not where the membership that had put it there goes too. */
function isWanted(connectionId: string, found: Place, own: Claim | undefined, view: View): boolean {
  const since = own?.since ?? 0;
  const goes = (other: Claim) =>
    (other.gone ?? 0) >= since ||
    (other.event.requestType === 'Delete' && (other.event.sentAt ?? 0) * 1000 >= since) ||
    (other.stackId === view.owner.stackId && view.stack !== undefined && isBeingDeleted(view.stack));
  return !view
    .record(connectionId)
    .claims.some(other => !sameOwner(other, view.owner) && other.places.includes(found.lagId ?? '') && goes(other));
}

/** Where the connection was before the resource had it, as far as its physical id says. */
function foundBefore({ physicalId, pair }: Leaving): Place | undefined {
  const id = parsePhysicalId(physicalId);
  if (id === undefined) return undefined;
  const lagId = id.adopted ? pair?.lagId : id.movedFrom;
  return lagId === undefined ? {} : { lagId };
}

/**
 * Whether somebody means to remove a connection that was found in a LAG, its own or another: in a rollback nobody does,
 * and neither where the stack, or the one it is nested in, never completed with it.
 */
function isMeant(since: number, view: View): 'removal' | 'rollback' | 'cannot be told' | Step {
  const ask: Call = { do: 'describe operation' };
  if (view.operation === undefined) return view.refused.has(callKey(ask)) ? 'cannot be told' : ask;
  if (isRollingBack(view.operation.stack)) return 'rollback';
  return hasCompletedSince(view.operation, since) ? 'removal' : 'rollback';
}

/** Whether another resource declares the pair too: the construct was renamed, or has moved to another stack. */
function declaredElsewhere({ connectionId, lagId }: Pair, view: View): boolean | Step {
  for (const other of otherClaims(view.record(connectionId), view.owner, lagId)) {
    if (other.stackId === view.owner.stackId) {
      if (view.stack === undefined) return look({ do: 'describe stack' }, view);
      if (isBeingDeleted(view.stack)) continue;
    }
    const ask: Call = { do: 'describe resource', owner: other };
    const isThere = view.resources.get(ownerKey(other)) ?? (view.refused.has(callKey(ask)) ? true : undefined);
    if (isThere === undefined) return ask;
    if (isThere) return true;
  }
  return false;
}

/** Where the LAG would not let the connection go, and the template allows it, its minimum is lowered first. */
function lowerMinimum(request: Leaving, pair: Pair, view: View): Step | undefined {
  if (!request.options.lowerMinimumLinks) return undefined;
  const lag = view.lags.get(pair.lagId);
  if (lag === undefined) return look({ do: 'describe LAG', lagId: pair.lagId }, view);
  if (lag === 'not found') return undefined;
  const others = members(lag).filter(member => member.connectionId !== pair.connectionId);
  const operational = others.filter(member => member.connectionState === 'available').length;
  if (others.length === 0 || operational >= (lag.minimumLinks ?? 0)) return undefined;
  return write({ do: 'lower minimum links', lagId: pair.lagId, minimumLinks: operational }, view);
}

function putBack(request: Request, view: View, failure: Failure): Step {
  const step = restore(request, view) ?? lookAtNumbers(request, view, failure);
  if (step !== undefined && step.do !== 'give up') return step;
  return {
    do: 'fail',
    physicalId: failedPhysicalId(request, view),
    reason: failureReason(request, view, failure),
  };
}

/**
 * What is left to do so that the network is as CloudFormation believes it to be after a failure. After a failed Create
 * nothing is: CloudFormation sends a Delete for what the Create put into the LAG.
 */
function restore(request: Request, view: View): Step | undefined {
  const { pair } = request;
  if (pair === undefined) return undefined;
  const connection = view.connections.get(pair.connectionId);
  if (connection === undefined) return look({ do: 'describe connection', connectionId: pair.connectionId }, view);
  // A same pair that could not be put in place is not tried a second time.
  if (request.type !== 'Update' || request.oldPair === undefined || samePair(request.oldPair, pair)) return undefined;
  const home = request.oldPair;
  // What CloudFormation believes is in the physical id; old properties of an update it did not wait for are not it.
  if (parsePhysicalId(request.physicalId)?.connectionId !== home.connectionId) return undefined;
  const old = view.connections.get(home.connectionId);
  if (old === undefined) return look({ do: 'describe connection', connectionId: home.connectionId }, view);
  if (view.outOfTime) return undefined;

  const gotThere = !isGone(connection) && connection.lagId === pair.lagId;
  const found = claim(pair.connectionId, view)?.found;
  if (gotThere && !isNewConnection(request)) return write({ do: 'disassociate', pair }, view);
  if (
    found !== undefined &&
    isNewConnection(request) &&
    !isGone(connection) &&
    (gotThere || connection.lagId === undefined)
  ) {
    const step = undo(pair.connectionId, found, connection, view);
    if (step !== undefined) return step;
  }
  return !isGone(old) && old.lagId === undefined ? write({ do: 'associate', pair: home }, view) : undefined;
}

/** The numbers of a LAG that refuses to let a member go belong into the reason. */
function lookAtNumbers(request: Request, view: View, failure: Failure): Step | undefined {
  if (failure.problem !== 'refused' || failure.call.do !== 'disassociate' || view.outOfTime) return undefined;
  const { lagId } = failure.call.pair;
  return view.lags.has(lagId) || request.pair === undefined ? undefined : look({ do: 'describe LAG', lagId }, view);
}

/**
 * A failed Create that has put nothing into the LAG has nothing to delete: whatever CloudFormation's Delete will find
 * there was there before.
 */
function failedPhysicalId(request: Request, view: View): string {
  if (request.type !== 'Create') return request.physicalId;
  return claim(request.pair.connectionId, view)?.found === undefined
    ? request.notCreatedId
    : physicalIdOf(request, view);
}

export function samePair(one: Pair, other: Pair): boolean {
  return one.connectionId === other.connectionId && one.lagId === other.lagId;
}

function giveUp(failure: Failure): Step {
  return { do: 'give up', failure };
}

function look(call: Call, view: View): Step {
  const error = view.refused.get(callKey(call));
  return error === undefined ? call : giveUp({ problem: 'refused', call, error });
}

function write(call: Write, view: View): Step {
  if (view.barred !== undefined) return giveUp({ problem: 'barred', why: view.barred });
  if (view.missing !== undefined) return giveUp({ problem: 'no record', error: view.missing });
  const error = view.refused.get(callKey(call));
  if (error !== undefined) return giveUp({ problem: 'refused', call, error });
  return view.accepted.has(callKey(call)) ? { do: 'wait', for: call } : call;
}
