import type { Request } from '../cloudformation/event';
import { isAtWork, isCleaningUp } from '../cloudformation/operation';
import { failed } from './put-back';
import { type Call, giveUp, isWrite, look, ownerKey, type Step, type View } from './step';

/** How often CloudFormation is asked before it is believed that it is not at work: it may show late what it does. */
const LOOKS = 4;

/**
 * Before anything is recorded for an event, CloudFormation itself says that it is at work on the resource in this way: whoever may
 * invoke the function can make up an event, and a made-up one must not stand in the way of another either. Where CloudFormation
 * refuses to say it, the event is recorded all the same: what is in place already needs no write, and a rollback must come to its end.
 */
export function askFirst(request: Request, view: View): Step | { readonly do: 'begin' } {
  // What comes too late can record nothing but that.
  if (view.barred !== undefined) return { do: 'begin' };
  const step = unlessAsked(request, view);
  if (step === undefined) return { do: 'begin' };
  return step.do === 'give up' && step.failure.problem === 'refused' ? { do: 'begin' } : step;
}

/** Nothing is written for an event of which CloudFormation does not say so. */
export function onlyIfAsked(step: Step, request: Request, view: View): Step {
  return (isWrite(step) ? unlessAsked(request, view) : undefined) ?? step;
}

/** @returns what is to be done instead; `undefined` where CloudFormation is at work on the resource */
function unlessAsked(request: Request, view: View): Step | undefined {
  const { owner } = view;
  const ask: Call = { do: 'describe resource', owner };
  const resource = view.resources.get(ownerKey(owner));
  if (resource === undefined) return orFail(look(ask, view), request, view);
  if (isAtWork(resource, request.type)) return undefined;
  // What a replacement has left is deleted under the name of what has replaced it.
  if (request.type === 'Delete' && resource !== 'not found' && resource.physicalId !== request.physicalId) {
    if (view.stack === undefined) return orFail(look({ do: 'describe stack' }, view), request, view);
    if (isCleaningUp(view.stack)) return undefined;
  }
  if (view.ownLooks < LOOKS) return ask;
  const found = resource === 'not found' ? 'no such resource' : resource.status;
  return orFail(giveUp({ problem: 'not asked', logicalId: owner.logicalId, found }), request, view);
}

function orFail(step: Step, request: Request, view: View): Step {
  return step.do === 'give up' && view.failure !== undefined ? failed(request, view, view.failure) : step;
}
