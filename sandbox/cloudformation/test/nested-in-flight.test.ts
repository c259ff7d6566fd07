import { caller, custom, FakeStack, listOf, nested, ref, succeed, template, textOf, thing } from './fake-stack';

const parameters = { Parameters: { Lag: { Type: 'String' } } };

/** A stack with a nested stack whose custom resource has no answer yet, and a sibling `F` that is about to fail. */
function underWay(waitForInFlight: boolean): FakeStack {
  const stack = new FakeStack('stack', { waitForInFlight });
  stack.templates.set('url', template({ R: custom({ Lag: ref('Lag') }) }, parameters));
  stack.provide = event =>
    event.RequestType === 'Delete' || event.ResourceProperties.Lag === 'a' ? succeed(event) : undefined;
  stack.hold('F');
  stack.fail('F', 'create');
  return stack;
}

const parent = (lag: string) => template({ N: nested('url', { Parameters: { Lag: lag } }) });
const failing = (lag: string) => ({ Resources: { ...parent(lag).Resources, F: thing() } });

const shown = (stack: FakeStack) =>
  stack.events.map(({ RequestType, ResourceProperties }) => `${RequestType} ${ResourceProperties.Lag}`);

async function fails(stack: FakeStack, action: string): Promise<void> {
  await stack.call(action, { TemplateBody: JSON.stringify(failing('b')) });
  await stack.clock.advance(0);
  stack.release('F');
  await stack.clock.advance(0);
}

describe('where what is under way is given up', () => {
  test('a nested stack that is being created is deleted at once', async () => {
    const stack = underWay(false);
    await fails(stack, 'CreateStack');
    expect(await stack.settle()).toBe('ROLLBACK_COMPLETE');
    expect(shown(stack)).toEqual(['Create b', 'Delete b']);
    expect(textOf(stack.events[1]?.PhysicalResourceId)).toMatch(/^stack-N-[A-Za-z0-9]{12}-R-/);
  });

  test('a nested stack that is being updated goes back at once', async () => {
    const stack = underWay(false);
    await stack.create(parent('a'));
    await fails(stack, 'UpdateStack');
    expect(await stack.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(shown(stack)).toEqual(['Create a', 'Update b', 'Update a']);
  });
});

test('a nested stack whose template is still being read when another resource fails is left as it is', async () => {
  const url = JSON.stringify(template({ A: thing({ Size: ref('Lag') }) }, parameters));
  let read = () => {};
  let isSlow = false;
  const readTemplate = async () => {
    if (isSlow)
      await new Promise<void>(resolve => {
        read = resolve;
      });
    return url;
  };
  const stack = new FakeStack('stack', { readTemplate });
  await stack.create(parent('a'));
  const id = await stack.nestedId('N');
  const { StackStatus: before } = await stack.stack(id);
  isSlow = true;
  stack.hold('F');
  stack.fail('F', 'create');
  await fails(stack, 'UpdateStack');
  read();
  expect(await stack.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await stack.stack(id)).StackStatus).toBe(before);

  const other = new FakeStack('stack', { readTemplate });
  other.hold('F');
  other.fail('F', 'create');
  await fails(other, 'CreateStack');
  read();
  expect(await other.settle()).toBe('ROLLBACK_COMPLETE');
  expect(listOf(await other.cloudFormation.call('ListStacks', {}, caller), 'StackSummaries')).toHaveLength(1);
});

test('CancelUpdateStack turns the nested stacks back too, however deep', async () => {
  const stack = underWay(true);
  stack.templates.set('outer', template({ M: nested('url', { Parameters: { Lag: ref('Lag') } }) }, parameters));
  const wanted = (lag: string) => template({ N: nested('outer', { Parameters: { Lag: lag } }) });
  await stack.create(wanted('a'));
  const outer = await stack.nestedId('N');
  const inner = await stack.nestedId('M', outer);
  await stack.call('UpdateStack', { TemplateBody: JSON.stringify(wanted('b')) });
  await stack.clock.advance(0);
  await stack.clock.advance(0);
  await stack.call('CancelUpdateStack');
  expect(await stack.statuses('stack', outer, inner)).toEqual(Array(3).fill('UPDATE_ROLLBACK_IN_PROGRESS'));
  const update = stack.events.at(-1);
  if (update) stack.respond(update, succeed(update));
  expect(await stack.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await stack.statuses(outer, inner)).toEqual(Array(2).fill('UPDATE_ROLLBACK_COMPLETE'));
  expect(shown(stack)).toEqual(['Create a', 'Update b', 'Update a']);
  expect((await stack.newEvents(inner)).filter(event => event.startsWith('(stack)')).slice(-4)).toEqual([
    '(stack) UPDATE_IN_PROGRESS: User Initiated',
    '(stack) UPDATE_ROLLBACK_IN_PROGRESS: Initiated by parent stack',
    '(stack) UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    '(stack) UPDATE_ROLLBACK_COMPLETE',
  ]);
});

test('a nested stack that is gone fails the rollback, until it is skipped', async () => {
  const stack = underWay(true);
  await stack.create(parent('a'));
  await stack.call('DeleteStack', { StackName: await stack.nestedId('N') });
  expect(await stack.update(parent('b'))).toBe('UPDATE_ROLLBACK_FAILED');
  expect(await stack.run('ContinueUpdateRollback', { ResourcesToSkip: ['N'] })).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('the same happens in the same order each time', async () => {
  const history = async () => {
    const stack = underWay(false);
    await stack.create(parent('a'));
    await fails(stack, 'UpdateStack');
    await stack.settle();
    const ids = ['stack', await stack.nestedId('N')];
    const events = await Promise.all(ids.map(id => stack.call('DescribeStackEvents', { StackName: id })));
    return events.map(answer => listOf(answer, 'StackEvents'));
  };
  expect(await history()).toEqual(await history());
});
