import { RATES, type Rate, Rates } from '../rates';
import { VirtualClock } from './virtual-clock';

const REGION = 'eu-central-1';
const row = (fields: Partial<Rate> = {}): Rate => ({
  service: 'logs',
  operation: 'DescribeLogStreams',
  perSecond: 5,
  burst: 10,
  source: 'a test',
  ...fields,
});

function given(...table: Rate[]) {
  const clock = new VirtualClock();
  const rates = new Rates(clock, table);
  return {
    clock,
    rates,
    /** How many of so many calls at once are admitted. */
    admitted: (calls: number, operation = 'DescribeLogStreams', region = REGION, service = 'logs') =>
      Array.from({ length: calls }, () => rates.admit(service, operation, region)).filter(Boolean).length,
  };
}

describe('A rate', () => {
  test('admits its burst at once, and then as many calls as it has for the time that goes by', async () => {
    const { clock, admitted } = given(row());
    expect(admitted(30)).toBe(10);
    await clock.advance(199);
    expect(admitted(1)).toBe(0);
    await clock.advance(1);
    expect(admitted(2)).toBe(1);
    await clock.advance(1000);
    expect(admitted(30)).toBe(5);
  });

  test('saves no more than its burst in a pause', async () => {
    const { clock, admitted } = given(row());
    admitted(10);
    await clock.advance(3_600_000);
    expect(admitted(30)).toBe(10);
  });

  test('takes nothing for a call that it does not admit', async () => {
    const { clock, admitted } = given(row({ perSecond: 1, burst: 1 }));
    admitted(1);
    for (let tenth = 1; tenth < 10; tenth++) {
      await clock.advance(100);
      expect(admitted(5)).toBe(0);
    }
    await clock.advance(100);
    expect(admitted(5)).toBe(1);
  });

  test('is that of one Region', () => {
    const { admitted } = given(row());
    expect(admitted(30, 'DescribeLogStreams', 'eu-central-1')).toBe(10);
    expect(admitted(30, 'DescribeLogStreams', 'us-east-1')).toBe(10);
  });

  test('is that of one operation of one service; another has its own, or none', () => {
    const { admitted } = given(row(), row({ operation: 'CreateLogStream', burst: 3 }));
    expect(admitted(30)).toBe(10);
    expect(admitted(30, 'CreateLogStream')).toBe(3);
    expect(admitted(30, 'DeleteLogStream')).toBe(30);
    expect(admitted(30, 'DescribeLogStreams', REGION, 'other')).toBe(30);
  });

  test('of * is that of all operations together, but for those with a row before it', () => {
    const { admitted } = given(row({ burst: 3 }), row({ operation: '*' }));
    expect(admitted(30)).toBe(3);
    expect(admitted(6, 'CreateLogStream')).toBe(6);
    expect(admitted(30, 'DeleteLogStream')).toBe(4);
  });
});

describe('The table', () => {
  test('has a rate that lets calls through, and a source, in each row, and no operation twice', () => {
    for (const { perSecond, burst, source } of RATES) {
      expect(perSecond).toBeGreaterThan(0);
      expect(burst).toBeGreaterThanOrEqual(1);
      expect(source).not.toBe('');
    }
    expect(new Set(RATES.map(({ service, operation }) => `${service} ${operation}`)).size).toBe(RATES.length);
  });

  test('is what counts without another', () => {
    const rates = new Rates(new VirtualClock());
    const admitted = (service: string, operation: string) =>
      Array.from({ length: 100 }, () => rates.admit(service, operation, REGION)).filter(Boolean).length;
    expect(admitted('cloudformation', 'DescribeStacks')).toBe(5);
    expect(admitted('cloudformation', 'ListStackResources')).toBe(5);
    expect(admitted('logs', 'DescribeLogStreams')).toBe(25);
    expect(admitted('logs', 'CreateLogStream')).toBe(50);
    expect(admitted('directconnect', 'DescribeLags')).toBe(10);
    expect(admitted('directconnect', 'AssociateConnectionWithLag')).toBe(0);
    expect(admitted('sts', 'AssumeRole')).toBe(100);
  });
});
