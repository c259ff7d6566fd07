/** Time as the sandbox knows it. Passed in everywhere, so that a test can let an hour go by at once. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /** Resolves after `milliseconds`, or at once when `signal` aborts. Never rejects. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Milliseconds: a timer of Node.js that is set to more fires at once. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise(resolve => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      let left = milliseconds;
      const next = (): NodeJS.Timeout => {
        const now = Math.min(left, longestTimer);
        left -= now;
        return setTimeout(() => {
          if (left > 0) timer = next();
          else end();
        }, now);
      };
      let timer = next();
      signal?.addEventListener('abort', end);
    }),
};

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** Another clock's time, which can be let go by faster: then it stays ahead of the other's by as much. */
export class MovableClock implements Clock {
  private ahead = 0;
  private readonly sleepers = new Map<Sleeper, AbortController>();
  private underWay: Promise<void> = Promise.resolve();

  constructor(private readonly other: Clock) {}

  /** How many milliseconds it is ahead of the other clock's time. */
  get millisecondsAhead(): number {
    return this.ahead;
  }

  now(): number {
    return this.other.now() + this.ahead;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const wake = () => {
        this.sleepers.get(sleeper)?.abort();
        this.sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { wakeAt: this.now() + Math.max(0, milliseconds), wake };
      signal?.addEventListener('abort', wake);
      this.arm(sleeper);
    });
  }

  /**
   * Lets time go by at once: wakes whoever is due within it, in the order of their times.
   *
   * @param settled resolves when all is done that somebody who woke has begun; until then nobody else wakes
   */
  advance(milliseconds: number, settled: () => Promise<void>): Promise<void> {
    const advanced = this.underWay.then(() => this.pass(milliseconds, settled));
    this.underWay = advanced.catch(() => {});
    return advanced;
  }

  private async pass(milliseconds: number, settled: () => Promise<void>): Promise<void> {
    await settled();
    const end = this.now() + milliseconds;
    for (let next = this.next(end); next; next = this.next(end)) {
      this.goTo(next.wakeAt);
      next.wake();
      await settled();
    }
    this.goTo(end);
    for (const [sleeper, timer] of [...this.sleepers]) {
      timer.abort();
      this.arm(sleeper);
    }
  }

  private goTo(time: number): void {
    this.ahead += Math.max(0, time - this.now());
  }

  private arm(sleeper: Sleeper): void {
    const timer = new AbortController();
    this.sleepers.set(sleeper, timer);
    void this.other.sleep(sleeper.wakeAt - this.now(), timer.signal).then(() => {
      if (!timer.signal.aborted) sleeper.wake();
    });
  }

  /** Who wakes next, up to a time. */
  private next(end: number): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const sleeper of this.sleepers.keys()) {
      if (sleeper.wakeAt <= end && (earliest === undefined || sleeper.wakeAt < earliest.wakeAt)) earliest = sleeper;
    }
    return earliest;
  }
}
