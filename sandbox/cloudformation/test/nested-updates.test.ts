import {
  type CustomResourceEvent,
  custom,
  FakeStack,
  listOf,
  nested,
  ref,
  succeed,
  template,
  textOf,
  thing,
} from './fake-stack';

// The sequences are those of public logs: see `resources/cloudformation-stack.ts`.

type Resources = { readonly [name: string]: object };

/** A stack with a nested stack `N` of these resources, whose parameter Size is 1, and a sibling `B` that comes after it. */
async function created(resources: Resources) {
  const stack = new FakeStack();
  put(stack, resources);
  await stack.create(parent(1));
  const id = await stack.nestedId('N');
  for (const name of ['stack', id]) await stack.newEvents(name);
  stack.calls.length = 0;
  stack.events.length = 0;
  return { stack, id };
}

const put = (stack: FakeStack, resources: Resources) =>
  stack.templates.set('url', template(resources, { Parameters: { Size: { Type: 'String' } } }));

const parent = (size: number, others: Resources = {}) =>
  template({
    N: nested('url', { Parameters: { Size: size } }),
    B: thing({ Size: size }, { DependsOn: 'N' }),
    ...others,
  });

const ofStack = (events: readonly string[]) => events.filter(event => event.startsWith('(stack)'));
const begin = (stack: FakeStack, wanted: object) => stack.call('UpdateStack', { TemplateBody: JSON.stringify(wanted) });
const shown = ({ RequestType, PhysicalResourceId }: CustomResourceEvent) => `${RequestType} ${PhysicalResourceId}`;

/** Looks at the statuses whenever the provider is asked. */
function watch(stack: FakeStack, id: string) {
  const seen: Promise<string>[] = [];
  const { provide } = stack;
  stack.provide = event => {
    seen.push(stack.statuses('stack', id).then(statuses => `${event.RequestType} ${statuses.join(', ')}`));
    return provide(event);
  };
  return () => Promise.all(seen);
}

describe('an update', () => {
  test('goes through the nested stack, whose clean-up is part of its parent’s', async () => {
    const { stack, id } = await created({ A: thing({ Size: ref('Size') }), Old: custom() });
    const seen = watch(stack, id);
    put(stack, { A: thing({ Size: ref('Size') }) });
    stack.hold('B');
    await begin(stack, parent(2));
    await stack.clock.advance(0);
    expect(await stack.statuses('stack', id)).toEqual(['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS']);
    expect(stack.events).toEqual([]);
    stack.release('B');
    expect(await stack.settle()).toBe('UPDATE_COMPLETE');
    expect(await seen()).toEqual(['Delete UPDATE_COMPLETE_CLEANUP_IN_PROGRESS, UPDATE_COMPLETE_CLEANUP_IN_PROGRESS']);
    expect(await stack.newEvents()).toEqual([
      '(stack) UPDATE_IN_PROGRESS: User Initiated',
      'N UPDATE_IN_PROGRESS',
      'N UPDATE_COMPLETE',
      'B UPDATE_IN_PROGRESS',
      'B UPDATE_COMPLETE',
      '(stack) UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'N UPDATE_IN_PROGRESS',
      'N UPDATE_COMPLETE',
      '(stack) UPDATE_COMPLETE',
    ]);
    expect(await stack.newEvents(id)).toEqual([
      '(stack) UPDATE_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      '(stack) UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'Old DELETE_IN_PROGRESS',
      'Old DELETE_COMPLETE',
      '(stack) UPDATE_COMPLETE',
    ]);
  });

  test('asks a nested stack that does not change too, which has no events of it', async () => {
    const { stack, id } = await created({ A: thing() });
    expect(await stack.update(template({ N: nested('url', { Parameters: { Size: 1 } }) }))).toBe('UPDATE_COMPLETE');
    expect((await stack.newEvents()).slice(1, 4)).toEqual([
      'N UPDATE_IN_PROGRESS',
      'N UPDATE_COMPLETE',
      '(stack) UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    ]);
    expect(await stack.newEvents(id)).toEqual([]);
  });

  test('finds a template that changed under the same URL', async () => {
    const { stack, id } = await created({ A: thing() });
    put(stack, { A: thing({ Size: 7 }) });
    expect(await stack.update(parent(1))).toBe('UPDATE_COMPLETE');
    expect(ofStack(await stack.newEvents(id)).at(-1)).toBe('(stack) UPDATE_COMPLETE');
  });

  test('deletes a nested stack that is gone from the template in its clean-up', async () => {
    const { stack, id } = await created({ R: custom() });
    const seen = watch(stack, id);
    expect(await stack.update(template({ B: thing() }))).toBe('UPDATE_COMPLETE');
    expect(await seen()).toEqual(['Delete UPDATE_COMPLETE_CLEANUP_IN_PROGRESS, DELETE_IN_PROGRESS']);
    expect(await stack.statuses(id)).toEqual(['DELETE_COMPLETE']);
  });
});

describe('an update that fails', () => {
  test('after the nested stack was done takes it back, and what it had replaced or removed is still there', async () => {
    const { stack, id } = await created({ R: custom({ Size: ref('Size') }), Old: custom() });
    put(stack, { R: custom({ Size: ref('Size') }) });
    stack.provide = event => ({ PhysicalResourceId: event.ResourceProperties.Size === '2' ? 'R-new' : 'R-id' });
    const seen = watch(stack, id);
    stack.fail('B', 'update');
    expect(await stack.update(parent(2))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.events.map(shown)).toEqual(['Update R-id', 'Update R-new', 'Delete R-new']);
    expect(await seen()).toEqual([
      'Update UPDATE_IN_PROGRESS, UPDATE_IN_PROGRESS',
      'Update UPDATE_ROLLBACK_IN_PROGRESS, UPDATE_ROLLBACK_IN_PROGRESS',
      'Delete UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS, UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    ]);
    expect(ofStack(await stack.newEvents(id))).toEqual([
      '(stack) UPDATE_IN_PROGRESS: User Initiated',
      '(stack) UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      '(stack) UPDATE_ROLLBACK_IN_PROGRESS: User Initiated',
      '(stack) UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      '(stack) UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(await stack.resources(id)).toMatchObject({ R: 'R-id UPDATE_COMPLETE', Old: 'Old-id CREATE_COMPLETE' });
  });

  test('in the nested stack fails its parent at once, with AWS’s text', async () => {
    const { stack, id } = await created({ A: thing({ Size: ref('Size') }) });
    stack.fail('A', 'update');
    expect(await stack.update(parent(2))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.newEvents()).toEqual([
      '(stack) UPDATE_IN_PROGRESS: User Initiated',
      'N UPDATE_IN_PROGRESS',
      `N UPDATE_FAILED: Embedded stack ${id} was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: The following resource(s) failed to update: [A]. `,
      '(stack) UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [N]. ',
      'N UPDATE_IN_PROGRESS',
      'N UPDATE_COMPLETE',
      '(stack) UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'N UPDATE_IN_PROGRESS',
      'N UPDATE_COMPLETE',
      '(stack) UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(ofStack(await stack.newEvents(id))).toEqual([
      '(stack) UPDATE_IN_PROGRESS: User Initiated',
      '(stack) UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [A]. ',
      '(stack) UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      '(stack) UPDATE_ROLLBACK_COMPLETE',
    ]);
  });

  test('in the nested stack where nothing was begun says the same, although it has gone back at once', async () => {
    const { stack, id } = await created({ A: thing() });
    put(stack, { A: thing({ Refers: { 'Fn::ImportValue': 'none' } }) });
    expect(await stack.update(parent(1))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.newEvents()).toContain(
      `N UPDATE_FAILED: Embedded stack ${id} was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: The following resource(s) failed to update: [A]. `,
    );
  });

  test('elsewhere turns the nested stack back while it is under way', async () => {
    const { stack, id } = await created({
      A: thing({ Size: ref('Size') }),
      C: thing({ Size: ref('Size') }, { DependsOn: 'A' }),
    });
    stack.hold('A');
    stack.hold('F');
    stack.fail('F', 'create');
    await begin(stack, parent(2, { F: thing() }));
    await stack.clock.advance(0);
    expect(await stack.statuses('stack', id)).toEqual(['UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS']);
    stack.release('F');
    await stack.clock.advance(0);
    expect(await stack.statuses('stack', id)).toEqual(['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS']);
    stack.release('A');
    expect(await stack.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.newEvents()).toContain('N UPDATE_FAILED: Resource update cancelled');
    expect(await stack.newEvents(id)).toEqual([
      '(stack) UPDATE_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS',
      '(stack) UPDATE_ROLLBACK_IN_PROGRESS: Initiated by parent stack',
      'A UPDATE_FAILED: Resource update cancelled',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      '(stack) UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      '(stack) UPDATE_ROLLBACK_COMPLETE',
    ]);
  });

  test('deletes in its clean-up a nested stack that it made, which goes on being created until then', async () => {
    const { stack } = await created({ A: thing() });
    stack.templates.set('new', template({ R: custom(), S: custom({}, { DependsOn: 'R' }) }));
    let late: CustomResourceEvent | undefined;
    stack.provide = event => {
      late ??= event;
      return event === late ? undefined : succeed(event);
    };
    stack.hold('F');
    stack.fail('F', 'create');
    await begin(stack, parent(2, { New: nested('new'), F: thing() }));
    await stack.clock.advance(0);
    const id = textOf(late?.StackId);
    // What the rollback takes back first holds it up.
    stack.hold('B');
    const seen = watch(stack, id);
    stack.release('F');
    await stack.clock.advance(0);
    expect(await stack.newEvents()).toContain('New CREATE_FAILED: Resource creation cancelled');
    expect(await stack.statuses('stack', id)).toEqual(['UPDATE_ROLLBACK_IN_PROGRESS', 'CREATE_IN_PROGRESS']);
    if (late) stack.respond(late, succeed(late));
    await stack.clock.advance(0);
    stack.release('B');
    expect(await stack.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await seen()).toEqual([
      'Create UPDATE_ROLLBACK_IN_PROGRESS, CREATE_IN_PROGRESS',
      'Delete UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS, DELETE_IN_PROGRESS',
      'Delete UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS, DELETE_IN_PROGRESS',
    ]);
    expect(ofStack(await stack.newEvents(id))).toEqual([
      '(stack) CREATE_IN_PROGRESS: User Initiated',
      '(stack) CREATE_COMPLETE',
      '(stack) DELETE_IN_PROGRESS: User Initiated',
      '(stack) DELETE_COMPLETE',
    ]);
  });
});

describe('a rollback that fails in the nested stack', () => {
  const broken = async () => {
    const { stack, id } = await created({ A: thing({ Size: ref('Size') }) });
    stack.fail('A', 'update', 2);
    expect(await stack.update(parent(2))).toBe('UPDATE_ROLLBACK_FAILED');
    expect(await stack.statuses(id)).toEqual(['UPDATE_ROLLBACK_FAILED']);
    expect((await stack.newEvents()).slice(-2)).toEqual([
      `N UPDATE_FAILED: Embedded stack ${id} was not successfully updated. Currently in UPDATE_ROLLBACK_FAILED with reason: The following resource(s) failed to update: [A]. `,
      '(stack) UPDATE_ROLLBACK_FAILED: The following resource(s) failed to update: [N]. ',
    ]);
    expect(stack.calls).toEqual(['update A thing-1', 'update A thing-1']);
    return { stack, id };
  };

  test('goes on with ContinueUpdateRollback of its parent', async () => {
    const { stack, id } = await broken();
    expect(await stack.run('ContinueUpdateRollback')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.statuses(id)).toEqual(['UPDATE_ROLLBACK_COMPLETE']);
    expect(stack.calls).toHaveLength(3);
  });

  test('leaves what ResourcesToSkip names with the nested stack’s name', async () => {
    const { stack, id } = await broken();
    const name = textOf((await stack.stack(id)).StackName);
    await expect(stack.call('ContinueUpdateRollback', { ResourcesToSkip: [`${name}.C`] })).rejects.toThrow(
      `not [${name}.C]`,
    );
    expect(await stack.run('ContinueUpdateRollback', { ResourcesToSkip: [`${name}.A`] })).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    expect(stack.calls).toHaveLength(2);
    expect(await stack.newEvents(id)).toContain('A UPDATE_COMPLETE: Resource skipped during UpdateRollback');
  });
});

describe('without rollback', () => {
  test('a nested stack that was done waits for the next update, or for RollbackStack', async () => {
    const { stack, id } = await created({ A: thing({ Size: ref('Size') }) });
    stack.fail('B', 'update');
    expect(await stack.update(parent(2), { DisableRollback: 'true' })).toBe('UPDATE_FAILED');
    expect(await stack.settle(id)).toBe('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    stack.fail('B', 'update');
    expect(await stack.update(parent(3), { DisableRollback: 'true' })).toBe('UPDATE_FAILED');
    expect(await stack.run('RollbackStack')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.settle(id)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(listOf(await stack.call('DescribeStacks', { StackName: id }), 'Stacks')).toMatchObject([
      { Parameters: [{ ParameterValue: '1' }] },
    ]);
  });

  test('a nested stack that failed is UPDATE_FAILED, and the next update goes on from there', async () => {
    const { stack, id } = await created({ A: thing({ Size: ref('Size') }) });
    stack.fail('A', 'update');
    expect(await stack.update(parent(2), { DisableRollback: 'true' })).toBe('UPDATE_FAILED');
    expect(await stack.statuses(id)).toEqual(['UPDATE_FAILED']);
    expect(await stack.update(parent(2), { DisableRollback: 'true' })).toBe('UPDATE_COMPLETE');
    expect(await stack.statuses(id)).toEqual(['UPDATE_COMPLETE']);
  });
});
