#!/usr/bin/env node
import { join } from 'node:path';
import { messageOf, numberOption, optionsOf, printable, readState, UsageError } from './command-line';
import { InvalidDocument } from './direct-connect/shape';
import { pullCommand } from './pull/command';
import { rehearseCommand } from './rehearse/command';
import { type Sandbox, startSandbox } from './sandbox';

const usage = `Serves a local AWS on 127.0.0.1 until it is stopped: Direct Connect, CloudFormation, Lambda and what they need.

direct-connect-sandbox [options]      (in this project's checkout: npm run sandbox -- [options])
direct-connect-sandbox pull           prints the network of an account as a state file: pull --help
direct-connect-sandbox rehearse       rehearses a deployment, and writes a page of it: rehearse --help

  --state FILE          connections, LAGs and virtual interfaces to begin with, as the AWS CLI's describe
                        commands print them (such as sandbox/example-state.json); an empty network without it
  --port N              port on 127.0.0.1; 4567 without it, 0 for any that is free
  --transition SECONDS  how long a link is pending after it joins or leaves a LAG; 5 without it
  --describe-lag SECONDS
                        how old what Direct Connect's describe operations answer can be, differently
                        from call to call; 0 without it
  --account ID          twelve digits; that of most connections of the state without it
  --region REGION       the Region of what is to be exported; as the account without it
  --rates               limits calls to the rates that AWS publishes or people report, and throttles the
                        others; no limits without it
  --logs FOLDER         where the functions' logs go, one file a log group; without it, a temporary
                        folder that is gone when the sandbox stops
  --help                this text`;

interface Settings {
  readonly stateFile: string | undefined;
  readonly port: number;
  readonly transitionMilliseconds: number;
  readonly describeLagMilliseconds: number;
  readonly rates: boolean;
  readonly logs: string | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/** @returns nothing where only the help text is asked for */
function settingsOf(argv: readonly string[]): Settings | undefined {
  const values = optionsOf(
    argv,
    {
      state: { type: 'string' },
      port: { type: 'string' },
      transition: { type: 'string' },
      'describe-lag': { type: 'string' },
      rates: { type: 'boolean' },
      logs: { type: 'string' },
      account: { type: 'string' },
      region: { type: 'string' },
      help: { type: 'boolean' },
    },
    '--help',
  );
  if (values.help) return undefined;
  return {
    stateFile: values.state,
    port: numberOption('--port', values.port ?? '4567', 65_535, true),
    transitionMilliseconds: numberOption('--transition', values.transition ?? '5', 86_400, false) * 1000,
    describeLagMilliseconds: numberOption('--describe-lag', values['describe-lag'] ?? '0', 86_400, false) * 1000,
    rates: values.rates ?? false,
    logs: values.logs,
    account: values.account,
    region: values.region,
  };
}

async function start({ stateFile, logs, account, region, ...options }: Settings): Promise<Sandbox> {
  const state = stateFile === undefined ? undefined : readState(stateFile);
  try {
    return await startSandbox({
      ...options,
      ...(logs !== undefined && { logs }),
      ...(account !== undefined && { accountId: account }),
      ...(region !== undefined && { region }),
      ...(state !== undefined && { state }),
    });
  } catch (cause) {
    if (cause instanceof RangeError) throw new UsageError(cause.message, { cause });
    if (cause instanceof InvalidDocument) throw new UsageError(`${stateFile}: ${cause.message}`, { cause });
    if (codeOf(cause) === 'EADDRINUSE') {
      throw new Error(`Port ${options.port} is taken: pass another one with --port, or 0 for any that is free`, {
        cause,
      });
    }
    throw cause;
  }
}

function greeting({ url, environment, logs, notes, services }: Sandbox): string {
  const { connections, lags, virtualInterfaces } = services.directConnect.network.describe();
  const unset = Object.keys(environment).filter(name => environment[name] === undefined);
  return [
    `A local AWS at ${url}: ${lags.length} LAGs, ${connections.length} connections, ${virtualInterfaces.length} virtual interfaces.`,
    `Logs of functions: ${logs}`,
    ...notes.map(note => `Note: ${note}`),
    'To use it, in another terminal:',
    '',
    ...Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [`export ${name}=${value}`])),
    `unset ${unset.join(' ')}`,
    '',
    'Ctrl+C stops it; what is in it is gone then.',
  ].join('\n');
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

const print = (text: string) => console.log(printable(text));
const complain = (text: string) => console.error(printable(text));

async function main(): Promise<void> {
  const [command, ...argv] = process.argv.slice(2);
  if (command === 'pull') {
    const { env: environment } = process;
    return pullCommand(argv, { environment, now: Date.now, out: print, err: complain });
  }
  if (command === 'rehearse') {
    process.exitCode = await rehearseHere(argv);
    return;
  }
  return serve(process.argv.slice(2));
}

/** Ctrl-C ends it at once, and all that it has started. */
async function rehearseHere(argv: readonly string[]): Promise<number> {
  const ending = new AbortController();
  // Not once: what runs this, such as npx, may pass the signal on that has come from the terminal already.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());
  const { version } = require(join(__dirname, __dirname.endsWith('dist') ? '..' : '.', 'package.json'));
  try {
    return await rehearseCommand(argv, {
      environment: process.env,
      folder: process.cwd(),
      now: Date.now,
      out: print,
      progress: process.stderr,
      sandboxVersion: String(version),
      signal: ending.signal,
    });
  } catch (error) {
    if (ending.signal.aborted) return 130;
    throw error;
  }
}

async function serve(argv: readonly string[]): Promise<void> {
  const settings = settingsOf(argv);
  if (!settings) {
    console.log(usage);
    return;
  }
  const sandbox = await start(settings);
  const stop = () => {
    sandbox.stop().then(
      () => process.exit(0),
      error => {
        complain(messageOf(error));
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
  // What is rehearsed must not be lost to a fault of one request.
  process.on('unhandledRejection', reason => console.error(reason));
  print(greeting(sandbox));
}

main().catch(error => {
  complain(messageOf(error));
  // Of a rehearsal 2 is a no-go.
  process.exit(error instanceof UsageError && process.argv[2] !== 'rehearse' ? 2 : 1);
});
