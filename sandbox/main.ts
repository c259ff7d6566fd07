#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { InvalidDocument } from './direct-connect/shape';
import { type Sandbox, startSandbox } from './sandbox';

const usage = `Serves a local AWS on 127.0.0.1 until it is stopped: Direct Connect, CloudFormation, Lambda and what they need.

direct-connect-sandbox [options]      (in this project's checkout: npm run sandbox -- [options])

  --state FILE          connections, LAGs and virtual interfaces to begin with, as the AWS CLI's describe
                        commands print them (such as sandbox/example-state.json); an empty network without it
  --port N              port on 127.0.0.1; 4567 without it, 0 for any that is free
  --transition SECONDS  how long a link is pending after it joins or leaves a LAG; 5 without it
  --describe-lag SECONDS
                        how old what Direct Connect's describe operations answer can be, differently
                        from call to call; 0 without it
  --rates               limits calls to the rates that AWS publishes or people report, and throttles the
                        others; no limits without it
  --logs FOLDER         where the functions' logs go, one file a log group; without it, a temporary
                        folder that is gone when the sandbox stops
  --help                this text`;

/** Something that the user has to change: told in one line, without a stack. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Settings {
  readonly stateFile: string | undefined;
  readonly port: number;
  readonly transitionMilliseconds: number;
  readonly describeLagMilliseconds: number;
  readonly rates: boolean;
  readonly logs: string | undefined;
}

/** @returns nothing where only the help text is asked for */
function settingsOf(argv: readonly string[]): Settings | undefined {
  const { values } = parsed(argv);
  if (values.help) return undefined;
  return {
    stateFile: values.state,
    port: numberOption('--port', values.port ?? '4567', 65_535, true),
    transitionMilliseconds: numberOption('--transition', values.transition ?? '5', 86_400, false) * 1000,
    describeLagMilliseconds: numberOption('--describe-lag', values['describe-lag'] ?? '0', 86_400, false) * 1000,
    rates: values.rates ?? false,
    logs: values.logs,
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        state: { type: 'string' },
        port: { type: 'string' },
        transition: { type: 'string' },
        'describe-lag': { type: 'string' },
        rates: { type: 'boolean' },
        logs: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new UsageError(`${messageOf(cause)} (--help lists the options)`, { cause });
  }
}

function numberOption(name: string, value: string, maximum: number, whole: boolean): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (number >= 0 && number <= maximum && (!whole || Number.isInteger(number))) return number;
  throw new UsageError(`${name} ${value} must be a ${whole ? 'whole ' : ''}number from 0 to ${maximum}`);
}

async function start({ stateFile, logs, ...options }: Settings): Promise<Sandbox> {
  const state = stateFile === undefined ? undefined : readState(stateFile);
  try {
    return await startSandbox({
      ...options,
      ...(logs !== undefined && { logs }),
      ...(state !== undefined && { state }),
    });
  } catch (cause) {
    if (cause instanceof InvalidDocument) throw new UsageError(`${stateFile}: ${cause.message}`, { cause });
    if (codeOf(cause) === 'EADDRINUSE') {
      throw new Error(`Port ${options.port} is taken: pass another one with --port, or 0 for any that is free`, {
        cause,
      });
    }
    throw cause;
  }
}

function readState(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`--state ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function greeting({ url, environment, logs, services }: Sandbox): string {
  const { connections, lags, virtualInterfaces } = services.directConnect.network.describe();
  const unset = Object.keys(environment).filter(name => environment[name] === undefined);
  return [
    `A local AWS at ${url}: ${lags.length} LAGs, ${connections.length} connections, ${virtualInterfaces.length} virtual interfaces.`,
    `Logs of functions: ${logs}`,
    'To use it, in another terminal:',
    '',
    ...Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [`export ${name}=${value}`])),
    `unset ${unset.join(' ')}`,
    '',
    'Ctrl+C stops it; what is in it is gone then.',
  ].join('\n');
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

async function main(): Promise<void> {
  const settings = settingsOf(process.argv.slice(2));
  if (!settings) {
    console.log(usage);
    return;
  }
  const sandbox = await start(settings);
  const stop = () => {
    sandbox.stop().then(
      () => process.exit(0),
      error => {
        console.error(messageOf(error));
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  console.log(greeting(sandbox));
}

main().catch(error => {
  console.error(messageOf(error));
  process.exit(error instanceof UsageError ? 2 : 1);
});
