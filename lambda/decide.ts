import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import { whyLagCannotTake } from './capacity';
import type { ErrorFacts } from './errors';
import type { Pair, Request } from './event';
import { type Failure, failureReason } from './reason';

/** The calls that look, and the calls that write. */
export type Call =
  | { readonly do: 'describe connection'; readonly connectionId: string }
  | { readonly do: 'describe LAG'; readonly lagId: string }
  | { readonly do: 'associate'; readonly pair: Pair }
  | { readonly do: 'disassociate'; readonly pair: Pair };

/** What to do next. */
export type Step =
  | Call
  /** AWS accepted a change that Describe does not show yet: look again later, and do not repeat it. */
  | { readonly do: 'wait'; readonly for: Call }
  /** The goal cannot be reached; what was left on the way to it is to be put back. */
  | { readonly do: 'give up'; readonly failure: Failure }
  | { readonly do: 'succeed'; readonly physicalId: string; readonly connection?: Connection }
  | { readonly do: 'fail'; readonly physicalId: string; readonly reason: string };

/**
 * What is known so far. A connection or LAG that is not here was not looked at, or is no longer trusted: every write
 * that did not clearly succeed takes the connection out, so that the next step looks before anything is repeated.
 */
export interface View {
  readonly connections: ReadonlyMap<string, Connection | 'not found'>;
  readonly lags: ReadonlyMap<string, Lag | 'not found'>;
  /** Calls that AWS accepted, by {@link callKey}. */
  readonly accepted: ReadonlySet<string>;
  /** Calls that AWS refused for good, by {@link callKey}. */
  readonly refused: ReadonlyMap<string, ErrorFacts>;
  /** Why the goal was given up; from then on only what was left is put back. */
  readonly failure?: Failure;
  /** Set when the time for putting back has ended too. */
  readonly outOfTime?: boolean;
}

export function callKey(call: Call): string {
  switch (call.do) {
    case 'describe connection':
      return `${call.do} ${call.connectionId}`;
    case 'describe LAG':
      return `${call.do} ${call.lagId}`;
    default:
      return `${call.do} ${call.pair.connectionId} ${call.pair.lagId}`;
  }
}

/** A connection that Direct Connect still lists, but that is no more. */
export function isGone(connection: Connection | 'not found'): connection is 'not found' {
  return connection === 'not found' || ['deleted', 'deleting', 'rejected'].includes(connection.connectionState ?? '');
}

/**
 * Decides the next step from what is asked and what is known. Pure: the same request and view give the same step.
 *
 * The rule behind every branch: look first; a goal that is reached already is a success without a write; nothing is
 * left before the new place is known to be able to take the connection; what fails is put back where CloudFormation
 * believes it to be.
 */
export function decide(request: Request, view: View): Step {
  if (view.failure !== undefined) return putBack(request, view, view.failure);
  switch (request.type) {
    case 'Create':
      return join(request.pair, view, request.pair.connectionId);
    case 'Update': {
      const { pair, oldPair, physicalId } = request;
      if (oldPair?.connectionId !== pair.connectionId) return join(pair, view, pair.connectionId);
      return join(pair, view, physicalId, oldPair);
    }
    case 'Delete':
      return request.pair === undefined
        ? { do: 'succeed', physicalId: request.physicalId }
        : leave(request.pair, view, request.physicalId);
  }
}

/** @param mayLeave the membership this resource owns and gives up for the new one */
function join(pair: Pair, view: View, physicalId: string, mayLeave?: Pair): Step {
  const connection = view.connections.get(pair.connectionId);
  if (connection === undefined) return look({ do: 'describe connection', connectionId: pair.connectionId }, view);
  if (isGone(connection))
    return { do: 'give up', failure: { problem: 'connection gone', connectionId: pair.connectionId } };
  if (connection.lagId === pair.lagId) return { do: 'succeed', physicalId, connection };

  const lag = view.lags.get(pair.lagId);
  if (lag === undefined) return look({ do: 'describe LAG', lagId: pair.lagId }, view);
  const obstacle = whyLagCannotTake(lag, connection);
  if (obstacle !== undefined) return { do: 'give up', failure: { problem: 'LAG cannot take it', obstacle } };

  if (connection.lagId === undefined) return write({ do: 'associate', pair }, view);
  if (connection.lagId === mayLeave?.lagId) return write({ do: 'disassociate', pair: mayLeave }, view);
  return { do: 'give up', failure: { problem: 'in another LAG', lagId: connection.lagId } };
}

function leave(pair: Pair, view: View, physicalId: string): Step {
  const connection = view.connections.get(pair.connectionId);
  if (connection === undefined) return look({ do: 'describe connection', connectionId: pair.connectionId }, view);
  if (isGone(connection)) return { do: 'succeed', physicalId };
  if (connection.lagId !== pair.lagId) return { do: 'succeed', physicalId, connection };
  if (view.lags.get(pair.lagId) === 'not found') return { do: 'succeed', physicalId, connection };
  return write({ do: 'disassociate', pair }, view);
}

function putBack(request: Request, view: View, failure: Failure): Step {
  const physicalId = request.type === 'Create' ? request.pair.connectionId : request.physicalId;
  const fail = (): Step => ({ do: 'fail', physicalId, reason: failureReason(request, view, failure) });
  // A same pair that could not be put in place is not tried a second time.
  const left = request.type === 'Update' && request.oldPair !== undefined && !samePair(request.oldPair, request.pair);
  const home = left ? request.oldPair : undefined;
  const connectionId = home?.connectionId ?? ('pair' in request ? request.pair?.connectionId : undefined);
  if (connectionId === undefined) return fail();
  const connection = view.connections.get(connectionId);
  if (connection === undefined) {
    const call: Call = { do: 'describe connection', connectionId };
    return view.refused.has(callKey(call)) ? fail() : call;
  }
  if (view.outOfTime === true) return fail();
  if (home !== undefined && !isGone(connection) && connection.lagId === undefined) {
    const step = write({ do: 'associate', pair: home }, view);
    return step.do === 'give up' ? fail() : step;
  }
  // The numbers of a LAG that refuses to let a member go belong into the reason.
  if (request.type === 'Delete' && request.pair !== undefined && failure.problem === 'refused') {
    const call: Call = { do: 'describe LAG', lagId: request.pair.lagId };
    if (!view.lags.has(request.pair.lagId) && !view.refused.has(callKey(call))) return call;
  }
  return fail();
}

function samePair(one: Pair, other: Pair): boolean {
  return one.connectionId === other.connectionId && one.lagId === other.lagId;
}

function look(call: Call, view: View): Step {
  const error = view.refused.get(callKey(call));
  return error === undefined ? call : { do: 'give up', failure: { problem: 'refused', call, error } };
}

function write(call: Call, view: View): Step {
  const error = view.refused.get(callKey(call));
  if (error !== undefined) return { do: 'give up', failure: { problem: 'refused', call, error } };
  return view.accepted.has(callKey(call)) ? { do: 'wait', for: call } : call;
}
