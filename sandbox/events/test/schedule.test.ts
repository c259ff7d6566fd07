import { scheduleOf } from '../schedule';

const from = Date.UTC(2026, 10, 28, 9, 55, 18);
const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());

/** 28 November 2026 is a Saturday. */
test.each([
  ['rate(1 minute)', '2026-11-28T09:56:18.000Z'],
  ['rate(15 minutes)', '2026-11-28T10:10:18.000Z'],
  ['rate(1 hour)', '2026-11-28T10:55:18.000Z'],
  ['rate(2 days)', '2026-11-30T09:55:18.000Z'],
  ['cron(0 10 * * ? *)', '2026-11-28T10:00:00.000Z'],
  ['cron(0/15 * * * ? *)', '2026-11-28T10:00:00.000Z'],
  ['cron(0 8 ? * MON-FRI *)', '2026-11-30T08:00:00.000Z'],
  ['cron(0 8 ? * 1 *)', '2026-11-29T08:00:00.000Z'],
  ['cron(0 8 ? * L *)', '2026-12-05T08:00:00.000Z'],
  ['cron(0 8 ? * 6L *)', '2026-12-25T08:00:00.000Z'],
  ['cron(0 8 ? * 2#1 *)', '2026-12-07T08:00:00.000Z'],
  ['cron(0 8 L * ? *)', '2026-11-30T08:00:00.000Z'],
  ['cron(0 8 1W * ? 2027)', '2027-01-01T08:00:00.000Z'],
])('%s is next due at %s', (expression, due) => {
  expect(iso(scheduleOf(expression).next(from))).toBe(due);
});

test('a schedule that is over is not due any more', () => {
  expect(scheduleOf('cron(0 8 1 1 ? 2025)').next(from)).toBeUndefined();
  expect(scheduleOf('cron(0 8 30 2 ? *)').next(from)).toBeUndefined();
});

test.each([
  'rate(1 minutes)',
  'rate(2 minute)',
  'rate(0 minutes)',
  'rate(1 week)',
  'rate(constructor)',
  'cron(0 10 * * *)',
  'cron(0 10 * * * *)',
  'cron(0 10 ? * ? *)',
  'cron(61 10 * * ? *)',
  'every day',
  '',
])('%s is refused', expression => {
  expect(() => scheduleOf(expression)).toThrow('Parameter ScheduleExpression is not valid');
});
