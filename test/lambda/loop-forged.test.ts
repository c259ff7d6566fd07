import fc from 'fast-check';
import type { Item } from '../../lambda/record/table';
import { handlerEventTarget } from '../fuzz/handler-events';
import { handling } from '../support/handling';
import { A, B, CONNECTION, connection, network } from '../support/network';
import { clock, create, having, lagOf, move, remove, run, sent, stackThat, writes } from '../support/settling';
import { memoryTable } from '../support/table';

/** What whoever may invoke the function can make up. */

const OWN = { own: 'as the stack says' } as const;

describe('an event that CloudFormation is not at work for', () => {
  test.each([
    ['of a stack that there is not', having(create, { AllowMove: 'true' }), { status: 'UPDATE_COMPLETE' }],
    ['of a resource that is settled', move, { status: 'UPDATE_COMPLETE', resources: ['M'] }],
    ['of a resource that another resource of its stack is not', remove, { status: 'DELETE_IN_PROGRESS' }],
  ])('%s writes nothing, and says so', async (_, event, told) => {
    const service = network(clock, [connection(CONNECTION, { lagId: event.RequestType === 'Create' ? B : A })]);
    const answer = await run(service, event, { ...OWN, stack: stackThat(told) });
    expect(writes(service)).toEqual([]);
    expect(answer).toMatchObject({
      status: 'FAILED',
      reason: expect.stringMatching(
        /CloudFormation is not at work on M in this way: it says (no such resource|CREATE_COMPLETE)/,
      ),
    });
  });

  test('takes no turn that others would wait for', async () => {
    const items = new Map<string, Item>();
    const service = network(clock, [connection(CONNECTION, { lagId: B }), connection('dxcon-22222222', { lagId: B })]);
    const answer = await run(service, having(create, { AllowMove: 'true' }), {
      ...OWN,
      table: memoryTable(items),
      stack: stackThat({ status: 'UPDATE_COMPLETE', resources: ['M'] }),
    });
    expect(answer.status).toBe('FAILED');
    expect([...items.keys()].filter(id => id.includes('dxlag-'))).toEqual([]);
  });

  test('of the future does not stand in the way of the real one that comes after it', async () => {
    const table = memoryTable();
    const service = network(clock, [connection(CONNECTION)]);
    const stack = stackThat({ status: 'UPDATE_COMPLETE', resources: ['M'] });
    await run(service, { ...sent(remove, 3600), RequestId: 'forged' }, { ...OWN, table, stack });
    expect(await run(service, sent(create, 0), { table })).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBe(A);
  });

  test.each([
    ['UPDATE_IN_PROGRESS', 'SUCCESS'],
    ['UPDATE_FAILED', 'FAILED'],
  ])(
    'that looks like the Update back of a resource that failed, in a stack that is %s, gets %s',
    async (status, answer) => {
      const stack = {
        ...stackThat({ status, resources: ['M'] }),
        describeResource: async () => ({ status: 'UPDATE_FAILED', physicalId: CONNECTION }),
      };
      const service = network(clock, [connection(CONNECTION, { lagId: A })]);
      expect(await run(service, move, { ...OWN, stack })).toMatchObject({ status: answer });
      expect(lagOf(service)).toBe(status === 'UPDATE_FAILED' ? A : B);
    },
  );

  test('is not answered with success either where CloudFormation cannot be asked', async () => {
    const service = network(clock, [connection(CONNECTION)]);
    const answer = await run(service, create, { ...OWN, stack: stackThat(undefined) });
    expect(writes(service)).toEqual([]);
    expect(answer).toMatchObject({ status: 'FAILED', reason: expect.stringContaining('Allow the call') });
  });

  test('of what a replacement has left is one, while the stack cleans up', async () => {
    const cleaningUp = { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', resources: ['M'] };
    const service = network(clock, [connection(CONNECTION, { lagId: A })]);
    expect(await run(service, remove, { ...OWN, stack: stackThat(cleaningUp) })).toMatchObject({ status: 'SUCCESS' });
    expect(lagOf(service)).toBeUndefined();
  });
});

test('an answer that would go elsewhere than CloudFormation waits is not sent, and nothing is done for it', async () => {
  const { service, puts, log } = await handling({ ...create, ResponseURL: 'http://127.0.0.1:9777/secret' }, false);
  expect({ puts, calls: service.calls }).toEqual({ puts: [], calls: [] });
  expect(log).toContain('The response URL is none of S3');
  expect(log).not.toContain('9777');
});

test.each([
  ['nothing', undefined],
  ['a text', 'Create'],
  ['an event of another kind', { ...create, RequestType: 'Replace' }],
  ['a stack that is no text', { ...create, StackId: { toString: 'x' } }],
  ['an Update without old properties', { ...move, OldResourceProperties: undefined }],
  ['a Delete without a physical id', { ...remove, PhysicalResourceId: 7 }],
])('%s is no event: it is logged, and nothing is done', async (_, event) => {
  const { service, puts, log } = await handling(event);
  expect({ puts, calls: service.calls }).toEqual({ puts: [], calls: [] });
  expect(log).toContain('It is no event of a custom resource.');
});

test('whatever properties an event has, it is answered once, nothing is written for it, and its URL is nowhere', async () => {
  await fc.assert(
    handlerEventTarget.property(() => {}),
    { numRuns: 300 },
  );
});
