import { withVariables } from '../intrinsics';
import { FakeStack, output, ref, refused, template, thing } from './fake-stack';

describe('a template that would take for ever, or all memory, is refused', () => {
  /** `levels` deep, each with the one below ten times: a million characters from six levels on. */
  const nested = (levels: number): object | string =>
    levels === 0 ? 'x' : { 'Fn::Sub': [`\${V}`.repeat(10), { V: nested(levels - 1) }] };

  test('Fn::Sub in each other is resolved once each, and gives a million characters at most', async () => {
    expect(await output({ 'Fn::Select': [0, { 'Fn::Split': ['xxxxx', nested(3)] }] })).toBe('');
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Size: nested(9) }) }));
    expect((await stack.newEvents()).join()).toContain('Fn::Sub gives more than 1048576 characters');
  });

  test('Fn::Sub with thousands of ${ that do not end takes no longer than it is long', () => {
    const text = '${'.repeat(200_000);
    expect(withVariables(`\${A}${text}`, () => 'value')).toBe(`value${text}`);
  });

  test.each<[string, object]>([
    ['Fn::Join', { 'Fn::Join': ['-'.repeat(1000), Array.from({ length: 1100 }, () => 'x')] }],
    ['Fn::Base64', Array.from({ length: 60 }).reduce<object>(inner => ({ 'Fn::Base64': inner }), ref('A'))],
    ['Fn::FindInMap', Array.from({ length: 30 }, () => ({ 'Fn::FindInMap': ['M', 'a', 'b'] }))],
  ])('%s gives a million characters at most', async (name, value) => {
    const stack = new FakeStack();
    const mappings = { Mappings: { M: { a: { b: Array.from({ length: 10 }, () => 'x'.repeat(4000)) } } } };
    await stack.create(template({ A: thing(), B: thing({ Size: value }) }, mappings));
    expect((await stack.newEvents()).join()).toContain(`${name} gives more than 1048576 characters`);
  });

  test('outputs that give a million characters together', async () => {
    const stack = new FakeStack();
    const Outputs = Object.fromEntries(
      Array.from({ length: 3 }, (_, index) => [
        `O${index}`,
        { Value: { 'Fn::Join': ['-'.repeat(500), Array(1000).fill('x')] } },
      ]),
    );
    expect(await stack.create(template({ A: thing() }, { Outputs }))).toBe('ROLLBACK_COMPLETE');
    expect((await stack.newEvents()).join()).toContain('gives more than 1048576 characters');
  });

  const parameter = (declaration: object, value?: string) => {
    const parameters = { Parameters: { P: { Type: 'String', ...declaration } } };
    const input = value === undefined ? {} : { Parameters: [{ ParameterKey: 'P', ParameterValue: value }] };
    return expect(new FakeStack().create(template({ A: thing() }, parameters), input)).rejects;
  };

  test('a pattern that takes for ever', async () => {
    await parameter({ AllowedPattern: '(a+)+', Default: `${'a'.repeat(60)}b` }).toThrow('within 100 milliseconds');
  });

  test('a pattern that is none, by its name', async () => {
    await parameter({ AllowedPattern: '(', Default: 'a' }).toThrow('AllowedPattern ( is no regular expression');
  });

  test('a value of more than 4,096 bytes', async () => {
    await parameter({}, 'ü'.repeat(2049)).toThrow("'P' must be at most 4096 bytes, not 4098");
  });

  test('more than 200 parameters', async () => {
    const all = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`P${index}`, { Type: 'String' }]));
    await refused({ A: thing() }, { Parameters: all }).toThrow('Number of parameters, 201');
  });

  test('more than 200 lists and objects in each other', async () => {
    const deep = Array.from({ length: 200 }).reduce<object[]>(inner => [inner], []);
    await refused({ A: thing() }, { Metadata: deep }).toThrow('more than 200 lists and objects');
  });

  test.each([
    ['brackets', '['],
    ['objects in brackets', '{a: '],
    ['lists on a line', '- '],
    ['keys on a line', '? '],
    ['functions', '!Sub ['],
  ])('YAML with thousands of %s in each other, before it is parsed', async (_what, sign) => {
    for (const times of [201, 1500, 3000, 8000]) {
      await expect(new FakeStack().call('CreateStack', { TemplateBody: sign.repeat(times) })).rejects.toThrow(
        'more than 200 lists and objects',
      );
    }
  });

  test('YAML that is further in with each of 201 lines', async () => {
    const lines = Array.from({ length: 210 }, (_, depth) => `${' '.repeat(depth)}a:`);
    await expect(new FakeStack().call('CreateStack', { TemplateBody: lines.join('\n') })).rejects.toThrow(
      'more than 200 lists and objects',
    );
  });

  test('but not YAML that is long and not deep', async () => {
    const body = `Resources:\n  A:\n    Type: Test::Thing\n    Properties:\n      Size: "${'[{'.repeat(300)}"\nMetadata:\n${'  - {a: 1, b: [2, 3]}\n'.repeat(300)}  # ${'- '.repeat(300)}`;
    const stack = new FakeStack();
    await stack.call('CreateStack', {
      TemplateBody: body.replaceAll('Metadata:\n', 'Metadata:\n  M:\n').replaceAll('\n  - {', '\n    - {'),
    });
    expect(await stack.settle()).toBe('CREATE_COMPLETE');
  });
});
