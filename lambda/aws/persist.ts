import type { Clock } from '../clock';
import type { Log } from '../log';
import { backoff, type PaceName } from './backoff';
import { type ErrorFacts, type ErrorKind, readError } from './errors';

/**
 * How long AccessDenied is taken for the delay of a new role's rights, in milliseconds: 177 s have been measured (cdkd
 * issue 755).
 */
export const DENIED_FOR_A_WHILE = 240_000;

export type Persisted<T> = { readonly value: T } | { readonly error: ErrorFacts };

/**
 * Repeats a call that may safely be repeated until it succeeds, is refused for good, or the time is over.
 *
 * @param name for the log
 * @param deadline milliseconds since 1970-01-01T00:00Z
 */
export async function persist<T>(
  name: string,
  call: () => Promise<T>,
  deadline: number,
  { clock, random, log }: { readonly clock: Clock; readonly random: () => number; readonly log: Log },
): Promise<Persisted<T>> {
  const began = clock.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return { value: await call() };
    } catch (thrown) {
      const error = readError(thrown);
      log({ step: name, attempt, answer: error.kind, cause: error });
      const denied = clock.now() - began < DENIED_FOR_A_WHILE;
      const pace = paceOf(error.kind, denied);
      if (pace === undefined || clock.now() >= deadline) return { error };
      const wait = backoff(pace, attempt, random());
      await clock.sleep(Math.max(0, Math.min(wait, deadline - clock.now())));
    }
  }
}

/**
 * How to wait before a call is repeated that ended in an error of this kind, or nothing where it is not to be.
 *
 * @param denied whether a denial may still be the delay of a new role's rights
 */
export function paceOf(kind: ErrorKind, denied: boolean): PaceName | undefined {
  if (kind === 'transitioning') return 'polling';
  if (kind === 'throttled') return 'throttled';
  return kind === 'transient' || (kind === 'denied' && denied) ? 'transient' : undefined;
}
