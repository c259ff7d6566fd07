import type { Connection } from '@aws-sdk/client-direct-connect';
import { members, type Obstacle } from './capacity';
import type { ErrorFacts } from './errors';
import type { Request } from './event';
import type { Call, View } from './step';

/** Why a goal was given up. */
export type Failure =
  | { readonly problem: 'connection gone'; readonly connectionId: string }
  | { readonly problem: 'in another LAG'; readonly lagId: string }
  | { readonly problem: 'LAG cannot take it'; readonly obstacle: Obstacle }
  /** AWS refused a call for good. */
  | { readonly problem: 'refused'; readonly call: Call; readonly error: ErrorFacts }
  /** The connection is in the LAG, but its link did not come up in time. */
  | { readonly problem: 'not available'; readonly seconds: number; readonly state: string }
  /** Nothing may be written for this event any more. */
  | { readonly problem: 'barred'; readonly why: string }
  /** What is begun could not be written down. */
  | { readonly problem: 'no journal'; readonly error: ErrorFacts }
  /** The time budget ended: what was tried, in words, and the last error. */
  | { readonly problem: 'out of time'; readonly tried: string; readonly error?: ErrorFacts };

/**
 * The reason of a failed answer. Its first line is for a network engineer who does not know the code: the pair, what
 * AWS said, where the connection is now, what to do.
 */
export function failureReason(request: Request, view: View, failure: Failure): string {
  const { what, why, remedy } = explain(request, view, failure);
  return [`${what}: ${why}.`, whereNow(request, view), remedy].filter(part => part !== '').join(' ');
}

function explain(request: Request, view: View, failure: Failure) {
  const pair = request.pair;
  const what =
    request.type === 'Delete'
      ? `Connection ${request.connectionId ?? request.physicalId} could not be taken out of LAG ${pair?.lagId ?? 'it is in'}`
      : `Connection ${request.pair.connectionId} could not be put into LAG ${request.pair.lagId}`;
  switch (failure.problem) {
    case 'connection gone': {
      const connection = view.connections.get(failure.connectionId);
      const why =
        connection === undefined || connection === 'not found'
          ? 'there is no such connection in this account and Region'
          : `the connection is ${connection.connectionState}`;
      return { what, why, remedy: 'Correct connectionId, or order the connection first.' };
    }
    case 'in another LAG':
      return {
        what,
        why: `it is in LAG ${failure.lagId}, which this resource does not own`,
        remedy: `Take it out of ${failure.lagId} first, or correct lagId. Nothing was changed.`,
      };
    case 'LAG cannot take it':
      return { what, why: failure.obstacle.why, remedy: failure.obstacle.remedy };
    case 'not available':
      return {
        what,
        why: `it joined, but its link was still ${failure.state} after ${failure.seconds} s`,
        remedy:
          'Check the cross-connect and the router at its other end, wait longer (waitForAvailable), or do not wait.',
      };
    case 'no journal':
      return {
        what,
        why: `the handler's log group, where it keeps its journal, refused it: ${said(failure.error)}`,
        remedy: "Allow logs:CreateLogStream and logs:DescribeLogStreams to the handler's role. No link was touched.",
      };
    case 'barred':
      return {
        what,
        why: failure.why,
        remedy: 'Nothing was written for it; what CloudFormation asks for now is what counts.',
      };
    case 'refused':
      return {
        what,
        why: refusal(request, view, failure.call, failure.error),
        remedy: remedyOf(request, failure.error),
      };
    case 'out of time': {
      const last = failure.error === undefined ? '' : `; the last error was ${said(failure.error)}`;
      return {
        what,
        why: `Direct Connect did not get it done in time (${failure.tried})${last}`,
        remedy: 'Look at the AWS Health Dashboard, then deploy again: what is in place already is not done twice.',
      };
    }
  }
}

function refusal(request: Request, view: View, call: Call, error: ErrorFacts): string {
  const lag = request.pair === undefined ? undefined : view.lags.get(request.pair.lagId);
  if (request.type === 'Delete' && call.do === 'disassociate' && lag !== undefined && lag !== 'not found') {
    const all = members(lag);
    const operational = all.filter(connection => connection.connectionState === 'available').length;
    return (
      `${said(error)}. The LAG has ${all.length} members, ${operational} of them operational, ` +
      `and asks for at least ${lag.minimumLinks ?? 0}`
    );
  }
  return `${call.do.startsWith('describe') ? `to ${call.do}, ` : ''}${said(error)}`;
}

function remedyOf(request: Request, error: ErrorFacts): string {
  if (error.kind === 'denied') {
    return "Allow the call: look for a permissions boundary or a service control policy that denies the handler's role.";
  }
  if (request.type === 'Delete' && error.name === 'DirectConnectClientException') {
    return "Lower the LAG's minimum links, or bring another member up, then delete again.";
  }
  return 'Correct what AWS names, then deploy again.';
}

function said(error: ErrorFacts): string {
  const requestId = error.awsRequestId === undefined ? '' : `, AWS request id ${error.awsRequestId}`;
  return `AWS said "${error.message.replace(/[\s.]+$/, '')}" (${error.name}${requestId})`;
}

function whereNow(request: Request, view: View): string {
  const ids = new Set(
    [request.type === 'Update' ? request.oldPair?.connectionId : undefined, request.pair?.connectionId].filter(
      id => id !== undefined,
    ),
  );
  return [...ids].map(id => describeConnection(id, view.connections.get(id), view.lastSeen?.get(id))).join(' ');
}

function describeConnection(
  id: string,
  now: Connection | 'not found' | undefined,
  lastSeen: Connection | undefined,
): string {
  if (now === 'not found') return '';
  if (now !== undefined) return `${id} is now ${placeOf(now)}.`;
  return `Where ${id} is now could not be seen${lastSeen === undefined ? '' : `; it was last seen ${placeOf(lastSeen)}`}.`;
}

function placeOf({ lagId, connectionState }: Connection): string {
  return `${lagId === undefined ? 'standalone' : `in LAG ${lagId}`} and ${connectionState ?? 'in an unknown state'}`;
}
