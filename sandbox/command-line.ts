import { closeSync, openSync, readSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { longestState } from './direct-connect/state-file';

/** Something that the user has to change: told in one line, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Text for a terminal. Names in it come from state files and templates: what would clear the screen, name the window or turn text
 * around is shown as an escape.
 */
export const printable = (text: string): string =>
  text.replace(
    /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu,
    character => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );

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

/** The text of a state file, or as much of it as shows that it is too long. @throws {UsageError} where it cannot be read */
export function readState(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      return readUpTo(descriptor, longestState + 1).toString('utf8');
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new UsageError(`--state ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** Not by its size: that of a pipe, as of `--state <(...)`, is not known, and /dev/zero has no end. */
function readUpTo(descriptor: number, most: number): Buffer {
  const chunks: Buffer[] = [];
  for (let length = 0; length < most; ) {
    const chunk = Buffer.alloc(Math.min(65_536, most - length));
    const read = readSync(descriptor, chunk);
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
    length += read;
  }
  return Buffer.concat(chunks);
}
