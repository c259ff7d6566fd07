import type { Request } from '../cloudformation/event';
import { isAtWork, isCleaningUp, isUnderWay } from '../cloudformation/operation';
import { failed } from './put-back';
import { type Call, giveUp, isWrite, look, ownerKey, type Step, type View } from './step';

/** How often CloudFormation is asked before it is believed that it is not at work: it may show late what it does. */
const LOOKS = 4;

/**
 * Nothing is written for an event, and no turn is taken, before CloudFormation itself says that it is at work on the resource in this
 * way: whoever may invoke the function can make up an event.
 *
 * It is recorded before: the next event of the resource has to know of it, whatever CloudFormation shows meanwhile.
 */
export function onlyIfAsked(step: Step, request: Request, view: View): Step {
  if (!isWrite(step) && step.do !== 'take a turn') return step;
  const { owner } = view;
  const ask: Call = { do: 'describe resource', owner };
  const resource = view.resources.get(ownerKey(owner));
  if (resource === undefined) return orFail(look(ask, view), request, view);
  if (isAtWork(resource, request.type)) return step;
  // What a replacement has left is deleted under the name of what has replaced it.
  const isReplaced =
    request.type === 'Delete' && resource !== 'not found' && resource.physicalId !== request.physicalId;
  // Without a rollback of the stack, a resource that failed to be updated goes back while it is shown as failed.
  const goesBack = request.type === 'Update' && resource !== 'not found' && resource.status === 'UPDATE_FAILED';
  if (isReplaced || goesBack) {
    if (view.stack === undefined) return orFail(look({ do: 'describe stack' }, view), request, view);
    if (isReplaced ? isCleaningUp(view.stack) : isUnderWay(view.stack)) return step;
  }
  if (view.ownLooks < LOOKS) return ask;
  const found = resource === 'not found' ? 'no such resource' : resource.status;
  return orFail(giveUp({ problem: 'not asked', logicalId: owner.logicalId, found }), request, view);
}

function orFail(step: Step, request: Request, view: View): Step {
  return step.do === 'give up' && view.failure !== undefined ? failed(request, view, view.failure) : step;
}
