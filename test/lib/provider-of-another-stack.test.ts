import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { LagMembership, LagMembershipProvider } from '../../lib';

const TYPE = 'Custom::DirectConnectLagMembership';
const PAIR = { connectionId: 'dxcon-fg5678gh', lagId: 'dxlag-fg1234aa' };
const env = { account: '111122223333', region: 'eu-central-1' };

const ACTIONS = [
  'cloudformation:DescribeStackEvents',
  'cloudformation:DescribeStackResource',
  'cloudformation:DescribeStacks',
];

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** What the statements about CloudFormation in a template's roles and policies are about. */
function describable(template: Template): unknown[] {
  const roles = Object.values(template.findResources('AWS::IAM::Role'));
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  const statements: Statement[] = [
    ...roles.flatMap(role => role.Properties.Policies ?? []).map(policy => policy.PolicyDocument),
    ...policies.map(policy => policy.Properties.PolicyDocument),
  ].flatMap(document => document.Statement);
  const about = statements.filter(({ Action }) => [Action].flat().some(action => action.startsWith('cloudformation:')));
  for (const { Action } of about) expect(Action).toEqual(ACTIONS);
  return about.flatMap(({ Resource }) => Resource);
}

/**
 * What a nested stack is given for each parameter that a resource of it refers to; the resource itself where it is no
 * parameter of the stack.
 */
function given(around: Template, nested: Template, resources: readonly unknown[]): unknown[] {
  const [stack] = Object.values(around.findResources('AWS::CloudFormation::Stack'));
  const parameters = Object.keys(nested.toJSON().Parameters ?? {});
  return resources.map(resource => {
    const name = Object(resource).Ref;
    return parameters.includes(name) ? stack?.Properties.Parameters[name] : resource;
  });
}

const OWN_ID = { Ref: 'AWS::StackId' };

describe('a provider of another stack', () => {
  test('may read the stack that uses it', () => {
    const app = new App();
    const provider = new LagMembershipProvider(new Stack(app, 'Shared', { env }), 'Provider');
    const templates = ['One', 'Two']
      .map(id => {
        const stack = new Stack(app, id, { env });
        new LagMembership(stack, 'Membership', { ...PAIR, connectionId: `dxcon-0000${id.toLowerCase()}0`, provider });
        return stack;
      })
      .map(stack => Template.fromStack(stack));
    const names = templates.map(template => {
      template.resourceCountIs('AWS::Lambda::Function', 0);
      template.resourceCountIs('AWS::DynamoDB::Table', 0);
      template.hasResourceProperties(TYPE, {
        ServiceToken: { 'Fn::ImportValue': Match.stringLikeRegexp('^Shared:.*Function') },
      });
      expect(describable(template)).toEqual([OWN_ID]);
      const [[id, policy] = []] = Object.entries(template.findResources('AWS::IAM::Policy'));
      template.hasResource(TYPE, { DependsOn: [id] });
      return policy?.Properties.PolicyName;
    });
    // They are policies of one role: one name would make them one policy.
    expect(new Set(names).size).toBe(2);
  });

  test('has what they need in its own stack too, where a destroy of theirs that fails deletes none of it', () => {
    const app = new App();
    const shared = new Stack(app, 'Shared', { env });
    const provider = new LagMembershipProvider(shared, 'Provider');
    const stack = new Stack(app, 'One', { env });
    const options = { provider, region: 'us-east-1', lowerMinimumLinks: true };
    new LagMembership(stack, 'Membership', { ...PAIR, ...options });
    new LagMembership(stack, 'Other', { ...PAIR, ...options, connectionId: 'dxcon-fg5678g2' });
    new LagMembership(new NestedStack(stack, 'Nested'), 'Third', { ...PAIR, connectionId: 'dxcon-fg5678g3', provider });
    const [policy, ...others] = Object.values(Template.fromStack(shared).findResources('AWS::IAM::Policy'));
    expect(others).toEqual([]);
    const statements = Array.from<Statement>(policy?.Properties.PolicyDocument.Statement);
    const text = JSON.stringify(statements);
    expect(text).toContain(':directconnect:us-east-1:111122223333:dxcon/*');
    expect(text).toContain('directconnect:UpdateLag');
    expect(text).toContain(':cloudformation:eu-central-1:111122223333:stack/One/*');
    expect(text).toContain(':cloudformation:eu-central-1:111122223333:stack/One-*');
    expect(text).not.toContain('Fn::ImportValue');
  });

  test('has it once where the memberships are in the root stack of its own, or in a stack nested in that', () => {
    const stack = new Stack(new App(), 'Shared', { env });
    const provider = new LagMembershipProvider(stack, 'Provider');
    new LagMembership(new NestedStack(stack, 'Nested'), 'Membership', { ...PAIR, provider });
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
  });
});

describe('in a nested stack', () => {
  const nested = () => {
    const root = new Stack(new App(), 'Network', { env });
    return { root, stack: new NestedStack(root, 'Nested') };
  };
  const templatesOf = ({ root, stack }: { root: Stack; stack: Stack }) =>
    [Template.fromStack(root), Template.fromStack(stack)] as const;

  test.each([
    ['the default provider', undefined],
    ['a provider of the nested stack', 'Provider'],
  ])('%s is made there, and may read that stack and its root', (_, id) => {
    const stacks = nested();
    const provider = id === undefined ? {} : { provider: new LagMembershipProvider(stacks.stack, id) };
    new LagMembership(stacks.stack, 'Membership', { ...PAIR, ...provider });
    const [root, template] = templatesOf(stacks);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('AWS::IAM::Policy', 0);
    root.resourceCountIs('AWS::Lambda::Function', 0);
    const [own, ofRoot] = describable(template);
    expect(own).toEqual(OWN_ID);
    // The root gives the nested stack its own id.
    expect(ofRoot).not.toEqual(OWN_ID);
    expect(given(root, template, [ofRoot])).toEqual([OWN_ID]);
    expect(describable(template)).toHaveLength(2);
  });

  test('a provider of the root gets the right to read both, by a policy of the nested stack', () => {
    const stacks = nested();
    const provider = new LagMembershipProvider(stacks.root, 'Provider');
    for (const connectionId of ['dxcon-fg5678gh', 'dxcon-00000001']) {
      new LagMembership(stacks.stack, connectionId, { ...PAIR, connectionId, provider });
    }
    const [root, template] = templatesOf(stacks);
    template.resourceCountIs('AWS::Lambda::Function', 0);
    template.allResources(TYPE, { DependsOn: Match.arrayWith([template.getResourceId('AWS::IAM::Policy')]) });
    const [own, ofRoot] = describable(template);
    expect(own).toEqual(OWN_ID);
    expect(ofRoot).not.toEqual(OWN_ID);
    expect(given(root, template, [ofRoot])).toEqual([OWN_ID]);
    expect(describable(template)).toHaveLength(2);
  });

  test('a provider of a third stack gets the right to read both, too', () => {
    const stacks = nested();
    const provider = new LagMembershipProvider(new Stack(App.of(stacks.root), 'Shared', { env }), 'Provider');
    new LagMembership(stacks.stack, 'Membership', { ...PAIR, provider });
    const [root, template] = templatesOf(stacks);
    expect(given(root, template, describable(template).slice(1))).toEqual([OWN_ID]);
  });

  test('that is nested in another, the provider may read all the stacks around it', () => {
    const { root, stack } = nested();
    const innermost = new NestedStack(stack, 'Innermost');
    new LagMembership(innermost, 'Membership', PAIR);
    const [outer, middle, inner] = [root, stack, innermost].map(each => Template.fromStack(each));
    if (outer === undefined || middle === undefined || inner === undefined) throw new Error('no templates');
    const [own, ...around] = describable(inner);
    expect(own).toEqual(OWN_ID);
    const [ofMiddle, ofRoot] = given(middle, inner, around);
    expect(ofMiddle).toEqual(OWN_ID);
    expect(ofRoot).not.toEqual(OWN_ID);
    expect(given(outer, middle, [ofRoot])).toEqual([OWN_ID]);
  });
});
