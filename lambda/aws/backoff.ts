interface Pace {
  /** First and longest wait, in milliseconds. */
  readonly first: number;
  readonly longest: number;
  /** What each wait is longer than the one before, as a factor. */
  readonly growth: number;
  /** The share of a wait that is never cut by chance. */
  readonly certain: number;
}

/**
 * - `transient`: a server fault usually passes within seconds, and those who met it must not come back together.
 * - `throttled`: an account that asks too often is helped by fewer calls alone, so the waits grow until hundreds of handlers
 *   together ask hardly more than is let through.
 * - `polling`: nothing is wrong, something just takes its time. The next look comes after at most 0.4 s and a twenty-fifth of
 *   the time that the ones before took, so that what takes a minute is not noticed much later, and what takes a second is
 *   noticed at once.
 * - `link`: a link takes seconds to minutes to come up.
 */
const PACES = {
  transient: { first: 1_000, longest: 15_000, growth: 2, certain: 0 },
  throttled: { first: 4_000, longest: 30_000, growth: 2, certain: 0 },
  polling: { first: 400, longest: 15_000, growth: 1.03, certain: 0.5 },
  link: { first: 6_000, longest: 15_000, growth: 1.2, certain: 0.9 },
} satisfies Record<string, Pace>;

/** Why to wait. */
export type PaceName = keyof typeof PACES;

/**
 * How long to wait before the next try, in milliseconds: exponential backoff with jitter, full but for polling.
 *
 * Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 *
 * @param tries so far that call for this wait, from 1
 * @param random from 0 up to, but not including, 1
 */
export function backoff(pace: PaceName, tries: number, random: number): number {
  const { first, longest, growth, certain } = PACES[pace];
  return (certain + (1 - certain) * random) * Math.min(longest, first * growth ** (tries - 1));
}
