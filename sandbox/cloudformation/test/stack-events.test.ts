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

describe('updating a stack', () => {
  test('changes in place what changed, says nothing of what did not, and cleans up what was removed', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Size: 1 }), B: thing(), C: thing({ Refers: ref('D') }), D: thing() }));
    await stack.newEvents();
    expect(await stack.update(template({ A: thing({ Size: 2 }), B: thing(), E: thing() }))).toBe('UPDATE_COMPLETE');
    expect(await stack.newEvents()).toEqual([
      '(stack) UPDATE_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS',
      'E CREATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      'E CREATE_IN_PROGRESS: Resource creation Initiated',
      'E CREATE_COMPLETE',
      '(stack) UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'C DELETE_IN_PROGRESS',
      'C DELETE_COMPLETE',
      'D DELETE_IN_PROGRESS',
      'D DELETE_COMPLETE',
      '(stack) UPDATE_COMPLETE',
    ]);
    expect(Object.keys(await stack.resources())).toEqual(['A', 'B', 'E']);
  });

  test('replaces: the new one first, then what refers to it, and the old one in the clean-up', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Name: 'x' }), B: thing({ Refers: ref('A') }) }));
    await stack.newEvents();
    expect(await stack.update(template({ A: thing({ Name: 'y' }), B: thing({ Refers: ref('A') }) }))).toBe(
      'UPDATE_COMPLETE',
    );
    expect(await stack.newEvents()).toEqual([
      '(stack) UPDATE_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical resource; hence creating one.',
      'A UPDATE_IN_PROGRESS: Resource creation Initiated',
      'A UPDATE_COMPLETE',
      'B UPDATE_IN_PROGRESS',
      'B UPDATE_COMPLETE',
      '(stack) UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      '(stack) UPDATE_COMPLETE',
    ]);
    expect(stack.calls.slice(2)).toEqual(['create A', 'update B thing-2', 'delete A thing-1']);
    expect(await stack.resources()).toEqual({ A: 'thing-3 UPDATE_COMPLETE', B: 'thing-2 UPDATE_COMPLETE' });
  });

  test('succeeds although a clean-up fails, after three tries, and forgets the resource', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing(), B: thing() }));
    await stack.newEvents();
    stack.fail('B', 'delete', 3);
    expect(await stack.update(template({ A: thing() }))).toBe('UPDATE_COMPLETE');
    expect(await stack.newEvents()).toEqual([
      '(stack) UPDATE_IN_PROGRESS: User Initiated',
      '(stack) UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'B DELETE_IN_PROGRESS',
      'B DELETE_FAILED: delete B failed',
      'B DELETE_IN_PROGRESS',
      'B DELETE_FAILED: delete B failed',
      'B DELETE_IN_PROGRESS',
      'B DELETE_FAILED: delete B failed',
      '(stack) UPDATE_COMPLETE: Update successful. One or more resources could not be deleted.',
    ]);
    expect(Object.keys(await stack.resources())).toEqual(['A']);
  });

  test('with nothing to do is refused', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }));
    await expect(stack.update(template({ A: thing() }, { Metadata: { a: 1 } }))).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'No updates are to be performed.',
    });
  });

  test('of metadata alone, of outputs alone or of tags alone touches no resource', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }));
    expect(await stack.update(template({ A: thing({}, { Metadata: { 'aws:cdk:path': 'x' } }) }))).toBe(
      'UPDATE_COMPLETE',
    );
    const sections = { Outputs: { O: { Value: { Ref: 'A' } } } };
    expect(await stack.update(template({ A: thing({}, { Metadata: { 'aws:cdk:path': 'x' } }) }, sections))).toBe(
      'UPDATE_COMPLETE',
    );
    expect(await stack.outputs()).toEqual({ O: 'thing-1' });
    const tags = { Tags: [{ Key: 'k', Value: 'v' }] };
    expect(await stack.update(template({ A: thing({}, { Metadata: { 'aws:cdk:path': 'x' } }) }, sections), tags)).toBe(
      'UPDATE_COMPLETE',
    );
    expect(stack.calls).toEqual(['create A']);
  });

  test('that changes the type of a resource is refused before anything is done', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }));
    await expect(
      stack.update(template({ A: { Type: 'Custom::Thing', Properties: { ServiceToken: 'arn:aws:lambda:x' } } })),
    ).rejects.toThrow(
      'Update of resource type is not permitted. The new template modifies resource type of the following resources: [A]',
    );
    expect(stack.calls).toEqual(['create A']);
  });
});

describe('an update that fails', () => {
  test('goes back with the old properties, in dependency order, and deletes what was new in the clean-up', async () => {
    const stack = new FakeStack();
    const old = template({
      A: thing({ Size: 1 }),
      B: thing({ Size: 1, Refers: ref('A') }),
      C: thing({ Name: 'x' }),
      R: thing(),
      U: thing(),
    });
    await stack.create(old);
    await stack.newEvents();
    stack.fail('B', 'update');
    stack.calls.length = 0;
    const status = await stack.update(
      template({
        A: thing({ Size: 2 }),
        B: thing({ Size: 2, Refers: ref('A') }),
        C: thing({ Name: 'y' }),
        N: thing(),
        U: thing(),
      }),
    );
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.newEvents()).toEqual([
      '(stack) UPDATE_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS',
      'C UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical resource; hence creating one.',
      'N CREATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      'C UPDATE_IN_PROGRESS: Resource creation Initiated',
      'C UPDATE_COMPLETE',
      'N CREATE_IN_PROGRESS: Resource creation Initiated',
      'N CREATE_COMPLETE',
      'B UPDATE_IN_PROGRESS',
      'B UPDATE_FAILED: update B failed',
      '(stack) UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [B]. ',
      'A UPDATE_IN_PROGRESS',
      'C UPDATE_COMPLETE',
      'A UPDATE_COMPLETE',
      'B UPDATE_IN_PROGRESS',
      'B UPDATE_COMPLETE',
      '(stack) UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'C DELETE_IN_PROGRESS',
      'N DELETE_IN_PROGRESS',
      'C DELETE_COMPLETE',
      'N DELETE_COMPLETE',
      '(stack) UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(stack.calls).toEqual([
      'update A thing-1',
      'create C',
      'create N',
      'update B thing-5',
      'update A thing-1',
      'update B thing-5',
      'delete C thing-6',
      'delete N thing-7',
    ]);
    expect(await stack.resources()).toEqual({
      A: 'thing-1 UPDATE_COMPLETE',
      C: 'thing-2 UPDATE_COMPLETE',
      R: 'thing-3 CREATE_COMPLETE',
      U: 'thing-4 CREATE_COMPLETE',
      B: 'thing-5 UPDATE_COMPLETE',
    });
    expect(await stack.call('GetTemplate')).toMatchObject({ TemplateBody: JSON.stringify(old) });
    await expect(stack.update(old)).rejects.toThrow('No updates are to be performed.');
  });

  test('takes back an update that was cancelled while it was under way', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Size: 1 }), B: thing() }));
    await stack.newEvents();
    stack.fail('C', 'create');
    stack.hold('A');
    await stack.call('UpdateStack', {
      TemplateBody: JSON.stringify(template({ A: thing({ Size: 2 }), B: thing(), C: thing() })),
    });
    await stack.clock.advance(0);
    stack.release('A');
    expect(await stack.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.newEvents()).toEqual([
      '(stack) UPDATE_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS',
      'C CREATE_IN_PROGRESS',
      'C CREATE_FAILED: create C failed',
      'A UPDATE_FAILED: Resource update cancelled',
      '(stack) UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [C]. The following resource(s) failed to update: [A]. ',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      '(stack) UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'C DELETE_COMPLETE',
      '(stack) UPDATE_ROLLBACK_COMPLETE',
    ]);
  });

  test('ends in UPDATE_ROLLBACK_FAILED where it cannot go back, and ContinueUpdateRollback goes on', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Size: 1 }), B: thing() }));
    stack.fail('A', 'update', 2);
    expect(await stack.update(template({ A: thing({ Size: 2 }) }))).toBe('UPDATE_ROLLBACK_FAILED');
    expect((await stack.newEvents()).at(-1)).toBe(
      '(stack) UPDATE_ROLLBACK_FAILED: The following resource(s) failed to update: [A]. ',
    );
    await expect(stack.update(template({ A: thing({ Size: 3 }) }))).rejects.toThrow('can not be updated');
    expect(await stack.run('ContinueUpdateRollback')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.newEvents()).toEqual([
      '(stack) UPDATE_ROLLBACK_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      '(stack) UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      '(stack) UPDATE_ROLLBACK_COMPLETE',
    ]);
  });

  test('leaves a resource as it is where ContinueUpdateRollback skips it', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Size: 1 }), B: thing() }));
    stack.fail('A', 'update', 2);
    await stack.update(template({ A: thing({ Size: 2 }) }));
    await stack.newEvents();
    await expect(stack.run('ContinueUpdateRollback', { ResourcesToSkip: ['B'] })).rejects.toThrow('not [B]');
    expect(await stack.run('ContinueUpdateRollback', { ResourcesToSkip: ['A'] })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await stack.newEvents())[1]).toBe('A UPDATE_COMPLETE: Resource skipped during UpdateRollback');
    expect(stack.calls).toEqual(['create A', 'create B', 'update A thing-1', 'update A thing-1']);
  });

  test('with DisableRollback keeps what succeeded; RollbackStack goes back to the last stable state', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Size: 1 }), B: thing({ Size: 1 }) }));
    stack.fail('B', 'update');
    const wanted = template({ A: thing({ Size: 2 }), B: thing({ Size: 2 }), C: thing() });
    expect(await stack.update(wanted, { DisableRollback: 'true' })).toBe('UPDATE_FAILED');
    expect((await stack.stack()).StackStatusReason).toBe('The following resource(s) failed to update: [B]. ');
    // The failed one goes back to its last stable state on its own.
    expect(stack.calls.slice(2)).toEqual(['update A thing-1', 'update B thing-2', 'create C', 'update B thing-2']);
    stack.calls.length = 0;
    expect(await stack.run('RollbackStack')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.calls).toEqual(['update A thing-1', 'delete C thing-3']);
    expect(await stack.resources()).toEqual({ A: 'thing-1 UPDATE_COMPLETE', B: 'thing-2 UPDATE_COMPLETE' });
  });

  test('with DisableRollback is tried again by the next update', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Size: 1 }) }));
    stack.fail('A', 'update');
    const wanted = template({ A: thing({ Size: 2 }) });
    await stack.update(wanted, { DisableRollback: 'true' });
    expect(await stack.update(wanted, { DisableRollback: 'true' })).toBe('UPDATE_COMPLETE');
  });

  test('with DisableRollback refuses to replace', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Name: 'x' }) }));
    await stack.newEvents();
    expect(await stack.update(template({ A: thing({ Name: 'y' }) }), { DisableRollback: 'true' })).toBe(
      'UPDATE_FAILED',
    );
    expect((await stack.newEvents())[1]).toBe(
      'A UPDATE_FAILED: Replacement type updates not supported on stack with disable-rollback.',
    );
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
