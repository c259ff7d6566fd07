import { setImmediate } from 'node:timers/promises';
import { MovableClock } from '../clock';
import { VirtualClock } from './virtual-clock';

const hour = 3_600_000;

function world() {
  const other = new VirtualClock();
  const clock = new MovableClock(other);
  const start = clock.now();
  const woken: string[] = [];
  const sleep = async (name: string, hours: number, signal?: AbortSignal) => {
    await clock.sleep(hours * hour, signal);
    woken.push(`${name} at ${(clock.now() - start) / hour}`);
  };
  return { other, clock, woken, sleep };
}

/** Lets what was woken go on. */
const settled = async () => {
  await setImmediate();
};

test('time that goes by at once wakes whoever is due, in the order of their times', async () => {
  const { clock, woken, sleep } = world();
  void sleep('second', 2);
  void sleep('first', 1);
  void sleep('third', 3);
  await clock.advance(2.5 * hour, settled);
  expect(woken).toEqual(['first at 1', 'second at 2']);
  await clock.advance(hour, settled);
  expect(woken).toEqual(['first at 1', 'second at 2', 'third at 3']);
});

test('who sleeps again is woken again within the same time', async () => {
  const { clock, woken, sleep } = world();
  const beat = async () => {
    for (;;) await sleep('beat', 1);
  };
  void beat();
  await clock.advance(3 * hour, settled);
  expect(woken).toEqual(['beat at 1', 'beat at 2', 'beat at 3']);
});

test('what somebody begins when woken ends before the next wakes', async () => {
  const { clock, woken, sleep } = world();
  let work: Promise<unknown> = Promise.resolve();
  void sleep('first', 1).then(() => {
    work = setImmediate().then(() => woken.push('its work'));
  });
  void sleep('second', 2);
  await clock.advance(2 * hour, async () => {
    await setImmediate();
    await work;
  });
  expect(woken).toEqual(['first at 1', 'its work', 'second at 2']);
});

test('afterwards the clock stays ahead, and whoever still sleeps wakes so much earlier', async () => {
  const { clock, other, woken, sleep } = world();
  void sleep('sleeper', 3);
  await clock.advance(hour, settled);
  expect(clock.millisecondsAhead).toBe(hour);
  await other.advance(2 * hour - 1);
  expect(woken).toEqual([]);
  await other.advance(1);
  expect(woken).toEqual(['sleeper at 3']);
});

test('who is not to sleep any more wakes at once, and not again', async () => {
  const { clock, woken, sleep } = world();
  const ending = new AbortController();
  void sleep('sleeper', 3, ending.signal);
  ending.abort();
  await settled();
  await clock.advance(4 * hour, settled);
  expect(woken).toEqual(['sleeper at 0']);
});

test('two who let time go by do it one after the other', async () => {
  const { clock } = world();
  const start = clock.now();
  await Promise.all([clock.advance(hour, settled), clock.advance(hour, settled)]);
  expect(clock.now() - start).toBe(2 * hour);
});
