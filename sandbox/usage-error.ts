/** Something that the user has to change: told in one line, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** @throws {UsageError} where it is no number, or too large */
export function numberOption(name: string, value: string, maximum: number, whole: boolean): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (number >= 0 && number <= maximum && (!whole || Number.isInteger(number))) return number;
  throw new UsageError(`${name} ${value} must be a ${whole ? 'whole ' : ''}number from 0 to ${maximum}`);
}
