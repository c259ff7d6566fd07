'use strict';
// Lambda's Node.js runtime, for one invocation: run by `child-process.ts` in a process of its own, with the function's
// environment. On descriptor 3 it gets the event and the context as one line of JSON, and answers with one line.
const { existsSync } = require('node:fs');
const { globalAgent } = require('node:https');
const { Socket } = require('node:net');
const { basename, dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { format } = require('node:util');
const { Worker } = require('node:worker_threads');

/** Bytes. Source: Lambda Developer Guide, "Lambda quotas". */
const longestPayload = 6 * 1024 * 1024 + 100;

const levels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' };

// AWS's ResponseURLs name no port, so providers leave it out: what goes to 443 of this host is meant for the sandbox.
const sandboxPort = new URL(process.env.AWS_ENDPOINT_URL).port;
const { createConnection } = globalAgent;
globalAgent.createConnection = (options, connected) => {
  const isResponse = options.host === '127.0.0.1' && Number(options.port) === 443;
  return createConnection.call(globalAgent, isResponse ? { ...options, port: sandboxPort } : options, connected);
};

// Without the sandbox nobody waits for an answer. A function that never yields does not hear of that: a thread of its own
// looks every second whether the sandbox is still the parent, and ends the whole process group if not.
const channel = new Socket({ fd: 3 });
channel.once('close', () => process.kill(-process.pid, 'SIGKILL'));
// Its end follows.
channel.on('error', () => {});
const watch = `
  const { workerData: sandbox } = require('node:worker_threads');
  setInterval(() => process.ppid === sandbox || process.kill(-process.pid, 'SIGKILL'), 1000);`;
new Worker(watch, { eval: true, env: {}, execArgv: [], workerData: process.ppid }).unref();
let received = '';
channel.setEncoding('utf8').on('data', text => {
  received += text;
  if (text.endsWith('\n')) start(JSON.parse(received));
});

function start({ event, context, deadline, millisecondsAhead }) {
  if (millisecondsAhead > 0) moveTime(millisecondsAhead);
  // The channel alone must not keep the process alive: an empty event loop is the end of the run.
  channel.unref();
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...values) => {
      const prefix = `${new Date().toISOString()}\t${context.awsRequestId}\t${level}`;
      process.stdout.write(`${prefix}\t${format(...values)}\n`);
    };
  }
  process.on('uncaughtException', error => fail('Uncaught Exception', error, 'Runtime.UncaughtException'));
  process.on('unhandledRejection', reason =>
    fail('Unhandled Promise Rejection', reason, 'Runtime.UnhandledPromiseRejection'),
  );
  run(event, { ...context, getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) }).catch(error =>
    fail('Invoke Error', error),
  );
}

// The sandbox's time was moved forward, and a function lives in it.
function moveTime(milliseconds) {
  const { Date: Real } = globalThis;
  const now = () => Real.now() + milliseconds;
  globalThis.Date = new Proxy(Real, {
    construct: (_, values, target) => Reflect.construct(Real, values.length === 0 ? [now()] : values, target),
    apply: () => String(new Real(now())),
    get: (_, name) => (name === 'now' ? now : Reflect.get(Real, name)),
  });
}

async function run(event, context) {
  const handler = await loadHandler(process.env._HANDLER, process.env.LAMBDA_TASK_ROOT);
  let called = false;
  const callback = (error, value) => {
    if (called) return;
    called = true;
    const end = () => (error ? fail('Invoke Error', error) : answer(value));
    if (context.callbackWaitsForEmptyEventLoop) process.once('beforeExit', end);
    else end();
  };
  context.callbackWaitsForEmptyEventLoop = true;
  context.done = callback;
  context.succeed = value => callback(null, value);
  context.fail = error => callback(error ?? new Error('context.fail was called without an error'));
  const returned = handler(event, context, callback);
  if (typeof returned?.then === 'function') {
    answer(await returned);
    return;
  }
  // A handler that neither returns a promise nor calls back ends with null, once nothing is left to do.
  process.once('beforeExit', () => {
    if (!called) answer(null);
  });
}

async function loadHandler(name, root) {
  const [stem, ...path] = basename(name).split('.');
  const base = join(root, dirname(name), stem);
  const file = ['.js', '.mjs', '.cjs'].map(extension => base + extension).find(existsSync);
  if (!file) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${stem}'`);
  const module = await load(file);
  const handler = path.reduce((value, key) => value?.[key], module);
  if (typeof handler !== 'function') {
    throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  // Source: Lambda Developer Guide, "Building Lambda functions with Node.js": none since nodejs24.x.
  if (handler.length > 2 && Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV)?.[1]) >= 24) {
    const message = 'Callback-based function handlers are not supported by nodejs24.x and later: return a promise';
    throw named('Runtime.CallbackHandlerDeprecated', message);
  }
  return handler;
}

async function load(file) {
  try {
    return file.endsWith('.mjs') ? await import(pathToFileURL(file)) : require(file);
  } catch (error) {
    if (error?.code === 'ERR_REQUIRE_ESM') return import(pathToFileURL(file));
    if (error?.code === 'MODULE_NOT_FOUND') throw named('Runtime.ImportModuleError', `Error: ${error.message}`);
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(error));
    throw error;
  }
}

const named = (name, message) => Object.assign(new Error(message), { name });

function answer(value) {
  let payload;
  try {
    payload = JSON.stringify(value ?? null) ?? 'null';
  } catch (error) {
    fail('Invoke Error', named('Runtime.MarshalError', `Unable to stringify response body: ${error.message}`));
    return;
  }
  if (Buffer.byteLength(payload) > longestPayload) {
    const message = `Response payload size exceeded maximum allowed payload size (${longestPayload} bytes).`;
    fail('Invoke Error', named('Function.ResponseSizeTooLarge', message));
    return;
  }
  send(`{"kind":"answer","payload":${payload}}`);
}

function fail(what, error, errorType) {
  const isError = error instanceof Error;
  const outcome = {
    kind: 'error',
    errorType: errorType ?? (isError ? error.name : typeof error),
    errorMessage: isError ? error.message : String(error),
    trace: isError ? String(error.stack).split('\n') : [],
  };
  const { errorMessage, trace } = outcome;
  console.error(`${what} `, JSON.stringify({ errorType: outcome.errorType, errorMessage, stack: trace }));
  send(JSON.stringify(outcome));
}

// A line of its own, whatever the function's code has written there.
function send(line) {
  channel.write(`\n${line}\n`);
}
