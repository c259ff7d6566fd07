/** First and longest wait, in milliseconds. */
interface Pace {
  readonly first: number;
  readonly longest: number;
}

/** A throttled account is helped by fewer calls; a server fault usually passes within seconds. */
const PACES = {
  transient: { first: 500, longest: 15_000 },
  throttled: { first: 2_000, longest: 30_000 },
} satisfies Record<string, Pace>;

/**
 * How long to wait before the next try, in milliseconds: exponential backoff with full jitter, so that handlers that
 * failed together do not come back together.
 *
 * Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 *
 * @param failures failures in a row so far, from 1
 * @param random from 0 up to, but not including, 1
 */
export function backoff(pace: keyof typeof PACES, failures: number, random: number): number {
  const { first, longest } = PACES[pace];
  return random * Math.min(longest, first * 2 ** failures);
}
