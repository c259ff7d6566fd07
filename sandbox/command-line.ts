import { readFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Something that the user has to change: told in one line, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * @param help how to be told what there is, such as `pull --help`
 * @throws {UsageError} for an option that there is not
 */
export function optionsOf<Options extends NonNullable<ParseArgsConfig['options']>>(
  argv: readonly string[],
  options: Options,
  help: string,
): ReturnType<typeof parseArgs<{ args: string[]; options: Options }>>['values'] {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (cause) {
    throw new UsageError(`${messageOf(cause)} (${help} lists the options)`, { cause });
  }
}

/** @throws {UsageError} where it is no number, or too large */
export function numberOption(name: string, value: string, maximum: number, whole: boolean): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (number >= 0 && number <= maximum && (!whole || Number.isInteger(number))) return number;
  throw new UsageError(`${name} ${value} must be a ${whole ? 'whole ' : ''}number from 0 to ${maximum}`);
}

/** The text of a state file. @throws {UsageError} where it cannot be read */
export function readState(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`--state ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
