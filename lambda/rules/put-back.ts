import type { Request } from '../cloudformation/event';
import { parsePhysicalId } from '../cloudformation/physical-id';
import { isGone } from './capacity';
import { claim, isNewConnection, physicalIdOf, samePair } from './claim';
import { giveBack, siblingsLeaving } from './exchange';
import { goesBack, undo } from './going-back';
import { failureReason } from './reason';
import { type Failure, look, type Step, type View, write } from './step';

/** The next step once the goal is given up: what was left on the way to it is put back, then the event fails. */
export function putBack(request: Request, view: View, failure: Failure): Step {
  const step = restore(request, view) ?? lookAtNumbers(request, view, failure);
  return step !== undefined && step.do !== 'give up' ? step : failed(request, view, failure);
}

/** The answer to an event that has failed, and of which nothing more is undone. */
export function failed(request: Request, view: View, failure: Failure): Step {
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
  // What fails on the way back stays: the pair that it comes from is the one that failed before.
  const back = goesBack(request, view);
  if (typeof back !== 'boolean') return back;
  if (back) return undefined;

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
  if (!isGone(old) && old.lagId === undefined) return write({ do: 'associate', pair: home }, view);
  return giveBack(siblingsLeaving(request.options.members, request.oldMembers), request, view);
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
