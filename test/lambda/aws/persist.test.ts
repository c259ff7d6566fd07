import { DENIED_FOR_A_WHILE, persist } from '../../../lambda/aws/persist';
import { VirtualClock } from '../../../sandbox/test/virtual-clock';

const HOUR = 3_600_000;
const thrown = (name: string) => Object.assign(new Error('No.'), { name });

/** What becomes of a call that throws these errors in turn, the last one for ever, and gets through without any. */
async function persisting(errors: readonly string[], { forEver = false, milliseconds = HOUR } = {}) {
  const clock = new VirtualClock();
  const began = clock.now();
  const log: { readonly step: string }[] = [];
  let calls = 0;
  const call = async () => {
    const name = errors[forEver ? Math.min(calls, errors.length - 1) : calls];
    calls += 1;
    if (name !== undefined) throw thrown(name);
    return 'an answer';
  };
  const tools = { clock, random: () => 0.5, log: (line: (typeof log)[number]) => log.push(line) };
  const result = await clock.run(persist('read record', call, began + milliseconds, tools));
  return { result, calls, log, milliseconds: clock.now() - began };
}

test('what is transient, throttled or denied for a short while is got through, and logged', async () => {
  const names = ['ProvisionedThroughputExceededException', 'AccessDeniedException', 'TimeoutError'];
  const { result, log } = await persisting(names);
  expect(result).toEqual({ value: 'an answer' });
  expect(log).toMatchObject([
    { step: 'read record', attempt: 1, answer: 'throttled' },
    { step: 'read record', attempt: 2, answer: 'denied' },
    { step: 'read record', attempt: 3, answer: 'transient' },
  ]);
});

test('what is final is tried once', async () => {
  const { result, calls } = await persisting(['ResourceNotFoundException'], { forEver: true });
  expect(result).toMatchObject({ error: { kind: 'final', name: 'ResourceNotFoundException' } });
  expect(calls).toBe(1);
});

test('AccessDenied is tried again for four minutes, which is longer than the rights of a new role have been seen to take', async () => {
  const { result, milliseconds } = await persisting(['AccessDeniedException'], { forEver: true });
  expect(result).toMatchObject({ error: { kind: 'denied' } });
  expect(DENIED_FOR_A_WHILE).toBe(240_000);
  expect(milliseconds).toBeGreaterThanOrEqual(240_000);
  // One wait more at most.
  expect(milliseconds).toBeLessThanOrEqual(255_000);
});

test.each([
  ['throttled', 'ThrottlingException'],
  ['transient', 'TimeoutError'],
  ['denied', 'AccessDeniedException'],
])('nothing that is %s is tried after the deadline, and it is tried until then', async (kind, name) => {
  const { result, milliseconds } = await persisting([name], { forEver: true, milliseconds: 100_000 });
  expect(result).toMatchObject({ error: { kind } });
  expect(milliseconds).toBe(100_000);
});
