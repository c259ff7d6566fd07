import type { Connection, Lag } from '@aws-sdk/client-direct-connect';
import { backoff } from './backoff';
import type { Clock } from './clock';
import { type Call, callKey, decide, type View } from './decide';
import type { DirectConnect } from './direct-connect';
import { type ErrorFacts, readError } from './errors';
import type { Request } from './event';
import type { Log } from './log';
import type { Failure } from './reason';

export type Outcome =
  | { readonly status: 'done'; readonly physicalId: string; readonly connection?: Connection }
  | { readonly status: 'failed'; readonly physicalId: string; readonly reason: string };

export interface Tools {
  readonly directConnect: DirectConnect;
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

/** How long AccessDenied is taken for the delay of a new role's rights, in milliseconds. */
const DENIED_FOR_A_WHILE = 60_000;

/**
 * Makes the network what the request asks for: decides, acts, looks, until the goal is reached, given up, or the time
 * is over. Never rejects for anything that Direct Connect does.
 */
export async function settle(request: Request, tools: Tools, deadlines: Deadlines): Promise<Outcome> {
  const { clock, random, log } = tools;
  const view = new Sight();
  const tries = new Map<string, number>();
  let firstDenied: number | undefined;
  let lastError: ErrorFacts | undefined;
  const began = clock.now();

  const pause = async (pace: 'transient' | 'throttled', failures: number): Promise<void> => {
    const deadline = view.failure === undefined ? deadlines.goal : deadlines.putBack;
    const wait = backoff(pace, failures, random());
    await clock.sleep(Math.max(0, Math.min(wait, deadline - clock.now())));
    if (clock.now() < deadline) return;
    if (view.failure !== undefined) {
      view.outOfTime = true;
      return;
    }
    const failure: Failure = {
      problem: 'out of time',
      tried: describeTries(tries, clock.now() - began),
      ...(lastError === undefined ? {} : { error: lastError }),
    };
    log({ step: 'give up', cause: failure });
    view.failure = failure;
  };

  for (;;) {
    const step = decide(request, view);
    switch (step.do) {
      case 'succeed': {
        const { physicalId, connection } = step;
        return { status: 'done', physicalId, ...(connection === undefined ? {} : { connection }) };
      }
      case 'fail':
        return { status: 'failed', physicalId: step.physicalId, reason: step.reason };
      case 'give up':
        log({ step: 'give up', cause: step.failure });
        view.failure = step.failure;
        break;
      case 'wait': {
        const waits = countUp(tries, `wait for ${callKey(step.for)}`);
        log({ step: 'wait', for: callKey(step.for), attempt: waits });
        view.forget(step.for);
        await pause('transient', waits);
        break;
      }
      default: {
        const attempt = countUp(tries, callKey(step));
        try {
          await view.perform(step, tools.directConnect);
          log({ step: step.do, call: callKey(step), attempt, answer: 'ok' });
        } catch (thrown) {
          const error = readError(thrown);
          log({ step: step.do, call: callKey(step), attempt, answer: error.kind, cause: error });
          lastError = error;
          view.forget(step);
          if (view.learn(step, error)) break;
          if (error.kind === 'denied') firstDenied ??= clock.now();
          const deniedForLong = clock.now() - (firstDenied ?? clock.now()) >= DENIED_FOR_A_WHILE;
          // The last look, out of time: seen or not, the answer goes out now.
          if (view.outOfTime) view.refused.set(callKey(step), error);
          else if (error.kind === 'throttled') await pause('throttled', attempt);
          else if (error.kind === 'transient' || (error.kind === 'denied' && !deniedForLong))
            await pause('transient', attempt);
          else view.refused.set(callKey(step), error);
        }
      }
    }
  }
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

/** The view as it grows. */
class Sight implements View {
  readonly connections = new Map<string, Connection | 'not found'>();
  readonly lags = new Map<string, Lag | 'not found'>();
  readonly accepted = new Set<string>();
  readonly refused = new Map<string, ErrorFacts>();
  failure?: Failure;
  outOfTime?: boolean;

  async perform(call: Call, directConnect: DirectConnect): Promise<void> {
    switch (call.do) {
      case 'describe connection':
        this.connections.set(
          call.connectionId,
          (await directConnect.describeConnection(call.connectionId)) ?? 'not found',
        );
        return;
      case 'describe LAG':
        this.lags.set(call.lagId, (await directConnect.describeLag(call.lagId)) ?? 'not found');
        return;
      default: {
        const { pair } = call;
        const connection = await directConnect[call.do](pair);
        this.accepted.add(callKey(call));
        // The way back is open again: an association that is left may be made anew, and the other way round.
        const opposite = call.do === 'associate' ? 'disassociate' : 'associate';
        this.accepted.delete(callKey({ do: opposite, pair }));
        this.connections.set(pair.connectionId, connection);
        this.lags.delete(pair.lagId);
      }
    }
  }

  /** After a write whose effect is unknown, or before the next look: what was seen of its connection is stale. */
  forget(call: Call): void {
    if (call.do === 'describe LAG') this.lags.delete(call.lagId);
    else this.connections.delete(call.do === 'describe connection' ? call.connectionId : call.pair.connectionId);
  }

  /** Takes "not found" for the answer it is. */
  learn(call: Call, error: ErrorFacts): boolean {
    if (error.kind === 'connection not found') {
      const connectionId =
        'pair' in call ? call.pair.connectionId : 'connectionId' in call ? call.connectionId : undefined;
      if (connectionId === undefined) return false;
      this.connections.set(connectionId, 'not found');
      return true;
    }
    if (error.kind === 'LAG not found') {
      const lagId = 'pair' in call ? call.pair.lagId : 'lagId' in call ? call.lagId : undefined;
      if (lagId === undefined) return false;
      this.lags.set(lagId, 'not found');
      return true;
    }
    return false;
  }
}
