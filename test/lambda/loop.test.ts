import { A, ADMINISTRATOR, B, CONNECTION, connection, lag, network } from '../support/network';
import {
  ASSOCIATE,
  clock,
  create,
  DISASSOCIATE,
  having,
  lagOf,
  MINUTE,
  move,
  operations,
  properties,
  remove,
  run,
  SERVER_EXCEPTION,
  stackThat,
  withFaults,
  writes,
} from '../support/settling';
import { memoryTable } from '../support/table';

describe('without faults', () => {
  const atOnce = { transition: 0 };

  test('a Create takes three calls, and as many more as the link takes looks to come up', async () => {
    const service = network(clock, [connection(CONNECTION)], undefined, atOnce);
    expect(await run(service, create)).toMatchObject({ status: 'SUCCESS', attributes: { LagId: A } });
    expect(operations(service)).toEqual(['DescribeConnections', 'DescribeLags', ASSOCIATE]);
    const slow = network(clock, [connection(CONNECTION)]);
    expect(await run(slow, create)).toMatchObject({ attributes: { ConnectionState: 'available' } });
    expect(new Set(operations(slow).slice(3))).toEqual(new Set(['DescribeConnections']));
  });

  test('a Delete takes three calls, and asks CloudFormation nothing where others carry the traffic', async () => {
    const inA = [connection(CONNECTION, { lagId: A }), connection('dxcon-22222222', { lagId: A })];
    const service = network(clock, inA, undefined, atOnce);
    const stack = stackThat();
    expect(await run(service, remove, { stack })).toMatchObject({ status: 'SUCCESS' });
    expect(operations(service)).toEqual(['DescribeConnections', 'DescribeLags', DISASSOCIATE]);
    expect(stack.asked).toEqual([]);
    expect(lagOf(service)).toBeUndefined();
  });

  test('names of the longest kind are no matter: what is remembered is found by Region and connection, LAG, or the stack alone', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const named = {
      LogicalResourceId: 'M'.repeat(255),
      StackId: `arn:aws:cloudformation:eu-central-1:111122223333:stack/${'S'.repeat(128)}/51af3dc0-da77-11e4-872e-1234567db123`,
    };
    const ids: string[] = [];
    const inner = memoryTable();
    const table = {
      get: inner.get,
      put: (...item: Parameters<typeof inner.put>) => {
        ids.push(item[0]);
        return inner.put(...item);
      },
    };
    expect(await run(service, { ...create, ...named }, { table })).toMatchObject({ status: 'SUCCESS' });
    expect(await run(service, { ...remove, ...named }, { table })).toMatchObject({ status: 'SUCCESS' });
    // DynamoDB takes 2,048 bytes.
    expect(new Set(ids)).toEqual(new Set([`eu-central-1/${CONNECTION}`, `eu-central-1/${A}`, named.StackId]));
  });

  test('a move waits until the connection has settled as standalone, then joins', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: A })]);
    expect(await run(service, move)).toMatchObject({ status: 'SUCCESS', physicalId: CONNECTION });
    expect(lagOf(service)).toBe(B);
    expect(service.network.interruptions(CONNECTION)).toHaveLength(2);
  });
});

test('an exchange in a full LAG looks at its new connection again after each refusal of what makes room for it', async () => {
  const full = [CONNECTION, 'dxcon-33333333', 'dxcon-44444444', 'dxcon-55555555'].map(id =>
    connection(id, { lagId: A }),
  );
  const service = withFaults(network(clock, [...full, connection('dxcon-22222222')]), {
    operation: DISASSOCIATE,
    error: 'DirectConnectServerException',
  });
  const swap = { ...move, ResourceProperties: properties(A, 'dxcon-22222222') };
  expect(await run(service, swap)).toMatchObject({ status: 'SUCCESS', physicalId: 'dxcon-22222222' });
  const [first, second] = operations(service).flatMap((name, index) => (name === DISASSOCIATE ? [index] : []));
  const between = service.calls.slice((first ?? 0) + 1, second).map(({ operation, input }) => [operation, input]);
  expect(between).toEqual(
    expect.arrayContaining([
      ['DescribeConnections', { connectionId: 'dxcon-22222222' }],
      ['DescribeLags', { lagId: A }],
    ]),
  );
});

describe('faults on the way', () => {
  test.each([1, 2, 5])('%d DirectConnectServerExceptions at HTTP 400 in a row are got through', async times => {
    const service = withFaults(network(clock, [connection(CONNECTION)]), { ...SERVER_EXCEPTION, times });
    expect(await run(service, create)).toMatchObject({ status: 'SUCCESS' });
    expect(writes(service)).toHaveLength(times + 1);
  });

  test('a server exception that arrives after the change was applied is not repeated', async () => {
    const service = withFaults(network(clock, [connection(CONNECTION)]), { ...SERVER_EXCEPTION, afterApplying: true });
    expect(await run(service, create)).toMatchObject({ status: 'SUCCESS' });
    expect(writes(service)).toEqual([ASSOCIATE]);
  });

  test('an answer that is lost after the change was applied is not repeated', async () => {
    const fault = { operation: DISASSOCIATE, error: 'LostAnswer', afterApplying: true };
    const service = withFaults(network(clock, [connection(CONNECTION, { lagId: A })]), fault);
    expect(await run(service, remove)).toMatchObject({ status: 'SUCCESS' });
    expect(writes(service)).toEqual([DISASSOCIATE]);
  });

  test('throttling and HTTP 503 are got through', async () => {
    const service = withFaults(
      network(clock, [connection(CONNECTION)]),
      { operation: '*', error: 'ThrottlingException', times: 4 },
      { operation: '*', error: 'ServiceUnavailable', status: 503, times: 2 },
    );
    expect(await run(service, create)).toMatchObject({ status: 'SUCCESS' });
  });

  test('AccessDenied is got through for as long as the rights of a new role have been seen to take', async () => {
    const denied = { operation: 'DescribeConnections', error: 'AccessDeniedException', times: 1_000 };
    const service = withFaults(network(clock, [connection(CONNECTION)]), denied);
    void clock.sleep(177_000).then(() => service.faults.clear());
    expect(await run(service, create)).toMatchObject({ status: 'SUCCESS' });
  });

  test('AccessDenied that stays is final after four minutes, not at the end of the budget', async () => {
    const denied = { operation: ASSOCIATE, error: 'AccessDeniedException', message: 'Not you.', times: 1_000 };
    const service = withFaults(network(clock, [connection(CONNECTION)]), denied);
    const began = clock.now();
    const outcome = await run(service, create);
    expect(outcome).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('AWS said "Not you" (AccessDeniedException'),
    });
    expect(clock.now() - began).toBeGreaterThanOrEqual(4 * MINUTE);
    expect(clock.now() - began).toBeLessThan(5 * MINUTE);
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
      status: 'FAILED',
      reason:
        `Connection ${CONNECTION} could not be put into LAG ${A}: AWS said "A device we cannot see differs" ` +
        `(DirectConnectClientException, AWS request id aws-request). ${CONNECTION} is now standalone and available. ` +
        'Correct what AWS names, then deploy again.',
    });
  });

  test('a used-up quota is final after one try, and has a remedy of its own', async () => {
    const service = withFaults(network(clock, [connection(CONNECTION)]), {
      operation: ASSOCIATE,
      error: 'LimitExceededException',
    });
    expect(await run(service, create)).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('Ask AWS Support for a higher quota of Direct Connect'),
    });
    expect(writes(service)).toEqual([ASSOCIATE]);
  });

  test('the same event twice at once has one effect', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const table = memoryTable();
    const outcomes = await Promise.all([run(service, create, { table }), run(service, create, { table })]);
    expect(outcomes).toMatchObject([
      { status: 'SUCCESS', physicalId: CONNECTION },
      { status: 'SUCCESS', physicalId: CONNECTION },
    ]);
    expect(service.network.interruptions(CONNECTION)).toHaveLength(1);
  });

  test('not found is an answer, whether it comes as an error or as an empty list', async () => {
    const service = network(clock, []);
    expect(await run(service, create)).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('there is no such connection'),
    });
    expect(await run(service, remove)).toMatchObject({ status: 'SUCCESS' });
    const missing = network(clock, [connection(CONNECTION)], []);
    expect(await run(missing, create)).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('there is no such LAG'),
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
      status: 'FAILED',
      reason: expect.stringContaining(
        `1 operational links would be left in ${A}, of 2 members, and the LAG asks for at least 2`,
      ),
    });
    expect(lagOf(service)).toBe(A);
  });

  test('a move that the old LAG refuses changes nothing', async () => {
    const service = pairOfMembers();
    expect(await run(service, move)).toMatchObject({ status: 'FAILED' });
    expect(lagOf(service)).toBe(A);
    expect(service.network.interruptions(CONNECTION)).toHaveLength(0);
  });
});

test('a connection that somebody moved meanwhile is not touched', async () => {
  const service = network(clock, [connection(CONNECTION, { lagId: A })]);
  await service.call(ASSOCIATE, { connectionId: CONNECTION, lagId: B }, ADMINISTRATOR);
  expect(await run(service, remove)).toMatchObject({ status: 'SUCCESS' });
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
    expect(await run(service, having(remove, { LowerMinimumLinks: 'true' }))).toMatchObject({ status: 'SUCCESS' });
    expect(writes(service)).toEqual(['UpdateLag', DISASSOCIATE]);
    expect(service.network.lags.get(A)?.minimumLinks).toBe(1);
  });

  test('lowerMinimumLinks changes nothing where nothing needs to be lowered', async () => {
    const service = members(1);
    await run(service, having(remove, { LowerMinimumLinks: 'true' }));
    expect(writes(service)).toEqual([DISASSOCIATE]);
  });

  test('allowMove takes the connection out of another LAG, and a rollback puts it back there', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: B })]);
    const outcome = await run(service, having(create, { AllowMove: 'true' }));
    expect(outcome).toMatchObject({ status: 'SUCCESS', physicalId: `${CONNECTION}/from/${B}` });
    expect(lagOf(service)).toBe(A);
    const stack = stackThat({ status: 'ROLLBACK_IN_PROGRESS' });
    await run(service, { ...remove, PhysicalResourceId: outcome.physicalId }, { stack });
    expect(lagOf(service)).toBe(B);
  });

  test('waitForAvailable answers when the link is up', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const outcome = await run(service, having(create, { WaitForAvailable: '60' }));
    expect(outcome).toMatchObject({ status: 'SUCCESS', attributes: { ConnectionState: 'available' } });
  });

  test('waitForAvailable fails where the link does not come up, and says so', async () => {
    const service = network(clock, [connection(CONNECTION, { connectionState: 'down' })]);
    const outcome = await run(service, having(create, { WaitForAvailable: '60' }));
    expect(outcome).toMatchObject({
      status: 'FAILED',
      physicalId: CONNECTION,
      reason: expect.stringContaining('it joined, but its link was still down after 60 s'),
    });
  });
});
