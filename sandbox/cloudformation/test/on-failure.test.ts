import {
  type CustomResourceEvent,
  custom,
  FakeStack,
  failed,
  listOf,
  succeed,
  template,
  textOf,
  thing,
} from './fake-stack';

const body = (resources: { readonly [name: string]: object }) => ({
  TemplateBody: JSON.stringify(template(resources)),
});

/** `R` succeeds, and `F` after it does not. */
const failing = { R: custom(), F: thing({}, { DependsOn: 'R' }) };

type Begin = (stack: FakeStack, choice: string) => Promise<unknown>;
const begins: readonly [string, Begin][] = [
  ['CreateStack with OnFailure', (stack, choice) => stack.call('CreateStack', { ...body(failing), OnFailure: choice })],
  [
    'ExecuteChangeSet after CreateChangeSet with OnStackFailure',
    async (stack, choice) => {
      const parameters = { ChangeSetName: 'c', ChangeSetType: 'CREATE', OnStackFailure: choice };
      await stack.call('CreateChangeSet', { ...body(failing), ...parameters });
      await stack.newEvents();
      await stack.call('ExecuteChangeSet', { ChangeSetName: 'c' });
    },
  ],
];

describe.each(begins)('%s', (_what, begin) => {
  const start = async (choice: string) => {
    const stack = new FakeStack();
    stack.fail('F', 'create');
    await begin(stack, choice);
    return { stack, id: await stack.stackId() };
  };

  test('DELETE deletes the stack: it is DELETE_IN_PROGRESS, not rolled back', async () => {
    const { stack, id } = await start('DELETE');
    let statusAtDelete: Promise<readonly string[]> | undefined;
    stack.provide = event => {
      if (event.RequestType === 'Delete') statusAtDelete = stack.statuses(id);
      return succeed(event);
    };
    expect(await stack.settle(id)).toBe('DELETE_COMPLETE');
    expect(stack.events.map(({ RequestType }) => RequestType)).toEqual(['Create', 'Delete']);
    expect(await statusAtDelete).toEqual(['DELETE_IN_PROGRESS']);
    expect(await stack.newEvents(id)).toEqual([
      '(stack) CREATE_IN_PROGRESS: User Initiated',
      'R CREATE_IN_PROGRESS',
      'R CREATE_IN_PROGRESS: Resource creation Initiated',
      'R CREATE_COMPLETE',
      'F CREATE_IN_PROGRESS',
      'F CREATE_FAILED: create F failed',
      '(stack) DELETE_IN_PROGRESS: The following resource(s) failed to create: [F]. Delete requested by user.',
      'F DELETE_COMPLETE',
      'R DELETE_IN_PROGRESS',
      'R DELETE_COMPLETE',
      '(stack) DELETE_COMPLETE',
    ]);
  });

  test('DELETE ends in DELETE_FAILED where a resource cannot be deleted', async () => {
    const { stack, id } = await start('DELETE');
    stack.provide = event =>
      event.RequestType === 'Delete' ? failed('stays', event.PhysicalResourceId) : succeed(event);
    expect(await stack.settle(id)).toBe('DELETE_FAILED');
    expect(await stack.stack()).toMatchObject({
      StackStatusReason: 'The following resource(s) failed to delete: [R]. ',
      DeletionTime: expect.any(String),
    });
  });

  test('DO_NOTHING leaves what is there', async () => {
    const { stack } = await start('DO_NOTHING');
    expect(await stack.settle()).toBe('CREATE_FAILED');
    expect(await stack.stack()).toMatchObject({ DisableRollback: true });
    expect(stack.events.map(({ RequestType }) => RequestType)).toEqual(['Create']);
  });

  test('ROLLBACK takes it back', async () => {
    const { stack } = await start('ROLLBACK');
    expect(await stack.settle()).toBe('ROLLBACK_COMPLETE');
  });
});

describe('OnStackFailure', () => {
  test('DELETE is refused for an update', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }));
    const input = { ...body({ A: thing({ Size: 1 }) }), ChangeSetName: 'c', OnStackFailure: 'DELETE' };
    await expect(stack.call('CreateChangeSet', input)).rejects.toMatchObject({ code: 'ValidationError' });
  });

  test('DO_NOTHING of an update leaves what succeeded', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }));
    stack.fail('A', 'update');
    const input = { ...body({ A: thing({ Size: 1 }) }), ChangeSetName: 'c', OnStackFailure: 'DO_NOTHING' };
    await stack.call('CreateChangeSet', input);
    expect(await stack.run('ExecuteChangeSet', { ChangeSetName: 'c' })).toBe('UPDATE_FAILED');
  });

  test('and DisableRollback of ExecuteChangeSet exclude each other', async () => {
    const stack = new FakeStack();
    const input = { ...body({ A: thing() }), ChangeSetName: 'c', ChangeSetType: 'CREATE', OnStackFailure: 'ROLLBACK' };
    await stack.call('CreateChangeSet', input);
    await expect(stack.call('ExecuteChangeSet', { ChangeSetName: 'c', DisableRollback: 'true' })).rejects.toThrow(
      'OnStackFailure',
    );
  });
});

describe('DeleteStack during the creation', () => {
  const begin = async (waitForInFlight: boolean) => {
    const stack = new FakeStack('stack', { waitForInFlight });
    stack.provide = event => (event.RequestType === 'Create' ? undefined : succeed(event));
    await stack.call('CreateStack', body({ A: thing(), R: custom(), Z: thing({}, { DependsOn: 'R' }) }));
    await stack.clock.advance(0);
    const id = await stack.stackId();
    await stack.call('DeleteStack');
    return { stack, id };
  };
  const shown = ({ RequestType, PhysicalResourceId }: CustomResourceEvent) => `${RequestType} ${PhysicalResourceId}`;

  test('has its status at once, and deletes when what is under way has come to its end', async () => {
    const { stack, id } = await begin(true);
    expect(await stack.statuses(id)).toEqual(['DELETE_IN_PROGRESS']);
    const [create] = stack.events;
    if (create) stack.respond(create, { PhysicalResourceId: 'late' });
    expect(await stack.settle(id)).toBe('DELETE_COMPLETE');
    expect(stack.events.map(shown)).toEqual(['Create undefined', 'Delete late']);
    expect(await stack.newEvents(id)).toEqual([
      '(stack) CREATE_IN_PROGRESS: User Initiated',
      'A CREATE_IN_PROGRESS',
      'R CREATE_IN_PROGRESS',
      'A CREATE_IN_PROGRESS: Resource creation Initiated',
      'A CREATE_COMPLETE',
      '(stack) DELETE_IN_PROGRESS: User Initiated',
      'R CREATE_FAILED: Resource creation cancelled',
      'A DELETE_IN_PROGRESS',
      'R DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'R DELETE_COMPLETE',
      '(stack) DELETE_COMPLETE',
    ]);
    expect(stack.calls).toEqual(['create A', 'delete A thing-1']);
  });

  test('gives up what is under way where it is so chosen', async () => {
    const { stack, id } = await begin(false);
    expect(await stack.settle(id)).toBe('DELETE_COMPLETE');
    expect(stack.events.map(({ RequestType }) => RequestType)).toEqual(['Create', 'Delete']);
    expect(textOf(stack.events[1]?.PhysicalResourceId)).toMatch(/^stack-R-/);
  });

  test('of a stack whose change set is executed ends that as failed', async () => {
    const stack = new FakeStack();
    stack.hold('A');
    await stack.call('CreateChangeSet', { ...body({ A: thing() }), ChangeSetName: 'c', ChangeSetType: 'CREATE' });
    await stack.call('ExecuteChangeSet', { ChangeSetName: 'c' });
    await stack.clock.advance(0);
    const id = await stack.stackId();
    await stack.call('DeleteStack');
    stack.release('A');
    expect(await stack.settle(id)).toBe('DELETE_COMPLETE');
    expect(listOf(await stack.call('ListChangeSets', { StackName: id }), 'Summaries')).toMatchObject([
      { ExecutionStatus: 'EXECUTE_FAILED' },
    ]);
  });
});
