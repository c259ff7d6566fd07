import type { Stack } from '../../lambda/stack';
import { A, ADMINISTRATOR, B, CONNECTION, connection, lag, network } from '../support/network';
import {
  ASSOCIATE,
  clock,
  create,
  DISASSOCIATE,
  lagOf,
  MINUTE,
  move,
  operations,
  remove,
  run,
  SERVER_EXCEPTION,
  withFaults,
  writes,
} from '../support/settling';

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

test('putting back into a LAG that is gone meanwhile is tried once, and the answer says where the connection is', async () => {
  const service = network(clock, [connection(CONNECTION, { lagId: A })]);
  const call = service.call.bind(service);
  service.call = async (operation, input, caller) => {
    const answer = await call(operation, input, caller);
    if (operation === DISASSOCIATE) {
      await call('DeleteLag', { lagId: A }, ADMINISTRATOR);
      service.faults.add([{ operation: ASSOCIATE, error: 'DirectConnectClientException', message: 'Not B.' }]);
      await clock.sleep(60_000);
    }
    return answer;
  };
  expect(await run(service, move)).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining(`${CONNECTION} is now standalone and available.`),
  });
  expect(writes(service).filter(name => name === ASSOCIATE)).toHaveLength(2);
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

describe('the options', () => {
  const members = (minimumLinks: number) =>
    network(
      clock,
      [CONNECTION, 'dxcon-22222222'].map(id => connection(id, { lagId: A })),
      [lag(A, { minimumLinks }), lag(B)],
    );

  test('lowerMinimumLinks lowers the minimum so that the connection can go', async () => {
    const service = members(2);
    expect(await run(service, remove, { options: { lowerMinimumLinks: true } })).toMatchObject({ status: 'done' });
    expect(writes(service)).toEqual(['UpdateLag', DISASSOCIATE]);
    expect(service.network.lags.get(A)?.minimumLinks).toBe(1);
  });

  test('lowerMinimumLinks changes nothing where nothing needs to be lowered', async () => {
    const service = members(1);
    await run(service, remove, { options: { lowerMinimumLinks: true } });
    expect(writes(service)).toEqual([DISASSOCIATE]);
  });

  test('allowMove takes the connection out of another LAG, and a rollback puts it back there', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: B })]);
    const outcome = await run(service, create, { options: { allowMove: true } });
    expect(outcome).toMatchObject({ status: 'done', physicalId: `${CONNECTION}/from/${B}` });
    expect(lagOf(service)).toBe(A);
    const stack: Stack = { status: 'ROLLBACK_IN_PROGRESS', memberships: [] };
    await run(service, { ...remove, PhysicalResourceId: outcome.physicalId }, { stack });
    expect(lagOf(service)).toBe(B);
  });

  test('waitForAvailable answers when the link is up', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const outcome = await run(service, create, { options: { waitForAvailable: 60 } });
    expect(outcome).toMatchObject({ status: 'done', connection: { connectionState: 'available' } });
  });

  test('waitForAvailable fails where the link does not come up, and says so', async () => {
    const service = network(clock, [connection(CONNECTION, { connectionState: 'down' })]);
    const outcome = await run(service, create, { options: { waitForAvailable: 60 } });
    expect(outcome).toMatchObject({
      status: 'failed',
      physicalId: CONNECTION,
      reason: expect.stringContaining('it joined, but its link was still down after 60 s'),
    });
  });
});
