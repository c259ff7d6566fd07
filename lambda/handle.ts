import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { deliver, type Put } from './answer';
import type { Clock } from './clock';
import type { DirectConnect } from './direct-connect';
import { InvalidProperty, notCreatedId, type Pair, parseEvent, type Request } from './event';
import { History } from './history';
import type { Journal } from './journal';
import { jsonLog, type Log } from './log';
import { countCalls, metricsLine } from './metrics';
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
  const began = world.clock.now();
  const { directConnect, counts } = countCalls(world.directConnect);
  const end = began + Math.max(0, remainingMilliseconds - TIME_TO_ANSWER);
  const outcome = await outcomeOf(event, { ...world, directConnect, log }, { began, end });
  await deliver(event, outcome, { ...world, log });
  const now = world.clock.now();
  world.write(metricsLine(event, { outcome: outcome.status, counts, milliseconds: now - began, now }));
}

/** When the event's handling began, and when the answer has to go out: milliseconds since 1970-01-01T00:00Z. */
interface Invocation {
  readonly began: number;
  readonly end: number;
}

/** The goal is given up in time for putting back what was left; with a shorter time to try, putting back begins sooner. */
function deadlinesOf({ began, end }: Invocation, retryTimeout: number | undefined): Deadlines {
  const latest = end - TIME_TO_PUT_BACK;
  const goal = retryTimeout === undefined ? latest : Math.min(latest, began + retryTimeout * 1000);
  return { goal, putBack: goal + TIME_TO_PUT_BACK };
}

async function outcomeOf(
  event: CloudFormationCustomResourceEvent,
  world: World & { readonly log: Log },
  invocation: Invocation,
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
  const deadlines = deadlinesOf(invocation, request.options.retryTimeout);
  const history = new History(event, world.journal, tools);
  const error = await history.begin(claimOf(request), deadlines.goal);
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

/** The pair an event is about. Of a Delete whose properties are of another connection, the LAG is not known. */
function claimOf(request: Request): Pair | undefined {
  if (request.type !== 'Delete' || request.pair !== undefined || request.connectionId === undefined)
    return request.pair;
  return { connectionId: request.connectionId, lagId: 'unknown' };
}
