import type { Connection } from '@aws-sdk/client-direct-connect';
import type { Request } from '../cloudformation/event';
import { isGone, isLagGone, whyLagCannotTake } from './capacity';
import {
  hasWritten,
  isNewConnection,
  isOwn,
  type Joining,
  lastPlace,
  pairToLeave,
  physicalIdOf,
  takenBy,
} from './claim';
import { giveBack, makeRoom, membersAfterExchange } from './exchange';
import { goesBack, hasBeenLeft, isFullOnly, isTakenBySibling, takeBack } from './going-back';
import { leave } from './leave';
import { putBack } from './put-back';
import { callKey, type Failure, giveUp, look, refusalKey, type Step, type View, type Write, write } from './step';

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

function join(request: Joining, view: View): Step {
  const { pair } = request;
  const connection = view.connections.get(pair.connectionId);
  if (connection === undefined) return look({ do: 'describe connection', connectionId: pair.connectionId }, view);
  if (!isGone(connection) && connection.lagId === pair.lagId) return joined(request, connection, view);
  const put = lastPlace(pair.connectionId, view) ?? pair;
  if (request.type === 'Update' && request.onlyMembersDiffer && put.lagId === pair.lagId) {
    return leftAsItIs(request, view, 'nothing of this membership differs');
  }
  if (isGone(connection)) {
    return leaveAlone(request, view, { problem: 'connection gone', connectionId: pair.connectionId });
  }

  const by = takenBy(pair, view);
  if (by !== undefined) {
    const back = goesBack(request, view);
    if (typeof back !== 'boolean') return back;
    if (!back) return giveUp({ problem: 'taken', lagId: pair.lagId, by });
  }
  const lag = view.lags.get(pair.lagId);
  if (lag === undefined) return look({ do: 'describe LAG', lagId: pair.lagId }, view);
  const from = connection.lagId;
  const isOwnPlace =
    from === undefined ||
    from === pairToLeave(request)?.lagId ||
    (!isNewConnection(request) && isOwn(pair.connectionId, from, view));
  if (!isOwnPlace && !request.options.allowMove) {
    const back = goesBack(request, view);
    if (typeof back !== 'boolean') return back;
    const isSiblings = back && isTakenBySibling(pair.connectionId, pair.lagId, from, view);
    if (!isSiblings) return leaveAlone(request, view, { problem: 'in another LAG', lagId: from });
  }
  const obstacle = whyLagCannotTake(lag, connection);
  if (obstacle !== undefined) {
    const failure: Failure = { problem: 'LAG cannot take it', obstacle };
    if (isLagGone(lag)) return leaveAlone(request, view, failure);
    if (!isFullOnly(lag, connection)) return giveUp(failure);
    const room = makeRoom(request, connection, lag, view);
    if (room !== undefined) return room;
    const byOthers = from === undefined && !isNewConnection(request) && !hasBeenLeft(pair, view);
    return byOthers ? leaveAlone(request, view, failure) : giveUp(failure);
  }
  if (from === undefined) return write({ do: 'associate', pair }, view);
  const atOnce: Write = { do: 'associate', pair, movesFrom: from };
  const isAtOnce = request.options.reassociate && !view.refused.has(refusalKey(atOnce));
  if (isOwnPlace && !isAtOnce)
    return write({ do: 'disassociate', pair: { connectionId: pair.connectionId, lagId: from } }, view);
  return write(atOnce, view);
}

/** What a person has changed is a failure for a deployment. A rollback leaves it alone: there is nothing to go back to. */
function leaveAlone(request: Joining, view: View, failure: Failure): Step {
  const back = goesBack(request, view);
  if (typeof back !== 'boolean') return back;
  return back ? leftAsItIs(request, view, `in a rollback it is left alone: ${failure.problem}`) : giveUp(failure);
}

/** The event is answered as done, and the connection stays where it is. */
export function leftAsItIs(request: Joining, view: View, because: string): Step {
  const left = takeBack(request, view);
  if (left !== undefined) return left;
  const connection = view.connections.get(request.pair.connectionId);
  return {
    do: 'succeed',
    physicalId: physicalIdOf(request, view),
    connection: connection === undefined || connection === 'not found' ? {} : connection,
    because,
  };
}

function joined(request: Joining, connection: Connection, view: View): Step {
  const { pair, options } = request;
  const left = takeBack(request, view) ?? giveBack(membersAfterExchange(request, view), request, view);
  if (left !== undefined) return left;
  // Not one that somebody else has put there: nothing was done that could be undone.
  const moved =
    !isNewConnection(request) && pairToLeave(request)?.lagId !== pair.lagId && hasWritten(pair.connectionId, view);
  const madeNow = view.accepted.has(callKey({ do: 'associate', pair }));
  const waits =
    (options.waitForAvailable ?? 0) > 0 &&
    connection.connectionState !== 'available' &&
    view.barred === undefined &&
    (request.type === 'Create' || isNewConnection(request) || moved || madeNow);
  if (waits) {
    // What goes back has waited before, or never will: what is in its old place is a success at once.
    const back = goesBack(request, view);
    if (typeof back !== 'boolean') return back;
    if (!back) return waitForLink(options.waitForAvailable ?? 0, connection, view);
  }
  // One that is still pending is AWS's business, and undoing would interrupt it again.
  if (view.waitedForLink && connection.connectionState === 'down' && view.hasInterrupted(pair.connectionId)) {
    const back = goesBack(request, view);
    if (typeof back !== 'boolean') return back;
    if (!back) return giveUp({ problem: 'not available', state: 'down' });
  }
  return { do: 'succeed', physicalId: physicalIdOf(request, view), connection };
}

function waitForLink(
  seconds: number,
  { connectionId = '', connectionState = 'unknown' }: Connection,
  view: View,
): Step {
  if (view.waitedForLink) return giveUp({ problem: 'not available', seconds, state: connectionState });
  return { do: 'wait until available', connectionId, seconds };
}
