import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { deliver, type Put } from './answer';
import type { Clock } from './clock';
import type { DirectConnect } from './direct-connect';
import { InvalidProperty, notCreatedId, parseEvent, type Request } from './event';
import { History } from './history';
import type { Journal } from './journal';
import { jsonLog, type Log } from './log';
import { failureReason } from './reason';
import { type Deadlines, type Outcome, settle } from './settle';
import { Sight } from './sight';
import type { DescribeStack } from './stack';

/** Everything the handler needs from outside. */
export interface World {
  readonly directConnect: DirectConnect;
  readonly describeStack: DescribeStack;
  readonly journal: Journal;
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
  world: World & { readonly log: Log },
  deadlines: Deadlines,
): Promise<Outcome> {
  let request: Request;
  try {
    request = parseEvent(event);
  } catch (error) {
    if (!(error instanceof InvalidProperty)) throw error;
    world.log({ step: 'refuse', cause: error.message });
    const physicalId = 'PhysicalResourceId' in event ? event.PhysicalResourceId : notCreatedId(event.LogicalResourceId);
    return { status: 'failed', physicalId, reason: error.message };
  }
  const tools = { ...world, log: (line: Parameters<Log>[0]) => world.log({ ...request.pair, ...line }) };
  const history = new History(event, world.journal, tools);
  const error = await history.begin(request.pair, deadlines.goal);
  tools.log({ step: 'begin', request, standing: history.standing });
  if (error !== undefined) {
    const physicalId = request.type === 'Create' ? request.notCreatedId : request.physicalId;
    const reason = failureReason(request, new Sight(history), { problem: 'no journal', error });
    return { status: 'failed', physicalId, reason };
  }
  const outcome = await settle(request, event.StackId, history, tools, deadlines);
  // What cannot be written down now is in the log; the answer is worth more than the mark.
  await history.answering(outcome.status, deadlines.putBack);
  return outcome;
}
