import { custom, FakeStack, first, succeed, template, thing } from './fake-stack';

const refused = 'CancelUpdateStack cannot be called from current stack status';

/** An update that is under way in the custom resource `R`, before which `A` was changed and after which `Z` is made. */
async function underWay(waitForInFlight = true, input: { readonly [name: string]: string } = {}): Promise<FakeStack> {
  const stack = new FakeStack('stack', { waitForInFlight });
  await stack.create(template({ A: thing({ Size: 1 }), R: custom({ Lag: 'a' }, { DependsOn: 'A' }) }));
  await stack.newEvents();
  stack.calls.length = 0;
  stack.events.length = 0;
  stack.provide = event => (event.ResourceProperties.Lag === 'b' ? undefined : succeed(event));
  const wanted = template({
    A: thing({ Size: 2 }),
    R: custom({ Lag: 'b' }, { DependsOn: 'A' }),
    Z: thing({}, { DependsOn: 'R' }),
  });
  await stack.call('UpdateStack', { TemplateBody: JSON.stringify(wanted), ...input });
  await stack.clock.advance(0);
  return stack;
}

const shown = (stack: FakeStack) =>
  stack.events.map(({ RequestType, ResourceProperties }) => `${RequestType} ${ResourceProperties.Lag}`);

test('an update that is cancelled turns back at once, and what is under way is waited for', async () => {
  const stack = await underWay();
  expect(await stack.call('CancelUpdateStack', { ClientRequestToken: 'stop' })).toEqual({});
  expect(await stack.statuses('stack')).toEqual(['UPDATE_ROLLBACK_IN_PROGRESS']);
  await stack.clock.advance(60_000);
  expect(shown(stack)).toEqual(['Update b']);
  const [update] = stack.events;
  if (update) stack.respond(update, succeed(update));
  expect(await stack.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(shown(stack)).toEqual(['Update b', 'Update a']);
  expect(stack.calls).toEqual(['update A thing-1', 'update A thing-1']);
  expect(await stack.newEvents()).toEqual([
    '(stack) UPDATE_IN_PROGRESS: User Initiated',
    'A UPDATE_IN_PROGRESS',
    'A UPDATE_COMPLETE',
    'R UPDATE_IN_PROGRESS',
    '(stack) UPDATE_ROLLBACK_IN_PROGRESS: User Initiated',
    'R UPDATE_FAILED: Resource update cancelled',
    'A UPDATE_IN_PROGRESS',
    'A UPDATE_COMPLETE',
    'R UPDATE_IN_PROGRESS',
    'R UPDATE_COMPLETE',
    '(stack) UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    '(stack) UPDATE_ROLLBACK_COMPLETE',
  ]);
  expect(first(await stack.call('DescribeStackEvents'), 'StackEvents').ClientRequestToken).toBe('stop');
});

test('what is under way is given up where it is so chosen, as after a failure', async () => {
  const stack = await underWay(false);
  await stack.call('CancelUpdateStack');
  await stack.clock.advance(0);
  expect(shown(stack)).toEqual(['Update b', 'Update a']);
  expect(await stack.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('an update without rollback goes back too', async () => {
  const stack = await underWay(false, { DisableRollback: 'true' });
  await stack.call('CancelUpdateStack');
  expect(await stack.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(shown(stack)).toEqual(['Update b', 'Update a']);
  expect((await stack.newEvents()).filter(event => event === 'R UPDATE_IN_PROGRESS')).toHaveLength(2);
});

test('only an update that is on its way forward can be cancelled', async () => {
  const stack = await underWay();
  await stack.call('CancelUpdateStack');
  await expect(stack.call('CancelUpdateStack')).rejects.toMatchObject({ code: 'ValidationError', message: refused });
  const [update] = stack.events;
  if (update) stack.respond(update, succeed(update));
  await stack.settle();
  await expect(stack.call('CancelUpdateStack')).rejects.toThrow(refused);
  await expect(stack.call('CancelUpdateStack', { StackName: 'other' })).rejects.toThrow('Stack [other] does not exist');
});

test('a creation cannot be cancelled', async () => {
  const stack = new FakeStack();
  stack.hold('A');
  await stack.call('CreateStack', { TemplateBody: JSON.stringify(template({ A: thing() })) });
  await expect(stack.call('CancelUpdateStack')).rejects.toThrow(refused);
  await stack.clock.advance(0);
  stack.release('A');
  await stack.settle();
});

test('an update of a stack that never was stable cannot be cancelled, and says why', async () => {
  const stack = new FakeStack();
  stack.fail('A', 'create');
  await stack.create(template({ A: thing() }), { DisableRollback: 'true' });
  stack.hold('A');
  const wanted = { TemplateBody: JSON.stringify(template({ A: thing() })), DisableRollback: 'true' };
  await stack.call('UpdateStack', wanted);
  await expect(stack.call('CancelUpdateStack')).rejects.toThrow(
    'never was in a state that an update can be taken back to',
  );
  await stack.clock.advance(0);
  stack.release('A');
  expect(await stack.settle()).toBe('UPDATE_COMPLETE');
});
