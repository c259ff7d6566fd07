import type { QueryInput } from '../input';
import { caller, FakeStack, output, ref, refused, template, thing } from './fake-stack';

const sub = (text: string) => ({ 'Fn::Sub': text });

describe('intrinsic functions', () => {
  const mappings = { Mappings: { M: { eu: { Size: '3' } } } };
  const conditions = {
    Conditions: {
      Yes: { 'Fn::Equals': ['a', 'a'] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
      Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
      Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    },
  };

  test.each<[string, object, string]>([
    ['Ref', ref('A'), 'thing-1'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['A', 'Size'] }, '5'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'A.Size' }, '5'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', ref('A'), 7]] }, 'a-thing-1-7'],
    ['Fn::Sub', sub(`\${A}/\${A.Size}/\${AWS::Region}/\${!Literal}`), `thing-1/5/eu-central-1/\${Literal}`],
    ['Fn::Sub with variables', { 'Fn::Sub': [`\${X}-\${A}`, { X: ref('A') }] }, 'thing-1-thing-1'],
    ['Fn::Select and Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b'] }] }, 'b'],
    ['Fn::If', { 'Fn::If': ['Yes', 'yes', 'no'] }, 'yes'],
    ['Fn::Not', { 'Fn::If': ['No', 'yes', 'no'] }, 'no'],
    ['Fn::And', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
    ['Fn::Or', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['M', 'eu', 'Size'] }, '3'],
    ['Fn::Base64', { 'Fn::Base64': 'abc' }, 'YWJj'],
    ['AWS::NoValue in a list', { 'Fn::Join': [',', ['a', ref('AWS::NoValue'), 'b']] }, 'a,b'],
    ['AWS::AccountId', ref('AWS::AccountId'), '123456789012'],
    ['AWS::Partition', ref('AWS::Partition'), 'aws'],
    ['AWS::StackName', ref('AWS::StackName'), 'stack'],
    ['AWS::URLSuffix', ref('AWS::URLSuffix'), 'amazonaws.com'],
  ])('%s', async (_name, value, expected) => {
    expect(await output(value, { ...mappings, ...conditions })).toBe(expected);
  });

  test('AWS::StackId is the id that the API gives', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing() }, { Outputs: { O: { Value: ref('AWS::StackId') } } }));
    expect((await stack.outputs()).O).toBe(await stack.stackId());
  });

  test('AWS::NoValue leaves a property out, and a required one fails by its name', async () => {
    const stack = new FakeStack();
    await stack.create(
      template(
        { A: thing({ Size: ref('AWS::NoValue') }) },
        { Outputs: { O: { Value: { 'Fn::GetAtt': ['A', 'Size'] } } } },
      ),
    );
    expect((await stack.outputs()).O).toBe('none');
    const other = new FakeStack();
    await other.create(template({ R: { Type: 'Custom::X', Properties: { ServiceToken: ref('AWS::NoValue') } } }));
    expect(await other.newEvents()).toContain('R CREATE_FAILED: Property ServiceToken cannot be empty.');
  });

  test('Fn::ImportValue takes another stack of the same Region, which then cannot change what it exports', async () => {
    const stack = new FakeStack();
    const exporting = (value: string) =>
      template({ A: thing() }, { Outputs: { O: { Value: value, Export: { Name: 'shared' } } } });
    await stack.create(exporting('x'));
    await stack.call('CreateStack', {
      StackName: 'user',
      TemplateBody: JSON.stringify(template({ B: thing({ Size: { 'Fn::ImportValue': 'shared' } }) })),
    });
    expect(await stack.settle('user')).toBe('CREATE_COMPLETE');
    await expect(stack.delete()).rejects.toThrow('Export shared cannot be deleted as it is in use by user');
    expect(await stack.update(exporting('y'))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stack.cloudFormation.call('ListExports', {}, caller)).toMatchObject({
      Exports: [{ Name: 'shared', Value: 'x' }],
    });
  });

  test('Fn::ImportValue of nothing fails the resource by the name', async () => {
    const stack = new FakeStack();
    await stack.create(template({ A: thing({ Size: { 'Fn::ImportValue': 'absent' } }) }));
    expect(await stack.newEvents()).toContain('A CREATE_FAILED: No export named absent found');
  });
});

describe('conditions', () => {
  test('leave out resources and outputs, and what DependsOn names may be left out', async () => {
    const stack = new FakeStack();
    await stack.create(
      template(
        { A: thing({}, { Condition: 'No' }), B: thing({}, { DependsOn: 'A' }) },
        {
          Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
          Outputs: { O: { Condition: 'No', Value: ref('A') }, P: { Value: ref('B') } },
        },
      ),
    );
    expect(stack.calls).toEqual(['create B']);
    expect(await stack.outputs()).toEqual({ P: 'thing-1' });
  });

  test('a resource whose condition no longer holds is removed', async () => {
    const stack = new FakeStack();
    const wanted = template(
      { A: thing({}, { Condition: 'Wanted' }), B: thing() },
      { Parameters: { P: { Type: 'String' } }, Conditions: { Wanted: { 'Fn::Equals': [ref('P'), 'yes'] } } },
    );
    await stack.create(wanted, { Parameters: [{ ParameterKey: 'P', ParameterValue: 'yes' }] });
    await stack.update(wanted, { Parameters: [{ ParameterKey: 'P', ParameterValue: 'no' }] });
    expect(stack.calls).toEqual(['create A', 'create B', 'delete A thing-1']);
  });
});

describe('parameters', () => {
  const parameters = (declared: object) => ({ Parameters: { P: declared } });
  const given = (value: string) => ({ Parameters: [{ ParameterKey: 'P', ParameterValue: value }] });

  test('take the value given, or the default', async () => {
    expect(await output(ref('P'), parameters({ Type: 'String', Default: 'd' }))).toBe('d');
    expect(await output(ref('P'), parameters({ Type: 'String', Default: 'd' }), given('v'))).toBe('v');
    expect(
      await output({ 'Fn::Select': ['1', ref('P')] }, parameters({ Type: 'CommaDelimitedList' }), given('a, b')),
    ).toBe('b');
  });

  test('of an SSM type take what the SSM parameter holds, and show both', async () => {
    const stack = new FakeStack();
    const declared = { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' };
    await stack.create(template({ A: thing() }, { ...parameters(declared), Outputs: { O: { Value: ref('P') } } }));
    expect((await stack.outputs()).O).toBe('30');
    expect((await stack.stack()).Parameters).toEqual([
      { ParameterKey: 'P', ParameterValue: '/cdk-bootstrap/hnb659fds/version', ResolvedValue: '30' },
    ]);
    await refused({ A: thing() }, parameters({ ...declared, Default: '/absent' })).toThrow(
      'Unable to fetch parameters [/absent]',
    );
  });

  test('keep their value with UsePreviousValue', async () => {
    const stack = new FakeStack();
    const wanted = (size: number) =>
      template({ A: thing({ Size: size, Refers: ref('P') }) }, parameters({ Type: 'String' }));
    await stack.create(wanted(1), given('v'));
    await stack.update(wanted(2), { Parameters: [{ ParameterKey: 'P', UsePreviousValue: 'true' }] });
    expect((await stack.stack()).Parameters).toEqual([{ ParameterKey: 'P', ParameterValue: 'v' }]);
  });

  test.each<[string, object, QueryInput, string]>([
    ['missing', { Type: 'String' }, {}, 'Parameters: [P] must have values'],
    [
      'unknown',
      { Type: 'String', Default: '' },
      { Parameters: [{ ParameterKey: 'Q', ParameterValue: 'x' }] },
      'Parameters: [Q] do not exist in the template',
    ],
    ['no number', { Type: 'Number' }, given('x'), "Parameter 'P' must be a number."],
    ['not allowed', { Type: 'String', AllowedValues: ['a'] }, given('b'), "Parameter 'P' must be one of AllowedValues"],
    [
      'against its pattern',
      { Type: 'String', AllowedPattern: 'dxlag-.*', ConstraintDescription: 'a LAG id' },
      given('b'),
      'Parameter P failed to satisfy constraint: a LAG id',
    ],
    ['too long', { Type: 'String', MaxLength: 2 }, given('abc'), 'must be at most 2 characters'],
    ['too small', { Type: 'Number', MinValue: 3 }, given('2'), 'must be at least 3'],
    [
      'of an unknown type',
      { Type: 'AWS::EC2::VPC::Id' },
      given('x'),
      'Unrecognized parameter type: "AWS::EC2::VPC::Id" of P',
    ],
  ])('that are %s are refused', async (_what, declared, input, message) => {
    await expect(new FakeStack().create(template({ A: thing() }, parameters(declared)), input)).rejects.toThrow(
      message,
    );
  });
});

describe('rules', () => {
  const rules = (versions: string[]) => ({
    Parameters: {
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
    },
    Rules: {
      CheckBootstrapVersion: {
        Assertions: [
          {
            Assert: { 'Fn::Not': [{ 'Fn::Contains': [versions, ref('BootstrapVersion')] }] },
            AssertDescription: 'CDK bootstrap stack version 6 required.',
          },
        ],
      },
    },
  });

  test("CDK's check of the bootstrap version holds, or refuses the template", async () => {
    expect(await new FakeStack().create(template({ A: thing() }, rules(['1', '2'])))).toBe('CREATE_COMPLETE');
    await refused({ A: thing() }, rules(['30'])).toThrow('CDK bootstrap stack version 6 required.');
  });
});

describe('a template that is refused before anything is made', () => {
  test.each<[string, string, string]>([
    ['no YAML', 'Resources: [', 'YAML not well-formed'],
    ['YAML that is no object', '- Resources', 'a template is an object'],
    ['no JSON', '{"Resources": ', 'JSON not well-formed'],
    ['no resources', '{"Resources": {}}', 'At least one Resources member must be defined.'],
  ])('%s', async (_what, body, message) => {
    const stack = new FakeStack();
    await expect(stack.call('CreateStack', { TemplateBody: body })).rejects.toThrow(message);
    await expect(stack.stack()).rejects.toThrow('Stack with id stack does not exist');
  });

  test.each<[string, { readonly [name: string]: object }, object, string]>([
    ['an unknown section', { A: thing() }, { Transform: 'X' }, 'Invalid template property or properties [Transform]'],
    ['a type that none can have', { A: { Type: 'AWS::EC2' } }, {}, 'Unrecognized resource types: [AWS::EC2]'],
    ['no type', { A: {} }, {}, 'Every Resources object must contain a Type member.'],
    [
      'an unknown attribute',
      { A: thing({}, { CreationPolicy: {} }) },
      {},
      "Invalid template resource property 'CreationPolicy'",
    ],
    [
      'an unknown property',
      { A: thing({ Colour: 'red' }) },
      {},
      'Encountered unsupported property Colour of Test::Thing',
    ],
    ['a missing property', { A: { Type: 'Custom::X' } }, {}, 'Property ServiceToken of Custom::X is required.'],
    ['an unknown function', { A: thing({ Size: { 'Fn::Cidr': [] } }) }, {}, 'the function Fn::Cidr is not supported'],
    [
      'a condition function in a property',
      { A: thing({ Size: { 'Fn::Equals': ['a', 'b'] } }) },
      {},
      'the function Fn::Equals is not supported here',
    ],
    ['a dynamic reference', { A: thing({ Size: '{{resolve:ssm:x}}' }) }, {}, 'does not support dynamic references'],
    ['null', { A: thing({ Size: null }) }, {}, "'null' values are not allowed in templates"],
    [
      'a reference to nothing',
      { A: thing({ Size: ref('B') }) },
      {},
      'Unresolved resource dependencies [B] in the Resources block of the template',
    ],
    [
      'a Fn::Sub of nothing',
      { A: thing({ Size: sub(`\${B.C}`) }) },
      {},
      'Unresolved resource dependencies [B] in the Resources block of the template',
    ],
    [
      'an output of nothing',
      { A: thing() },
      { Outputs: { O: { Value: ref('B') } } },
      'Unresolved resource dependencies [B] in the Outputs block of the template',
    ],
    [
      'DependsOn nothing',
      { A: thing({}, { DependsOn: 'B' }) },
      {},
      'Unresolved resource dependencies [B] in the Resources block of the template',
    ],
    [
      'an unknown pseudo parameter in a condition',
      { A: thing() },
      { Conditions: { C: { 'Fn::Equals': [ref('AWS::Moon'), 'x'] } } },
      'there is no pseudo parameter AWS::Moon',
    ],
    ['an unknown condition', { A: thing({}, { Condition: 'C' }) }, {}, 'unresolved condition dependency C'],
    [
      'a circle of conditions',
      { A: thing() },
      { Conditions: { C: { 'Fn::Not': [{ Condition: 'D' }] }, D: { 'Fn::Not': [{ Condition: 'C' }] } } },
      'circular condition dependency',
    ],
    [
      'a circle',
      { A: thing({ Size: ref('B') }), B: thing({}, { DependsOn: 'A' }) },
      {},
      'Circular dependency between resources: [A, B]',
    ],
    [
      'an unknown deletion policy',
      { A: thing({}, { DeletionPolicy: 'Snapshot' }) },
      {},
      '[/Resources/A/DeletionPolicy] "Snapshot" is not supported',
    ],
    ['a resource name with a hyphen', { 'a-b': thing() }, {}, 'Resource name a-b is non alphanumeric.'],
  ])('%s', async (_what, resources, sections, message) => {
    await refused(resources, sections).toMatchObject({
      code: 'ValidationError',
      message: expect.stringContaining(message),
    });
  });
});

describe('a resource of a type that is not emulated', () => {
  const bucket = (properties: object = {}) => ({ Type: 'AWS::S3::Bucket', Properties: properties });
  const outputs = {
    Outputs: {
      Arn: { Value: { 'Fn::GetAtt': ['Bucket', 'Arn'] } },
      Name: { Value: { Ref: 'Bucket' } },
      Topic: { Value: { Ref: 'Topic' } },
    },
  };

  test('is a placeholder with a physical id and attributes, takes any property, and changes in place', async () => {
    const stack = new FakeStack();
    const topic = { Type: 'AWS::SNS::Topic' };
    expect(await stack.create(template({ Bucket: bucket(), Topic: topic }, outputs))).toBe('CREATE_COMPLETE');
    const before = await stack.stack();
    expect(before).toMatchObject({
      Outputs: [
        { OutputKey: 'Arn', OutputValue: expect.stringMatching(/^arn:aws:s3:.*:stack-bucket-/) },
        { OutputKey: 'Name', OutputValue: expect.stringMatching(/^stack-bucket-/) },
        { OutputKey: 'Topic', OutputValue: expect.stringMatching(/^arn:aws:sns:.*:stack-topic-/) },
      ],
    });
    const changed = template({ Bucket: bucket({ AnyProperty: 1 }), Topic: topic }, outputs);
    expect(await stack.update(changed)).toBe('UPDATE_COMPLETE');
    expect(Reflect.get(Object(await stack.stack()), 'Outputs')).toEqual(Reflect.get(Object(before), 'Outputs'));
  });
});

test('a template in YAML, with the short forms of functions, is the same as in JSON', async () => {
  const yaml = [
    'Resources:',
    '  A:',
    '    Type: AWS::SNS::Topic',
    '    Properties:',
    '      Name: !Join ["-", [!Ref "AWS::StackName", a]]',
    'Outputs:',
    '  Arn:',
    `    Value: !Sub "\${A}/\${AWS::Region}"`,
  ].join('\n');
  const stack = new FakeStack();
  await stack.call('CreateStack', { TemplateBody: yaml });
  await stack.settle();
  expect(await stack.stack()).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    Outputs: [{ OutputValue: expect.stringMatching(/^arn:aws:sns:.*\/[a-z0-9-]+$/) }],
  });
});
