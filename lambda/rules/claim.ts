import type { Request } from '../cloudformation/event';
import { isBeingDeleted, isThere } from '../cloudformation/operation';
import { formatPhysicalId, parsePhysicalId } from '../cloudformation/physical-id';
import type { Pair } from '../pair';
import { type Claim, claimOf, type Move, otherClaims, type Place, sameOwner } from '../record/record';
import { type Call, ownerKey, refusalKey, type Step, type View } from './step';

export type Joining = Extract<Request, { type: 'Create' | 'Update' }>;
export type Leaving = Extract<Request, { type: 'Delete' }>;

export function samePair(one: Pair, other: Pair): boolean {
  return one.connectionId === other.connectionId && one.lagId === other.lagId;
}

/** The pair that an Update gives up for the new one, where the connection stays the same. */
export function pairToLeave(request: Joining): Pair | undefined {
  if (request.type !== 'Update' || request.oldPair === undefined) return undefined;
  return request.oldPair.connectionId === request.pair.connectionId ? request.oldPair : undefined;
}

/** Whether the resource gets the connection with this event, so that it matters how it was found. */
export function isNewConnection(request: Joining): boolean {
  if (request.type === 'Create') return true;
  // Not the old properties: after an update that CloudFormation did not wait for, they name what it does not know of.
  return parsePhysicalId(request.physicalId)?.connectionId !== request.pair.connectionId;
}

/** What the membership has to do with a connection, unless it has given it up. */
export function claim(connectionId: string, view: View): Claim | undefined {
  const own = claimOf(view.record(connectionId), view.owner);
  return own?.gone === undefined ? own : undefined;
}

/** Whether the resource itself has put the connection there, though CloudFormation may believe otherwise. */
export function isOwn(connectionId: string, lagId: string, view: View): boolean {
  return claim(connectionId, view)?.places.includes(lagId) ?? false;
}

/** Whether the event has moved the connection, be it in an invocation before. */
export function hasWritten(connectionId: string, view: View): boolean {
  const own = claim(connectionId, view);
  return own?.moves.some(({ by }) => by === own.event.requestId) ?? false;
}

/**
 * The membership that has taken the connection since the event put it into its LAG, by its logical id: each of the two would
 * take it from the other for ever.
 */
export function takenBy(pair: Pair, view: View): string | undefined {
  const own = claim(pair.connectionId, view);
  const putAt = own?.moves.find(({ by }) => by === own.event.requestId)?.at;
  if (putAt === undefined) return undefined;
  const others = (view.record(pair.connectionId)?.claims ?? []).filter(other => !sameOwner(other, view.owner));
  const isLater = ({ at, from }: Move) => at > putAt && from.lagId === pair.lagId;
  return others.find(({ moves }) => moves.some(isLater))?.logicalId;
}

/** Where the last write of a connection led; `undefined` where none is known of. */
export function lastPlace(connectionId: string, view: View): Place | undefined {
  const record = view.record(connectionId);
  return (record?.writing ?? record?.wrote)?.to;
}

/** The id under which CloudFormation is to know the membership of the pair. */
export function physicalIdOf(request: Joining, view: View): string {
  if (request.type === 'Update' && !isNewConnection(request)) return request.physicalId;
  const { connectionId } = request.pair;
  const own = claim(connectionId, view);
  return (
    own?.physicalId ?? formatPhysicalId(connectionId, own?.found ?? { lagId: request.pair.lagId }, request.pair.lagId)
  );
}

/** Whether another resource declares the pair too: the construct was renamed, or has moved to another stack. */
export function declaredElsewhere({ connectionId, lagId }: Pair, view: View): boolean | Step {
  for (const other of otherClaims(view.record(connectionId), view.owner, lagId)) {
    if (other.stackId === view.owner.stackId) {
      const stack: Call = { do: 'describe stack' };
      if (view.stack === undefined) return view.refused.has(refusalKey(stack)) ? true : stack;
      if (isBeingDeleted(view.stack)) continue;
    }
    const ask: Call = { do: 'describe resource', owner: other };
    const resource = view.resources.get(ownerKey(other));
    if (resource === undefined && !view.refused.has(refusalKey(ask))) return ask;
    if (resource === undefined || isThere(resource)) return true;
  }
  return false;
}
