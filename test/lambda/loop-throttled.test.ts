import type { Table } from '../../lambda/record/table';
import { AwsError } from '../../sandbox/aws-error';
import type { DirectConnect } from '../../sandbox/direct-connect/direct-connect';
import type { Fault } from '../../sandbox/direct-connect/faults';
import { seeded } from '../../sandbox/test/seeded';
import { ADMINISTRATOR, B, CONNECTION, connection, lag, network } from '../support/network';
import {
  ASSOCIATE,
  begin,
  clock,
  create,
  having,
  lagOf,
  MINUTE,
  properties,
  run,
  withFaults,
  writes,
} from '../support/settling';
import { memoryTable } from '../support/table';

/** What takes its time between the look at a connection and its association. */
const DELAYS: readonly [what: string, faults: readonly Fault[], table: Table][] = [
  [
    'the look at its LAG was throttled',
    [{ operation: 'DescribeLags', error: 'ThrottlingException', times: 3 }],
    memoryTable(),
  ],
  ['the table was slow to take the announcement', [], tableThatTakes(20_000)],
  ['the table was throttled', [], tableThatThrottles(3)],
];

test.each(DELAYS)(
  'a connection that somebody put into another LAG while %s is not moved out of it',
  async (_, faults, table) => {
    const service = withFaults(network(clock, [connection(CONNECTION, { connectionState: 'down' })]), ...faults);
    const creating = begin(service, create, { table });
    await clock.advance(1_000);
    await service.call(ASSOCIATE, { connectionId: CONNECTION, lagId: B }, ADMINISTRATOR);
    expect(await clock.run(creating)).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining(`it is in LAG ${B}`),
    });
    expect(lagOf(service)).toBe(B);
  },
);

test('an association that is throttled is tried again at once, on a look that is two seconds old at most', async () => {
  const throttles = { operation: ASSOCIATE, error: 'ThrottlingException', times: 30 };
  const service = withFaults(network(clock, [connection(CONNECTION)]), throttles);
  expect(await run(service, create)).toMatchObject({ status: 'SUCCESS' });
  const looks = service.calls.filter(({ operation }) => operation === 'DescribeConnections');
  const tries = service.calls.filter(({ operation }) => operation === ASSOCIATE);
  const ages = tries.map(({ time }) => {
    const before = looks.filter(look => look.time <= time).at(-1);
    return Date.parse(time) - Date.parse(before?.time ?? '');
  });
  expect(tries).toHaveLength(31);
  // The wait after a throttle comes on top of it.
  expect(Math.max(...ages)).toBeLessThan(2_500);
  expect(looks.length).toBeLessThan(tries.length / 2);
});

/** A table whose second put, the one that announces a write, does something first. */
function beforeAnnouncement(first: () => Promise<void>): Table {
  const { get, put } = memoryTable();
  let puts = 0;
  return {
    get,
    put: async (...input) => {
      puts += 1;
      if (puts > 1) await first();
      return put(...input);
    },
  };
}

function tableThatTakes(milliseconds: number): Table {
  return beforeAnnouncement(() => clock.sleep(milliseconds));
}

function tableThatThrottles(times: number): Table {
  let left = times;
  return beforeAnnouncement(async () => {
    left -= 1;
    if (left >= 0) throw Object.assign(new Error('No.'), { name: 'ProvisionedThroughputExceededException' });
  });
}

/** Puts a token bucket before a service: so many calls a second, and twice as many at once after a pause. */
function rateLimited(service: DirectConnect, perSecond: number): { throttled: number } {
  const call = service.call.bind(service);
  const limit = { throttled: 0 };
  let [tokens, at] = [2 * perSecond, clock.now()];
  service.call = async (...args) => {
    await clock.sleep(40);
    tokens = Math.min(2 * perSecond, tokens + (clock.now() - at) * (perSecond / 1_000));
    at = clock.now();
    if (tokens >= 1) {
      tokens -= 1;
      return call(...args);
    }
    limit.throttled += 1;
    throw new AwsError('ThrottlingException', 'Rate exceeded', 400);
  };
  return limit;
}

/** Looks that wait for links would take what the rate lets through. */
const NO_WAIT = { WaitForAvailable: '0' };

test('hundreds of Creates at once that are throttled to five calls a second together all come to their end', async () => {
  const names = Array.from({ length: 490 }, (_, index) => String(index).padStart(8, '0'));
  const service = network(
    clock,
    names.map(name => connection(`dxcon-${name}`)),
    names.map(name => lag(`dxlag-${name}`)),
  );
  const limit = rateLimited(service, 5);
  const random = seeded(1);
  const table = memoryTable();
  const creating = names.map(name => {
    const ResourceProperties = properties(`dxlag-${name}`, `dxcon-${name}`);
    const event = having({ ...create, LogicalResourceId: name, RequestId: name, ResourceProperties }, NO_WAIT);
    return begin(service, event, { random, table });
  });
  const outcomes = await clock.run(Promise.all(creating));
  expect(outcomes.filter(({ status }) => status === 'SUCCESS').length).toBe(names.length);
  // About 15 in vain for each, which keep the rate used, to the three calls that each needs.
  expect(limit.throttled).toBeLessThan(30 * names.length);
}, 60_000);

test('a throttled Create whose last call gets through in the last moment is done, and not put back', async () => {
  const throttled = { operation: 'DescribeConnections', error: 'ThrottlingException', times: 5 };
  const service = withFaults(network(clock, [connection(CONNECTION)]), throttled);
  const lastMoment = clock.now() + 11 * MINUTE - 100;
  const call = service.call.bind(service);
  service.call = async (operation, ...rest) => {
    if (operation === ASSOCIATE) await clock.sleep(lastMoment - clock.now());
    return call(operation, ...rest);
  };
  expect(await run(service, create)).toMatchObject({ status: 'SUCCESS' });
  expect(writes(service)).toEqual([ASSOCIATE]);
});
