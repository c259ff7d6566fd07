import { type Datapoint, evaluateExpression } from '../expression';

const metrics = new Map<string, Datapoint>([
  ['m1', 1],
  ['m2', 0],
  ['m3', undefined],
  ['errors', 6],
]);
const expression = (id: string) => (id === 'e1' ? 7 : null);
const evaluate = (text: string) => evaluateExpression(text, { metrics, expression });

test.each([
  ['m1', 1],
  ['e1', 7],
  ['m3', undefined],
  ['m1 + m2', 1],
  ['m1 + m3', 1],
  ['m3 + 5', undefined],
  ['2 + 3 * 4', 14],
  ['(2 + 3) * 4', 20],
  ['2 ^ 3 ^ 2', 512],
  ['-m1 * 2', -2],
  ['m1 / m2', undefined],
  ['errors / 4', 1.5],
  ['SUM([m1, m2])', 1],
  ['SUM([m1, m3, errors])', 7],
  ['SUM([m3])', undefined],
  ['SUM([FILL(m1, 0), FILL(m3, 0)])', 1],
  ['MAX([m1, m2, m3])', 1],
  ['MIN([m1, m2, m3])', 0],
  ['AVG([m1, m2, m3, errors])', 1.75],
  ['SUM(METRICS())', 7],
  ['SUM(METRICS("m"))', 1],
  ['SUM(METRICS() * 2)', 14],
  ['SUM(100 / [m1, m2])', 100],
  ['ABS(m2 - errors)', 6],
  ['FILL(m3, 9)', 9],
  ['FILL(m1, 9)', 1],
  ['IF(m1 > 0, 5, 6)', 5],
  ['IF(m2, 5, m3)', 0],
  ['IF(m3, 5, 6)', undefined],
  ['IF(m2, 5)', undefined],
  ['m1 > 0 AND m2 == 0', 1],
  ['m1 < 0 OR m2 != 0', 0],
  ['m1 >= 1 && m1 <= 1 || m2', 1],
])('%s is %s', (text, value) => {
  expect(evaluate(text)).toBe(value);
});

test.each([
  ['m9', 'there is no m9'],
  ['constructor', 'there is no constructor'],
  ['toString()', 'does not work out toString'],
  ['SUM(m1)', 'does not work out SUM'],
  ['FILL(m3, LINEAR)', 'there is no LINEAR'],
  ['ANOMALY_DETECTION_BAND(m1, 2)', 'does not work out ANOMALY_DETECTION_BAND'],
  ['METRICS()', 'gives several metrics'],
  ['METRICS() + METRICS()', 'takes one list of metrics'],
  ['m1 +', 'is no expression'],
  ['m1 % 2', 'there is no operator %'],
  ['m1.constructor', 'does not work out MemberExpression'],
  ['m1 ? 1 : 2', 'does not work out ConditionalExpression'],
  ['', 'does not work out Compound'],
  ['1'.repeat(2049), 'at most 2048 characters'],
  ['('.repeat(2048), 'is no expression'],
  [`${'-'.repeat(2047)}1`, ''],
])('%.30s is refused: %s', (text, reason) => {
  if (reason === '') expect(evaluate(text)).toBe(-1);
  else expect(() => evaluate(text)).toThrow(reason);
});
