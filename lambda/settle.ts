import type { Connection } from '@aws-sdk/client-direct-connect';
import { backoff, type PaceName } from './backoff';
import type { Clock } from './clock';
import { decide, isNewConnection, samePair } from './decide';
import type { DirectConnect } from './direct-connect';
import { type ErrorFacts, readError } from './errors';
import type { Request } from './event';
import type { History } from './history';
import type { Association } from './journal';
import type { Log } from './log';
import { DENIED_FOR_A_WHILE, paceOf } from './persist';
import type { Failure } from './reason';
import { Sight } from './sight';
import type { DescribeStack } from './stack';
import { type Call, callKey, type Write } from './step';

export type Outcome =
  | { readonly status: 'done'; readonly physicalId: string; readonly connection?: Connection }
  | { readonly status: 'failed'; readonly physicalId: string; readonly reason: string };

export interface Tools {
  readonly directConnect: DirectConnect;
  readonly describeStack: DescribeStack;
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
}

/**
 * Makes the network what the request asks for: decides, acts, looks, until the goal is reached, given up, or the time
 * is over. Never rejects for anything that AWS does.
 *
 * @param stackId of the event's stack
 */
export async function settle(
  request: Request,
  stackId: string,
  history: History,
  tools: Tools,
  deadlines: Deadlines,
): Promise<Outcome> {
  const { clock, random, log } = tools;
  const view = new Sight(history);
  const tries = new Map<string, number>();
  let firstDenied: number | undefined;
  let lastError: ErrorFacts | undefined;
  let availableBy: number | undefined;
  let readAfter = 0;
  // Those that were not followed by as many successes: how many others ask too is not known otherwise.
  let throttles = 0;
  // Whether the call before got through while others do not.
  let isCrowded = false;
  const began = clock.now();

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
    const tried = describeTries(tries, clock.now() - began);
    giveUp({ problem: 'out of time', tried, ...(lastError === undefined ? {} : { error: lastError }) });
    return true;
  };
  /** @returns whether the write may be done: what came meanwhile is seen by the next decision */
  const mayWrite = async (call: Write): Promise<boolean> => {
    if (!isFresh(call)) return false;
    const error =
      (await history.refreshIfStale(deadline())) ??
      (isOwnAssociation(request, call) ? await history.associating(associationOf(call), deadline()) : undefined);
    if (error !== undefined) giveUp({ problem: 'no journal', error });
    return error === undefined && history.standing.barred === undefined && isFresh(call);
  };
  const isFresh = (call: Write): boolean => {
    if (!view.isStale(call, clock.now())) return true;
    view.forget(call);
    return false;
  };

  for (;;) {
    const step = decide(request, view);
    switch (step.do) {
      case 'succeed': {
        // The same event may be at work twice. What the other has associated is in the journal, but perhaps not in what
        // was read of it before the connection was looked at.
        if (adopts(request, view) && readAfter !== view.looks) {
          readAfter = view.looks;
          await history.refresh(deadline());
          break;
        }
        const { physicalId, connection } = step;
        return { status: 'done', physicalId, ...(connection === undefined ? {} : { connection }) };
      }
      case 'fail':
        return { status: 'failed', physicalId: step.physicalId, reason: step.reason };
      case 'give up':
        giveUp(step.failure);
        break;
      case 'wait': {
        const waits = countUp(tries, `wait for ${callKey(step.for)}`);
        log({ step: 'wait', for: callKey(step.for), attempt: waits });
        view.forget(step.for);
        await pause('polling', waits);
        break;
      }
      case 'wait until available': {
        const seconds = request.options.waitForAvailable ?? 0;
        availableBy ??= Math.min(clock.now() + seconds * 1000, deadlines.goal);
        const waits = countUp(tries, 'wait until available');
        log({ step: 'wait', for: 'available', attempt: waits });
        const wait = backoff('polling', waits, random());
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
          await pause('transient', 1);
          break;
        }
        if (checkTime() || (isWrite(step) && !(await mayWrite(step)))) break;
        const attempt = countUp(tries, callKey(step));
        try {
          await view.perform(step, stackId, tools);
          log({ step: step.do, call: callKey(step), attempt, answer: 'ok' });
          isCrowded = throttles > 0;
          throttles = Math.max(0, throttles - 1);
        } catch (thrown) {
          const error = readError(thrown);
          log({ step: step.do, call: callKey(step), attempt, answer: error.kind, cause: error });
          lastError = error;
          // After a throttle too: nothing was done, but until the next try somebody may have put the connection elsewhere,
          // and AWS would move it out of there without a word.
          view.forget(step);
          // What is not there any more is not asked for a second time.
          if (isWrite(step) && error.kind.endsWith('not found')) view.refuse(step, error);
          if (view.learn(step, error)) break;
          if (error.kind === 'denied') firstDenied ??= clock.now();
          const deniedForLong = clock.now() - (firstDenied ?? clock.now()) >= DENIED_FOR_A_WHILE;
          const pace = paceOf(error.kind, !deniedForLong);
          // The last look, out of time: seen or not, the answer goes out now.
          if (view.outOfTime || pace === undefined) view.refuse(step, error);
          else await pause(pace, pace === 'throttled' ? ++throttles : attempt);
        }
      }
    }
  }
}

function isWrite(call: Call): call is Write {
  return !call.do.startsWith('describe');
}

/** What an event associates for its own goal, and not to put something back. */
function isOwnAssociation(request: Request, call: Write): call is Extract<Write, { do: 'associate' }> {
  return call.do === 'associate' && request.type !== 'Delete' && samePair(call.pair, request.pair);
}

function adopts(request: Request, view: Sight): boolean {
  return request.type !== 'Delete' && isNewConnection(request) && view.standing.association === undefined;
}

function associationOf({ pair, movesFrom }: Extract<Write, { do: 'associate' }>): Association {
  return { ...pair, ...(movesFrom === undefined ? {} : { movedFrom: movesFrom }) };
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
