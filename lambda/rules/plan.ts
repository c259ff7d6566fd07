import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import type { Request } from '../cloudformation/event';
import { isBeingDeleted } from '../cloudformation/operation';
import { isGone, memberLimit, members, whyLagCannotTake } from './capacity';
import type { Joining } from './claim';
import { goesBack } from './going-back';
import { type Call, type Failure, giveUp, look, refusalKey, type Step, type View } from './step';
import { carriedBy, isUp } from './traffic';

/**
 * Before the first write for any of the stack's members of a LAG, whether all of them can be as the template declares them: slots,
 * devices, minimum links, and what the LAG that they leave carries. The first of them sees to it, since the others come after it.
 * What cannot end well is refused before anything is touched.
 */
export function plan(request: Request, view: View): Step | undefined {
  if (view.failure !== undefined || view.accepted.size > 0 || view.barred !== undefined) return undefined;
  const found = request.type === 'Delete' ? planRemoval(request, view) : planMembers(request, view);
  if (found === undefined || 'do' in found) return found;
  const back = goesBack(request, view);
  if (typeof back !== 'boolean') return back;
  return back ? undefined : giveUp(found);
}

function planMembers(request: Joining, view: View): Failure | Step | undefined {
  const { pair, options } = request;
  const { members: wanted } = options;
  if (wanted?.[0] !== pair.connectionId) return undefined;
  const before = request.type === 'Update' ? request.oldMembers : undefined;
  // Those of a stack that a release before deployed are in place, and were not counted there.
  if (request.type === 'Update' && request.onlyMembersDiffer && before === undefined) return undefined;
  const lag = view.lags.get(pair.lagId);
  if (lag === undefined) return look({ do: 'describe LAG', lagId: pair.lagId }, view);
  if (lag === 'not found') return undefined;
  const left = request.type === 'Update' && request.oldPair?.lagId !== pair.lagId ? request.oldPair?.lagId : undefined;
  const old = left === undefined ? undefined : view.lags.get(left);
  if (left !== undefined && old === undefined) return look({ do: 'describe LAG', lagId: left }, view);
  const oldLag = old === 'not found' ? undefined : old;

  const present = members(lag).map(({ connectionId = '' }) => connectionId);
  const foreign = present.filter(id => !wanted.includes(id) && !before?.includes(id));
  if (foreign.length + wanted.length > memberLimit(lag)) {
    return refused(
      pair.lagId,
      `it has ${foreign.length} members that the stack does not declare, and the stack declares ${wanted.length}: ` +
        `a LAG takes ${memberLimit(lag)}`,
      'Take members out of it first, or declare fewer.',
    );
  }
  for (const connectionId of wanted.filter(id => !present.includes(id))) {
    const connection = memberOf(oldLag, connectionId) ?? view.connections.get(connectionId);
    if (connection === undefined) return look({ do: 'describe connection', connectionId }, view);
    if (isGone(connection)) continue;
    const obstacle = whyLagCannotTake({ ...lag, connections: [] }, connection);
    if (obstacle !== undefined) return refused(pair.lagId, `${connectionId}: ${obstacle.why}`, obstacle.remedy);
  }
  if (oldLag !== undefined) return planLeaving(oldLag, wanted, 0, request, view);
  const leaving = (before ?? []).filter(id => !wanted.includes(id));
  return planLeaving(lag, leaving, wanted.filter(id => !present.includes(id)).length, request, view);
}

/** Where the whole stack goes, all its members of the LAG do. */
function planRemoval(request: Extract<Request, { type: 'Delete' }>, view: View): Failure | Step | undefined {
  const { pair, options } = request;
  if (pair === undefined || options.members === undefined || options.lowerMinimumLinks) return undefined;
  const lag = view.lags.get(pair.lagId);
  if (lag === undefined) return look({ do: 'describe LAG', lagId: pair.lagId }, view);
  if (lag === 'not found' || !lag.minimumLinks) return undefined;
  const ask: Call = { do: 'describe stack' };
  if (view.stack === undefined) return view.refused.has(refusalKey(ask)) ? undefined : ask;
  return isBeingDeleted(view.stack) ? planLeaving(lag, options.members, 0, request, view) : undefined;
}

/** @param joining how many connections join the same LAG first */
function planLeaving(
  lag: Lag,
  ids: readonly string[],
  joining: number,
  request: Request,
  view: View,
): Failure | Step | undefined {
  const { lagId = '', minimumLinks: least = 0 } = lag;
  const all = members(lag);
  const leaving = all.filter(({ connectionId = '' }) => ids.includes(connectionId));
  if (leaving.length === 0) return undefined;
  const left = all.filter(isUp).length + joining - leaving.filter(isUp).length;
  // The last member may leave whatever the minimum.
  const isEmptied = leaving.length === all.length && joining === 0 && least <= 1;
  if (left < least && !isEmptied && !request.options.lowerMinimumLinks) {
    return refused(
      lagId,
      `${leaving.length} of its ${all.length} members leave, ${left} operational links would be left, and it asks for at least ${least}`,
      `Lower its minimum first (aws directconnect update-lag --lag-id ${lagId} --minimum-links ${left}), ` +
        (request.type === 'Delete' ? 'then delete again.' : 'or leave more members in it.'),
    );
  }
  if (left > 0 || request.type === 'Delete' || request.options.allowOutage || !leaving.some(isUp)) return undefined;
  const carries = carriedBy(lagId, view);
  if ('do' in carries) return carries;
  if (carries.length === 0) return undefined;
  return refused(
    lagId,
    `${leaving.length} of its ${all.length} members leave, no operational link would be left, and it carries ${carries.join(', ')}`,
    'Move these first (aws directconnect associate-virtual-interface), leave a member in it, or set allowOutage.',
  );
}

function memberOf(lag: Lag | undefined, connectionId: string): Connection | undefined {
  return lag === undefined ? undefined : members(lag).find(member => member.connectionId === connectionId);
}

function refused(lagId: string, why: string, remedy: string): Failure {
  return { problem: 'plan', lagId, why, remedy };
}
