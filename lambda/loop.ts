import { backoff, type PaceName } from './aws/backoff';
import type { DirectConnect } from './aws/direct-connect';
import { type ErrorFacts, readError } from './aws/errors';
import { DENIED_FOR_A_WHILE, paceOf } from './aws/persist';
import type { Clock } from './clock';
import type { Outcome } from './cloudformation/answer';
import type { Request } from './cloudformation/event';
import type { CloudFormation } from './cloudformation/stack';
import type { Log } from './log';
import { Observations, SHOWN_LATE } from './observations';
import type { Memory } from './record/memory';
import type { Table } from './record/table';
import type { Ending, Writing } from './record/transitions';
import { Turns } from './record/turns';
import { onlyIfAsked } from './rules/asked';
import { samePair } from './rules/claim';
import { nextStep } from './rules/next-step';
import { outageIn } from './rules/reason';
import {
  type Call,
  callKey,
  type Failure,
  isWrite,
  placeAfter,
  placeBefore,
  type Step,
  type Write,
} from './rules/step';

/** How long a slot is waited for that a sibling is about to free in the same rollback, in milliseconds. */
const SLOT_FREE_WITHIN = 120_000;

/** How often to look, while it is waited for something, whether a later event has come: milliseconds. */
const LOOK_FOR_LATER = 10_000;

/** How old a look may be for a write that was throttled to be tried once more: milliseconds. */
const AT_ONCE = 2_000;

export interface Tools {
  readonly directConnect: DirectConnect;
  readonly cloudFormation: CloudFormation;
  readonly table: Table;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  readonly log: Log;
}

/** Moments in milliseconds since 1970-01-01T00:00Z. */
export interface Deadlines {
  /** When to give up the goal. */
  readonly goal: number;
  /** When to give up putting back what was left. */
  readonly putBack: number;
  /** When the invocation ends at the latest. */
  readonly end: number;
}

/** How long before the goal is given up it is no longer waited, so that there is time to act: milliseconds. */
const TIME_TO_ACT = 60_000;

/** The same where it is waited for a link, after which there is nothing to do but to look. */
const TIME_TO_LOOK = 15_000;

/**
 * Makes the network what the request asks for: decides, acts, looks, until the goal is reached, given up, or the time
 * is over. Never rejects for anything that AWS does.
 */
export async function settle(request: Request, memory: Memory, tools: Tools, deadlines: Deadlines): Promise<Outcome> {
  const { clock, random, log } = tools;
  const view = new Observations(memory, tools);
  const turns = new Turns(memory.event.requestId, request.region, deadlines.end, tools.table, tools);
  const tries = new Map<string, number>();
  let firstDenied: number | undefined;
  let lastError: ErrorFacts | undefined;
  let availableBy: number | undefined;
  let slotBy: number | undefined;
  let turnBy: number | undefined;
  let turnOf: string | undefined;
  // Those that were not followed by as many successes: how many others ask too is not known otherwise.
  let throttles = 0;
  // Whether the call before got through while others do not.
  let isCrowded = false;
  const began = clock.now();
  let lookedForLaterAt = began;

  const deadline = () => (view.failure === undefined ? deadlines.goal : deadlines.putBack);
  const giveUp = (failure: Failure): void => {
    log({ step: 'give up', cause: failure });
    if (view.failure === undefined) view.failure = failure;
    else view.outOfTime = true;
  };
  const pause = async (pace: PaceName, failures: number): Promise<void> => {
    const wait = backoff(pace, failures, random());
    await clock.sleep(Math.max(0, Math.min(wait, deadline() - clock.now())));
    checkTime();
  };
  /** @returns whether time has just run out */
  const checkTime = (): boolean => {
    if (clock.now() < deadline() || view.outOfTime) return false;
    const isLooking = !view.connections.has(request.connectionId ?? '');
    if (availableBy !== undefined && view.failure === undefined && isLooking) {
      // All is done but to see the link come up: what was seen last counts.
      view.waitedForLink = true;
      view.trustLastSeen();
      return true;
    }
    const tried = describeTries(tries, clock.now() - began);
    giveUp({ problem: 'out of time', tried, ...(lastError === undefined ? {} : { error: lastError }) });
    return true;
  };
  /** @returns whether the write may be done: what came meanwhile is seen by the next decision */
  const mayWrite = async (call: Write): Promise<boolean> => {
    const connectionId = 'pair' in call ? call.pair.connectionId : request.connectionId;
    if (connectionId === undefined || !isFresh(call)) return false;
    const interrupts = view.interrupts(call);
    const answer = await memory.beforeWrite(connectionId, writingOf(request, call, interrupts), deadline());
    if (answer === 'go') {
      if (interrupts) view.interrupted.add(connectionId);
      if (isFresh(call)) return true;
      memory.notDone(connectionId, placeBefore(call));
      return false;
    }
    if (answer === 'look again') view.forget(call);
    else giveUp({ problem: 'no record', error: answer });
    return false;
  };
  /** Others may go first meanwhile. */
  const waitForTurn = async (connectionId: string, lagIds: readonly string[], behind: readonly string[]) => {
    turnBy ??= deadline() - Math.min(TIME_TO_ACT, (deadline() - clock.now()) / 2);
    const waits = countUp(tries, 'wait for a turn');
    log({ step: 'wait', for: 'a turn', behind, attempt: waits });
    await turns.release(deadline(), view.leavesDown() ? SHOWN_LATE : 0);
    view.turns.clear();
    await lookForLater();
    const wait = backoff('polling', waits, random());
    await clock.sleep(Math.max(0, Math.min(wait, turnBy - clock.now())));
    if (clock.now() >= turnBy) view.waitedForTurn = true;
    view.forget({ do: 'describe connection', connectionId });
    for (const lagId of lagIds) view.forget({ do: 'describe LAG', lagId });
  };
  const lookForLater = async (): Promise<void> => {
    if (clock.now() < lookedForLaterAt + LOOK_FOR_LATER) return;
    await memory.refresh(deadline());
    lookedForLaterAt = clock.now();
  };
  /** What only helps to decide must not use up the time to act, least of all to put a connection back. */
  const isAside = (call: Call, attempt: number): boolean =>
    call.do === 'describe stack' && attempt >= (view.failure === undefined ? 12 : 3);
  const isFresh = (call: Write): boolean => {
    if (!view.isStale(call)) return true;
    view.forget(call);
    return false;
  };

  for (;;) {
    const step = onlyIfAsked(nextStep(request, view), request, view);
    switch (step.do) {
      case 'succeed':
      case 'fail': {
        const endings = endingsOf(request, memory, view, step);
        const finished = await memory.finish(endings, deadlines.putBack);
        if (finished === 'decide again') {
          // The same event may be at work twice: what the other has done meanwhile is in the record and the network now.
          for (const connectionId of endings.keys()) view.forget({ do: 'describe connection', connectionId });
          break;
        }
        await turns.release(deadlines.putBack, view.leavesDown() ? SHOWN_LATE : 0, memory.turnsBefore);
        if (step.do === 'fail') return { status: 'failed', physicalId: step.physicalId, reason: step.reason };
        const { physicalId, connection, because } = step;
        if (because !== undefined) log({ step: 'leave', because });
        return { status: 'done', physicalId, ...(connection === undefined ? {} : { connection }) };
      }
      case 'give up':
        giveUp(step.failure);
        break;
      case 'leave': {
        const { connectionId } = step.outage;
        log({ step: 'leave', connectionId, because: outageIn(step.outage) });
        view.left.set(connectionId, step.outage);
        break;
      }
      case 'wait': {
        const waits = countUp(tries, `wait for ${callKey(step.for)}`);
        log({ step: 'wait', for: callKey(step.for), attempt: waits });
        view.forgetWithLags(step.for);
        await lookForLater();
        await pause('polling', waits);
        break;
      }
      case 'wait for a slot': {
        slotBy ??= Math.min(clock.now() + SLOT_FREE_WITHIN, deadlines.goal);
        const waits = countUp(tries, 'wait for a slot');
        log({ step: 'wait', for: 'a slot', attempt: waits });
        await pause('polling', waits);
        if (clock.now() >= slotBy) view.waitedForSlot = true;
        view.forget({ do: 'describe LAG', lagId: step.lagId });
        view.forgive(step.lagId);
        view.forget({ do: 'describe connection', connectionId: step.connectionId });
        break;
      }
      case 'take a turn': {
        const turn = await turns.take(step.lagIds, step.connectionId, step.most, view.hasInterrupted, deadline());
        if ('error' in turn) giveUp({ problem: 'no record', error: turn.error });
        else if ('taken' in turn) {
          turnOf = step.connectionId;
          for (const [lagId, state] of turn.taken) view.haveTurn(lagId, state);
        } else if (!view.waitedForTurn) await waitForTurn(step.connectionId, step.lagIds, turn.behind);
        // Whoever has it still is named, or passed over.
        else for (const lagId of step.lagIds) view.turns.set(lagId, turn.behind);
        break;
      }
      case 'wait for a turn':
        await waitForTurn(step.connectionId, step.lagIds, step.behind);
        break;
      case 'wait until available': {
        const atMost = deadlines.goal - TIME_TO_LOOK;
        availableBy ??= step.seconds === undefined ? atMost : Math.min(clock.now() + step.seconds * 1000, atMost);
        if (clock.now() >= availableBy) {
          view.waitedForLink = true;
          break;
        }
        const waits = countUp(tries, 'wait until available');
        log({ step: 'wait', for: 'available', attempt: waits });
        await lookForLater();
        // Where calls are throttled, those that have something left to do go first.
        const wait = backoff('link', waits, random()) + (throttles > 0 ? backoff('throttled', throttles, random()) : 0);
        await clock.sleep(Math.max(0, Math.min(wait, availableBy - clock.now())));
        // One look after the time is over, then the state counts as it is.
        if (clock.now() >= availableBy) view.waitedForLink = true;
        view.forget({ do: 'describe connection', connectionId: step.connectionId });
        break;
      }
      default: {
        if (isCrowded) {
          // The call before took what the rate let through: one at once would only be throttled.
          isCrowded = false;
          await pause(isWrite(step) ? 'polling' : 'transient', 1);
          break;
        }
        if (isWrite(step) && 'pair' in step && view.turns.size > 0 && turnOf !== step.pair.connectionId) {
          // A turn is for one link.
          turnOf = step.pair.connectionId;
          view.turns.clear();
          break;
        }
        if (checkTime() || (isWrite(step) && !(await mayWrite(step)))) break;
        const attempt = countUp(tries, callKey(step));
        try {
          if (step.do === 'describe resource' && attempt > 1) await pause('transient', attempt);
          await view.perform(step);
          log({ step: step.do, call: callKey(step), attempt, answer: 'ok' });
          isCrowded = throttles > 0;
          throttles = Math.max(0, throttles - 1);
          // What Describe shows may still be of before a write.
          if (step.do === 'describe connection' && !view.connections.has(step.connectionId)) {
            await pause('polling', attempt);
          }
        } catch (thrown) {
          const error = readError(thrown);
          log({ step: step.do, call: callKey(step), attempt, answer: error.kind, cause: error });
          lastError = error;
          // What was throttled was not done, but until the next try somebody may have put the connection elsewhere, and AWS
          // would move it out of there without a word: what was seen counts for a moment only.
          const isThrottled = isWrite(step) && error.kind === 'throttled';
          if (!isThrottled || view.isStale(step, AT_ONCE)) view.forget(step);
          if (isWrite(step) && error.kind === 'transient') view.mayHaveWritten(step);
          else if (isWrite(step) && 'pair' in step) memory.notDone(step.pair.connectionId, placeBefore(step));
          if (error.kind === 'transitioning' && isWrite(step) && 'pair' in step) {
            view.inTransition.add(step.pair.connectionId);
          }
          // What is not there any more is not asked for a second time.
          if (isWrite(step) && error.kind.endsWith('not found')) view.refuse(step, error);
          if (view.learn(step, error)) break;
          if (error.kind === 'denied') firstDenied ??= clock.now();
          const deniedForLong = clock.now() - (firstDenied ?? clock.now()) >= DENIED_FOR_A_WHILE;
          const pace = paceOf(error.kind, !deniedForLong);
          // The last look, out of time: seen or not, the answer goes out now.
          if (view.outOfTime || pace === undefined || isAside(step, attempt)) view.refuse(step, error);
          else if (isThrottled) {
            // A look more would be throttled, too.
            throttles += 1;
            await pause('polling', 1);
          } else await pause(pace, pace === 'throttled' ? ++throttles : attempt);
        }
      }
    }
  }
}

/**
 * From where and where to a write leads, and whether it is for the event's own goal and not to put something back; nothing
 * for a write that is about no connection.
 */
function writingOf(request: Request, call: Write, wasUp: boolean): Omit<Writing, 'by'> | undefined {
  if (call.do === 'lower minimum links') return undefined;
  const isGoal = call.do === 'associate' && request.type !== 'Delete' && samePair(call.pair, request.pair);
  return { from: placeBefore(call), to: placeAfter(call), isGoal, wasUp };
}

/** What the record is to say of each connection once the answer is out. */
function endingsOf(
  request: Request,
  memory: Memory,
  view: Observations,
  step: Extract<Step, { do: 'succeed' | 'fail' }>,
): ReadonlyMap<string, Ending> {
  const endings = new Map<string, Ending>();
  const { connectionId } = request;
  if (connectionId === undefined) return endings;
  if (step.do === 'fail') {
    const untouched = isUntouched(connectionId, memory, view);
    return endings.set(connectionId, untouched ? { has: 'no more' } : { has: 'as before', outcome: 'failed' });
  }
  for (const other of memory.others) {
    // What an Update gives up goes with the Delete that CloudFormation sends for it, unless it does not know of it.
    const isOver = request.type !== 'Delete' || memory.claim(other)?.event.outcome === undefined || view.isStackGoing;
    if (memory.claim(other)?.replacement !== connectionId && isOver) endings.set(other, { has: 'no more' });
  }
  if (request.type === 'Delete') return endings.set(connectionId, { has: 'no more' });
  if (step.because !== undefined) return endings.set(connectionId, { has: 'as before', outcome: 'done' });
  return endings.set(connectionId, { has: { physicalId: step.physicalId, lagId: request.pair.lagId } });
}

/** Whether the membership has nothing of a connection that it was to get, and has left nothing behind. */
function isUntouched(connectionId: string, memory: Memory, view: Observations): boolean {
  const claim = memory.claim(connectionId);
  if (claim === undefined || claim.physicalId !== undefined) return false;
  const connection = view.connections.get(connectionId);
  const isKnown = connection !== undefined && connection !== 'not found';
  return claim.found === undefined || (isKnown && connection.lagId === claim.found.lagId);
}

function countUp(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}

function describeTries(tries: ReadonlyMap<string, number>, milliseconds: number): string {
  const calls = [...tries].map(([call, times]) => `${call}: ${times === 1 ? 'once' : `${times} times`}`);
  return `${calls.join(', ')}, over ${Math.round(milliseconds / 1000)} s`;
}
