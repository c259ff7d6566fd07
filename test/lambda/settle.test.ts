import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { type Options, parseEvent } from '../../lambda/event';
import { History } from '../../lambda/history';
import type { Journal } from '../../lambda/journal';
import { type Outcome, settle } from '../../lambda/settle';
import type { Stack } from '../../lambda/stack';
import { AwsError } from '../../sandbox/aws-error';
import type { DirectConnect } from '../../sandbox/direct-connect/direct-connect';
import type { Fault } from '../../sandbox/direct-connect/faults';
import { seeded } from '../../sandbox/test/seeded';
import { VirtualClock } from '../../sandbox/test/virtual-clock';
import { memoryJournal } from '../support/journal';
import { A, ADMINISTRATOR, B, CONNECTION, connection, handlerSide, lag, network } from '../support/network';

const MINUTE = 60_000;
const STACK_ID = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Network/1';

type Event = CloudFormationCustomResourceEvent;
const base = {
  ServiceToken: 'token',
  ResponseURL: 'undated',
  StackId: STACK_ID,
  LogicalResourceId: 'M',
  ResourceType: 'Custom::T',
};
const properties = (lagId: string, connectionId = CONNECTION) => ({
  ServiceToken: 'token',
  ConnectionId: connectionId,
  LagId: lagId,
});
const create: Event = { ...base, RequestId: 'create', RequestType: 'Create', ResourceProperties: properties(A) };
const remove: Event = {
  ...base,
  RequestId: 'delete',
  RequestType: 'Delete',
  PhysicalResourceId: CONNECTION,
  ResourceProperties: properties(A),
};
const move: Event = {
  ...base,
  RequestId: 'update',
  RequestType: 'Update',
  PhysicalResourceId: CONNECTION,
  ResourceProperties: properties(B),
  OldResourceProperties: properties(A),
};

const ASSOCIATE = 'AssociateConnectionWithLag';
const DISASSOCIATE = 'DisassociateConnectionFromLag';
const SERVER_EXCEPTION = { operation: ASSOCIATE, error: 'DirectConnectServerException', status: 400 };
const DESTROYING: Stack = { status: 'DELETE_IN_PROGRESS', memberships: [] };

const clock = new VirtualClock();

interface Surroundings {
  readonly options?: Partial<Options>;
  readonly journal?: Journal;
  readonly stack?: Stack;
  readonly random?: () => number;
}

/** Eleven minutes for the goal and three more for putting back, as in a function of fifteen minutes. */
async function begin(service: DirectConnect, event: Event, surroundings: Surroundings = {}): Promise<Outcome> {
  const { options, journal = memoryJournal(clock), stack = DESTROYING, random = () => 0.5 } = surroundings;
  const request = parseEvent(event);
  const tools = {
    directConnect: handlerSide(service),
    describeStack: async () => stack,
    clock,
    random,
    log: () => {},
  };
  const deadlines = { goal: clock.now() + 11 * MINUTE, putBack: clock.now() + 14 * MINUTE };
  const history = new History(event, journal, tools);
  await history.begin(request.pair, deadlines.goal);
  const outcome = await settle(
    { ...request, options: { ...request.options, ...options } },
    STACK_ID,
    history,
    tools,
    deadlines,
  );
  await history.answering(outcome.status, deadlines.putBack);
  return outcome;
}
const run = (service: DirectConnect, event: Event, surroundings?: Surroundings) =>
  clock.run(begin(service, event, surroundings));
const withFaults = (service: DirectConnect, ...faults: Fault[]): DirectConnect => {
  service.faults.add(faults);
  return service;
};
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

  test('a connection that somebody put into another LAG while a throttled call waited is not moved out of it', async () => {
    const service = withFaults(network(clock, [connection(CONNECTION, { connectionState: 'down' })]), {
      operation: ASSOCIATE,
      error: 'ThrottlingException',
    });
    const creating = begin(service, create);
    await clock.advance(1_000);
    await service.call(ASSOCIATE, { connectionId: CONNECTION, lagId: B }, ADMINISTRATOR);
    expect(await clock.run(creating)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(`it is in LAG ${B}`),
    });
    expect(lagOf(service)).toBe(B);
  });

  test('a connection that somebody put into another LAG while the look at its LAG was throttled is not moved out of it', async () => {
    const throttled = { operation: 'DescribeLags', error: 'ThrottlingException', times: 3 };
    const service = withFaults(network(clock, [connection(CONNECTION, { connectionState: 'down' })]), throttled);
    const creating = begin(service, create);
    await clock.advance(10_000);
    await service.call(ASSOCIATE, { connectionId: CONNECTION, lagId: B }, ADMINISTRATOR);
    expect(await clock.run(creating)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(`it is in LAG ${B}`),
    });
    expect(lagOf(service)).toBe(B);
  });

  test('a connection that somebody put into another LAG while the journal was throttled is not moved out of it', async () => {
    const service = network(clock, [connection(CONNECTION, { connectionState: 'down' })]);
    const journal = memoryJournal(clock);
    const slow: Journal = {
      ...journal,
      mark: async (event, mark) => {
        if (typeof mark === 'object' && !('claims' in mark)) await clock.sleep(20_000);
        await journal.mark(event, mark);
      },
    };
    const creating = begin(service, create, { journal: slow });
    await clock.advance(10_000);
    await service.call(ASSOCIATE, { connectionId: CONNECTION, lagId: B }, ADMINISTRATOR);
    expect(await clock.run(creating)).toMatchObject({ status: 'failed' });
    expect(lagOf(service)).toBe(B);
  });

  test('hundreds of Creates at once that are throttled to five calls a second together all come to their end', async () => {
    const names = Array.from({ length: 490 }, (_, index) => String(index).padStart(8, '0'));
    const service = network(
      clock,
      names.map(name => connection(`dxcon-${name}`)),
      names.map(name => lag(`dxlag-${name}`)),
    );
    const limit = rateLimited(service, 5);
    const random = seeded(1);
    const creating = names.map(name => {
      const ResourceProperties = properties(`dxlag-${name}`, `dxcon-${name}`);
      const event = { ...create, LogicalResourceId: name, RequestId: name, ResourceProperties };
      return begin(service, event, { random });
    });
    const outcomes = await clock.run(Promise.all(creating));
    expect(outcomes.filter(({ status }) => status === 'done').length).toBe(names.length);
    // About 15 in vain for each, which keep the rate used, to the three calls that each needs.
    expect(limit.throttled).toBeLessThan(30 * names.length);
  });

  test('a throttled Create whose last call gets through in the last moment is done, and not put back', async () => {
    const throttled = { operation: 'DescribeConnections', error: 'ThrottlingException', times: 5 };
    const service = withFaults(network(clock, [connection(CONNECTION)]), throttled);
    const lastMoment = clock.now() + 11 * MINUTE - 100;
    const call = service.call.bind(service);
    service.call = async (operation, ...rest) => {
      if (operation === ASSOCIATE) await clock.sleep(lastMoment - clock.now());
      return call(operation, ...rest);
    };
    expect(await run(service, create)).toMatchObject({ status: 'done' });
    expect(writes(service)).toEqual([ASSOCIATE]);
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

describe('events that come twice, late or out of order', () => {
  test('the same event later, when it was answered and things have changed since, writes nothing', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const journal = memoryJournal(clock);
    await run(service, create, { journal });
    await clock.advance(MINUTE);
    await service.call(DISASSOCIATE, { connectionId: CONNECTION, lagId: A }, ADMINISTRATOR);
    const outcome = await run(service, create, { journal });
    expect(outcome).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('this event was answered before'),
    });
    expect(lagOf(service)).toBeUndefined();
  });

  test('an event that a later one has overtaken writes nothing', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const journal = memoryJournal(clock);
    const dated = (event: Event, second: number): Event => ({
      ...event,
      ResponseURL: `https://answer?X-Amz-Date=${new Date(clock.now() + second * 1000).toISOString().replace(/[-:]|\.\d+/g, '')}`,
    });
    const late = dated(create, 0);
    await run(service, dated(remove, 2), { journal });
    const outcome = await run(service, late, { journal });
    expect(outcome).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('a later event for this resource, a Delete'),
    });
    expect(writes(service)).toEqual([]);
  });

  test('an event older than the time CloudFormation waits for an answer writes nothing', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const old = { ...create, ResponseURL: 'https://answer?X-Amz-Date=20200101T000000Z' };
    expect(await run(service, old)).toMatchObject({ status: 'failed', reason: expect.stringContaining('s old') });
    expect(writes(service)).toEqual([]);
  });

  test('a Delete that comes while the Create is at work waits for its last write, and takes it away', async () => {
    const service = withFaults(network(clock, [connection(CONNECTION)]), { ...SERVER_EXCEPTION, times: 3 });
    const journal = memoryJournal(clock);
    const creating = begin(service, create, { journal });
    await clock.advance(700);
    const invented = { ...remove, PhysicalResourceId: 'Network-M-INVENTED' };
    const outcomes = await clock.run(Promise.all([creating, begin(service, invented, { journal })]));
    expect(outcomes).toMatchObject([{ status: 'failed' }, { status: 'done' }]);
    expect(lagOf(service)).toBeUndefined();
  });

  test('a Delete that comes while a write of the Create is on its way waits for it', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const journal = memoryJournal(clock);
    const call = service.call.bind(service);
    service.call = async (operation, input, caller) => {
      if (operation === ASSOCIATE) await clock.sleep(4_000);
      return call(operation, input, caller);
    };
    const creating = begin(service, create, { journal });
    await clock.advance(1_000);
    const invented = { ...remove, PhysicalResourceId: 'Network-M-INVENTED' };
    await clock.run(Promise.all([creating, begin(service, invented, { journal })]));
    expect(writes(service)[0]).toBe(ASSOCIATE);
    expect(lagOf(service)).toBeUndefined();
  });

  test('an attempt that crashed after its write is not taken for an adoption by the next one', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const journal = memoryJournal(clock);
    const crash = service.call.bind(service);
    service.call = async (operation, input, caller) => {
      const answer = await crash(operation, input, caller);
      return operation === ASSOCIATE ? new Promise<never>(() => {}) : answer;
    };
    void begin(service, create, { journal });
    await clock.advance(MINUTE);
    service.call = crash;
    expect(await run(service, create, { journal })).toMatchObject({ status: 'done', physicalId: CONNECTION });
  });

  test('a log group that is gone does not keep a stack from being destroyed', async () => {
    const service = network(clock, [connection(CONNECTION, { lagId: A })]);
    const gone = Object.assign(new Error('The specified log group does not exist.'), {
      name: 'ResourceNotFoundException',
    });
    const journal: Journal = { mark: () => Promise.reject(gone), read: () => Promise.reject(gone) };
    expect(await run(service, remove, { journal })).toMatchObject({ status: 'done' });
    expect(lagOf(service)).toBeUndefined();
  });
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
