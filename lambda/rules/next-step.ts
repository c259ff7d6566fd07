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
  const step = decide(request, view);
  switch (step.do) {
    case 'associate':
    case 'disassociate': {
      const allowed = plan(request, view) ?? protect(step, request, view);
      return allowed.do === 'give up' ? orLeave(allowed, request, view) : allowed;
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
  return leftAsItIs(request, view, because);
}
