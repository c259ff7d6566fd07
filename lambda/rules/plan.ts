import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import type { Request } from '../cloudformation/event';
import { isBeingDeleted } from '../cloudformation/operation';
import { isGone, memberLimit, members, whyLagCannotTake } from './capacity';
import type { Joining } from './claim';
import { goesBack } from './going-back';
import { MOVE_AWAY } from './reason';
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
  if (options.hasUnknownMembers) return undefined;
  const { members: wanted = [pair.connectionId] } = options;
  if (wanted[0] !== pair.connectionId) return undefined;
  const before = membersBefore(request);
  const lag = view.lags.get(pair.lagId);
  if (lag === undefined) return look({ do: 'describe LAG', lagId: pair.lagId }, view);
  if (lag === 'not found') return undefined;

  const present = members(lag).map(({ connectionId = '' }) => connectionId);
  const foreign = present.filter(id => !wanted.includes(id) && !before.includes(id));
  if (foreign.length + wanted.length > memberLimit(lag)) {
    return refused(
      pair.lagId,
      `it has ${foreign.length} members that the stack does not declare, and the stack declares ${wanted.length}: ` +
        `a LAG takes ${memberLimit(lag)}`,
      'Take members out of it first, or declare fewer.',
    );
  }
  // Whether one alone may leave is seen before it does.
  const old = request.type === 'Update' && wanted.length > 1 ? request.oldPair?.lagId : undefined;
  if (old !== undefined && !view.lags.has(old)) return look({ do: 'describe LAG', lagId: old }, view);
  const joining: Connection[] = [];
  for (const connectionId of wanted.filter(id => !present.includes(id))) {
    const connection = view.connections.get(connectionId) ?? memberElsewhere(connectionId, view);
    if (connection === undefined) return look({ do: 'describe connection', connectionId }, view);
    if (isGone(connection)) continue;
    const obstacle = whyLagCannotTake({ ...lag, connections: [] }, connection);
    if (obstacle !== undefined) return refused(pair.lagId, `${connectionId}: ${obstacle.why}`, obstacle.remedy);
    joining.push(connection);
  }
  const left = wanted.length < 2 ? [] : new Set([old, ...joining.map(connection => connection.lagId)]);
  for (const lagId of left) {
    if (lagId === undefined || lagId === pair.lagId) continue;
    const other = view.lags.get(lagId);
    if (other === undefined) return look({ do: 'describe LAG', lagId }, view);
    const found = other === 'not found' ? undefined : planLeaving(other, wanted, [], request, view);
    if (found !== undefined) return found;
  }
  const leaving = before.filter(id => !wanted.includes(id));
  return planLeaving(lag, leaving, joining, request, view);
}

/** What the stack had in the LAG, as far as is known: one that a release before has deployed knew of itself alone. */
function membersBefore(request: Joining): readonly string[] {
  if (request.type === 'Create' || request.oldPair?.lagId !== request.pair.lagId) return [];
  return request.oldMembers ?? [request.oldPair.connectionId];
}

/** Where the whole stack goes, all its members of the LAG do. */
function planRemoval(request: Extract<Request, { type: 'Delete' }>, view: View): Failure | Step | undefined {
  const { pair, options } = request;
  if (pair === undefined || options.lowerMinimumLinks) return undefined;
  // Whether one alone may leave is seen before it does.
  if (options.members === undefined || options.members.length < 2) return undefined;
  const lag = view.lags.get(pair.lagId);
  if (lag === undefined) return look({ do: 'describe LAG', lagId: pair.lagId }, view);
  if (lag === 'not found' || !lag.minimumLinks) return undefined;
  const ask: Call = { do: 'describe stack' };
  if (view.stack === undefined) return view.refused.has(refusalKey(ask)) ? undefined : ask;
  return isBeingDeleted(view.stack) ? planLeaving(lag, options.members, [], request, view) : undefined;
}

/** @param joining connections that join the same LAG first */
function planLeaving(
  lag: Lag,
  ids: readonly string[],
  joining: readonly Connection[],
  request: Request,
  view: View,
): Failure | Step | undefined {
  const { lagId = '', minimumLinks: least = 0 } = lag;
  const all = members(lag);
  const leaving = all.filter(({ connectionId = '' }) => ids.includes(connectionId));
  if (leaving.length === 0) return undefined;
  const left = all.filter(isUp).length + joining.filter(willBeUp).length - leaving.filter(isUp).length;
  // The last member may leave whatever the minimum.
  const isEmptied = leaving.length === all.length && joining.length === 0 && (least <= 1 || all.length === 1);
  // One that is down may leave at any time.
  if (!leaving.some(isUp)) return undefined;
  const leaves = `${leaving.length} of its ${all.length} members leave`;
  if (left < least && !isEmptied && !request.options.lowerMinimumLinks) {
    return refused(
      lagId,
      `${leaves}, ${left} operational links would be left, and it asks for at least ${least}`,
      `Lower its minimum first (aws directconnect update-lag --lag-id ${lagId} --minimum-links ${left}), ` +
        (request.type === 'Delete' ? 'then delete again.' : 'or leave more members in it.'),
    );
  }
  if (request.type === 'Delete') return undefined;
  const { minLinksInService, allowOutage } = request.options;
  if (left < minLinksInService) {
    return refused(
      lagId,
      `${leaves}, ${left} operational links would be left, and minLinksInService asks for at least ${minLinksInService}`,
      'Lower minLinksInService, or leave more members in it.',
    );
  }
  if (left > 0 || allowOutage) return undefined;
  const carries = carriedBy(lagId, view);
  if ('do' in carries) return carries;
  if (carries.length === 0) return undefined;
  return refused(
    lagId,
    `${leaves}, no operational link would be left, and it carries ${carries.join(', ')}`,
    `${MOVE_AWAY}, leave a member in it, or set allowOutage.`,
  );
}

/** A connection as a LAG shows it that was looked at. */
function memberElsewhere(connectionId: string, view: View): Connection | undefined {
  const lags = [...view.lags.values()].filter(lag => lag !== 'not found');
  return lags.flatMap(members).find(member => member.connectionId === connectionId);
}

/** One that is on its way up carries traffic when its turn comes; one that was only ordered may not for weeks. */
function willBeUp({ connectionState }: Connection): boolean {
  return connectionState === 'available' || connectionState === 'pending';
}

function refused(lagId: string, why: string, remedy: string): Failure {
  return { problem: 'plan', lagId, why, remedy };
}
