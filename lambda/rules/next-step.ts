import type { Request } from '../cloudformation/event';
import { decide, leftAsItIs } from './decide';
import { goesBack } from './going-back';
import { plan } from './plan';
import { failed } from './put-back';
import { outageIn } from './reason';
import type { Step, View } from './step';
import { awaitLink, protect } from './traffic';

/** The next step: what the lifecycle asks for, as far as the traffic on the LAGs allows it now. */
export function nextStep(request: Request, view: View): Step {
  return allowed(decide(request, view), request, view);
}

function allowed(step: Step, request: Request, view: View): Step {
  switch (step.do) {
    case 'associate':
    case 'disassociate': {
      const next = plan(request, view) ?? protect(step, request, view);
      return next.do === 'give up' ? orLeave(next, request, view) : next;
    }
    case 'succeed':
      return planUnchanged(request, view) ?? awaitLink(request, view) ?? step;
    default:
      return step;
  }
}

/** The first of the stack's members of a LAG looks after them all, also where only the others differ. */
function planUnchanged(request: Request, view: View): Step | undefined {
  return request.type === 'Update' && request.onlyMembersDiffer ? plan(request, view) : undefined;
}

/** Where something goes back, a link that carries traffic is left where it does; all else is a failure. */
function orLeave(step: Extract<Step, { do: 'give up' }>, request: Request, view: View): Step {
  if (view.failure !== undefined) return failed(request, view, view.failure);
  const { failure } = step;
  if (failure.problem !== 'outage') return step;
  const back = request.type === 'Delete' || goesBack(request, view);
  if (typeof back !== 'boolean') return back;
  if (!back) return step;
  if (failure.connectionId !== request.connectionId) return { do: 'leave', outage: failure };
  const because = outageIn(failure);
  if (request.type === 'Delete') return { do: 'succeed', physicalId: request.physicalId, because };
  // What an event before has left behind goes back all the same, if traffic allows it.
  return allowed(leftAsItIs(request, view, because), request, view);
}
