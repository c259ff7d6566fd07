import { FakeStack, ref, template, thing } from './fake-stack';

// The sequences are written down from the CloudFormation User Guide ("Monitor stack progress", "Update behaviors of
// stack resources", "Choose how to handle failures", "Continue rolling back an update") and the events that AWS's own
// documentation and public reports show.

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
