import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { makeCertificate } from '../../certificate';
import { type Clock, systemClock } from '../../clock';
import { VirtualClock } from '../../test/virtual-clock';
import { type ChildProcesses, childProcesses } from '../child-process';
import { codeOfArchive } from '../function-code';
import type { FunctionConfiguration } from '../function-configuration';
import type { Outcome } from '../invocation';
import { lambdaWith, region } from './support';

const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
const certificateFile = join(folder, 'certificate.pem');
beforeAll(async () => writeFileSync(certificateFile, (await makeCertificate()).certificate));
afterAll(() => rmSync(folder, { recursive: true }));

const processesIn = (place: string, clock: Clock) =>
  childProcesses({ endpointUrl: () => 'http://127.0.0.1:1', certificateFile, folder: place, clock });

let processes: ChildProcesses;
beforeEach(() => {
  processes = processesIn(folder, systemClock);
});
afterEach(() => processes.stop());

async function run(source: string, event: unknown = {}, changes: Partial<FunctionConfiguration> = {}) {
  const { lambda, create, written } = await lambdaWith(systemClock, processes.run);
  const { arn } = await create({ timeout: 60, ...changes }, source);
  const { outcome, requestId } = await lambda.invoke(arn, event);
  return { outcome, requestId, log: written.join('') };
}

const payloadOf = (outcome: Outcome): unknown => {
  if (outcome.kind === 'answer') return outcome.payload;
  throw new Error(`${outcome.errorType}: ${outcome.errorMessage}`);
};

test('an async handler answers what it returns', async () => {
  const { outcome } = await run('exports.handler = async event => ({ got: event })', { a: [1, null, 'x'] });
  expect(outcome).toEqual({ kind: 'answer', payload: { got: { a: [1, null, 'x'] } } });
});

test('a callback handler of an older runtime answers once nothing is left to do', async () => {
  const source = `exports.handler = (event, context, callback) => {
    callback(null, 'first');
    setTimeout(() => console.log('later'), 20);
  }`;
  const { outcome, log } = await run(source, {}, { runtime: 'nodejs22.x' });
  expect(outcome).toEqual({ kind: 'answer', payload: 'first' });
  expect(log).toContain('\tINFO\tlater');
});

test('a callback handler is refused from nodejs24.x on', async () => {
  const { outcome } = await run('exports.handler = (event, context, callback) => callback(null, 1)');
  expect(outcome).toMatchObject({ kind: 'error', errorType: 'Runtime.CallbackHandlerDeprecated' });
});

test('an ES module in a folder of the archive is found by the handler name', async () => {
  const text = new TextEncoder();
  const archive = zipSync({ 'src/app.mjs': text.encode('export const go = async () => import.meta.url') });
  const { lambda, configuration } = await lambdaWith(systemClock, processes.run);
  const { arn } = await lambda.createFunction(
    region,
    { ...configuration, timeout: 60, handler: 'src/app.go' },
    codeOfArchive(archive),
  );
  const { outcome } = await lambda.invoke(arn, {});
  expect(payloadOf(outcome)).toMatch(/src\/app\.mjs$/);
});

test('the environment is the runtime’s and the function’s own, and nothing of the sandbox’s', async () => {
  process.env.SECRET_OF_THE_USER = 'x';
  const source = 'exports.handler = async () => process.env';
  const { outcome } = await run(source, {}, { environment: { OWN: 'value' } });
  delete process.env.SECRET_OF_THE_USER;
  const environment = payloadOf(outcome);
  const names = Object.keys(environment ?? {}).sort();
  expect(names).toEqual([
    'AWS_ACCESS_KEY_ID',
    'AWS_DEFAULT_REGION',
    'AWS_ENDPOINT_URL',
    'AWS_EXECUTION_ENV',
    'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
    'AWS_LAMBDA_FUNCTION_NAME',
    'AWS_LAMBDA_FUNCTION_VERSION',
    'AWS_LAMBDA_INITIALIZATION_TYPE',
    'AWS_LAMBDA_LOG_GROUP_NAME',
    'AWS_LAMBDA_LOG_STREAM_NAME',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'HOME',
    'LAMBDA_TASK_ROOT',
    'LANG',
    'NODE_EXTRA_CA_CERTS',
    'NODE_PATH',
    'OWN',
    'PATH',
    'TZ',
    '_HANDLER',
  ]);
  expect(environment).toMatchObject({ OWN: 'value', AWS_REGION: region, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
});

test('the AWS SDK is there without being in the archive', async () => {
  const source = `const { DirectConnectClient } = require('@aws-sdk/client-direct-connect');
    exports.handler = async () => (await new DirectConnectClient().config.region())`;
  const { outcome } = await run(source);
  expect(outcome).toEqual({ kind: 'answer', payload: region });
});

test('the context tells who runs, and how long it still may', async () => {
  const source = `exports.handler = async (event, context) =>
    ({ ...context, left: context.getRemainingTimeInMillis() > 0 && context.getRemainingTimeInMillis() <= 60000 })`;
  const { outcome, requestId } = await run(source);
  expect(payloadOf(outcome)).toMatchObject({
    awsRequestId: requestId,
    functionName: 'F',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:F',
    memoryLimitInMB: '128',
    logGroupName: '/aws/lambda/F',
    left: true,
  });
});

test.each([
  ['a thrown error', 'exports.handler = async () => { throw new TypeError("no") }', 'TypeError', 'no'],
  ['an error outside the handler', 'throw new RangeError("early")', 'RangeError', 'early'],
  ['a missing handler', 'exports.other = 1', 'Runtime.HandlerNotFound', 'index.handler is undefined or not exported'],
  ['a missing module', 'require("not-there")', 'Runtime.ImportModuleError', "Cannot find module 'not-there'"],
  ['code that is no JavaScript', 'exports.handler = = 1', 'Runtime.UserCodeSyntaxError', 'SyntaxError'],
  [
    'an unhandled rejection',
    'exports.handler = () => new Promise(() => Promise.reject(new Error("lost")))',
    'Runtime.UnhandledPromiseRejection',
    'lost',
  ],
  [
    'an exit',
    'exports.handler = async () => process.exit(3)',
    'Runtime.ExitError',
    'Runtime exited with error: exit status 3',
  ],
  [
    'a handler that never answers',
    'exports.handler = () => new Promise(() => {})',
    'Runtime.ExitError',
    'Runtime exited without providing a reason',
  ],
])('%s is an error outcome', async (_name, source, errorType, message) => {
  const { outcome } = await run(source);
  expect(outcome).toMatchObject({ kind: 'error', errorType, errorMessage: expect.stringContaining(message) });
});

test('what the function writes is in its log, console lines with time, request id and level', async () => {
  const source = `exports.handler = async () => {
    console.log('one', { line: 1 });
    console.error('bad');
    process.stdout.write('raw\\n');
  }`;
  const { log, requestId } = await run(source);
  expect(log).toMatch(new RegExp(`Z\\t${requestId}\\tINFO\\tone { line: 1 }\\n`));
  expect(log).toContain(`\t${requestId}\tERROR\tbad\n`);
  expect(log).toMatch(/ raw\n/);
});

test('the time-out kills the process', async () => {
  const clock = new VirtualClock();
  let started: (pid: number) => void;
  const pid = new Promise<number>(resolve => {
    started = resolve;
  });
  const { lambda, create } = await lambdaWith(clock, invocation =>
    processes.run({ ...invocation, log: text => started(Number(text)) }),
  );
  const { arn } = await create(
    { timeout: 5 },
    'exports.handler = () => { process.stdout.write(String(process.pid)); return new Promise(r => setInterval(r, 2 ** 30)) }',
  );
  const ended = lambda.invoke(arn, {});
  const running = await pid;
  expect(() => process.kill(running, 0)).not.toThrow();
  await clock.advance(5000);
  expect((await ended).outcome).toMatchObject({ errorType: 'Sandbox.Timedout' });
  await processes.stop();
  expect(() => process.kill(running, 0)).toThrow('ESRCH');
});

test('stop removes the unzipped code', async () => {
  const { outcome } = await run('exports.handler = async () => process.env.LAMBDA_TASK_ROOT');
  const root = String(payloadOf(outcome));
  expect(existsSync(root)).toBe(true);
  await processes.stop();
  expect(existsSync(root)).toBe(false);
});

test.each([
  ['a name of 300 characters', { ['a'.repeat(300)]: new Uint8Array() }],
  ['a name with NUL', { 'a\0b': new Uint8Array() }],
  ['a file beside a folder of its name', { a: new Uint8Array(), 'a/b': new Uint8Array() }],
])('an archive that cannot be unpacked is the run’s outcome: %s', async (_name, files) => {
  const { lambda, configuration } = await lambdaWith(systemClock, processes.run);
  const { arn } = await lambda.createFunction(region, configuration, codeOfArchive(zipSync(files)));
  const { outcome } = await lambda.invoke(arn, {});
  expect(outcome).toMatchObject({ errorType: 'Sandbox.Failure', errorMessage: expect.stringContaining('unpacked') });
  await expect(processes.stop()).resolves.toBeUndefined();
});

test('an event that cannot be handed over is the run’s outcome', async () => {
  let event: unknown = {};
  for (let depth = 0; depth < 50_000; depth += 1) event = [event];
  const { outcome } = await run('exports.handler = async () => {}', event);
  expect(outcome).toMatchObject({ kind: 'error', errorMessage: expect.stringContaining('call stack') });
});

test('a log that cannot be written, as on a full disk, is the run’s outcome', async () => {
  const { lambda, create } = await lambdaWith(systemClock, invocation =>
    processes.run({
      ...invocation,
      log: () => {
        throw new Error('ENOSPC');
      },
    }),
  );
  const { arn } = await create(
    { timeout: 60 },
    'exports.handler = async () => { console.log(1); await new Promise(() => setInterval(() => {}, 1e6)) }',
  );
  expect((await lambda.invoke(arn, {})).outcome).toMatchObject({ errorMessage: expect.stringContaining('ENOSPC') });
});

/** Node.js that runs the bootstrap as the sandbox does, and is no sandbox; what the function prints is its own output. */
const parent = `
  const { spawn } = require('node:child_process');
  const [bootstrap, root] = process.argv.slice(1);
  const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', _HANDLER: 'index.handler', LAMBDA_TASK_ROOT: root };
  const stdio = ['ignore', 'inherit', 'inherit', 'pipe'];
  const child = spawn(process.execPath, [bootstrap], { env, stdio, detached: true });
  child.stdio[3].write('{"event":{},"context":{},"deadline":0}\\n');`;

test('a function that never yields ends when the sandbox is killed, with what it started', async () => {
  const busy = `exports.handler = () => {
    require('node:child_process').spawn('sleep', ['600'], { stdio: 'inherit' });
    require('node:fs').writeSync(1, 'busy');
    for (;;);
  }`;
  writeFileSync(join(folder, 'index.js'), busy);
  const killed = spawn(process.execPath, ['-e', parent, join(__dirname, '../bootstrap.cjs'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // All of them hold this pipe open.
  const closed = new Promise(resolve => killed.stdout.on('end', resolve));
  await new Promise(resolve => killed.stdout.once('data', resolve));
  killed.kill('SIGKILL');
  await closed;
}, 30_000);

test('the end of a run does not wait for a program that left the process group and keeps the output open', async () => {
  const impatient = processesIn(folder, { ...systemClock, sleep: async () => {} });
  const { lambda, create } = await lambdaWith(systemClock, impatient.run);
  const { arn } = await create(
    { timeout: 60 },
    "exports.handler = async () => require('node:child_process').spawn('sleep', ['600'], { stdio: 'inherit', detached: true }).pid",
  );
  const { outcome } = await lambda.invoke(arn, {});
  process.kill(Number(payloadOf(outcome)), 'SIGKILL');
  await impatient.stop();
});

/** A handler that writes the id of its process to a file when it runs. */
const tellsOfItself = (file: string) => `
  exports.handler = async () => {
    require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid));
    return 'x'.repeat(100_000);
  }`;

const stateOf = (pid: number): string | undefined =>
  existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] : 'gone';

test('an answer counts also where the process has ended before anybody read it', async () => {
  const file = join(folder, 'running');
  const impatient = processesIn(folder, { ...systemClock, sleep: async () => {} });
  const { lambda, create } = await lambdaWith(systemClock, impatient.run);
  const { arn } = await create({ timeout: 60 }, tellsOfItself(file));
  for (let time = 0; time < 10; time += 1) {
    rmSync(file, { force: true });
    // A sandbox that is busy until the process is gone.
    const wait = setInterval(() => {
      const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
      while (pid > 0 && !['gone', 'Z'].includes(stateOf(pid) ?? ''));
    }, 1);
    const { outcome } = await lambda.invoke(arn, {}).finally(() => clearInterval(wait));
    expect(payloadOf(outcome)).toHaveLength(100_000);
  }
  await impatient.stop();
});

test.each([
  ['a line', "'x\\n'"],
  ['half a line', "'x'"],
  ['an answer that is none', '\'{"kind":"answer"}\\n{"kind":1\\n\''],
  ['a message of Node.js', '\'{"cmd":"NODE_HANDLE_ACK"}\\n\''],
])('%s that the function writes to the descriptor of its answer changes nothing', async (_what, text) => {
  const { outcome } = await run(`exports.handler = async () => { require('node:fs').writeSync(3, ${text}); return 1 }`);
  expect(outcome).toEqual({ kind: 'answer', payload: 1 });
});

test('a function that writes without end to the descriptor of its answer is ended', async () => {
  const source = `exports.handler = async () => {
    require('node:child_process').spawn('yes', [], { stdio: ['ignore', 3, 3] });
    return new Promise(() => setInterval(() => {}, 1e6));
  }`;
  const { outcome } = await run(source);
  expect(outcome).toMatchObject({ kind: 'error', errorMessage: expect.stringContaining('descriptor of its answer') });
});

test('an answer of 6 MiB arrives whole, also of a callback; a larger one is an error, as in Lambda', async () => {
  const large = 6 * 1024 * 1024;
  const answered = await run(`exports.handler = async () => 'x'.repeat(${large})`);
  expect(payloadOf(answered.outcome)).toHaveLength(large);
  const calledBack = `exports.handler = (event, context, callback) => callback(null, 'x'.repeat(${large}))`;
  expect(payloadOf((await run(calledBack, {}, { runtime: 'nodejs22.x' })).outcome)).toHaveLength(large);
  const { outcome } = await run(`exports.handler = async () => 'x'.repeat(${large + 200})`);
  expect(outcome).toMatchObject({ kind: 'error', errorType: 'Function.ResponseSizeTooLarge' });
});

test('code that could not be unpacked is unpacked again the next time, when there may be room', async () => {
  const place = join(folder, 'later');
  const run = processesIn(place, systemClock);
  const { lambda, create } = await lambdaWith(systemClock, run.run);
  const { arn } = await create({ timeout: 60 }, 'exports.handler = async () => 1');
  expect((await lambda.invoke(arn, {})).outcome).toMatchObject({ errorType: 'Sandbox.Failure' });
  mkdirSync(place);
  expect((await lambda.invoke(arn, {})).outcome).toEqual({ kind: 'answer', payload: 1 });
  await run.stop();
});

test('what a function started ends with it', async () => {
  const source = `exports.handler = async () => {
    const { pid } = require('node:child_process').spawn('sleep', ['600'], { stdio: 'inherit' });
    return pid;
  }`;
  const pid = Number(payloadOf((await run(source)).outcome));
  expect(['gone', 'Z']).toContain(stateOf(pid));
});
