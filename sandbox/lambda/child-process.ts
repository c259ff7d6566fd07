import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock';
import type { FunctionCode } from './function-code';
import { readLog, readOutcome } from './function-output';
import type { Invocation, Outcome, RunFunction } from './invocation';

export interface ChildProcessOptions {
  /** Where the functions' AWS SDK finds the sandbox, such as `http://127.0.0.1:4566`. */
  readonly endpointUrl: () => string;
  /** PEM file of the certificate of the sandbox's `https` side, which functions are to trust. */
  readonly certificateFile: string;
  /** Where the code is unpacked. */
  readonly folder: string;
  readonly clock: Clock;
  /** How far the sandbox's time is ahead of the system's, which is that of functions too. @default 0 */
  readonly millisecondsAhead?: () => number;
}

export interface ChildProcesses {
  readonly run: RunFunction;
  /** Kills the processes still running and removes the unzipped code. */
  stop(): Promise<void>;
}

/** How long what a function has written is still read after its end. */
const outputMilliseconds = 1000;

const bootstrap = join(__dirname, 'bootstrap.cjs');

/**
 * Where `@aws-sdk/*` is: Lambda's runtime has the SDK, so code without its own copy finds one here.
 */
const sdkFolder = (): string => {
  const entry = require.resolve('@aws-sdk/client-direct-connect');
  return entry.slice(0, entry.lastIndexOf(join('node_modules', '@aws-sdk')) + 'node_modules'.length);
};

/**
 * Runs each invocation in a Node.js process of its own, with the Node.js that the sandbox runs on itself, whatever
 * version the function's runtime names. Every start is a cold one, and counts as part of the time-out.
 */
export function childProcesses(options: ChildProcessOptions): ChildProcesses {
  const { endpointUrl, certificateFile, folder, clock, millisecondsAhead = () => 0 } = options;
  const taskRoots = new Map<string, Promise<string>>();
  const running = new Set<Promise<Outcome>>();
  const stopped = new AbortController();

  const taskRootOf = (code: FunctionCode): Promise<string> => {
    const known = taskRoots.get(code.sha256);
    if (known) return known;
    const unpacked = unpack(code, folder);
    taskRoots.set(code.sha256, unpacked);
    // A disk that was full may have room the next time.
    unpacked.catch(() => taskRoots.delete(code.sha256));
    return unpacked;
  };

  const run: RunFunction = async invocation => {
    const taskRoot = await taskRootOf(invocation.code);
    const signal = AbortSignal.any([invocation.signal, stopped.signal]);
    const way = { endpointUrl: endpointUrl(), certificateFile, clock, millisecondsAhead: millisecondsAhead() };
    const outcome = runOnce(invocation, taskRoot, way, signal);
    running.add(outcome);
    try {
      return await outcome;
    } finally {
      running.delete(outcome);
    }
  };

  const stop = async () => {
    stopped.abort();
    await Promise.allSettled(running);
    const unpacked = await Promise.allSettled(taskRoots.values());
    for (const root of unpacked) {
      if (root.status === 'fulfilled') await rm(root.value, { recursive: true, force: true });
    }
    taskRoots.clear();
  };

  return { run, stop };
}

async function unpack(code: FunctionCode, folder: string): Promise<string> {
  const root = await mkdtemp(join(folder, 'function-'));
  try {
    for (const [path, bytes] of Object.entries(code.files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), bytes);
    }
    return root;
  } catch (cause) {
    await rm(root, { recursive: true, force: true });
    throw new Error(`its code cannot be unpacked: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** How a function finds the sandbox. */
interface Way {
  readonly endpointUrl: string;
  readonly certificateFile: string;
  readonly clock: Clock;
  readonly millisecondsAhead: number;
}

function runOnce(invocation: Invocation, taskRoot: string, way: Way, signal: AbortSignal): Promise<Outcome> {
  const { requestId, functionArn, configuration, event, logStream, deadline, log } = invocation;
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve(exitOutcome(requestId, 'the sandbox stopped'));
      return;
    }
    const child = spawn(process.execPath, [bootstrap], {
      cwd: taskRoot,
      env: environmentOf(invocation, taskRoot, way),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      // A process group of its own: what the function starts ends with it.
      detached: true,
    });
    let outcome: Outcome | undefined;
    let exit = 'Runtime exited';
    const kill = () => killGroup(child.pid);
    signal.addEventListener('abort', kill);
    // In these callbacks nobody else would catch it.
    const fail = (cause: unknown) => {
      outcome ??= exitOutcome(requestId, cause instanceof Error ? cause.message : String(cause));
      kill();
    };
    const write = (text: string) => {
      try {
        log(text);
      } catch (cause) {
        fail(cause);
      }
    };
    readLog([child.stdout, child.stderr], write);
    // Not a channel of Node.js: that ends the sandbox for a line that it cannot read, and the function may write one.
    const channel = child.stdio?.[3];
    const socket = channel instanceof Socket ? channel : undefined;
    readOutcome(socket, {
      outcome: received => {
        outcome ??= received;
        kill();
      },
      tooLong: fail,
    });
    // A process that is gone before it has read its event: its exit tells of it.
    socket?.on('error', () => {});
    const read = new AbortController();
    const end = () => {
      signal.removeEventListener('abort', kill);
      read.abort();
      child.stdout?.destroy();
      child.stderr?.destroy();
      socket?.destroy();
      resolve(outcome ?? exitOutcome(requestId, exit));
    };
    child.on('error', cause => {
      fail(cause);
      if (child.pid === undefined) end();
    });
    child.on('exit', (exitCode, exitSignal) => {
      kill();
      const how = exitSignal ?? `exit status ${exitCode}`;
      exit = `Runtime exited ${exitCode === 0 ? 'without providing a reason' : `with error: ${how}`}`;
      // What left the group holds the function's output open for as long as it likes: that is not waited for. An answer may
      // still be on its way, also where the sandbox was busy for all of that time.
      void way.clock
        .sleep(outputMilliseconds, read.signal)
        .then(() => setImmediate())
        .then(end);
    });
    child.on('close', end);
    const message = {
      event,
      deadline,
      millisecondsAhead: way.millisecondsAhead,
      context: {
        awsRequestId: requestId,
        functionName: configuration.functionName,
        functionVersion: '$LATEST',
        invokedFunctionArn: functionArn,
        memoryLimitInMB: String(configuration.memorySize),
        logGroupName: configuration.logGroup,
        logStreamName: logStream,
      },
    };
    try {
      socket?.write(`${JSON.stringify(message)}\n`);
    } catch (cause) {
      fail(cause);
    }
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left of the group.
  }
}

const exitOutcome = (requestId: string, what: string): Outcome => ({
  kind: 'error',
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId} Error: ${what}`,
});

/** Source: Lambda Developer Guide, "Defined runtime environment variables". */
function environmentOf(invocation: Invocation, taskRoot: string, way: Way): NodeJS.ProcessEnv {
  const { configuration, credentials, region, logStream } = invocation;
  return {
    ...configuration.environment,
    PATH: process.env.PATH,
    // The home folder is none of the user's own, whose AWS configuration files must not reach the function.
    HOME: taskRoot,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    NODE_PATH: configuration.environment.NODE_PATH ?? sdkFolder(),
    _HANDLER: configuration.handler,
    LAMBDA_TASK_ROOT: taskRoot,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_LAMBDA_FUNCTION_NAME: configuration.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_ENDPOINT_URL: way.endpointUrl,
    NODE_EXTRA_CA_CERTS: configuration.environment.NODE_EXTRA_CA_CERTS ?? way.certificateFile,
  };
}
