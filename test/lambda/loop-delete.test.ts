import type { CloudFormation, StackEvent } from '../../lambda/cloudformation/stack';
import { seeded } from '../../sandbox/test/seeded';
import { A, B, CONNECTION, connection, lag, network } from '../support/network';
import {
  ASSOCIATE,
  begin,
  clock,
  create,
  DISASSOCIATE,
  having,
  lagOf,
  MINUTE,
  move,
  properties,
  remove,
  run,
  sent,
  stackThat,
  type Told,
  writes,
} from '../support/settling';
import { memoryTable } from '../support/table';

/** What happened to the stack in the last minutes, the newest first. */
const events = (...happened: readonly (readonly [minutesAgo: number, status: string])[]): StackEvent[] =>
  happened.map(([minutesAgo, status]) => ({ at: clock.now() - minutesAgo * MINUTE, status }));
const renamed = { ...create, LogicalResourceId: 'Renamed', RequestId: 'create renamed' };

describe.each([
  ['adopted', create, A],
  ['moved out of another LAG', having(create, { AllowMove: 'true' }), B],
])('a Delete of a connection that was %s', (_, creating, found) => {
  /** A connection that the membership has had for ten minutes. */
  async function given() {
    const service = network(clock, [connection(CONNECTION, { lagId: found })]);
    const table = memoryTable();
    const { physicalId, status } = await run(service, sent(creating, 0), { table });
    expect(status).toBe('SUCCESS');
    await clock.advance(10 * MINUTE);
    const before = writes(service);
    const deleting = (told?: Told) => {
      const stack = stackThat(told);
      const event = sent({ ...remove, PhysicalResourceId: physicalId }, 0);
      return { stack, answer: run(service, event, { table, stack }) };
    };
    return { service, before, deleting };
  }

  test('in a rollback goes back to where it was found, after one question', async () => {
    const { service, deleting } = await given();
    const { stack, answer } = deleting({ status: 'UPDATE_ROLLBACK_IN_PROGRESS' });
    expect(await answer).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBe(found);
    expect(stack.asked).toEqual(['DescribeStacks']);
  });

  test('whose stack has completed with it takes it out, after as many questions as that takes', async () => {
    const { service, deleting } = await given();
    const [present, ...before] = events([0, 'DELETE_IN_PROGRESS'], [5, 'UPDATE_COMPLETE'], [15, 'UPDATE_IN_PROGRESS']);
    const pages = [present === undefined ? [] : [present], [], before, events([20, 'CREATE_COMPLETE'])];
    const { stack, answer } = deleting({ status: 'DELETE_IN_PROGRESS', pages });
    expect(await answer).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBeUndefined();
    expect(stack.asked).toEqual(['DescribeStacks', ...Array<string>(3).fill('DescribeStackEvents')]);
  });

  test('whose stack was deleted before it ever completed with it goes back to where it was found', async () => {
    const { service, deleting } = await given();
    const pages = [
      events([0, 'DELETE_IN_PROGRESS'], [5, 'UPDATE_ROLLBACK_FAILED'], [15, 'UPDATE_IN_PROGRESS']),
      events([20, 'CREATE_COMPLETE'], [25, 'CREATE_IN_PROGRESS']),
    ];
    expect(await deleting({ status: 'DELETE_IN_PROGRESS', pages }).answer).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBe(found);
  });

  test('of whose stack nothing may be read for long leaves it in the LAG: what is meant cannot be told', async () => {
    const { service, before, deleting } = await given();
    const began = clock.now();
    expect(await deleting().answer).toMatchObject({ status: 'SUCCESS' });
    expect(clock.now() - began).toBeGreaterThanOrEqual(4 * MINUTE);
    expect(writes(service)).toEqual(before);
    expect(lagOf(service)).toBe(A);
  });
});

describe('many Deletes at once of what was adopted, in a stack with many events', () => {
  const names = Array.from({ length: 40 }, (_, index) => `dxcon-${String(index).padStart(8, '0')}`);
  const lags = names.map(name => lag(name.replace('dxcon', 'dxlag')));

  async function deleting(told?: Told) {
    const members = names.map(name => connection(name, { lagId: name.replace('dxcon', 'dxlag') }));
    const service = network(clock, members, lags);
    const surroundings = { table: memoryTable(), stack: slowly(stackThat(told)), random: seeded(1) };
    const answers = await clock.run(
      Promise.all(
        names.map(name =>
          begin(
            service,
            sent(
              {
                ...remove,
                LogicalResourceId: name,
                RequestId: name,
                PhysicalResourceId: `${name}/adopted`,
                ResourceProperties: properties(name.replace('dxcon', 'dxlag'), name),
              },
              0,
            ),
            surroundings,
          ),
        ),
      ),
    );
    return { answers, left: names.filter(name => lagOf(service, name) === undefined), asked: surroundings.stack.asked };
  }

  test('one of them reads the events for all', async () => {
    const pages = [...Array.from({ length: 9 }, () => []), events([5, 'UPDATE_COMPLETE'], [15, 'UPDATE_IN_PROGRESS'])];
    const [present] = events([0, 'DELETE_IN_PROGRESS']);
    const told = { status: 'DELETE_IN_PROGRESS', pages: [present === undefined ? [] : [present], ...pages] };
    const { answers, left, asked } = await deleting(told);
    expect(answers.filter(({ status }) => status === 'SUCCESS')).toHaveLength(names.length);
    expect(left).toEqual(names);
    expect(asked).toEqual(['DescribeStacks', ...Array<string>(11).fill('DescribeStackEvents')]);
  });

  // Each asks for itself, a minute after the one before, and is refused after four: those after the seventh run out of time,
  // and fail.
  test('where nothing may be read, all of them leave their connection in its LAG', async () => {
    const { answers, left } = await deleting();
    expect(answers.filter(({ status }) => status === 'SUCCESS')).toHaveLength(names.length);
    expect(left).toEqual([]);
  });
});

describe('a construct that was renamed', () => {
  async function given(told: Told) {
    const service = network(clock, [connection(CONNECTION)]);
    const surroundings = { table: memoryTable(), stack: stackThat(told) };
    await run(service, sent(create, 0), surroundings);
    await clock.advance(10 * MINUTE);
    expect(await run(service, sent(renamed, 0), surroundings)).toMatchObject({ physicalId: `${CONNECTION}/adopted` });
    await clock.advance(MINUTE);
    return { service, surroundings };
  }

  test('keeps the connection: the Delete of the old one does nothing, and only asks for the new one', async () => {
    const { service, surroundings } = await given({
      status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      resources: ['Renamed'],
    });
    expect(await run(service, sent(remove, 0), surroundings)).toMatchObject({ status: 'SUCCESS' });
    expect(writes(service)).toEqual([ASSOCIATE]);
    expect(surroundings.stack.asked).toEqual(['DescribeStacks', 'DescribeStackResource']);
  });

  test('loses it with the stack, whichever Delete comes first', async () => {
    const { service, surroundings } = await given({ status: 'DELETE_IN_PROGRESS', resources: ['M', 'Renamed'] });
    expect(await run(service, sent(remove, 0), surroundings)).toMatchObject({ status: 'SUCCESS' });
    expect(writes(service)).toEqual([ASSOCIATE, DISASSOCIATE]);
  });

  test('is not taken for one that CloudFormation does not have: the connection goes', async () => {
    const { service, surroundings } = await given({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' });
    expect(await run(service, sent(remove, 0), surroundings)).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBeUndefined();
  });

  test('is asked for in its own stack, where the membership has moved to another one', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const surroundings = { table: memoryTable(), stack: stackThat({ status: 'DELETE_IN_PROGRESS', resources: ['M'] }) };
    await run(service, sent(create, 0), surroundings);
    const elsewhere = { ...create, StackId: create.StackId.replace('Network', 'Other'), RequestId: 'create elsewhere' };
    await run(service, sent(elsewhere, 1), surroundings);
    expect(await run(service, sent(remove, 2), surroundings)).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBe(A);
    expect(surroundings.stack.asked).toEqual(['DescribeStackResource']);
  });
});

describe('the physical id', () => {
  const OTHER = 'dxcon-22222222';
  const swap = { ...move, RequestId: 'swap', ResourceProperties: properties(A, OTHER) };

  test('of the Update of a rollback is the one that the connection had, and not that of an adoption', async () => {
    const service = network(clock, [connection(CONNECTION), connection(OTHER)]);
    const table = memoryTable();
    await run(service, sent(create, 0), { table });
    expect(await run(service, sent(swap, 1), { table })).toMatchObject({ status: 'SUCCESS', physicalId: OTHER });
    const rollback = {
      ...move,
      RequestId: 'rollback',
      PhysicalResourceId: OTHER,
      ResourceProperties: properties(A),
      OldResourceProperties: properties(A, OTHER),
    };
    expect(await run(service, sent(rollback, 2), { table })).toMatchObject({
      status: 'SUCCESS',
      physicalId: CONNECTION,
    });
    const cleanUp = {
      ...remove,
      RequestId: 'clean-up',
      PhysicalResourceId: OTHER,
      ResourceProperties: properties(A, OTHER),
    };
    await run(service, sent(cleanUp, 3), { table });
    expect([lagOf(service), lagOf(service, OTHER)]).toEqual([A, undefined]);
  });
});

test('a membership that was retained when it went begins anew: what it finds then is what counts', async () => {
  const service = network(clock, [connection(CONNECTION)]);
  const table = memoryTable();
  await run(service, sent(create, 0), { table });
  // Its stack went, and the connection stayed: no event came. Then the construct is declared again.
  await clock.advance(24 * 60 * MINUTE);
  const again = await run(service, sent({ ...create, RequestId: 'again' }, 0), { table });
  expect(again).toMatchObject({ status: 'SUCCESS', physicalId: `${CONNECTION}/adopted` });
  const stack = stackThat({ status: 'ROLLBACK_IN_PROGRESS' });
  await run(service, sent({ ...remove, PhysicalResourceId: again.physicalId }, 5), { table, stack });
  expect(lagOf(service)).toBe(A);
});

/** A stack that takes its time to answer. */
function slowly<T extends CloudFormation>(stack: T): T {
  const wait = () => clock.sleep(200);
  return {
    ...stack,
    describeStack: async stackId => wait().then(() => stack.describeStack(stackId)),
    describeEvents: async (...page) => wait().then(() => stack.describeEvents(...page)),
    describeResource: async (...resource) => wait().then(() => stack.describeResource(...resource)),
  };
}
