import type { ResourceType } from '../resource-type';
import { cdkMetadata } from '../resources/cdk-metadata';
import { caller, FakeStack, first, listOf, ref, template, textOf, thing } from './fake-stack';

const body = (resources: { readonly [name: string]: object }, sections: object = {}) => ({
  TemplateBody: JSON.stringify(template(resources, sections)),
});

describe('change sets', () => {
  test('of a new stack: in review, then executed', async () => {
    const stack = new FakeStack();
    const created = await stack.call('CreateChangeSet', {
      ChangeSetName: 'c',
      ChangeSetType: 'CREATE',
      ...body({ A: thing() }),
    });
    expect(created).toEqual({
      Id: expect.stringMatching(/^arn:aws:cloudformation:eu-central-1:123456789012:changeSet\/c\//),
      StackId: await stack.stackId(),
    });
    expect(await stack.stack()).toMatchObject({ StackStatus: 'REVIEW_IN_PROGRESS' });
    expect(await stack.call('GetTemplate')).toMatchObject({ TemplateBody: '' });
    const changeSet = await stack.call('DescribeChangeSet', { ChangeSetName: 'c' });
    expect(changeSet).toMatchObject({
      Status: 'CREATE_COMPLETE',
      ExecutionStatus: 'AVAILABLE',
      Changes: [
        { Type: 'Resource', ResourceChange: { Action: 'Add', LogicalResourceId: 'A', ResourceType: 'Test::Thing' } },
      ],
    });
    await stack.call('ExecuteChangeSet', { ChangeSetName: 'c' });
    expect(await stack.settle()).toBe('CREATE_COMPLETE');
    expect(await stack.newEvents()).toEqual([
      '(stack) REVIEW_IN_PROGRESS: User Initiated',
      '(stack) CREATE_IN_PROGRESS: User Initiated',
      'A CREATE_IN_PROGRESS',
      'A CREATE_IN_PROGRESS: Resource creation Initiated',
      'A CREATE_COMPLETE',
      '(stack) CREATE_COMPLETE',
    ]);
    expect(await stack.call('DescribeChangeSet', { ChangeSetName: 'c' })).toMatchObject({
      ExecutionStatus: 'EXECUTE_COMPLETE',
    });
    await expect(stack.call('ExecuteChangeSet', { ChangeSetName: 'c' })).rejects.toMatchObject({
      code: 'InvalidChangeSetStatus',
    });
  });

  test('of an update tell modification, replacement, what follows from it, and removal', async () => {
    const stack = new FakeStack();
    await stack.create(
      template({
        A: thing({ Name: 'x' }),
        B: thing({ Refers: ref('A') }),
        C: thing({ Size: 1 }),
        D: thing(),
        E: thing(),
      }),
    );
    await stack.call('CreateChangeSet', {
      ChangeSetName: 'c',
      ...body({ A: thing({ Name: 'y' }), B: thing({ Refers: ref('A') }), C: thing({ Size: 2 }), D: thing() }),
    });
    const changes = listOf(await stack.call('DescribeChangeSet', { ChangeSetName: 'c' }), 'Changes').map(
      change => change.ResourceChange,
    );
    expect(changes).toMatchObject([
      {
        Action: 'Modify',
        LogicalResourceId: 'A',
        PhysicalResourceId: 'thing-1',
        Replacement: 'True',
        PolicyAction: 'ReplaceAndDelete',
        Scope: ['Properties'],
        Details: [
          {
            Target: { Attribute: 'Properties', Name: 'Name', RequiresRecreation: 'Always' },
            Evaluation: 'Static',
            ChangeSource: 'DirectModification',
          },
        ],
      },
      {
        Action: 'Modify',
        LogicalResourceId: 'B',
        Replacement: 'False',
        Details: [
          {
            Target: { Name: 'Refers', RequiresRecreation: 'Never' },
            Evaluation: 'Dynamic',
            ChangeSource: 'ResourceReference',
            CausingEntity: 'A',
          },
        ],
      },
      { Action: 'Modify', LogicalResourceId: 'C', Replacement: 'False' },
      { Action: 'Remove', LogicalResourceId: 'E', PolicyAction: 'Delete' },
    ]);
    expect(stack.calls).toHaveLength(5);
  });

  test('say that an attribute of a resource that changes may change what refers to it', async () => {
    const stack = new FakeStack();
    const wanted = (size: number) => ({
      A: thing({ Size: size }),
      B: thing({ Name: { 'Fn::GetAtt': ['A', 'Size'] } }),
    });
    await stack.create(template(wanted(1)));
    await stack.call('CreateChangeSet', { ChangeSetName: 'c', ...body(wanted(2)) });
    const [, change] = listOf(await stack.call('DescribeChangeSet', { ChangeSetName: 'c' }), 'Changes');
    expect(change?.ResourceChange).toMatchObject({
      LogicalResourceId: 'B',
      Replacement: 'Conditional',
      Details: [{ Evaluation: 'Dynamic', ChangeSource: 'ResourceAttribute', CausingEntity: 'A.Size' }],
    });
  });

  test('without changes fail with the text that the CDK CLI looks for', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }));
    await stack.call('CreateChangeSet', { ChangeSetName: 'c', ...body({ A: thing() }) });
    expect(await stack.call('DescribeChangeSet', { ChangeSetName: 'c' })).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
    await expect(stack.call('ExecuteChangeSet', { ChangeSetName: 'c' })).rejects.toMatchObject({
      code: 'InvalidChangeSetStatus',
    });
  });

  test('are gone once deleted, and deleting one that is not there is a success', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }));
    await stack.call('CreateChangeSet', { ChangeSetName: 'c', ...body({ A: thing({ Size: 1 }) }) });
    expect(await stack.call('ListChangeSets')).toMatchObject({
      Summaries: [{ ChangeSetName: 'c', Status: 'CREATE_COMPLETE' }],
    });
    await stack.call('DeleteChangeSet', { ChangeSetName: 'c' });
    await expect(stack.call('DescribeChangeSet', { ChangeSetName: 'c' })).rejects.toMatchObject({
      code: 'ChangeSetNotFound',
      status: 404,
    });
    expect(await stack.call('DeleteChangeSet', { ChangeSetName: 'c' })).toEqual({});
  });

  test('are dropped when another one is executed', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }));
    for (const [name, size] of [
      ['c', 1],
      ['d', 2],
    ] as const)
      await stack.call('CreateChangeSet', { ChangeSetName: name, ...body({ A: thing({ Size: size }) }) });
    await stack.call('ExecuteChangeSet', { ChangeSetName: 'd' });
    await stack.settle();
    await expect(stack.call('DescribeChangeSet', { ChangeSetName: 'c' })).rejects.toMatchObject({
      code: 'ChangeSetNotFound',
    });
  });

  test('OnStackFailure DELETE takes the new stack away', async () => {
    const stack = new FakeStack();
    stack.fail('A', 'create');
    await stack.call('CreateChangeSet', {
      ChangeSetName: 'c',
      ChangeSetType: 'CREATE',
      OnStackFailure: 'DELETE',
      ...body({ A: thing() }),
    });
    const id = await stack.stackId();
    await stack.call('ExecuteChangeSet', { ChangeSetName: 'c' });
    expect(await stack.settle(id)).toBe('DELETE_COMPLETE');
  });

  test('of a stack in review are gone with it', async () => {
    const stack = new FakeStack();
    await stack.call('CreateChangeSet', { ChangeSetName: 'c', ChangeSetType: 'CREATE', ...body({ A: thing() }) });
    expect(await stack.delete()).toBe('DELETE_COMPLETE');
  });
});

describe('requests that are refused', () => {
  test.each<[string, string, object, string]>([
    [
      'an unknown action',
      'DetectStackDrift',
      {},
      'The sandbox does not support the CloudFormation action DetectStackDrift',
    ],
    [
      'an unknown parameter',
      'CreateStack',
      { StackPolicyBody: '{}' },
      'CreateStack: the sandbox does not support StackPolicyBody',
    ],
    ['notifications', 'CreateStack', { NotificationARNs: ['arn'], ...body({ A: thing() }) }, 'NotificationARNs'],
    [
      'the express mode',
      'CreateStack',
      { DeploymentConfig: { Mode: 'EXPRESS' }, ...body({ A: thing() }) },
      'Mode EXPRESS is not supported',
    ],
    ['an update of nothing', 'UpdateStack', body({ A: thing() }), 'Stack [stack] does not exist'],
    ['a description of nothing', 'DescribeStacks', {}, 'Stack with id stack does not exist'],
    ['events of nothing', 'DescribeStackEvents', {}, 'Stack [stack] does not exist'],
    ['no template', 'CreateStack', {}, 'Either Template URL or Template Body must be specified.'],
    [
      'a template that is not there',
      'CreateStack',
      { TemplateURL: 'http://127.0.0.1/bucket/key' },
      'no object at http://127.0.0.1/bucket/key',
    ],
    [
      'a wrong name',
      'CreateStack',
      { StackName: '1', ...body({ A: thing() }) },
      "Value '1' at 'stackName' failed to satisfy constraint",
    ],
  ])('%s', async (_what, action, input, message) => {
    await expect(new FakeStack().call(action, { ...input })).rejects.toThrow(message);
  });

  test('a second stack of the same name, and any change while one is under way', async () => {
    const stack = new FakeStack();
    stack.hold('A');
    await stack.call('CreateStack', body({ A: thing() }));
    await expect(stack.call('CreateStack', body({ A: thing() }))).rejects.toMatchObject({
      code: 'AlreadyExistsException',
      message: 'Stack [stack] already exists',
    });
    await expect(stack.call('UpdateStack', body({ A: thing({ Size: 1 }) }))).rejects.toThrow(
      'is in CREATE_IN_PROGRESS state and can not be updated.',
    );
    await stack.clock.advance(0);
    stack.release('A');
    await stack.settle();
    stack.hold('A');
    await stack.call('UpdateStack', body({ A: thing({ Size: 1 }) }));
    await expect(stack.call('DeleteStack')).rejects.toThrow('cannot be deleted while in status UPDATE_IN_PROGRESS');
    await stack.clock.advance(0);
    stack.release('A');
    await stack.settle();
  });

  test('IAM resources without the capability', async () => {
    const role: ResourceType = { ...cdkMetadata, typeName: 'AWS::IAM::Role', properties: { RoleName: 'replacement' } };
    const stack = new FakeStack('stack', { resourceTypes: [role] });
    const wanted = (properties: object) => template({ Role: { Type: 'AWS::IAM::Role', Properties: properties } });
    await expect(stack.create(wanted({}))).rejects.toMatchObject({
      code: 'InsufficientCapabilitiesException',
      message: 'Requires capabilities : [CAPABILITY_IAM]',
    });
    await expect(stack.create(wanted({ RoleName: 'r' }), { Capabilities: ['CAPABILITY_IAM'] })).rejects.toThrow(
      'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    );
    expect(await stack.create(wanted({ RoleName: 'r' }), { Capabilities: ['CAPABILITY_NAMED_IAM'] })).toBe(
      'CREATE_COMPLETE',
    );
  });
});

describe('descriptions', () => {
  test('of a stack tell parameters, outputs, tags and times', async () => {
    const stack = new FakeStack();
    await stack.create(
      template(
        { A: thing() },
        {
          Description: 'A test',
          Parameters: { P: { Type: 'String', NoEcho: true } },
          Outputs: { O: { Value: ref('A'), Description: 'The thing', Export: { Name: 'thing' } } },
        },
      ),
      {
        Parameters: [{ ParameterKey: 'P', ParameterValue: 'secret' }],
        Tags: [{ Key: 'k', Value: 'v' }],
        RoleARN: 'arn:aws:iam::123456789012:role/r',
      },
    );
    expect(await stack.stack()).toMatchObject({
      StackName: 'stack',
      Description: 'A test',
      StackStatus: 'CREATE_COMPLETE',
      Parameters: [{ ParameterKey: 'P', ParameterValue: '****' }],
      Outputs: [{ OutputKey: 'O', OutputValue: 'thing-1', Description: 'The thing', ExportName: 'thing' }],
      Tags: [{ Key: 'k', Value: 'v' }],
      RoleARN: 'arn:aws:iam::123456789012:role/r',
      CreationTime: '2026-01-01T00:00:00.000Z',
      EnableTerminationProtection: false,
    });
  });

  test('of resources, by stack, by logical id and by physical id', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({}, { Metadata: { m: 1 } }), B: thing() }));
    expect(
      listOf(await stack.call('ListStackResources'), 'StackResourceSummaries').map(
        ({ LogicalResourceId }) => LogicalResourceId,
      ),
    ).toEqual(['A', 'B']);
    expect(await stack.call('DescribeStackResource', { LogicalResourceId: 'A' })).toMatchObject({
      StackResourceDetail: { PhysicalResourceId: 'thing-1', ResourceStatus: 'CREATE_COMPLETE', Metadata: '{"m":1}' },
    });
    const byPhysicalId = await stack.cloudFormation.call(
      'DescribeStackResources',
      { PhysicalResourceId: 'thing-2' },
      caller,
    );
    expect(listOf(byPhysicalId, 'StackResources')).toHaveLength(2);
    await expect(stack.call('DescribeStackResource', { LogicalResourceId: 'C' })).rejects.toThrow(
      'Resource C does not exist for stack stack',
    );
  });

  test('of another Region show nothing of this one', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }));
    const elsewhere = { ...caller, region: 'us-east-1' };
    await expect(stack.cloudFormation.call('DescribeStacks', { StackName: 'stack' }, elsewhere)).rejects.toThrow(
      'Stack with id stack does not exist',
    );
    expect(await stack.cloudFormation.call('DescribeStacks', {}, elsewhere)).toEqual({
      Stacks: [],
    });
  });

  test('ListStacks filters by status, and tells of deleted stacks too', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }));
    await stack.delete();
    const list = (input: object) => stack.cloudFormation.call('ListStacks', { ...input }, caller);
    expect(await list({ StackStatusFilter: ['CREATE_COMPLETE'] })).toEqual({ StackSummaries: [] });
    expect(await list({})).toMatchObject({ StackSummaries: [{ StackName: 'stack', StackStatus: 'DELETE_COMPLETE' }] });
  });

  test('DescribeEvents gives the failed ones alone if asked, and none for a change set', async () => {
    const stack = new FakeStack();
    stack.fail('A', 'create');
    await stack.create(template({ A: thing() }));
    const events = listOf(await stack.call('DescribeEvents', { Filters: { FailedEvents: 'true' } }), 'OperationEvents');
    expect(events).toMatchObject([
      { EventType: 'STACK_EVENT', LogicalResourceId: 'A', ResourceStatus: 'CREATE_FAILED' },
    ]);
    expect(await stack.call('DescribeEvents', { ChangeSetName: 'c' })).toEqual({ OperationEvents: [] });
  });

  test('a rollback is an operation of its own', async () => {
    const stack = new FakeStack();
    stack.fail('A', 'create');
    await stack.create(template({ A: thing() }), { ClientRequestToken: 'token' });
    const events = listOf(await stack.call('DescribeStackEvents'), 'StackEvents');
    expect(new Set(events.map(({ OperationId }) => OperationId)).size).toBe(2);
    expect(new Set(events.map(({ ClientRequestToken }) => ClientRequestToken))).toEqual(new Set(['token']));
  });

  test('of templates: the text as it came, a summary, a validation', async () => {
    const stack = new FakeStack();
    const wanted = template({ A: thing() }, { Description: 'd', Parameters: { P: { Type: 'String', Default: 'x' } } });
    await stack.create(wanted);
    const answer = first({ list: [await stack.call('GetTemplate')] }, 'list');
    expect(textOf(answer.TemplateBody)).toBe(JSON.stringify(wanted));
    const summary = {
      Description: 'd',
      Parameters: [{ ParameterKey: 'P', DefaultValue: 'x', ParameterType: 'String', NoEcho: false }],
    };
    expect(await stack.call('GetTemplateSummary')).toMatchObject({ ...summary, ResourceTypes: ['Test::Thing'] });
    const { cloudFormation } = stack;
    expect(
      await cloudFormation.call('ValidateTemplate', { TemplateBody: JSON.stringify(wanted) }, caller),
    ).toMatchObject({ ...summary, Parameters: [{ ParameterKey: 'P', DefaultValue: 'x', NoEcho: false }] });
    const toNothing = JSON.stringify(template({ A: thing({ Size: { Ref: 'Nothing' } }) }));
    await expect(cloudFormation.call('ValidateTemplate', { TemplateBody: toNothing }, caller)).rejects.toThrow(
      'Unresolved resource dependencies [Nothing] in the Resources block',
    );
    await expect(cloudFormation.call('ValidateTemplate', { TemplateBody: '{}' }, caller)).rejects.toThrow(
      'At least one Resources member',
    );
  });
});

describe('a TemplateURL', () => {
  test('is read through S3', async () => {
    const wanted = JSON.stringify(template({ A: thing() }));
    const stack = new FakeStack('stack', {});
    const other = new FakeStack('stack', {
      readTemplate: url => Promise.resolve(url.endsWith('/key') ? wanted : undefined),
    });
    await expect(stack.call('CreateStack', { TemplateURL: 'http://x/key' })).rejects.toThrow('S3 error');
    expect(await other.run('CreateStack', { TemplateURL: 'http://x/key' })).toBe('CREATE_COMPLETE');
  });
});
