import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock';

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** Turns of the event loop without a sleeper after which a promise counts as stuck. Code under this clock does no I/O. */
const IDLE_TURNS = 50;

/**
 * A clock that stands still until a test moves it.
 *
 * @example
 * const clock = new VirtualClock();
 * await clock.run(clock.sleep(3_600_000)); // an hour, at once
 */
export class VirtualClock implements Clock {
  private time: number;
  private readonly sleepers = new Set<Sleeper>();

  /** @param start milliseconds since 1970-01-01T00:00Z. @default 2026-01-01T00:00Z */
  constructor(start = Date.UTC(2026, 0, 1)) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const sleeper: Sleeper = {
        wakeAt: this.time + Math.max(0, milliseconds),
        wake: () => {
          this.sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake);
    });
  }

  /**
   * Lets `milliseconds` go by: wakes whoever is due, in the order of their times (and of falling asleep, where the
   * times are equal), and lets each finish what it does at once before the next wakes.
   */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    await setImmediate();
    for (let next = this.next(); next !== undefined && next.wakeAt <= end; next = this.next()) {
      this.time = next.wakeAt;
      next.wake();
      await setImmediate();
    }
    this.time = end;
  }

  /**
   * Lets as much time go by as `promise` needs to settle, and settles like it.
   *
   * @throws Error where nobody sleeps any more and `promise` is still open: it would wait for ever
   */
  async run<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    await setImmediate();
    for (let idle = 0; !settled; await setImmediate()) {
      const next = this.next();
      if (next !== undefined) {
        idle = 0;
        this.time = next.wakeAt;
        next.wake();
      } else if (++idle > IDLE_TURNS) {
        throw new Error(
          `Nothing is left to wake at ${new Date(this.time).toISOString()}, and the promise has not settled: it waits for ever.`,
        );
      }
    }
    return promise;
  }

  private next(): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const sleeper of this.sleepers) {
      if (earliest === undefined || sleeper.wakeAt < earliest.wakeAt) earliest = sleeper;
    }
    return earliest;
  }
}
