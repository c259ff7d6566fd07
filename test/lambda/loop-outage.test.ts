import { A, ADMINISTRATOR, B, CONNECTION, connection, network } from '../support/network';
import {
  ASSOCIATE,
  clock,
  create,
  DISASSOCIATE,
  lagOf,
  MINUTE,
  move,
  run,
  SERVER_EXCEPTION,
  stackThat,
  withFaults,
  writes,
} from '../support/settling';

describe('an outage longer than the budget', () => {
  test('ends in an answer that says what was tried, how often, over how long, and what was seen last', async () => {
    const service = withFaults(network(clock, [connection(CONNECTION)]), {
      ...SERVER_EXCEPTION,
      message: 'Sorry.',
      times: 10_000,
    });
    const began = clock.now();
    const outcome = await run(service, create);
    expect(outcome).toMatchObject({ status: 'FAILED' });
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

  /** A connection in A, on its way to B, which is out of reach; the way back is open. */
  const halfway = () => {
    const service = network(clock, [connection(CONNECTION, { lagId: A })]);
    const call = service.call.bind(service);
    service.call = async (operation, input, caller) => {
      const toB = JSON.stringify(input).includes(B);
      if (operation === ASSOCIATE && toB) service.faults.add([SERVER_EXCEPTION]);
      return call(operation, input, caller);
    };
    return service;
  };

  test('in the middle of a move, ends with the connection back in the old LAG', async () => {
    const service = halfway();
    const stack = stackThat({ status: 'UPDATE_IN_PROGRESS' });
    expect(await run(service, move, { stack })).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining(`${CONNECTION} is now in LAG ${A}`),
    });
    expect(lagOf(service)).toBe(A);
    expect(stack.asked).toEqual(['DescribeStacks']);
  });

  // The question whether CloudFormation goes back is tried for longer than there is time to put back.
  test('in the middle of a move, puts the connection back though nobody says what the stack is doing', async () => {
    const service = halfway();
    await run(service, move, { stack: stackThat() });
    expect(lagOf(service)).toBe(A);
  });

  test('in the middle of a move of a rollback, leaves the connection where the operation before had failed', async () => {
    const service = halfway();
    await run(service, move, { stack: stackThat({ status: 'UPDATE_ROLLBACK_IN_PROGRESS' }) });
    expect(lagOf(service)).toBeUndefined();
  });

  test('in the middle of a move, with no way back, says where the connection is now', async () => {
    const service = withFaults(network(clock, [connection(CONNECTION, { lagId: A })]), {
      ...SERVER_EXCEPTION,
      times: 10_000,
    });
    expect(await run(service, move)).toMatchObject({
      status: 'FAILED',
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
    status: 'FAILED',
    reason: expect.stringContaining(`${CONNECTION} is now standalone and available.`),
  });
  expect(writes(service).filter(name => name === ASSOCIATE)).toHaveLength(2);
});
