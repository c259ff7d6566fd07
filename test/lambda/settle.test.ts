import type { Request } from '../../lambda/event';
import { type Outcome, settle } from '../../lambda/settle';
import type { DirectConnect } from '../../sandbox/direct-connect/direct-connect';
import type { Fault } from '../../sandbox/direct-connect/faults';
import { VirtualClock } from '../../sandbox/test/virtual-clock';
import { A, ADMINISTRATOR, B, CONNECTION, connection, handlerSide, lag, network } from '../support/network';

const MINUTE = 60_000;
const create: Request = { type: 'Create', pair: { connectionId: CONNECTION, lagId: A } };
const remove: Request = { type: 'Delete', pair: create.pair, physicalId: CONNECTION };
const move: Request = {
  type: 'Update',
  pair: { connectionId: CONNECTION, lagId: B },
  oldPair: create.pair,
  physicalId: CONNECTION,
};

const ASSOCIATE = 'AssociateConnectionWithLag';
const DISASSOCIATE = 'DisassociateConnectionFromLag';
const SERVER_EXCEPTION = { operation: ASSOCIATE, error: 'DirectConnectServerException', status: 400 };

const clock = new VirtualClock();

/** Ten minutes for the goal and three more for putting back, as in a function of fifteen minutes. */
const run = (service: DirectConnect, request: Request): Promise<Outcome> =>
  clock.run(
    settle(
      request,
      { directConnect: handlerSide(service), clock, random: () => 0.5, log: () => {} },
      { goal: clock.now() + 11 * MINUTE, putBack: clock.now() + 14 * MINUTE },
    ),
  );
const withFaults = (service: DirectConnect, ...faults: Fault[]): DirectConnect => {
  service.faults.add(faults);
  return service;
};
const lagOf = (service: DirectConnect) => service.network.connections.get(CONNECTION)?.lagId;
const operations = (service: DirectConnect) => service.calls.map(call => call.operation);
const writes = (service: DirectConnect) => operations(service).filter(name => !name.startsWith('Describe'));

describe('without faults', () => {
  test('a Create takes three calls', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    expect(await run(service, create)).toMatchObject({ status: 'done', connection: { lagId: A } });
    expect(operations(service)).toEqual(['DescribeConnections', 'DescribeLags', ASSOCIATE]);
  });

  test('a Delete takes two calls', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: A })]);
    expect(await run(service, remove)).toMatchObject({ status: 'done' });
    expect(operations(service)).toEqual(['DescribeConnections', DISASSOCIATE]);
    expect(lagOf(service)).toBeUndefined();
  });

  test('a move waits until the connection has settled as standalone, then joins', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: A })]);
    expect(await run(service, move)).toMatchObject({ status: 'done', physicalId: CONNECTION });
    expect(lagOf(service)).toBe(B);
    expect(service.network.interruptions(CONNECTION)).toHaveLength(2);
  });
});

describe('faults on the way', () => {
  test.each([1, 2, 5])('%d DirectConnectServerExceptions at HTTP 400 in a row are got through', async times => {
    const service = withFaults(network(clock, [connection(CONNECTION)]), { ...SERVER_EXCEPTION, times });
    expect(await run(service, create)).toMatchObject({ status: 'done' });
    expect(writes(service)).toHaveLength(times + 1);
  });

  test('a server exception that arrives after the change was applied is not repeated', async () => {
    const service = withFaults(network(clock, [connection(CONNECTION)]), { ...SERVER_EXCEPTION, afterApplying: true });
    expect(await run(service, create)).toMatchObject({ status: 'done' });
    expect(writes(service)).toEqual([ASSOCIATE]);
  });

  test('an answer that is lost after the change was applied is not repeated', async () => {
    const fault = { operation: DISASSOCIATE, error: 'LostAnswer', afterApplying: true };
    const service = withFaults(network(clock, [connection(CONNECTION, { lagId: A })]), fault);
    expect(await run(service, remove)).toMatchObject({ status: 'done' });
    expect(writes(service)).toEqual([DISASSOCIATE]);
  });

  test('throttling and HTTP 503 are got through', async () => {
    const service = withFaults(
      network(clock, [connection(CONNECTION)]),
      { operation: '*', error: 'ThrottlingException', times: 4 },
      { operation: '*', error: 'ServiceUnavailable', status: 503, times: 2 },
    );
    expect(await run(service, create)).toMatchObject({ status: 'done' });
  });

  test('AccessDenied is got through while the rights of a new role may still be on their way', async () => {
    const denied = { operation: 'DescribeConnections', error: 'AccessDeniedException', times: 4 };
    expect(await run(withFaults(network(clock, [connection(CONNECTION)]), denied), create)).toMatchObject({
      status: 'done',
    });
  });

  test('AccessDenied that stays is final after a minute, not at the end of the budget', async () => {
    const denied = { operation: ASSOCIATE, error: 'AccessDeniedException', message: 'Not you.', times: 1_000 };
    const service = withFaults(network(clock, [connection(CONNECTION)]), denied);
    const began = clock.now();
    const outcome = await run(service, create);
    expect(outcome).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('AWS said "Not you" (AccessDeniedException'),
    });
    expect(clock.now() - began).toBeLessThan(2 * MINUTE);
  });

  test('anything else is final after one try', async () => {
    const refused = {
      operation: ASSOCIATE,
      error: 'DirectConnectClientException',
      message: 'A device we cannot see differs.',
    };
    const service = withFaults(network(clock, [connection(CONNECTION)]), refused);
    const outcome = await run(service, create);
    expect(writes(service)).toEqual([ASSOCIATE]);
    expect(outcome).toMatchObject({
      status: 'failed',
      reason:
        `Connection ${CONNECTION} could not be put into LAG ${A}: AWS said "A device we cannot see differs" ` +
        `(DirectConnectClientException, AWS request id aws-request). ${CONNECTION} is now standalone and available. ` +
        'Correct what AWS names, then deploy again.',
    });
  });

  test('the same event twice at once has one effect', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const outcomes = await Promise.all([run(service, create), run(service, create)]);
    expect(outcomes).toMatchObject([{ status: 'done' }, { status: 'done' }]);
    expect(service.network.interruptions(CONNECTION)).toHaveLength(1);
  });

  test('not found is an answer, whether it comes as an error or as an empty list', async () => {
    const service = network(clock, []);
    expect(await run(service, create)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('there is no such connection'),
    });
    expect(await run(service, remove)).toMatchObject({ status: 'done' });
    const missing = network(clock, [connection(CONNECTION)], []);
    expect(await run(missing, create)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('there is no such LAG'),
    });
  });
});

describe('an outage longer than the budget', () => {
  test('ends in an answer that says what was tried, how often, over how long, and what was seen last', async () => {
    const service = withFaults(network(clock, [connection(CONNECTION)]), {
      ...SERVER_EXCEPTION,
      message: 'Sorry.',
      times: 10_000,
    });
    const began = clock.now();
    const outcome = await run(service, create);
    expect(outcome).toMatchObject({ status: 'failed' });
    expect(outcome).toHaveProperty(
      'reason',
      expect.stringMatching(
        new RegExp(
          `^Connection ${CONNECTION} could not be put into LAG ${A}: Direct Connect did not get it done in time \\(.*` +
            `associate ${CONNECTION} ${A}: \\d+ times, over 660 s\\); the last error was AWS said "Sorry" ` +
            `\\(DirectConnectServerException, AWS request id aws-request\\)\\. ${CONNECTION} is now standalone and available\\.`,
        ),
      ),
    );
    expect(clock.now() - began).toBeLessThanOrEqual(14 * MINUTE);
  });

  test('in the middle of a move, ends with the connection back in the old LAG', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: A })]);
    const done = run(service, move);
    // As long as the new LAG is out of reach; the way back is open.
    const call = service.call.bind(service);
    service.call = async (operation, input, caller) => {
      const toB = JSON.stringify(input).includes(B);
      if (operation === ASSOCIATE && toB) service.faults.add([SERVER_EXCEPTION]);
      return call(operation, input, caller);
    };
    expect(await done).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(`${CONNECTION} is now in LAG ${A}`),
    });
    expect(lagOf(service)).toBe(A);
  });

  test('in the middle of a move, with no way back, says where the connection is now', async () => {
    const service = withFaults(network(clock, [connection(CONNECTION, { lagId: A })]), {
      ...SERVER_EXCEPTION,
      times: 10_000,
    });
    expect(await run(service, move)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(`${CONNECTION} is now standalone and available.`),
    });
  });
});

describe('minimum links', () => {
  const pairOfMembers = () =>
    network(
      clock,
      [connection(CONNECTION, { lagId: A }), connection('dxcon-22222222', { lagId: A })],
      [lag(A, { minimumLinks: 2 }), lag(B)],
    );

  test('a Delete that AWS refuses fails with the numbers, and changes nothing', async () => {
    const service = pairOfMembers();
    expect(await run(service, remove)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('The LAG has 2 members, 2 of them operational, and asks for at least 2'),
    });
    expect(lagOf(service)).toBe(A);
  });

  test('a move that the old LAG refuses changes nothing', async () => {
    const service = pairOfMembers();
    expect(await run(service, move)).toMatchObject({ status: 'failed' });
    expect(lagOf(service)).toBe(A);
    expect(service.network.interruptions(CONNECTION)).toHaveLength(0);
  });
});

test('a connection that somebody moved meanwhile is not touched', async () => {
  const service = network(clock, [connection(CONNECTION, { lagId: A })]);
  await service.call(ASSOCIATE, { connectionId: CONNECTION, lagId: B }, ADMINISTRATOR);
  expect(await run(service, remove)).toMatchObject({ status: 'done' });
  expect(lagOf(service)).toBe(B);
});
