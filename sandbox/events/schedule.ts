import { Cron } from 'croner';
import { AwsError } from '../aws-error';

/** When a schedule is due. Times are in milliseconds since 1970-01-01T00:00Z. */
export interface Schedule {
  /** The first time after another one, which is the schedule's beginning or when it was due before; none where it is over. */
  next(after: number): number | undefined;
}

const units: { readonly [unit: string]: number } = {
  minute: 60_000,
  minutes: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

/**
 * Reads `rate(15 minutes)` or `cron(0 10 * * ? *)`, in UTC.
 *
 * Source: EventBridge user guide, "Setting a schedule pattern for scheduled rules".
 *
 * @throws {AwsError} ValidationException
 */
export function scheduleOf(expression: string): Schedule {
  const [, value, unit = ''] = /^rate\((\d{1,9}) ([a-z]+)\)$/.exec(expression) ?? [];
  const step = Object.hasOwn(units, unit) ? units[unit] : undefined;
  // One minute, but not 1 minutes: AWS refuses that.
  if (step !== undefined && Number(value) > 0 && (Number(value) === 1) === !unit.endsWith('s')) {
    return { next: after => after + Number(value) * step };
  }
  const [, fields] = /^cron\(([^()]{1,250})\)$/.exec(expression) ?? [];
  const cron = fields === undefined ? undefined : cronOf(fields.trim().split(/\s+/));
  if (!cron) throw new AwsError('ValidationException', `Parameter ScheduleExpression is not valid: ${expression}`);
  return { next: after => cron.nextRun(new Date(after))?.getTime() };
}

/** Minutes, hours, days of the month, months, days of the week (1 is Sunday) and years: one of both days must be `?`. */
function cronOf(fields: readonly string[]): Cron | undefined {
  const [minutes, hours, daysOfMonth, months, daysOfWeek, years] = fields;
  if (fields.length !== 6 || (daysOfMonth === '?') === (daysOfWeek === '?')) return undefined;
  // `6L` is the last Friday of a month: `6#L` to this parser.
  const weekdays = daysOfWeek?.replace(/^([1-7]|[A-Z]{3})L$/, '$1#L').replace(/^L$/, '7');
  try {
    return new Cron(['0', minutes, hours, daysOfMonth, months, weekdays, years].join(' '), {
      alternativeWeekdays: true,
      sloppyRanges: true,
      timezone: 'UTC',
    });
  } catch {
    return undefined;
  }
}
