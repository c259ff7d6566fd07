import { FakeStack, first, template, thing } from './fake-stack';

const resource = async (stack: FakeStack, logicalId: string, stackName = 'stack') =>
  first(
    {
      list: [
        Reflect.get(
          await stack.call('DescribeStackResource', { StackName: stackName, LogicalResourceId: logicalId }),
          'StackResourceDetail',
        ),
      ],
    },
    'list',
  ).ResourceStatus;

describe('DescribeStackResource', () => {
  test('of a resource that is being deleted says so, and of one that is gone that there is none', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({}, { DependsOn: 'B' }), B: thing() }));
    const id = await stack.stackId();
    stack.hold('A');
    stack.hold('B');
    await stack.call('DeleteStack');
    await stack.clock.advance(0);
    expect(await resource(stack, 'A')).toBe('DELETE_IN_PROGRESS');
    expect(await resource(stack, 'B')).toBe('CREATE_COMPLETE');
    stack.release('A');
    await stack.clock.advance(0);
    await expect(resource(stack, 'A', id)).rejects.toMatchObject({
      code: 'ValidationError',
      message: `Resource A does not exist for stack ${id}`,
    });
    stack.release('B');
    await stack.settle(id);
    expect([await resource(stack, 'A', id), await resource(stack, 'B', id)]).toEqual(Array(2).fill('DELETE_COMPLETE'));
    await expect(resource(stack, 'A')).rejects.toThrow("Stack 'stack' does not exist");
  });

  test('of a resource that an update took away, or that never was, is an error', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing(), B: thing() }));
    await stack.update(template({ A: thing() }));
    for (const logicalId of ['B', 'C'])
      await expect(resource(stack, logicalId)).rejects.toThrow(`Resource ${logicalId} does not exist for stack stack`);
  });
});

describe('DescribeStacks', () => {
  test('has the times of the last update and of the deletion once there are such, and no others', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }));
    const id = await stack.stackId();
    const created = await stack.stack();
    expect([created.LastUpdatedTime, created.DeletionTime, created.ParentId, created.RootId]).toEqual(
      Array(4).fill(undefined),
    );
    await stack.clock.advance(60_000);
    await stack.update(template({ A: thing({ Size: 1 }) }));
    expect((await stack.stack()).LastUpdatedTime).toBe('2026-01-01T00:01:00.000Z');
    await stack.clock.advance(60_000);
    stack.hold('A');
    await stack.call('DeleteStack');
    expect(await stack.stack()).toMatchObject({ DeletionTime: '2026-01-01T00:02:00.000Z', DisableRollback: false });
    await stack.clock.advance(0);
    stack.release('A');
    await stack.settle(id);
    expect(await stack.stack(id)).toMatchObject({ DeletionTime: '2026-01-01T00:02:00.000Z' });
  });

  test('has a deletion’s time for a creation that was rolled back, as descriptions of real stacks have', async () => {
    const stack = new FakeStack();
    stack.fail('A', 'create');
    await stack.create(template({ A: thing() }));
    expect(await stack.stack()).toMatchObject({ DeletionTime: '2026-01-01T00:00:00.000Z' });
  });

  test('has the last update’s time for a stack that a change set made', async () => {
    const stack = new FakeStack();
    const parameters = { ChangeSetName: 'c', ChangeSetType: 'CREATE' };
    await stack.call('CreateChangeSet', { ...parameters, TemplateBody: JSON.stringify(template({ A: thing() })) });
    await stack.clock.advance(1000);
    await stack.run('ExecuteChangeSet', { ChangeSetName: 'c' });
    expect(await stack.stack()).toMatchObject({
      CreationTime: '2026-01-01T00:00:00.000Z',
      LastUpdatedTime: '2026-01-01T00:00:01.000Z',
    });
  });

  test('has no reason while something is under way: the events have it', async () => {
    const stack = new FakeStack();
    stack.hold('A');
    await stack.call('CreateStack', { TemplateBody: JSON.stringify(template({ A: thing() })) });
    expect((await stack.stack()).StackStatusReason).toBeUndefined();
    expect(await stack.newEvents()).toContain('(stack) CREATE_IN_PROGRESS: User Initiated');
    await stack.clock.advance(0);
    stack.release('A');
    await stack.settle();
  });
});
