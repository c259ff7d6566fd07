import type { Connection } from '@aws-sdk/client-direct-connect';
import type { Request } from '../cloudformation/event';
import { isBeingDeleted, isRollingBack } from '../cloudformation/operation';
import { isGone, members } from './capacity';
import { claim, isNewConnection } from './claim';
import { goesBack } from './going-back';
import { isMeant } from './leave';
import { type Call, callKey, type Failure, giveUp, look, type Outage, refusalKey, type Step, type View } from './step';

/** A write that interrupts the link of its connection. */
export type Interruption = Extract<Step, { do: 'associate' | 'disassociate' }>;

/**
 * What has to be so before a link that is up, or may be by the time of the write, is interrupted: the LAG that it leaves
 * keeps as many operational links as it must, it is not the last that carries traffic, and no more links of its LAGs are down
 * than may be. A link that is not up carries nothing, and may be moved at any time, but not back from where interfaces have
 * come with it and would stay alone.
 */
export function protect(call: Interruption, request: Request, view: View): Step {
  const { connectionId } = call.pair;
  const connection = view.connections.get(connectionId);
  if (connection === undefined) return look({ do: 'describe connection', connectionId }, view);
  if (isGone(connection)) return call;
  const from = call.do === 'disassociate' ? call.pair.lagId : call.movesFrom;
  if (!isUp(connection) && !isPending(connection, view)) return keepMember(connectionId, from, request, view) ?? call;
  const lagIds = [...new Set([from, joins(call, request)])].filter(id => id !== undefined);
  for (const lagId of lagIds) if (!view.lags.has(lagId)) return look({ do: 'describe LAG', lagId }, view);
  return (
    waitForTurn(connectionId, from, lagIds, request, view) ??
    keepLinks(connectionId, from, request, view) ??
    takeTurn(connectionId, lagIds, request, view) ??
    call
  );
}

/** Waits for the links that the event has interrupted, its own first, before it answers that all is well. */
export function awaitLink({ connectionId, options }: Request, view: View): Step | undefined {
  const { waitForAvailable: seconds } = options;
  if (seconds === 0 || view.waitedForLink || view.barred !== undefined) return undefined;
  const own = connectionId !== undefined && view.hasInterrupted(connectionId) ? [connectionId] : [];
  for (const id of new Set([...own, ...view.interrupted])) {
    const connection = view.connections.get(id);
    if (connection === undefined && id !== connectionId)
      return look({ do: 'describe connection', connectionId: id }, view);
    if (connection === undefined || isGone(connection) || isUp(connection)) continue;
    return { do: 'wait until available', connectionId: id, ...(seconds === undefined ? {} : { seconds }) };
  }
  return undefined;
}

export function isUp({ connectionState }: Connection): boolean {
  return connectionState === 'available';
}

/** Whether a link is known to have been up, so that it is waited for: one that is pending since it was ordered may be so for days. */
export function isComingUp(connection: Connection, view: View): boolean {
  const { connectionId = '' } = connection;
  if (!isPending(connection, view)) return false;
  return view.inTransition.has(connectionId) || claim(connectionId, view)?.moves.at(-1)?.wasUp === true;
}

/** On the way from one LAG to another an event does not wait for its own link, but where it undoes that. */
function isPending({ connectionId = '', connectionState }: Connection, view: View): boolean {
  const isOnItsWay = view.failure === undefined && view.hasInterrupted(connectionId);
  return connectionState === 'pending' && !isOnItsWay;
}

/** The LAG that the connection joins, with this write or with the next one. */
function joins(call: Interruption, request: Request): string | undefined {
  if (call.do === 'associate') return call.pair.lagId;
  const isGoal = request.type === 'Update' && request.connectionId === call.pair.connectionId;
  return isGoal ? request.pair.lagId : undefined;
}

function keepLinks(connectionId: string, from: string | undefined, request: Request, view: View): Step | undefined {
  if (from === undefined || view.lags.get(from) === 'not found') return undefined;
  const kept = keepMinimum(connectionId, from, view) ?? keepTraffic(connectionId, from, request, view);
  // Those that others interrupt may come back, or leave for good.
  const behind = interruptedBeside(connectionId, from, view);
  if (kept?.do !== 'give up' || view.waitedForTurn || behind.size === 0) return kept;
  return { do: 'wait for a turn', lagIds: [from], connectionId, behind: [...behind] };
}

/** A last member AWS lets leave whatever the minimum; whether it may move, AWS decides. */
function keepMinimum(connectionId: string, lagId: string, view: View): Step | undefined {
  const lag = view.lags.get(lagId);
  const least = lag === undefined || lag === 'not found' ? 0 : (lag.minimumLinks ?? 0);
  const others = membersBeside(connectionId, lagId, view).length;
  const operational = operationalBeside(connectionId, lagId, view);
  if (operational >= least || others === 0) return undefined;
  return giveUp({ problem: 'too few links', lagId, members: others + 1, operational, least, asked: 'the LAG' });
}

/** A LAG that carries something keeps its last operational link, but for a removal. */
function keepTraffic(connectionId: string, lagId: string, request: Request, view: View): Step | undefined {
  if (request.options.allowOutage || operationalBeside(connectionId, lagId, view) > 0) return undefined;
  const isRemoval = removes(connectionId, request, view);
  if (typeof isRemoval === 'object') return isRemoval;
  return isRemoval ? undefined : keepWhatCarries(connectionId, 'operational link', lagId, view);
}

/**
 * What has come into a LAG from standalone has brought its interfaces along: where that goes back, they do not stay behind on a
 * LAG without members, also where its link is down and may come up again.
 */
function keepMember(connectionId: string, lagId: string | undefined, request: Request, view: View): Step | undefined {
  if (lagId === undefined || request.options.allowOutage || request.type === 'Create') return undefined;
  if (request.type === 'Update' && connectionId === request.connectionId && !isNewConnection(request)) return undefined;
  const back = view.failure !== undefined || request.type === 'Delete' || goesBack(request, view);
  if (typeof back === 'object') return back;
  if (!back) return undefined;
  const lag = view.lags.get(lagId);
  if (lag === undefined) return look({ do: 'describe LAG', lagId }, view);
  if (lag === 'not found' || membersBeside(connectionId, lagId, view).length > 0) return undefined;
  const kept = keepWhatCarries(connectionId, 'member', lagId, view);
  if (kept?.do !== 'give up') return kept;
  const isRemoval = removes(connectionId, request, view);
  if (typeof isRemoval === 'object') return isRemoval;
  return isRemoval ? undefined : kept;
}

/** Whether it is a Delete that somebody asked for. */
function removes(connectionId: string, request: Request, view: View): boolean | Step {
  if (request.type !== 'Delete' || view.failure !== undefined) return false;
  const meant = isMeant(claim(connectionId, view)?.since ?? 0, view);
  return typeof meant === 'object' ? meant : meant === 'removal';
}

function keepWhatCarries(connectionId: string, last: Outage['last'], lagId: string, view: View): Step | undefined {
  const carries = carriedBy(lagId, view);
  if ('do' in carries) return carries;
  return carries.length === 0 ? undefined : giveUp({ problem: 'outage', connectionId, last, lagId, carries });
}

/** Ids of the virtual interfaces and hosted connections of a LAG. */
export function carriedBy(lagId: string, view: View): readonly string[] | Step {
  const ids: string[] = [];
  for (const what of ['virtual interfaces', 'hosted connections'] as const) {
    const call: Call = { do: `describe ${what}`, lagId };
    const found = view.carried.get(callKey(call));
    if (found === undefined) return look(call, view);
    ids.push(...found);
  }
  return ids;
}

/** No more links of the LAGs than may be are down at once, this one among them. */
function waitForTurn(
  connectionId: string,
  from: string | undefined,
  lagIds: readonly string[],
  request: Request,
  view: View,
): Step | undefined {
  const { maxUnavailable: most, minLinksInService: least } = request.options;
  const behind = new Set<string>();
  for (const lagId of lagIds) {
    const isLeft = lagId === from;
    const unavailable = interruptedBeside(connectionId, lagId, view);
    // A dead member of a LAG does not keep another one from joining it.
    const dead = membersBeside(connectionId, lagId, view).filter(member => isLeft && member.connectionState === 'down');
    for (const member of dead) unavailable.add(idOf(member));
    const isShort = isLeft && operationalBeside(connectionId, lagId, view) < least;
    if (unavailable.size + 1 > most || isShort) for (const id of unavailable) behind.add(id);
    if (isShort && unavailable.size === 0) behind.add(connectionId);
  }
  if (behind.size > 0) {
    const fate = fateOf(request, view);
    if (typeof fate === 'object') return fate;
    // What is down for good does not keep anything from going, or from going back.
    const isOver =
      fate !== 'forward' && lagIds.every(lagId => interruptedBeside(connectionId, lagId, view).size + 1 <= most);
    if (!isOver && !view.waitedForTurn) {
      return { do: 'wait for a turn', lagIds, connectionId, behind: [...behind] };
    }
    if (!isOver && fate === 'forward') return giveUp(noTurn(connectionId, from, [...behind], request, view));
  }
  return undefined;
}

function takeTurn(connectionId: string, lagIds: readonly string[], request: Request, view: View): Step | undefined {
  if (lagIds.every(lagId => view.turns.has(lagId))) return undefined;
  return { do: 'take a turn', lagIds, connectionId, most: request.options.maxUnavailable };
}

/** What is in the way: links that are down, or that too few would be left. */
function noTurn(
  connectionId: string,
  from: string | undefined,
  behind: readonly string[],
  request: Request,
  view: View,
): Failure {
  const { maxUnavailable: most, minLinksInService: least } = request.options;
  const operational = from === undefined ? least : operationalBeside(connectionId, from, view);
  if (from !== undefined && operational < least) {
    const members = membersBeside(connectionId, from, view).length + 1;
    return { problem: 'too few links', lagId: from, members, operational, least, asked: 'minLinksInService' };
  }
  return { problem: 'no turn', behind, most };
}

/** What becomes of the stack: what goes back, or goes with all of it, waits, and then goes on regardless. */
function fateOf(request: Request, view: View): 'back' | 'all go' | 'forward' | Step {
  if (view.failure !== undefined) return 'back';
  if (request.type === 'Create') return 'forward';
  const ask: Call = { do: 'describe stack' };
  if (view.stack === undefined) return view.refused.has(refusalKey(ask)) ? 'forward' : ask;
  if (isRollingBack(view.stack)) return 'back';
  return request.type === 'Delete' && isBeingDeleted(view.stack) ? 'all go' : 'forward';
}

function membersBeside(connectionId: string, lagId: string, view: View): readonly Connection[] {
  const lag = view.lags.get(lagId);
  return lag === undefined || lag === 'not found'
    ? []
    : members(lag).filter(member => member.connectionId !== connectionId);
}

/** The other links of a LAG that are being interrupted, as far as is known: another event's need not show yet. */
function interruptedBeside(connectionId: string, lagId: string, view: View): Set<string> {
  const pending = membersBeside(connectionId, lagId, view).filter(member => member.connectionState === 'pending');
  const interrupted = new Set([...pending.map(idOf), ...view.interruptedIn(lagId)]);
  interrupted.delete(connectionId);
  return interrupted;
}

/** How many other links of a LAG are up, and are not being interrupted. */
function operationalBeside(connectionId: string, lagId: string, view: View): number {
  const interrupted = view.interruptedIn(lagId);
  const up = membersBeside(connectionId, lagId, view).filter(isUp);
  return up.filter(member => !interrupted.includes(idOf(member))).length;
}

function idOf({ connectionId = '' }: Connection): string {
  return connectionId;
}
