import { FakeStack, listOf, nested, ref, template, thing } from './fake-stack';

/** A stack with a nested stack `N`, and one `M` in that. */
async function created() {
  const stack = new FakeStack();
  const size = { Parameters: { Size: { Type: 'String' } } };
  stack.templates.set('outer', template({ M: nested('inner', { Parameters: { Size: ref('Size') } }) }, size));
  stack.templates.set('inner', template({ A: thing({ Size: ref('Size') }) }, size));
  await stack.create(parent(1));
  return stack;
}

const parent = (size: number, others: { readonly [name: string]: object } = {}) =>
  template({ N: nested('outer', { Parameters: { Size: size } }), ...others });

async function changeSet(stack: FakeStack, wanted: object, input: { readonly [name: string]: string } = {}) {
  const parameters = { ChangeSetName: 'c', TemplateBody: JSON.stringify(wanted), ...input };
  await stack.call('CreateChangeSet', parameters);
  return stack.call('DescribeChangeSet', { ChangeSetName: 'c' });
}

const changes = (described: object) => listOf(described, 'Changes').map(({ ResourceChange }) => ResourceChange);

test('a change set cannot know whether a nested stack changes, and says so', async () => {
  const stack = await created();
  expect(changes(await changeSet(stack, parent(1)))).toMatchObject([
    {
      Action: 'Modify',
      LogicalResourceId: 'N',
      PhysicalResourceId: await stack.nestedId('N'),
      ResourceType: 'AWS::CloudFormation::Stack',
      Replacement: 'False',
      Details: [{ ChangeSource: 'Automatic', Evaluation: 'Dynamic', Target: { Attribute: 'Properties' } }],
    },
  ]);
});

describe('a change set that includes nested stacks', () => {
  const including = { IncludeNestedStacks: 'true' };

  test('has no changes where none of them has one, however deep', async () => {
    const stack = await created();
    expect(await changeSet(stack, parent(1), including)).toMatchObject({
      Status: 'FAILED',
      IncludeNestedStacks: true,
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
  });

  test('leaves those out that have none', async () => {
    const stack = await created();
    const described = await changeSet(stack, parent(1, { B: thing() }), including);
    expect(changes(described)).toMatchObject([{ Action: 'Add', LogicalResourceId: 'B' }]);
  });

  test.each<[string, (stack: FakeStack) => object]>([
    ['its parameters', () => parent(2)],
    [
      'a template further in',
      stack => {
        stack.templates.set('inner', template({ B: thing() }, { Parameters: { Size: { Type: 'String' } } }));
        return parent(1);
      },
    ],
    [
      'a template that is gone',
      stack => {
        stack.templates.delete('inner');
        return parent(1);
      },
    ],
  ])('has those that change through %s', async (_what, change) => {
    const stack = await created();
    const described = await changeSet(stack, change(stack), including);
    expect(changes(described)).toMatchObject([{ Action: 'Modify', LogicalResourceId: 'N' }]);
  });

  test('of a new stack makes the nested one when it is executed', async () => {
    const stack = new FakeStack();
    stack.templates.set('outer', template({ A: thing() }, { Parameters: { Size: { Type: 'String' } } }));
    const described = await changeSet(stack, parent(1), { ...including, ChangeSetType: 'CREATE' });
    expect(changes(described)).toMatchObject([{ Action: 'Add', LogicalResourceId: 'N' }]);
    await stack.call('ExecuteChangeSet', { ChangeSetName: 'c' });
    expect(await stack.settle()).toBe('CREATE_COMPLETE');
    expect(await stack.statuses(await stack.nestedId('N'))).toEqual(['CREATE_COMPLETE']);
  });
});
