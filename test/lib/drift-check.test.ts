import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Rule } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LagMembership, LagMembershipProvider, LagMemberships } from '../../lib';

const env = { account: '111122223333', region: 'eu-central-1' };
const PAIR = { connectionId: 'dxcon-fg5678gh', lagId: 'dxlag-fg1234aa' };
const stackOf = (app = new App(), id = 'Network') => new Stack(app, id, { env });

/** What a membership's default provider makes that checks. */
function checking(interval: Duration): Template {
  const stack = stackOf();
  new LagMembership(stack, 'Membership', PAIR).provider.checkEvery(interval);
  return Template.fromStack(stack);
}

const functionArn = { 'Fn::GetAtt': [Match.stringLikeRegexp('Function'), 'Arn'] };

describe('checkEvery', () => {
  test('is a schedule that invokes the same function, which may be invoked by that schedule alone', () => {
    const template = checking(Duration.minutes(15));
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('AWS::Events::Rule', 1);
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(15 minutes)',
      State: 'ENABLED',
      Targets: [{ Arn: functionArn, Input: '{"check":"drift"}' }],
    });
    const [rule = ''] = Object.keys(template.findResources('AWS::Events::Rule'));
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: functionArn,
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
    });
  });

  test('grants to read the whole table, and to describe all connections of the Region: nothing that writes', () => {
    const template = checking(Duration.minutes(15));
    const [[id, policy] = []] = Object.entries(template.findResources('AWS::IAM::Policy'));
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'dynamodb:Scan',
        Resource: { 'Fn::GetAtt': [expect.stringContaining('Record'), 'Arn'] },
      },
      {
        Effect: 'Allow',
        Action: 'directconnect:DescribeConnections',
        Resource: '*',
        Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-central-1'] } },
      },
    ]);
    template.hasResource('AWS::Events::Rule', { DependsOn: [id] });
  });

  test('describes the connections of every Region that has a membership, of whatever stack', () => {
    const app = new App();
    const shared = stackOf(app, 'Shared');
    const provider = new LagMembershipProvider(shared, 'Provider');
    provider.checkEvery(Duration.hours(1));
    new LagMembership(stackOf(app), 'Virginia', { ...PAIR, region: 'us-east-1', provider });
    Template.fromStack(shared).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-central-1', 'us-east-1'] } } }),
        ]),
      },
    });
  });

  test('grants it to a role of the application, too', () => {
    const stack = stackOf();
    const role = new Role(stack, 'Mine', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess')],
    });
    new LagMembershipProvider(stack, 'Provider', { role }).checkEvery(Duration.minutes(1));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' });
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain('dynamodb:Scan');
  });

  test('is one schedule a provider, also where two groups ask for it', () => {
    const stack = stackOf();
    const lag = (id: string) =>
      new LagMemberships(stack, id, { lagId: PAIR.lagId, connectionIds: [`dxcon-00000000${id}`] });
    const [one, other] = [lag('1'), lag('2')];
    const rule = one.checkEvery(Duration.minutes(60));
    expect(other.checkEvery(Duration.hours(1))).toBe(rule);
    expect(() => other.checkEvery(Duration.minutes(5))).toThrow(
      '[Network/LagMembershipProvider] checkEvery is 5 minutes, and was 60 minutes before: allowed is one interval a provider',
    );
    Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 1);
  });

  test.each([
    [Duration.minutes(0), '0 seconds'],
    [Duration.seconds(90), '90 seconds'],
    [Duration.hours(25), '90000 seconds'],
  ])('of %s is refused', (interval, given) => {
    expect(() => checking(interval)).toThrow(
      `[Network/LagMembershipProvider] checkEvery is ${given}: allowed are whole minutes from 1 to 1440, a day.`,
    );
  });
});

test('a template without a check has none of it', () => {
  const stack = stackOf();
  new LagMembership(stack, 'Membership', PAIR);
  const template = Template.fromStack(stack);
  for (const type of ['AWS::Events::Rule', 'AWS::Lambda::Permission', 'AWS::IAM::Policy']) {
    template.resourceCountIs(type, 0);
  }
});

test('the function can look when a rule of the application says so, with the rights for it', () => {
  const stack = stackOf();
  const { provider } = new LagMembership(stack, 'Membership', PAIR);
  const rule = new Rule(stack, 'Rule', { eventPattern: { source: ['network'] } });
  rule.addTarget(provider.checkTarget());
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Events::Rule', { Targets: [{ Arn: functionArn, Input: '{"check":"drift"}' }] });
  expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain('dynamodb:Scan');
});
