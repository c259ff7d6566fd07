import { hasCompletedSince, isRollingBack } from '../cloudformation/operation';
import { parsePhysicalId } from '../cloudformation/physical-id';
import type { Pair } from '../pair';
import type { Place } from '../record/record';
import { isGone, members } from './capacity';
import { claim, declaredElsewhere, isOwn, type Leaving } from './claim';
import { isWanted, takeBack, undo } from './going-back';
import { type Call, callKey, look, refusalKey, type Step, type View, type Write, write } from './step';

/** The next step of a Delete. */
export function leave(request: Leaving, view: View): Step {
  const { connectionId, pair, physicalId } = request;
  if (connectionId === undefined) return { do: 'succeed', physicalId };
  const left = takeBack(request, view);
  if (left?.do === 'disassociate') return lowerMinimum(request, left.pair, view) ?? left;
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
export function isMeant(since: number, view: View): 'removal' | 'rollback' | 'cannot be told' | Step {
  const ask: Call = { do: 'describe operation' };
  if (view.operation === undefined) return view.refused.has(refusalKey(ask)) ? 'cannot be told' : ask;
  if (isRollingBack(view.operation.stack)) return 'rollback';
  return hasCompletedSince(view.operation, since) ? 'removal' : 'rollback';
}

/** Where the LAG would not let the connection go, and the template allows it, its minimum is lowered first. */
function lowerMinimum(request: Leaving, pair: Pair, view: View): Step | undefined {
  if (!request.options.lowerMinimumLinks) return undefined;
  // It is out, and what is seen of the LAG may be of before.
  if (view.accepted.has(callKey({ do: 'disassociate', pair }))) return undefined;
  const lag = view.lags.get(pair.lagId);
  if (lag === undefined) return look({ do: 'describe LAG', lagId: pair.lagId }, view);
  if (lag === 'not found') return undefined;
  const others = members(lag).filter(member => member.connectionId !== pair.connectionId);
  const operational = others.filter(member => member.connectionState === 'available').length;
  if (others.length === 0 || operational >= (lag.minimumLinks ?? 0)) return undefined;
  const lower: Write = { do: 'lower minimum links', lagId: pair.lagId, minimumLinks: operational };
  // Others may have left the LAG meanwhile: whether this one may, AWS says.
  const error = view.refused.get(refusalKey(lower));
  return error !== undefined && error.kind !== 'denied' ? undefined : write(lower, view);
}
