import { FakeStack, ref, template, thing } from './fake-stack';

// The sequences are written down from the CloudFormation User Guide ("Monitor stack progress", "Update behaviors of
// stack resources", "Choose how to handle failures", "Continue rolling back an update") and the events that AWS's own
// documentation and public reports show.

describe('creating a stack', () => {
  test('creates each resource after what it refers to, and ends with the stack', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Refers: ref('B') }), B: thing() }));
    expect(await stack.newEvents()).toEqual([
      '(stack) CREATE_IN_PROGRESS: User Initiated',
      'B CREATE_IN_PROGRESS',
      'B CREATE_IN_PROGRESS: Resource creation Initiated',
      'B CREATE_COMPLETE',
      'A CREATE_IN_PROGRESS',
      'A CREATE_IN_PROGRESS: Resource creation Initiated',
      'A CREATE_COMPLETE',
      '(stack) CREATE_COMPLETE',
    ]);
  });

  test('waits for what DependsOn names', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({}, { DependsOn: ['C'] }), B: thing({}, { DependsOn: 'A' }), C: thing() }));
    expect(stack.calls).toEqual(['create C', 'create A', 'create B']);
  });

  test('creates in parallel what does not depend on each other', async () => {
    const stack = new FakeStack();
    stack.hold('A');
    await stack.call('CreateStack', { TemplateBody: JSON.stringify(template({ A: thing(), B: thing() })) });
    await stack.clock.advance(0);
    expect(await stack.resources()).toEqual({
      A: 'undefined CREATE_IN_PROGRESS',
      B: 'thing-1 CREATE_COMPLETE',
    });
    stack.release('A');
    expect(await stack.settle()).toBe('CREATE_COMPLETE');
  });

  test('gives every event its own id and time, newest first', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing(), B: thing(), C: thing() }));
    const { StackEvents: events } = JSON.parse(JSON.stringify(await stack.call('DescribeStackEvents')));
    const times = events.map((event: { Timestamp: string }) => event.Timestamp);
    expect(new Set(times).size).toBe(times.length);
    expect([...times].sort().reverse()).toEqual(times);
    expect(new Set(events.map((event: { EventId: string }) => event.EventId)).size).toBe(events.length);
  });
});

describe('a creation that fails', () => {
  test('begins nothing more, cancels what is under way, and deletes in reverse order', async () => {
    const stack = new FakeStack();
    stack.fail('B', 'create');
    stack.hold('C');
    await stack.call('CreateStack', {
      TemplateBody: JSON.stringify(
        template({ A: thing(), B: thing({ Refers: ref('A') }), C: thing(), D: thing({ Refers: ref('B') }) }),
      ),
    });
    await stack.clock.advance(0);
    stack.release('C');
    expect(await stack.settle()).toBe('ROLLBACK_COMPLETE');
    expect(await stack.newEvents()).toEqual([
      '(stack) CREATE_IN_PROGRESS: User Initiated',
      'A CREATE_IN_PROGRESS',
      'C CREATE_IN_PROGRESS',
      'A CREATE_IN_PROGRESS: Resource creation Initiated',
      'A CREATE_COMPLETE',
      'B CREATE_IN_PROGRESS',
      'B CREATE_FAILED: create B failed',
      'C CREATE_FAILED: Resource creation cancelled',
      '(stack) ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [B, C]. Rollback requested by user.',
      'B DELETE_COMPLETE',
      'C DELETE_IN_PROGRESS',
      'C DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      '(stack) ROLLBACK_COMPLETE',
    ]);
    expect(stack.calls).toEqual(['create A', 'create C', 'create B', 'delete C thing-2', 'delete A thing-1']);
  });

  test('begins nothing after the failure', async () => {
    const stack = new FakeStack();
    await stack.create(template({ F: thing({ Size: { 'Fn::ImportValue': 'absent' } }), A: thing() }));
    expect(stack.calls).toEqual([]);
  });

  test('does not begin what depends on something cancelled, even if that came to be', async () => {
    const stack = new FakeStack();
    stack.fail('F', 'create');
    stack.hold('A');
    await stack.call('CreateStack', {
      TemplateBody: JSON.stringify(template({ A: thing(), B: thing({}, { DependsOn: 'A' }), F: thing() })),
    });
    await stack.clock.advance(0);
    stack.release('A');
    await stack.settle();
    expect(stack.calls).toEqual(['create A', 'create F', 'delete A thing-1']);
  });

  test('ends in ROLLBACK_FAILED where a resource cannot be deleted, and the stack can be deleted later', async () => {
    const stack = new FakeStack();
    stack.fail('B', 'create');
    stack.fail('A', 'delete');
    expect(await stack.create(template({ A: thing(), B: thing({ Refers: ref('A') }) }))).toBe('ROLLBACK_FAILED');
    expect((await stack.newEvents()).slice(-4)).toEqual([
      'B DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_FAILED: delete A failed',
      '(stack) ROLLBACK_FAILED: The following resource(s) failed to delete: [A]. ',
    ]);
    expect(await stack.delete()).toBe('DELETE_COMPLETE');
  });

  test('rolls back where an output cannot be made', async () => {
    const stack = new FakeStack();
    const outputs = { Outputs: { O: { Value: { 'Fn::GetAtt': ['A', 'Colour'] } } } };
    expect(await stack.create(template({ A: thing() }, outputs))).toBe('ROLLBACK_COMPLETE');
    expect((await stack.newEvents())[4]).toBe(
      '(stack) ROLLBACK_IN_PROGRESS: Template error: resource A does not support attribute type Colour in Fn::GetAtt (Test::Thing). Rollback requested by user.',
    );
  });

  test('keeps what is there with DisableRollback, finishes what does not depend on the failure, and goes on from there', async () => {
    const stack = new FakeStack();
    stack.fail('B', 'create');
    const wanted = template({ A: thing(), B: thing(), C: thing({ Refers: ref('A') }), D: thing({ Refers: ref('B') }) });
    expect(await stack.create(wanted, { DisableRollback: 'true' })).toBe('CREATE_FAILED');
    expect((await stack.stack()).StackStatusReason).toBe('The following resource(s) failed to create: [B]. ');
    expect(await stack.resources()).toEqual({
      A: 'thing-1 CREATE_COMPLETE',
      B: 'undefined CREATE_FAILED',
      C: 'thing-2 CREATE_COMPLETE',
    });
    await expect(stack.update(wanted)).rejects.toThrow('please use the disable-rollback parameter');
    expect(await stack.update(wanted, { DisableRollback: 'true' })).toBe('UPDATE_COMPLETE');
    expect(stack.calls.slice(3)).toEqual(['create B', 'create D']);
  });

  test('deletes everything with RollbackStack where there is no stable state', async () => {
    const stack = new FakeStack();
    stack.fail('B', 'create');
    await stack.create(template({ A: thing(), B: thing() }), { DisableRollback: 'true' });
    expect(await stack.run('RollbackStack')).toBe('ROLLBACK_COMPLETE');
    expect(stack.calls).toEqual(['create A', 'create B', 'delete A thing-1']);
  });

  test('deletes the stack with OnFailure DELETE', async () => {
    const stack = new FakeStack();
    stack.fail('A', 'create');
    await stack.call('CreateStack', { TemplateBody: JSON.stringify(template({ A: thing() })), OnFailure: 'DELETE' });
    const id = await stack.stackId();
    expect(await stack.settle(id)).toBe('DELETE_COMPLETE');
  });
});

describe('deleting a stack', () => {
  test('deletes in reverse dependency order; the stack is still found by its id', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Refers: ref('B') }), B: thing(), C: thing() }));
    await stack.newEvents();
    const id = await stack.stackId();
    expect(await stack.delete()).toBe('DELETE_COMPLETE');
    expect(await stack.newEvents(id)).toEqual([
      '(stack) DELETE_IN_PROGRESS: User Initiated',
      'A DELETE_IN_PROGRESS',
      'C DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'C DELETE_COMPLETE',
      'B DELETE_IN_PROGRESS',
      'B DELETE_COMPLETE',
      '(stack) DELETE_COMPLETE',
    ]);
    await expect(stack.stack()).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'Stack with id stack does not exist',
    });
    expect((await stack.stack(id)).StackStatus).toBe('DELETE_COMPLETE');
    expect(await stack.call('DeleteStack', { StackName: 'stack' })).toEqual({});
  });

  test('goes on with the rest where a resource cannot be deleted, and can leave it', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Refers: ref('B') }), B: thing(), C: thing() }));
    const id = await stack.stackId();
    stack.fail('A', 'delete', 2);
    expect(await stack.delete()).toBe('DELETE_FAILED');
    expect((await stack.stack()).StackStatusReason).toBe('The following resource(s) failed to delete: [A]. ');
    expect(Object.keys(await stack.resources())).toContain('A');
    await expect(stack.call('DeleteStack', { RetainResources: ['A', 'B'] })).rejects.toThrow(
      'Do not specify resources that are in the DELETE_COMPLETE state.',
    );
    await stack.call('DeleteStack', { RetainResources: ['A'] });
    expect(await stack.settle(id)).toBe('DELETE_COMPLETE');
    expect((await stack.newEvents(id)).slice(-2)).toEqual(['A DELETE_SKIPPED', '(stack) DELETE_COMPLETE']);
  });

  test('keeps what the deletion policy retains', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({}, { DeletionPolicy: 'Retain' }), B: thing() }));
    expect(await stack.delete()).toBe('DELETE_COMPLETE');
    expect(stack.calls).toEqual(['create A', 'create B', 'delete B thing-2']);
  });

  test('is refused with termination protection', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }), { EnableTerminationProtection: 'true' });
    await expect(stack.delete()).rejects.toThrow(
      'Stack [stack] cannot be deleted while TerminationProtection is enabled',
    );
    await stack.call('UpdateTerminationProtection', { EnableTerminationProtection: 'false' });
    expect(await stack.delete()).toBe('DELETE_COMPLETE');
  });
});

describe('policies', () => {
  test('UpdateReplacePolicy Retain keeps the replaced resource', async () => {
    const stack = new FakeStack();
    const policy = { UpdateReplacePolicy: 'Retain' };
    await stack.create(template({ A: thing({ Name: 'x' }, policy) }));
    await stack.newEvents();
    await stack.update(template({ A: thing({ Name: 'y' }, policy) }));
    expect((await stack.newEvents()).slice(-2)).toEqual(['A DELETE_SKIPPED', '(stack) UPDATE_COMPLETE']);
  });

  test('RetainExceptOnCreate of RollbackStack deletes even what the deletion policy retains', async () => {
    const stack = new FakeStack();
    stack.fail('B', 'create');
    const wanted = template({ A: thing({}, { DeletionPolicy: 'Retain' }), B: thing() });
    await stack.create(wanted, { DisableRollback: 'true' });
    await stack.run('RollbackStack', { RetainExceptOnCreate: 'true' });
    expect(stack.calls).toEqual(['create A', 'create B', 'delete A thing-1']);
  });

  test.each([
    ['Retain', ['create A', 'create B']],
    ['RetainExceptOnCreate', ['create A', 'create B', 'delete A thing-1']],
  ])('a rollback treats %s on what it created as documented', async (policy, calls) => {
    const stack = new FakeStack();
    stack.fail('B', 'create');
    await stack.create(template({ A: thing({}, { DeletionPolicy: policy }), B: thing({ Refers: ref('A') }) }));
    expect(stack.calls).toEqual(calls);
  });
});
