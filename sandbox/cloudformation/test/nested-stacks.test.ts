import { setImmediate } from 'node:timers/promises';
import { cdkMetadata } from '../resources/cdk-metadata';
import { caller, custom, FakeStack, failed, listOf, nested, ref, succeed, template, textOf, thing } from './fake-stack';

// The sequences are those of public logs: see `resources/cloudformation-stack.ts`.

const output = (logicalId: string, name: string) => ({ 'Fn::GetAtt': [logicalId, `Outputs.${name}`] });

const child = (resources: { readonly [name: string]: object }, outputs: { readonly [name: string]: object } = {}) =>
  template(resources, {
    Parameters: { Size: { Type: 'String', Default: '0' } },
    Outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { Value: value }])),
  });

/** A stack with a nested stack `N`, whose template is at `url`. */
function setUp(resources: { readonly [name: string]: object } = { A: thing({ Size: ref('Size') }) }) {
  const stack = new FakeStack();
  stack.templates.set('url', child(resources, 'A' in resources ? { A: ref('A') } : {}));
  return stack;
}

const parent = (size: number, others: { readonly [name: string]: object } = {}) =>
  template({ N: nested('url', { Parameters: { Size: size } }), ...others });

describe('a nested stack', () => {
  test('is a stack of its own, with events, a parent and a root; Ref gives its id, and GetAtt its outputs', async () => {
    const stack = setUp();
    const outputs = { Outputs: { Id: { Value: ref('N') }, Thing: { Value: { 'Fn::Sub': `\${N.Outputs.A}` } } } };
    expect(await stack.create({ ...parent(1, { B: thing({ Refers: output('N', 'A') }) }), ...outputs })).toBe(
      'CREATE_COMPLETE',
    );
    const id = await stack.nestedId('N');
    expect(id).toMatch(
      /^arn:aws:cloudformation:eu-central-1:123456789012:stack\/stack-N-[A-Za-z0-9]{12}\/[0-9a-f-]{36}$/,
    );
    expect(await stack.outputs()).toEqual({ Id: id, Thing: 'thing-1' });
    expect(await stack.newEvents()).toEqual([
      '(stack) CREATE_IN_PROGRESS: User Initiated',
      'N CREATE_IN_PROGRESS',
      'N CREATE_IN_PROGRESS: Resource creation Initiated',
      'N CREATE_COMPLETE',
      'B CREATE_IN_PROGRESS',
      'B CREATE_IN_PROGRESS: Resource creation Initiated',
      'B CREATE_COMPLETE',
      '(stack) CREATE_COMPLETE',
    ]);
    expect(await stack.newEvents(id)).toEqual([
      '(stack) CREATE_IN_PROGRESS: User Initiated',
      'A CREATE_IN_PROGRESS',
      'A CREATE_IN_PROGRESS: Resource creation Initiated',
      'A CREATE_COMPLETE',
      '(stack) CREATE_COMPLETE',
    ]);
    const rootId = await stack.stackId();
    expect(await stack.stack(id)).toMatchObject({
      StackStatus: 'CREATE_COMPLETE',
      ParentId: rootId,
      RootId: rootId,
      DisableRollback: true,
      Parameters: [{ ParameterKey: 'Size', ParameterValue: '1' }],
    });
    const root = await stack.stack();
    expect([root.ParentId, root.RootId, root.DisableRollback]).toEqual([undefined, undefined, false]);
    const all = listOf(await stack.cloudFormation.call('DescribeStacks', {}, caller), 'Stacks');
    expect(all.map(({ StackId }) => StackId)).toEqual([id, rootId]);
  });

  test('has its id, as the parent has it, while it is being created', async () => {
    const stack = setUp();
    stack.hold('A');
    await stack.call('CreateStack', { TemplateBody: JSON.stringify(parent(1)) });
    await stack.clock.advance(0);
    const id = await stack.nestedId('N');
    expect(await stack.statuses('stack', id)).toEqual(['CREATE_IN_PROGRESS', 'CREATE_IN_PROGRESS']);
    stack.release('A');
    expect(await stack.settle(id)).toBe('CREATE_COMPLETE');
  });

  test('sends the events of its custom resources with its own id, and its tags are its own and those of its parent', async () => {
    const stack = setUp({ R: custom() });
    const tags = [{ Key: 'team', Value: 'network' }];
    const own = { N: nested('url', { Tags: [{ Key: 'own', Value: 'yes' }] }) };
    const inherited = { RoleARN: 'arn:aws:iam::123456789012:role/r', Capabilities: ['CAPABILITY_IAM'] };
    await stack.create(template(own), { Tags: tags, ...inherited });
    const id = await stack.nestedId('N');
    expect(stack.events.map(({ StackId }) => StackId)).toEqual([id]);
    expect(await stack.stack(id)).toMatchObject({ Tags: [...tags, { Key: 'own', Value: 'yes' }], ...inherited });
  });

  test('can hold another one, whose root is the outermost', async () => {
    const stack = setUp({ M: nested('inner') });
    stack.templates.set('inner', child({ R: custom() }));
    expect(await stack.create(parent(1))).toBe('CREATE_COMPLETE');
    const outer = await stack.nestedId('N');
    const inner = await stack.nestedId('M', outer);
    expect(await stack.stack(inner)).toMatchObject({ ParentId: outer, RootId: await stack.stackId() });
    stack.events.length = 0;
    const rootId = await stack.stackId();
    expect(await stack.delete()).toBe('DELETE_COMPLETE');
    expect(stack.events).toMatchObject([{ RequestType: 'Delete', StackId: inner }]);
    expect(await stack.statuses(rootId, outer, inner)).toEqual(Array(3).fill('DELETE_COMPLETE'));
  });

  test('is not made in the same turn as its parent, so that others are served meanwhile', async () => {
    const stack = setUp({ R: custom() });
    await stack.call('CreateStack', { TemplateBody: JSON.stringify(parent(1)) });
    const made = async () => listOf(await stack.call('ListStacks', { StackName: '' }), 'StackSummaries').length;
    await setImmediate();
    expect(await made()).toBe(1);
    await stack.clock.advance(0);
    expect(await made()).toBe(2);
  });

  test.each([
    ['one', { N: nested('self') }, 'is nested too deep: the sandbox has 20 in each other'],
    ['two', { N: nested('self'), M: nested('self') }, 'Limit for stack has been exceeded: a Region has up to 2000'],
  ])(
    'whose template has it %s time(s) comes to an end',
    async (_times, resources, reason) => {
      const stack = new FakeStack();
      stack.templates.set('self', template(resources));
      expect(await stack.create(template(resources))).toBe('ROLLBACK_COMPLETE');
      const { events } = stack.cloudFormation.report(0);
      expect(events.map(event => event.reason)).toContainEqual(expect.stringContaining(reason));
      const ofStacks = events.filter(event => event.resourceType === 'AWS::CloudFormation::Stack');
      const count = (status: string) => ofStacks.filter(event => event.status === status).length;
      expect(count('DELETE_COMPLETE')).toBeGreaterThan(19);
    },
    60_000,
  );

  test('is deleted before what it depends on, with its parent', async () => {
    const stack = setUp({ R: custom() });
    let statuses: Promise<readonly string[]> | undefined;
    await stack.create(template({ N: nested('url', {}, { DependsOn: 'B' }), B: thing() }));
    const [rootId, id] = [await stack.stackId(), await stack.nestedId('N')];
    stack.provide = event => {
      statuses = stack.statuses(rootId, id);
      return succeed(event);
    };
    expect(await stack.delete()).toBe('DELETE_COMPLETE');
    expect(await statuses).toEqual(['DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS']);
    expect(await stack.newEvents(id)).toContain('(stack) DELETE_IN_PROGRESS: User Initiated');
    expect(stack.calls).toEqual(['create B', 'delete B thing-1']);
  });

  test('that cannot be deleted fails its parent with AWS’s text, and both can be deleted later', async () => {
    const stack = setUp();
    await stack.create(parent(1));
    const id = await stack.nestedId('N');
    stack.fail('A', 'delete');
    expect(await stack.delete()).toBe('DELETE_FAILED');
    expect((await stack.newEvents()).at(-2)).toBe(
      `N DELETE_FAILED: Embedded stack ${id} was not successfully deleted: The following resource(s) failed to delete: [A]. `,
    );
    expect(await stack.statuses(id)).toEqual(['DELETE_FAILED']);
    expect(await stack.delete()).toBe('DELETE_COMPLETE');
    expect(await stack.statuses(id)).toEqual(['DELETE_COMPLETE']);
  });

  test('with an export that another stack uses cannot be deleted', async () => {
    const stack = setUp();
    const outputs = { Outputs: { O: { Value: ref('A'), Export: { Name: 'thing' } } } };
    stack.templates.set('url', template({ A: thing() }, outputs));
    await stack.create(template({ N: nested('url') }));
    const user = JSON.stringify(template({ U: thing({ Refers: { 'Fn::ImportValue': 'thing' } }) }));
    await stack.call('CreateStack', { StackName: 'user', TemplateBody: user });
    await stack.settle('user');
    expect(await stack.delete()).toBe('DELETE_FAILED');
    expect(await stack.newEvents()).toContain(
      'N DELETE_FAILED: Export thing cannot be deleted as it is in use by user',
    );
    expect(await stack.statuses(await stack.nestedId('N'))).toEqual(['CREATE_COMPLETE']);
  });

  test('stays where its deletion policy retains it', async () => {
    const stack = setUp();
    await stack.create(template({ N: nested('url', {}, { DeletionPolicy: 'Retain' }) }));
    const id = await stack.nestedId('N');
    expect(await stack.delete()).toBe('DELETE_COMPLETE');
    expect(await stack.statuses(id)).toEqual(['CREATE_COMPLETE']);
  });

  test('can be updated and deleted directly, and its parent takes a deleted one for deleted', async () => {
    const stack = setUp();
    await stack.create(parent(1));
    const id = await stack.nestedId('N');
    const update = {
      StackName: id,
      UsePreviousTemplate: 'true',
      Parameters: [{ ParameterKey: 'Size', ParameterValue: '5' }],
    };
    await stack.call('UpdateStack', update);
    expect(await stack.settle(id)).toBe('UPDATE_COMPLETE');
    await stack.call('DeleteStack', { StackName: id });
    expect(await stack.settle(id)).toBe('DELETE_COMPLETE');
    expect(await stack.delete()).toBe('DELETE_COMPLETE');
  });

  test('has the termination protection of its root, and none of its own', async () => {
    const stack = setUp();
    await stack.create(parent(1), { EnableTerminationProtection: 'true' });
    const id = await stack.nestedId('N');
    await expect(stack.call('DeleteStack', { StackName: id })).rejects.toThrow(
      'while TerminationProtection is enabled',
    );
    await expect(
      stack.call('UpdateTerminationProtection', { StackName: id, EnableTerminationProtection: 'false' }),
    ).rejects.toThrow(`set the termination protection of ${await stack.stackId()}`);
  });
});

describe('a nested stack that cannot be begun fails its parent, and there is no such stack', () => {
  const role = { ...cdkMetadata, typeName: 'AWS::IAM::Role', properties: {} };
  test.each<[string, object, object, string]>([
    ['without a template', { TemplateURL: 'nowhere' }, {}, 'S3 error: Access Denied, or no object at nowhere'],
    ['without a parameter', {}, { Parameters: { P: { Type: 'String' } } }, 'Parameters: [P] must have values'],
    ['with an unknown one', { Parameters: { Q: 1 } }, {}, 'Parameters: [Q] do not exist in the template'],
    [
      'with a list for one',
      { Parameters: { Q: ['a'] } },
      {},
      'Value of property Parameters must be an object with String (or simple type) properties',
    ],
    [
      'without a capability',
      {},
      { Resources: { Role: { Type: 'AWS::IAM::Role' } } },
      'Requires capabilities : [CAPABILITY_IAM]',
    ],
    [
      'with a reference to nothing',
      {},
      { Resources: { C: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: ref('Nothing') } } } },
      'Template format error: Unresolved resource dependencies [Nothing] in the Resources block of the template',
    ],
  ])('%s', async (_what, properties, sections, reason) => {
    const stack = new FakeStack('stack', { resourceTypes: [cdkMetadata, role] });
    stack.templates.set('url', template({ C: { Type: 'AWS::CDK::Metadata' } }, sections));
    expect(await stack.create(template({ N: nested('url', properties) }))).toBe('ROLLBACK_COMPLETE');
    expect(await stack.newEvents()).toContain(`N CREATE_FAILED: ${reason}`);
    expect(listOf(await stack.cloudFormation.call('ListStacks', {}, caller), 'StackSummaries')).toHaveLength(1);
  });

  test.each(['TimeoutInMinutes', 'NotificationARNs'])('%s is refused by its name', async property => {
    const stack = setUp();
    await expect(stack.create(template({ N: nested('url', { [property]: 1 }) }))).rejects.toThrow(
      `unsupported property ${property} of AWS::CloudFormation::Stack`,
    );
  });
});

describe('a creation that fails', () => {
  test('in a nested stack is CREATE_FAILED there, and its parent’s rollback deletes it', async () => {
    const stack = setUp({ R: custom(), F: thing({}, { DependsOn: 'R' }) });
    stack.fail('F', 'create');
    let statuses: Promise<readonly string[]> | undefined;
    stack.provide = event => {
      if (event.RequestType === 'Delete') statuses = stack.statuses('stack', event.StackId);
      return succeed(event);
    };
    expect(await stack.create(parent(1))).toBe('ROLLBACK_COMPLETE');
    const id = textOf(stack.events[0]?.StackId);
    expect(await stack.newEvents()).toEqual([
      '(stack) CREATE_IN_PROGRESS: User Initiated',
      'N CREATE_IN_PROGRESS',
      'N CREATE_IN_PROGRESS: Resource creation Initiated',
      `N CREATE_FAILED: Embedded stack ${id} was not successfully created: The following resource(s) failed to create: [F]. `,
      '(stack) ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [N]. Rollback requested by user.',
      'N DELETE_IN_PROGRESS',
      'N DELETE_COMPLETE',
      '(stack) ROLLBACK_COMPLETE',
    ]);
    expect((await stack.newEvents(id)).filter(event => event.startsWith('(stack)'))).toEqual([
      '(stack) CREATE_IN_PROGRESS: User Initiated',
      '(stack) CREATE_FAILED: The following resource(s) failed to create: [F]. ',
      '(stack) DELETE_IN_PROGRESS: User Initiated',
      '(stack) DELETE_COMPLETE',
    ]);
    expect(await statuses).toEqual(['ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS']);
  });

  test('elsewhere does not wait for a nested stack, which goes on until the rollback deletes it', async () => {
    const stack = setUp({ R: custom() });
    stack.provide = event => (event.RequestType === 'Create' ? undefined : succeed(event));
    stack.hold('F');
    stack.fail('F', 'create');
    await stack.call('CreateStack', {
      TemplateBody: JSON.stringify(parent(1, { F: thing({}, { DependsOn: 'G' }), G: thing() })),
    });
    await stack.clock.advance(0);
    stack.release('F');
    await stack.clock.advance(0);
    const [create] = stack.events;
    const id = textOf(create?.StackId);
    expect(await stack.newEvents()).toContain('N CREATE_FAILED: Resource creation cancelled');
    expect(await stack.statuses('stack', id)).toEqual(['ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS']);
    // Its own resource under way is waited for, as everywhere.
    if (create) stack.respond(create, { PhysicalResourceId: 'late' });
    expect(await stack.settle()).toBe('ROLLBACK_COMPLETE');
    expect(stack.events.map(event => [event.RequestType, event.PhysicalResourceId])).toEqual([
      ['Create', undefined],
      ['Delete', 'late'],
    ]);
    expect(await stack.newEvents(id)).toEqual([
      '(stack) CREATE_IN_PROGRESS: User Initiated',
      'R CREATE_IN_PROGRESS',
      '(stack) DELETE_IN_PROGRESS: User Initiated',
      'R CREATE_FAILED: Resource creation cancelled',
      'R DELETE_IN_PROGRESS',
      'R DELETE_COMPLETE',
      '(stack) DELETE_COMPLETE',
    ]);
  });

  test('with DisableRollback keeps what succeeded in the nested stack too', async () => {
    const stack = setUp({ A: thing(), F: thing(), B: thing({ Refers: ref('A') }) });
    stack.fail('F', 'create');
    expect(await stack.create(parent(1), { DisableRollback: 'true' })).toBe('CREATE_FAILED');
    const id = await stack.nestedId('N');
    expect(await stack.statuses(id)).toEqual(['CREATE_FAILED']);
    expect(Object.keys(await stack.resources(id))).toEqual(['A', 'F', 'B']);
    stack.provide = () => failed('never');
    expect(await stack.run('RollbackStack')).toBe('ROLLBACK_COMPLETE');
    expect(await stack.statuses(id)).toEqual(['DELETE_COMPLETE']);
  });
});
