import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { DirectConnect } from './aws/direct-connect';
import type { Clock } from './clock';
import { deliver, type Outcome, type Put } from './cloudformation/answer';
import { InvalidProperty, isEvent, notCreatedId, parseEvent, type Request } from './cloudformation/event';
import type { CloudFormation } from './cloudformation/stack';
import { jsonLog, type Log } from './log';
import { type Deadlines, settle } from './loop';
import { type CallCounts, countCalls, metricsLine, noCalls } from './metrics';
import { Observations } from './observations';
import { concernsOf, eventOf } from './record/concerns';
import { Memory } from './record/memory';
import type { Table } from './record/table';
import { failureReason } from './rules/reason';

/** Everything the handler needs from outside. */
export interface World {
  /** Of a Region. */
  readonly directConnect: (region: string) => DirectConnect;
  readonly cloudFormation: CloudFormation;
  readonly table: Table;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  readonly put: Put;
  /** Whether CloudFormation can be waiting for an answer at that URL. */
  readonly isResponseUrl: (url: string) => boolean;
  /** Takes one line of the log, line feed included. */
  readonly write: (line: string) => void;
}

/** Kept free for the answer and its repetitions, in milliseconds. */
const TIME_TO_ANSWER = 60_000;

/** Kept free for putting a connection back where it was, in milliseconds. */
const TIME_TO_PUT_BACK = 180_000;

/**
 * Handles one event: parse, settle, answer. What cannot be an event of CloudFormation, and what is to be answered elsewhere than
 * CloudFormation waits, is logged, and nothing else.
 *
 * @param remainingMilliseconds how long this invocation may still take
 * @throws {AnswerNotDelivered} so that Lambda repeats the event; handling it again changes nothing that is right
 */
export async function handle(event: unknown, remainingMilliseconds: number, world: World): Promise<void> {
  if (!isEvent(event)) {
    jsonLog(world.write, {})({ step: 'refuse', cause: 'It is no event of a custom resource.' });
    return;
  }
  const log = jsonLog(world.write, {
    requestId: event.RequestId,
    requestType: event.RequestType,
    logicalId: event.LogicalResourceId,
  });
  if (!world.isResponseUrl(event.ResponseURL)) {
    log({ step: 'refuse', cause: 'The response URL is none of S3, where CloudFormation waits for answers.' });
    return;
  }
  const began = world.clock.now();
  const counts = noCalls();
  const end = began + Math.max(0, remainingMilliseconds - TIME_TO_ANSWER);
  const outcome = await outcomeOf(event, { ...world, log, counts }, { began, end });
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
  return { goal, putBack: goal + TIME_TO_PUT_BACK, end: end + TIME_TO_ANSWER };
}

async function outcomeOf(
  event: CloudFormationCustomResourceEvent,
  world: World & { readonly log: Log; readonly counts: CallCounts },
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
  const tools = {
    ...world,
    directConnect: countCalls(world.directConnect(request.region), world.counts),
    log: (line: Parameters<Log>[0]) => world.log({ ...request.pair, ...line }),
  };
  const deadlines = deadlinesOf(invocation, request.options.retryTimeout);
  const memory = new Memory(eventOf(event, invocation.began), request.region, world.table, tools);
  const error = await memory.begin(concernsOf(request), deadlines.goal);
  tools.log({ step: 'begin', request, barred: memory.barred });
  if (error === undefined) return settle(request, memory, tools, deadlines);
  const physicalId = request.type === 'Create' ? request.notCreatedId : request.physicalId;
  const reason = failureReason(request, new Observations(memory, tools), { problem: 'no record', error });
  return { status: 'failed', physicalId, reason };
}
