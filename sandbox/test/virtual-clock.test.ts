import { VirtualClock } from './virtual-clock';

test('a sleeper wakes when its time has come, and not before', async () => {
  const clock = new VirtualClock(0);
  let awake = false;
  const sleeper = clock.sleep(100).then(() => {
    awake = true;
  });
  await clock.advance(99);
  expect(awake).toBe(false);
  await clock.advance(1);
  expect(awake).toBe(true);
  await sleeper;
});

test('sleepers wake in the order of their times, each sees its own time, and what it does at once comes before the next', async () => {
  const clock = new VirtualClock(0);
  const seen: string[] = [];
  const sleepTwice = async (name: string, first: number, second: number) => {
    await clock.sleep(first);
    seen.push(`${name} at ${clock.now()}`);
    await clock.sleep(second);
    seen.push(`${name} at ${clock.now()}`);
  };
  const all = Promise.all([sleepTwice('a', 30, 30), sleepTwice('b', 10, 10), sleepTwice('c', 20, 40)]);
  await clock.advance(1000);
  await all;
  expect(seen).toEqual(['b at 10', 'c at 20', 'b at 20', 'a at 30', 'c at 60', 'a at 60']);
  expect(clock.now()).toBe(1000);
});

test('of two sleepers with the same time, the one that fell asleep first wakes first', async () => {
  const clock = new VirtualClock(0);
  const seen: string[] = [];
  const all = Promise.all(['first', 'second'].map(name => clock.sleep(5).then(() => seen.push(name))));
  await clock.run(all);
  expect(seen).toEqual(['first', 'second']);
});

test('an aborted sleep resolves at once and leaves nobody to wake', async () => {
  const clock = new VirtualClock(0);
  const controller = new AbortController();
  const sleeper = clock.sleep(100, controller.signal);
  controller.abort();
  await sleeper;
  await clock.sleep(100, controller.signal);
  expect(clock.now()).toBe(0);
  await expect(clock.run(new Promise(() => {}))).rejects.toThrow('Nothing is left to wake');
});

test('run lets as much time go by as the promise needs, and gives its result', async () => {
  const clock = new VirtualClock(0);
  const countdown = async () => {
    for (let left = 3; left > 0; left--) await clock.sleep(3_600_000);
    return 'lift-off';
  };
  await expect(clock.run(countdown())).resolves.toBe('lift-off');
  expect(clock.now()).toBe(3 * 3_600_000);
});

test('run rejects like the promise', async () => {
  const clock = new VirtualClock(0);
  const failing = clock.sleep(1).then(() => Promise.reject(new Error('no link')));
  await expect(clock.run(failing)).rejects.toThrow('no link');
});
