import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { deliver, type Put } from './answer';
import type { Clock } from './clock';
import type { DirectConnect } from './direct-connect';
import { InvalidProperty, parseEvent, type Request } from './event';
import { jsonLog, type Log } from './log';
import { type Deadlines, type Outcome, settle } from './settle';

/** Everything the handler needs from outside. */
export interface World {
  readonly directConnect: DirectConnect;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  readonly put: Put;
  /** Takes one line of the log, line feed included. */
  readonly write: (line: string) => void;
}

/** Kept free for the answer and its repetitions, in milliseconds. */
const TIME_TO_ANSWER = 60_000;

/** Kept free for putting a connection back where it was, in milliseconds. */
const TIME_TO_PUT_BACK = 180_000;

/**
 * Handles one event: parse, settle, answer.
 *
 * @param remainingMilliseconds how long this invocation may still take
 * @throws {AnswerNotDelivered} so that Lambda repeats the event; handling it again changes nothing that is right
 */
export async function handle(
  event: CloudFormationCustomResourceEvent,
  remainingMilliseconds: number,
  world: World,
): Promise<void> {
  const log = jsonLog(world.write, {
    requestId: event.RequestId,
    requestType: event.RequestType,
    logicalId: event.LogicalResourceId,
  });
  const putBack = world.clock.now() + Math.max(0, remainingMilliseconds - TIME_TO_ANSWER);
  const deadlines = { goal: putBack - TIME_TO_PUT_BACK, putBack };
  const outcome = await outcomeOf(event, { ...world, log }, deadlines);
  await deliver(event, outcome, { ...world, log });
}

async function outcomeOf(
  event: CloudFormationCustomResourceEvent,
  tools: World & { readonly log: Log },
  deadlines: Deadlines,
): Promise<Outcome> {
  const physicalId =
    'PhysicalResourceId' in event ? event.PhysicalResourceId : `${event.LogicalResourceId}-not-created`;
  let request: Request;
  try {
    request = parseEvent(event);
  } catch (error) {
    if (!(error instanceof InvalidProperty)) throw error;
    tools.log({ step: 'refuse', cause: error.message });
    return { status: 'failed', physicalId, reason: error.message };
  }
  const log: Log = line => tools.log({ ...request.pair, ...line });
  log({ step: 'begin', physicalId, ...(request.type === 'Update' ? { oldPair: request.oldPair } : {}) });
  return settle(request, { ...tools, log }, deadlines);
}
