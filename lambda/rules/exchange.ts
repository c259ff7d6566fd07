import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import { parsePhysicalId } from '../cloudformation/physical-id';
import { type Claim, type ConnectionRecord, claimOf, otherClaims } from '../record/record';
import { isGone } from './capacity';
import { claim, declaredElsewhere, isNewConnection, isOwn, type Joining } from './claim';
import { goesBack, isFullOnly, leftAt, roomBack, takeBack } from './going-back';
import { look, type Step, type View, write } from './step';

/**
 * In a full LAG, what goes out first: what an event before has left behind, a connection that the deployment takes out anyway,
 * and in a rollback a sibling that has taken the slot meanwhile.
 */
export function makeRoom(request: Joining, connection: Connection, lag: Lag, view: View): Step | undefined {
  const step = takeBack(request, view) ?? takeOut(request, lag, view);
  if (step !== undefined) return step;
  const back = goesBack(request, view);
  if (typeof back !== 'boolean') return back;
  return back ? (takeOutNew(request, lag, view) ?? roomBack(connection, lag, view)) : undefined;
}

/**
 * In a rollback, what a sibling that has gone back has given up, and goes out in the clean-up, which comes after all that go back.
 * Not what one has that has not gone back: an Update of a cancelled deployment, too, meets a stack that rolls back.
 */
function takeOutNew({ pair, options }: Joining, lag: Lag, view: View): Step | undefined {
  const { members } = options;
  if (members === undefined) return undefined;
  for (const { connectionId = '' } of lag.connections ?? []) {
    if (members.includes(connectionId)) continue;
    const record = view.record(connectionId);
    if (record === undefined) return look({ do: 'read record', connectionId }, view);
    const wants = wantedIn(record, pair.lagId);
    const stays = wants.some(
      each => !each.givenUp || each.retained || wasToGo(each) || each.stackId !== view.owner.stackId,
    );
    if (wants.length === 0 || stays) continue;
    return write({ do: 'disassociate', pair: { connectionId, lagId: pair.lagId } }, view);
  }
  return undefined;
}

/** What a clean-up before could not take out: CloudFormation has given it up, and it is nobody's in this deployment. */
function wasToGo({ event }: Claim): boolean {
  return event.requestType === 'Delete' && !event.byTheWay;
}

/** The memberships that want a connection in a LAG, or did until now. */
function wantedIn({ claims }: ConnectionRecord, lagId: string): readonly Claim[] {
  return claims.filter(claim => claim.gone === undefined && claim.lagId === lagId);
}

/** The connection that the Update gives up; where that stays for a sibling, one that a sibling gives up. */
function takeOut(request: Joining, { connections = [], lagId = '' }: Lag, view: View): Step | undefined {
  if (request.type !== 'Update' || !isNewConnection(request)) return undefined;
  const { pair, oldPair, options, oldMembers, physicalId } = request;
  const isMember = (id: string) => connections.some(({ connectionId }) => connectionId === id);
  const isOwnHere = (id: string) => (oldPair?.connectionId === id ? oldPair.lagId === lagId : isOwn(id, lagId, view));
  // After an Update that was never answered the old properties may be those of the goal, and only the id names the old one.
  const own = [oldPair?.connectionId, parsePhysicalId(physicalId)?.connectionId].filter(id => id !== undefined);
  for (const connectionId of own) {
    if (!isMember(connectionId) || !isOwnHere(connectionId) || options.members?.includes(connectionId)) continue;
    // What goes back gives up what it had found there, and that was there before.
    const back = claim(connectionId, view)?.found?.lagId === lagId && goesBack(request, view);
    if (typeof back !== 'boolean') return back;
    if (back) continue;
    // It may have passed on to another resource by the same deployment.
    const elsewhere = declaredElsewhere({ connectionId, lagId }, view);
    if (elsewhere === false) return write({ do: 'disassociate', pair: { connectionId, lagId } }, view);
    if (elsewhere !== true) return elsewhere;
    if (!haveComeSince(leftAt(claim(pair.connectionId, view), lagId), connectionId, lagId, view)) continue;
    const goes = goesBack(request, view);
    if (typeof goes !== 'boolean') return goes;
    if (goes) return write({ do: 'disassociate', pair: { connectionId, lagId } }, view);
  }
  for (const connectionId of siblingsLeaving(options.members, oldMembers)) {
    if (!isMember(connectionId) || own.includes(connectionId)) continue;
    const record = view.record(connectionId);
    if (record === undefined) return look({ do: 'read record', connectionId }, view);
    const isOthers = wantedIn(record, lagId).some(({ stackId }) => stackId !== view.owner.stackId);
    if (!isOthers) return write({ do: 'disassociate', pair: { connectionId, lagId } }, view);
  }
  return undefined;
}

/**
 * Whether all other memberships of a connection came to it after this one had left its own for it: going back to that takes
 * them away, too.
 */
function haveComeSince(left: number | undefined, connectionId: string, lagId: string, view: View): boolean {
  if (left === undefined) return false;
  const others = otherClaims(view.record(connectionId), view.owner, lagId);
  // When an event was sent is known to the second.
  return others.every(
    ({ stackId, since, retained }) => stackId === view.owner.stackId && !retained && since + 1_000 > left,
  );
}

/** What the stack has declared in the LAG, and declares there no more. */
export function siblingsLeaving(now: readonly string[] | undefined, before: readonly string[] = []): readonly string[] {
  return now === undefined ? [] : before.filter(connectionId => !now.includes(connectionId));
}

/**
 * Siblings' connections that the membership has taken out to make room go back, where they are to stay after all: those whose
 * own membership has had no event since, which would have seen to it.
 */
export function giveBack(connectionIds: readonly string[], request: Joining, view: View): Step | undefined {
  const { lagId } = request.pair;
  for (const connectionId of connectionIds) {
    const record = view.record(connectionId);
    if (record === undefined) return look({ do: 'read record', connectionId }, view);
    const at = leftAt(claimOf(record, view.owner), lagId) ?? 0;
    const isSiblings = otherClaims(record, view.owner, lagId).some(({ event }) => (event.sentAt ?? 0) * 1000 <= at);
    if (!isSiblings) continue;
    const connection = view.connections.get(connectionId);
    if (connection === undefined) return look({ do: 'describe connection', connectionId }, view);
    if (isGone(connection) || connection.lagId !== undefined) continue;
    const lag = view.lags.get(lagId);
    if (lag === undefined) return look({ do: 'describe LAG', lagId }, view);
    const isFull = lag !== 'not found' && isFullOnly(lag, connection);
    const room = isFull && view.failure === undefined ? makeRoom(request, connection, lag, view) : undefined;
    return room ?? write({ do: 'associate', pair: { connectionId, lagId } }, view);
  }
  return undefined;
}

/** The other members that the stack declares, where the membership has given up a connection for another or has come back to it. */
export function membersAfterExchange(request: Joining, view: View): readonly string[] {
  const { connectionId } = request.pair;
  const exchanges = isNewConnection(request) || claim(connectionId, view)?.replacement !== undefined;
  return exchanges ? (request.options.members ?? []).filter(id => id !== connectionId) : [];
}
