import { evaluationRange, type MissingData, nextState, type Period, type Rule } from '../alarm-state';

const rule = (datapointsToAlarm: number, treatMissingData: MissingData, evaluationPeriods = 3): Rule => ({
  comparisonOperator: 'GreaterThanOrEqualToThreshold',
  threshold: 1,
  evaluationPeriods,
  datapointsToAlarm,
  treatMissingData,
});

/** `0` does not breach, `X` breaches, `-` is missing; the newest on the right, as in AWS's guide. */
const periods = (points: string): Period[] =>
  [...points.replaceAll(' ', '')].reverse().map((point, index) => ({
    from: Date.UTC(2026, 10, 28, 9, 55) - index * 300_000,
    value: point === '-' ? undefined : point === 'X' ? 1 : 0,
  }));

const stays = undefined;
const [OK, ALARM, NONE] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

/** The two tables of "Configuring how CloudWatch alarms treat missing data", and what follows them. */
test.each([
  [3, '0 - X - X', OK, OK, OK, OK],
  [3, '0 - - - -', OK, OK, OK, OK],
  [3, '- - - - -', NONE, stays, ALARM, OK],
  [3, '0 X X - X', ALARM, ALARM, ALARM, ALARM],
  [3, '- - X - -', ALARM, stays, ALARM, OK],
  [2, '0 - X - X', ALARM, ALARM, ALARM, ALARM],
  [2, '0 0 X 0 X', ALARM, ALARM, ALARM, ALARM],
  [2, '0 - X - -', OK, OK, ALARM, OK],
  [2, '- - - - 0', OK, OK, ALARM, OK],
  [2, '- - - X -', ALARM, stays, ALARM, OK],
  [3, '- - - - X', stays, stays, ALARM, OK],
  [3, '- - - X -', stays, stays, ALARM, OK],
])('%s of 3, %s', (needed, points, missing, ignore, breaching, notBreaching) => {
  const state = (treatment: MissingData) => nextState(rule(needed, treatment), periods(points))?.value;
  expect(periods(points)).toHaveLength(evaluationRange(3));
  expect([state('missing'), state('ignore'), state('breaching'), state('notBreaching')]).toEqual([
    missing,
    ignore,
    breaching,
    notBreaching,
  ]);
});

test.each([
  ['GreaterThanOrEqualToThreshold', 1, 0.9],
  ['GreaterThanThreshold', 1.1, 1],
  ['LessThanThreshold', 0.9, 1],
  ['LessThanOrEqualToThreshold', 1, 1.1],
])('%s: %s breaches 1, %s does not', (comparisonOperator, breaching, not) => {
  const state = (value: number) => nextState({ ...rule(1, 'missing', 1), comparisonOperator }, [{ from: 0, value }]);
  expect(state(breaching)?.value).toBe('ALARM');
  expect(state(not)?.value).toBe('OK');
});

test.each([
  [
    'X',
    'missing' as const,
    'Threshold Crossed: 1 out of the last 1 datapoints [1.0 (28/11/26 09:55:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).',
  ],
  [
    '0',
    'missing' as const,
    'Threshold Crossed: 1 out of the last 1 datapoints [0.0 (28/11/26 09:55:00)] was not greater than or equal to the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition).',
  ],
  ['-', 'missing' as const, 'Insufficient Data: 1 datapoint was unknown.'],
  [
    '-',
    'breaching' as const,
    'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].',
  ],
])('the reason of %s, missing data being %s', (points, treatment, reason) => {
  expect(nextState(rule(1, treatment, 1), periods(points))?.reason).toBe(reason);
});
