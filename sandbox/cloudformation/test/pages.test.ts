import { caller, FakeStack, listOf, ref, template, textOf, thing } from './fake-stack';

const things = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`T${String(index).padStart(3, '0')}`, thing()]));

const body = (resources: { readonly [name: string]: object }, sections: object = {}) => ({
  TemplateBody: JSON.stringify(template(resources, sections)),
});

/** Follows the tokens to the last page. @returns what `key` is of each item, by page */
async function pages(stack: FakeStack, action: string, list: string, key: string, input: object = {}) {
  const read: string[][] = [];
  let token: string | undefined;
  do {
    const parameters = { ...input, ...(token !== undefined && { NextToken: token }) };
    const answer = await stack.cloudFormation.call(action, { ...parameters }, caller);
    read.push(listOf(answer, list).map(item => textOf(item[key])));
    token = Reflect.get(answer, 'NextToken');
  } while (token !== undefined);
  return read;
}

const sizes = (read: readonly (readonly string[])[]) => read.map(({ length }) => length);
const ofStack = { StackName: 'stack' };

describe('a stack of 205 resources', () => {
  const created = async () => {
    const stack = new FakeStack();
    await stack.create(template(things(205)));
    return stack;
  };

  test('has its resources on pages of 100, each once', async () => {
    const read = await pages(
      await created(),
      'ListStackResources',
      'StackResourceSummaries',
      'LogicalResourceId',
      ofStack,
    );
    expect(sizes(read)).toEqual([100, 100, 5]);
    expect(read.flat()).toEqual(Object.keys(things(205)));
  });

  test('has its events on pages of 100, newest first, each once', async () => {
    const stack = await created();
    const read = await pages(stack, 'DescribeStackEvents', 'StackEvents', 'EventId', ofStack);
    expect(sizes(read)).toEqual([...Array(6).fill(100), 17]);
    expect(new Set(read.flat()).size).toBe(617);
    expect(await pages(stack, 'DescribeEvents', 'OperationEvents', 'EventId', ofStack)).toEqual(read);
  });

  test('is described with its first 100 resources alone by DescribeStackResources, which has no pages', async () => {
    expect(listOf(await (await created()).call('DescribeStackResources'), 'StackResources')).toHaveLength(100);
  });

  test('of which some go between two pages shows all others', async () => {
    const stack = await created();
    const page = await stack.call('ListStackResources');
    const { T000: _first, ...others } = things(205);
    await stack.update(template(others));
    const next = await stack.call('ListStackResources', { NextToken: textOf(Reflect.get(page, 'NextToken')) });
    expect(listOf(next, 'StackResourceSummaries')[0]).toMatchObject({ LogicalResourceId: 'T100' });
  });

  test('that goes on between two pages shows each older event once', async () => {
    const stack = await created();
    const page = await stack.call('DescribeStackEvents');
    await stack.update(template({ ...things(204), New: thing() }));
    const next = await stack.call('DescribeStackEvents', { NextToken: textOf(Reflect.get(page, 'NextToken')) });
    const times = [page, next].flatMap(answer =>
      listOf(answer, 'StackEvents').map(({ Timestamp }) => textOf(Timestamp)),
    );
    expect(new Set(times).size).toBe(200);
    expect(times).toEqual([...times].sort().reverse());
  });
});

test('a page of events has no more than 1 MiB', async () => {
  const stack = new FakeStack();
  await stack.create(template({ A: thing({ Refers: ['x'.repeat(40_000)] }) }));
  for (let size = 1; size <= 15; size++)
    await stack.run('UpdateStack', body({ A: thing({ Size: size, Refers: ['x'.repeat(40_000)] }) }));
  const read = await pages(stack, 'DescribeStackEvents', 'StackEvents', 'EventId', ofStack);
  expect(read).toHaveLength(2);
  expect(new Set(read.flat()).size).toBe(80);
  expect(read.flat()).toHaveLength(80);
});

test('105 stacks, their exports and the change sets of one are on pages of 100', async () => {
  const stack = new FakeStack();
  const names = Array.from({ length: 105 }, (_, index) => `stack-${index}`);
  for (const name of names) {
    const sections = { Outputs: { O: { Value: ref('A'), Export: { Name: name } } } };
    await stack.call('CreateStack', { StackName: name, ...body({ A: thing() }, sections) });
    await stack.settle(name);
    const change = { StackName: 'stack-0', ChangeSetName: `c${name}`, ...body({ A: thing({ Size: 1 }) }) };
    await stack.call('CreateChangeSet', change);
  }
  const newestFirst = names.toReversed();
  expect(await pages(stack, 'DescribeStacks', 'Stacks', 'StackName')).toEqual([
    newestFirst.slice(0, 100),
    newestFirst.slice(100),
  ]);
  expect(sizes(await pages(stack, 'ListStacks', 'StackSummaries', 'StackName'))).toEqual([100, 5]);
  expect((await pages(stack, 'ListExports', 'Exports', 'Name')).flat()).toEqual(newestFirst);
  const changeSets = await pages(stack, 'ListChangeSets', 'Summaries', 'ChangeSetName', { StackName: 'stack-0' });
  expect(sizes(changeSets)).toEqual([100, 5]);
});

describe('a NextToken', () => {
  test.each([
    ['DescribeStackEvents', ofStack],
    ['DescribeEvents', ofStack],
    ['ListStackResources', ofStack],
    ['ListChangeSets', ofStack],
    ['DescribeChangeSet', { ...ofStack, ChangeSetName: 'c' }],
    ['DescribeStacks', {}],
    ['ListStacks', {}],
    ['ListExports', {}],
  ])('that nobody has given is a ValidationError of %s', async (action, input) => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }));
    await stack.call('CreateChangeSet', { ...body({ A: thing({ Size: 1 }) }), ChangeSetName: 'c' });
    for (const token of ['made-up', Buffer.from('["of something else",1,"A"]').toString('base64url')])
      await expect(stack.cloudFormation.call(action, { ...input, NextToken: token }, caller)).rejects.toMatchObject({
        code: 'ValidationError',
      });
  });

  test('of one stack is none of another', async () => {
    const stack = new FakeStack();
    await stack.create(template(things(101)));
    const page = await stack.call('ListStackResources');
    await stack.call('CreateStack', { StackName: 'other', ...body(things(101)) });
    await stack.settle('other');
    const input = { StackName: 'other', NextToken: textOf(Reflect.get(page, 'NextToken')) };
    await expect(stack.call('ListStackResources', input)).rejects.toMatchObject({ code: 'ValidationError' });
  });
});
