import { systemClock } from '../clock';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a sleep of more than 24.8 days, which is the longest timer of Node.js, lasts as long as it was asked for', async () => {
  const timers = jest.spyOn(globalThis, 'setTimeout');
  const month = 30 * 86_400_000;
  let isOver = false;
  const sleep = systemClock.sleep(month).then(() => {
    isOver = true;
  });
  await jest.advanceTimersByTimeAsync(month - 1);
  expect(isOver).toBe(false);
  await jest.advanceTimersByTimeAsync(1);
  await sleep;
  expect(timers.mock.calls.map(([, milliseconds]) => milliseconds)).toEqual([2 ** 31 - 1, month - 2 ** 31 + 1]);
});

test('a sleep that is aborted is over, however long it is', async () => {
  const end = new AbortController();
  const sleep = systemClock.sleep(2 ** 40, end.signal);
  end.abort();
  await sleep;
  expect(jest.getTimerCount()).toBe(0);
});
