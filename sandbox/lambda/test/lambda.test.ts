import { setImmediate } from 'node:timers/promises';
import { VirtualClock } from '../../test/virtual-clock';
import { codeOfSource } from '../function-code';
import type { Invocation, Outcome, RunFunction } from '../invocation';
import { lambdaWith } from './support';

const answer: Outcome = { kind: 'answer', payload: null };
const error: Outcome = { kind: 'error', errorType: 'Error', errorMessage: 'no' };

/** A runner that writes down when it was called, and ends each run as told. */
function recorder(clock: VirtualClock, outcome: (run: number) => Outcome | Promise<Outcome>) {
  const runs: { second: number; event: unknown; requestId: string }[] = [];
  const start = clock.now();
  const run: RunFunction = async ({ event, requestId }) => {
    runs.push({ second: (clock.now() - start) / 1000, event, requestId });
    return outcome(runs.length - 1);
  };
  return { runs, run, seconds: () => runs.map(one => one.second) };
}

/** Lets everything happen that needs no time. The clock stands still. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await setImmediate();
};

const never = new Promise<Outcome>(() => {});
const hour = 3_600_000;

describe('an asynchronous invocation', () => {
  test('runs once where the function answers', async () => {
    const clock = new VirtualClock();
    const { runs, run } = recorder(clock, () => answer);
    const { lambda, create } = await lambdaWith(clock, run);
    const { arn } = await create();
    lambda.invokeAsynchronously(arn, { a: 1 });
    await clock.advance(24 * hour);
    expect(runs.map(one => one.event)).toEqual([{ a: 1 }]);
  });

  test('is tried again one minute and then two minutes after an error, with the same request id', async () => {
    const clock = new VirtualClock();
    const { runs, run, seconds } = recorder(clock, () => error);
    const { lambda, create } = await lambdaWith(clock, run);
    lambda.invokeAsynchronously((await create()).arn, {});
    await clock.advance(24 * hour);
    expect(seconds()).toEqual([0, 60, 180]);
    expect(new Set(runs.map(one => one.requestId)).size).toBe(1);
  });

  test('is tried again after a time-out', async () => {
    const clock = new VirtualClock();
    const { run, seconds } = recorder(clock, attempt => (attempt === 0 ? never : answer));
    const { lambda, create } = await lambdaWith(clock, run);
    lambda.invokeAsynchronously((await create({ timeout: 10 })).arn, {});
    await clock.advance(24 * hour);
    expect(seconds()).toEqual([0, 70]);
  });

  test('is tried as often as MaximumRetryAttempts says', async () => {
    const clock = new VirtualClock();
    const { run, seconds } = recorder(clock, () => error);
    const { lambda, create } = await lambdaWith(clock, run);
    const { arn } = await create();
    lambda.putEventInvokeConfig(arn, { maximumEventAgeInSeconds: 21_600, maximumRetryAttempts: 0 });
    lambda.invokeAsynchronously(arn, {});
    await clock.advance(24 * hour);
    expect(seconds()).toEqual([0]);
  });

  test('is dropped once it is older than MaximumEventAgeInSeconds', async () => {
    const clock = new VirtualClock();
    const { run, seconds } = recorder(clock, () => error);
    const { lambda, create } = await lambdaWith(clock, run);
    const { arn } = await create();
    lambda.putEventInvokeConfig(arn, { maximumEventAgeInSeconds: 120, maximumRetryAttempts: 2 });
    lambda.invokeAsynchronously(arn, {});
    await clock.advance(24 * hour);
    expect(seconds()).toEqual([0, 60]);
  });

  test('waits while the reserved concurrency is 0, and runs late once it is raised', async () => {
    const clock = new VirtualClock();
    const { run, seconds } = recorder(clock, () => answer);
    const { lambda, create, configuration } = await lambdaWith(clock, run);
    const { arn } = await create({ reservedConcurrentExecutions: 0 });
    lambda.invokeAsynchronously(arn, {});
    await clock.advance(hour);
    expect(seconds()).toEqual([]);
    await lambda.updateFunction(arn, configuration, codeOfSource(''));
    await clock.advance(hour);
    expect(seconds()).toEqual([3600]);
  });

  test('is dropped with its function', async () => {
    const clock = new VirtualClock();
    const { run, seconds } = recorder(clock, () => error);
    const { lambda, create } = await lambdaWith(clock, run);
    const { arn } = await create();
    lambda.invokeAsynchronously(arn, {});
    await clock.advance(1000);
    lambda.deleteFunction(arn);
    await clock.advance(24 * hour);
    expect(seconds()).toEqual([0]);
  });

  test('of a function that does not exist is refused at once', async () => {
    const clock = new VirtualClock();
    const { lambda } = await lambdaWith(clock, async () => answer);
    const arn = 'arn:aws:lambda:eu-central-1:111122223333:function:none';
    expect(() => lambda.invokeAsynchronously(arn, {})).toThrow(`Function not found: ${arn}`);
  });
});

describe('invocations at the same time', () => {
  test('are as many as the limit says; the next one starts when one ends', async () => {
    const clock = new VirtualClock();
    const ends: (() => void)[] = [];
    const { runs, run } = recorder(clock, () => new Promise(resolve => ends.push(() => resolve(answer))));
    const { lambda, create } = await lambdaWith(clock, run, 2);
    const { arn } = await create();
    for (const event of [1, 2, 3, 4]) lambda.invokeAsynchronously(arn, event);
    await settle();
    expect(runs.map(one => one.event)).toEqual([1, 2]);
    ends[0]?.();
    await settle();
    expect(runs.map(one => one.event)).toEqual([1, 2, 3]);
  });

  test('beyond the reserved concurrency are refused where the caller waits', async () => {
    const clock = new VirtualClock();
    const { lambda, create } = await lambdaWith(clock, () => never);
    const { arn } = await create({ reservedConcurrentExecutions: 1 });
    lambda.invokeAsynchronously(arn, {});
    await settle();
    await expect(lambda.invoke(arn, {})).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
  });
});

describe('a run', () => {
  test('gets credentials of its role, its deadline and a signal that ends it at the time-out', async () => {
    const clock = new VirtualClock();
    const seen: Invocation[] = [];
    const run: RunFunction = invocation => {
      seen.push(invocation);
      return never;
    };
    const { lambda, create, sessions, role, written } = await lambdaWith(clock, run);
    const { arn } = await create({ timeout: 7 });
    const start = clock.now();
    const ended = lambda.invoke(arn, {});
    await settle();
    const [invocation] = seen;
    expect(invocation?.deadline).toBe(start + 7000);
    expect(sessions.holderOf(invocation?.credentials.accessKeyId ?? '')?.principal).toEqual({
      accountId: '111122223333',
      principalArn: 'arn:aws:sts::111122223333:assumed-role/R/F',
      roleArn: role.arn,
    });
    await clock.advance(6999);
    expect(invocation?.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(invocation?.signal.aborted).toBe(true);
    const { requestId, outcome } = await ended;
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after 7.00 seconds`;
    expect(outcome).toEqual({ kind: 'error', errorType: 'Sandbox.Timedout', errorMessage });
    expect(written.join('')).toContain(`${requestId} Task timed out after 7.00 seconds`);
  });

  test('is logged between START, END and REPORT', async () => {
    const clock = new VirtualClock();
    const run: RunFunction = async ({ log }) => {
      log('one\ntwo, in ');
      log('two parts\nno line end');
      return answer;
    };
    const { lambda, create, written } = await lambdaWith(clock, run);
    const { requestId } = await lambda.invoke((await create()).arn, {});
    const lines = written.map(line => line.replace(/^\S+ \S+ /, '').trimEnd());
    expect(lines).toEqual([
      `START RequestId: ${requestId} Version: $LATEST`,
      'one',
      'two, in two parts',
      'no line end',
      `END RequestId: ${requestId}`,
      `REPORT RequestId: ${requestId}\tDuration: 0.00 ms\tBilled Duration: 0 ms\tMemory Size: 128 MB`,
    ]);
  });

  test('leaves no log where its role may not write one', async () => {
    const clock = new VirtualClock();
    const { lambda, create, iam, written } = await lambdaWith(clock, async ({ log }) => {
      log('a line\n');
      return answer;
    });
    iam.detachRolePolicy('R', 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole');
    const { outcome } = await lambda.invoke((await create()).arn, {});
    expect(outcome).toEqual(answer);
    expect(written).toHaveLength(1);
    expect(written[0]).toContain('The log of this run is not kept: User: ');
  });

  test('fails where its role is gone', async () => {
    const clock = new VirtualClock();
    const { lambda, create, iam } = await lambdaWith(clock, async () => answer);
    const { arn } = await create();
    iam.detachRolePolicy('R', 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole');
    iam.deleteRole('R');
    const { outcome } = await lambda.invoke(arn, {});
    expect(outcome).toMatchObject({ kind: 'error', errorType: 'AccessDeniedException' });
  });
});

describe('a function is refused', () => {
  test.each([
    ['with a runtime that is not Node.js', { runtime: 'python3.13' }, 'Runtime python3.13 is not supported'],
    ['with a time-out of more than 15 minutes', { timeout: 901 }, 'Timeout 901 must be a whole number from 1 to 900'],
    [
      'with a reserved variable',
      { environment: { AWS_REGION: 'x' } },
      'Reserved keys used in this request: AWS_REGION',
    ],
    ['with more than 4 KB of variables', { environment: { A_: 'x'.repeat(4096) } }, 'exceeded the 4KB limit'],
    ['with a handler without a function', { handler: 'index' }, 'Handler index must be <file>.<function>'],
    ['with a role that does not exist', { role: 'arn:aws:iam::111122223333:role/none' }, 'cannot be assumed by Lambda'],
  ])('%s', async (_name, changes, message) => {
    const { create } = await lambdaWith(new VirtualClock(), async () => answer);
    await expect(create(changes)).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining(message),
    });
  });

  test('with a role that does not trust Lambda', async () => {
    const { create, iam, role } = await lambdaWith(new VirtualClock(), async () => answer);
    const trustPolicy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    await iam.updateRole('R', { trustPolicy });
    await expect(create({ role: role.arn })).rejects.toThrow('cannot be assumed by Lambda');
  });
});
