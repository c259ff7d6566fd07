import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import type { Request } from '../cloudformation/event';
import { isBeingDeleted, isRollingBack } from '../cloudformation/operation';
import { isGone, members } from './capacity';
import { claim } from './claim';
import { isMeant } from './leave';
import { type Call, giveUp, look, refusalKey, type Step, type View } from './step';

/** A write that interrupts the link of its connection. */
export type Interruption = Extract<Step, { do: 'associate' | 'disassociate' }>;

/**
 * What has to be so before a link that is up is interrupted: the LAG that it leaves keeps as many operational links as it must,
 * it is not the last that carries traffic, and no more links of its LAGs are down than may be. A link that is not up carries
 * nothing, and may be moved at any time.
 */
export function protect(call: Interruption, request: Request, view: View): Step {
  const { connectionId } = call.pair;
  const connection = view.connections.get(connectionId);
  if (connection === undefined) return look({ do: 'describe connection', connectionId }, view);
  if (isGone(connection) || !(isUp(connection) || isComingUp(connection, view))) return call;
  const from = call.do === 'disassociate' ? call.pair.lagId : call.movesFrom;
  const lagIds = [...new Set([from, joins(call, request)])].filter(id => id !== undefined);
  for (const lagId of lagIds) if (!view.lags.has(lagId)) return look({ do: 'describe LAG', lagId }, view);
  return (
    waitForTurn(connectionId, from, lagIds, request, view) ??
    keepLinks(connectionId, from, request, view) ??
    takeTurn(connectionId, lagIds, request, view) ??
    call
  );
}

/** Waits for a link that the event has interrupted, before it answers that all is well. */
export function awaitLink({ connectionId, options }: Request, view: View): Step | undefined {
  const connection = connectionId === undefined ? undefined : view.connections.get(connectionId);
  if (connectionId === undefined || connection === undefined || isGone(connection) || isUp(connection))
    return undefined;
  if (options.waitForAvailable === 0 || view.waitedForLink || view.barred !== undefined) return undefined;
  if (!view.hasInterrupted(connectionId)) return undefined;
  const { waitForAvailable: seconds } = options;
  return { do: 'wait until available', connectionId, ...(seconds === undefined ? {} : { seconds }) };
}

export function isUp({ connectionState }: Connection): boolean {
  return connectionState === 'available';
}

/**
 * Whether a link has been interrupted, so that it may be up again by the time of the write: by somebody else, or by the event
 * itself where it undoes that. On the way from one LAG to another it does not wait for it.
 */
export function isComingUp({ connectionId = '', connectionState }: Connection, view: View): boolean {
  const isOnItsWay = view.failure === undefined && view.hasInterrupted(connectionId);
  if (connectionState !== 'pending' || isOnItsWay) return false;
  return view.inTransition.has(connectionId) || claim(connectionId, view)?.moves.at(-1)?.wasUp === true;
}

/** The LAG that the connection joins, with this write or with the next one. */
function joins(call: Interruption, request: Request): string | undefined {
  if (call.do === 'associate') return call.pair.lagId;
  const isGoal = request.type === 'Update' && request.connectionId === call.pair.connectionId;
  return isGoal ? request.pair.lagId : undefined;
}

function keepLinks(connectionId: string, from: string | undefined, request: Request, view: View): Step | undefined {
  const lag = from === undefined ? undefined : view.lags.get(from);
  if (from === undefined || lag === undefined || lag === 'not found') return undefined;
  const others = membersBeside(connectionId, lag);
  const operational = others.filter(staysUp(from, view)).length;
  const least = lag.minimumLinks ?? 0;
  // A last member AWS lets leave whatever the minimum; whether it may move, AWS decides.
  const numbers = { lagId: from, members: others.length + 1, operational, least };
  const kept =
    operational < least && others.length > 0
      ? giveUp({ problem: 'too few links', ...numbers, asked: 'the LAG' })
      : operational === 0
        ? keepTraffic(connectionId, from, request, view)
        : undefined;
  // Those that others interrupt may come back, or leave for good.
  const behind = others.filter(({ connectionState: state }) => state === 'pending').map(idOf);
  for (const id of view.interruptedIn(from)) if (id !== connectionId) behind.push(id);
  if (kept?.do !== 'give up' || view.waitedForTurn || behind.length === 0) return kept;
  return { do: 'wait for a turn', lagIds: [from], connectionId, behind: [...new Set(behind)] };
}

/** Which links of a LAG are up, and not just being interrupted by another event, which need not show yet. */
function staysUp(lagId: string, view: View): (connection: Connection) => boolean {
  const interrupted = view.interruptedIn(lagId);
  return connection => isUp(connection) && !interrupted.includes(idOf(connection));
}

/** A LAG that carries something keeps its last operational link, but for a removal. */
function keepTraffic(connectionId: string, lagId: string, request: Request, view: View): Step | undefined {
  const isUndone = view.failure !== undefined;
  if (request.options.allowOutage) return undefined;
  const meant =
    request.type === 'Delete' && !isUndone ? isMeant(claim(connectionId, view)?.since ?? 0, view) : 'rollback';
  if (typeof meant === 'object') return meant;
  if (meant === 'removal') return undefined;
  const carries = view.carried.get(lagId);
  if (carries === undefined) return look({ do: 'describe what it carries', lagId }, view);
  return carries.length === 0 ? undefined : giveUp({ problem: 'outage', connectionId, lagId, carries });
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
    const lag = view.lags.get(lagId);
    const others = lag === undefined || lag === 'not found' ? [] : membersBeside(connectionId, lag);
    const isLeft = lagId === from;
    // A dead member of a LAG does not keep another one from joining it.
    const down = others.filter(({ connectionState: state }) => state === 'pending' || (isLeft && state === 'down'));
    const unavailable = new Set([...down.map(idOf), ...view.interruptedIn(lagId).filter(id => id !== connectionId)]);
    const isShort = isLeft && others.filter(staysUp(lagId, view)).length < least;
    if (unavailable.size + 1 > most || isShort) for (const id of unavailable) behind.add(id);
    if (isShort && unavailable.size === 0) behind.add(connectionId);
  }
  if (behind.size > 0) {
    const fate = fateOf(request, view);
    if (typeof fate === 'object') return fate;
    // What is down for good does not keep anything from going, or from going back.
    const isOver = fate !== 'forward' && lagIds.every(lagId => pendingIn(lagId, connectionId, view) + 1 <= most);
    if (!isOver && !view.waitedForTurn) {
      return { do: 'wait for a turn', lagIds, connectionId, behind: [...behind] };
    }
    if (!isOver && fate !== 'back') return giveUp(noTurn(connectionId, from, [...behind], request, view));
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
): Parameters<typeof giveUp>[0] {
  const { maxUnavailable: most, minLinksInService: least } = request.options;
  const lag = from === undefined ? undefined : view.lags.get(from);
  if (from !== undefined && lag !== undefined && lag !== 'not found') {
    const others = membersBeside(connectionId, lag);
    const operational = others.filter(staysUp(from, view)).length;
    if (operational < least) {
      return {
        problem: 'too few links',
        lagId: from,
        members: others.length + 1,
        operational,
        least,
        asked: 'minLinksInService',
      };
    }
  }
  return { problem: 'no turn', behind, most };
}

/** How many links of a LAG beside this one are being interrupted, as far as is known. */
function pendingIn(lagId: string, connectionId: string, view: View): number {
  const lag = view.lags.get(lagId);
  const others = lag === undefined || lag === 'not found' ? [] : membersBeside(connectionId, lag);
  const pending = others.filter(({ connectionState }) => connectionState === 'pending').map(idOf);
  return new Set([...pending, ...view.interruptedIn(lagId).filter(id => id !== connectionId)]).size;
}

/** What becomes of the stack: everything that goes back waits, and then goes on regardless. */
function fateOf(request: Request, view: View): 'back' | 'all go' | 'forward' | Step {
  if (view.failure !== undefined) return 'back';
  if (request.type === 'Create') return 'forward';
  const ask: Call = { do: 'describe stack' };
  if (view.stack === undefined) return view.refused.has(refusalKey(ask)) ? 'forward' : ask;
  if (isRollingBack(view.stack)) return 'back';
  return request.type === 'Delete' && isBeingDeleted(view.stack) ? 'all go' : 'forward';
}

function membersBeside(connectionId: string, lag: Lag): readonly Connection[] {
  return members(lag).filter(member => member.connectionId !== connectionId);
}

function idOf({ connectionId = '' }: Connection): string {
  return connectionId;
}
