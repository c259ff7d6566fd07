import { setImmediate } from 'node:timers/promises';
import { install } from '@sinonjs/fake-timers';
import { seeded } from '../sandbox/test/seeded';

/** Turns of the event loop without a timer after which what is waited for counts as stuck. */
const IDLE_TURNS = 200;

/**
 * Runs something under virtual time: `Date`, `setTimeout` and `setInterval` of this whole process stand still until
 * nothing else is left to do, and then go on to the next timer. Both subjects, the AWS SDK and the sandbox get the same.
 *
 * @param seed for `Math.random`, so that a run can be repeated
 */
export async function underVirtualTime<T>(seed: number, run: () => Promise<T>): Promise<T> {
  const { random } = Math;
  Math.random = seeded(seed);
  const clock = install({
    now: Date.UTC(2026, 0, 1),
    // Such as a connection's, from before.
    shouldClearNativeTimers: true,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
  try {
    return await drive(clock, run());
  } finally {
    clock.uninstall();
    Math.random = random;
  }
}

async function drive<T>(clock: ReturnType<typeof install>, promise: Promise<T>): Promise<T> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise.then(settle, settle);
  for (let idle = 0; ; ) {
    await quiet();
    if (settled) return promise;
    if (clock.countTimers() > 0) {
      clock.next();
      idle = 0;
    } else if (++idle > IDLE_TURNS) {
      throw new Error('Nothing is left to wake, and what is waited for has not come: it would wait for ever.');
    }
  }
}

/** Turns of the event loop after which what does not wait for a timer is done. */
const QUIET_TURNS = 5;

/** Lets everything go on that does not wait for a timer, reading of files included. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < QUIET_TURNS; turn++) {
    await setImmediate();
    if (process.getActiveResourcesInfo().some(resource => resource.startsWith('FSReq'))) turn = 0;
  }
}
