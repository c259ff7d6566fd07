import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import { members, whyLagCannotTake } from './capacity';
import type { Pair, Request } from './event';
import type { Association } from './journal';
import { formatPhysicalId, parsePhysicalId } from './physical-id';
import { type Failure, failureReason } from './reason';
import { type Call, callKey, type Step, type View, type Write } from './step';

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
  return view.standing.ownPairs.some(own => samePair(own, { connectionId, lagId }));
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
  if (view.claims === undefined) return look({ do: 'describe claims' }, view);
  // It may have passed on to another resource by the same deployment.
  if (view.claims.has(oldPair.connectionId)) return undefined;
  return write({ do: 'disassociate', pair: oldPair }, view);
}

function joined(request: Joining, connection: Connection, view: View): Step {
  const { pair, options } = request;
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
  return takeBack(request, view) ?? { do: 'succeed', physicalId: physicalIdOf(request, view), connection };
}

/**
 * An update to another connection that CloudFormation did not wait for: it goes back to the connection that it knows of,
 * and never deletes the other, whose id it never saw.
 */
function takeBack(request: Joining, view: View): Step | undefined {
  if (request.type !== 'Update' || request.oldPair === undefined || isNewConnection(request)) return undefined;
  const { oldPair } = request;
  if (oldPair.connectionId === request.pair.connectionId) return undefined;
  const association = associationOf(oldPair.connectionId, view);
  if (association === undefined) return undefined;
  const connection = view.connections.get(oldPair.connectionId);
  if (connection === undefined) return look({ do: 'describe connection', connectionId: oldPair.connectionId }, view);
  if (isGone(connection) || !(connection.lagId === undefined || connection.lagId === oldPair.lagId)) return undefined;
  return undo(association, connection, view);
}

/** What an earlier event that CloudFormation did not wait for has made of a pair. */
function associationOf(connectionId: string, view: View): Association | undefined {
  return view.standing.earlierAssociations.findLast(association => association.connectionId === connectionId);
}

/**
 * Back to where a connection was found: standalone, or in the LAG it was moved out of. AWS does the latter in one call,
 * but not with a last member that the minimum links ask for; that goes by way of standalone.
 */
function undo(
  { connectionId, movedFrom }: { readonly connectionId: string; readonly movedFrom?: string },
  { lagId }: Connection,
  view: View,
): Step | undefined {
  const home = movedFrom === undefined ? undefined : { connectionId, lagId: movedFrom };
  if (lagId === undefined) return home === undefined ? undefined : write({ do: 'associate', pair: home }, view);
  const out: Write = { do: 'disassociate', pair: { connectionId, lagId } };
  if (home === undefined) return write(out, view);
  const back: Write = { do: 'associate', pair: home, movesFrom: lagId };
  return write(view.refused.has(callKey(back)) ? out : back, view);
}

function physicalIdOf(request: Joining, view: View): string {
  if (request.type === 'Update' && !isNewConnection(request)) return request.physicalId;
  const { association } = view.standing;
  return formatPhysicalId({
    connectionId: request.pair.connectionId,
    adopted: association === undefined,
    ...association,
  });
}

/** Source: CloudFormation user guide, "Stack status codes". */
const ROLLING_BACK = [
  'ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
];

function leave(request: Leaving, view: View): Step {
  const { connectionId, pair, physicalId } = request;
  const done: Step = { do: 'succeed', physicalId };
  const id = parsePhysicalId(physicalId);
  if (connectionId === undefined) return done;
  const association = id ?? associationOf(connectionId, view);
  if (association === undefined) return done;
  const connection = view.connections.get(connectionId);
  if (connection === undefined) return look({ do: 'describe connection', connectionId }, view);
  if (isGone(connection)) return done;
  const { lagId } = connection;
  const isHere =
    lagId !== undefined &&
    (lagId === pair?.lagId || isOwn(connectionId, lagId, view)) &&
    view.lags.get(lagId) !== 'not found';
  const mayBeOnItsWayBack = lagId === undefined && association.movedFrom !== undefined;
  if (!isHere && !mayBeOnItsWayBack) return done;

  if (view.stack === undefined) return look({ do: 'describe stack' }, view);
  const { status, memberships } = view.stack;
  const rollingBack = ROLLING_BACK.includes(status);
  // Before the other rules: the resource that declares it elsewhere may declare it for the LAG it was taken out of.
  if (rollingBack && association.movedFrom !== undefined) {
    return undo({ ...association, connectionId }, connection, view) ?? done;
  }
  if (!isHere || (rollingBack && id?.adopted)) return done;
  const declaredElsewhere = memberships.some(
    other =>
      parsePhysicalId(other.physicalId)?.connectionId === connectionId &&
      (other.logicalId !== request.logicalId || other.physicalId !== physicalId) &&
      (other.lagId === undefined || other.lagId === lagId),
  );
  if (declaredElsewhere) return done;
  const actual = { connectionId, lagId };
  return lowerMinimum(request, actual, view) ?? write({ do: 'disassociate', pair: actual }, view);
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
  const { association } = view.standing;
  if (gotThere && !isNewConnection(request)) return write({ do: 'disassociate', pair }, view);
  if (association !== undefined && !isGone(connection) && (gotThere || connection.lagId === undefined)) {
    const step = undo(association, connection, view);
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
  return view.standing.association === undefined ? request.notCreatedId : physicalIdOf(request, view);
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
  if (view.standing.barred !== undefined) return giveUp({ problem: 'barred', why: view.standing.barred });
  const error = view.refused.get(callKey(call));
  if (error !== undefined) return giveUp({ problem: 'refused', call, error });
  return view.accepted.has(callKey(call)) ? { do: 'wait', for: call } : call;
}
