import {
  App,
  Aspects,
  CfnResource,
  type IPropertyInjector,
  PropertyInjectors,
  RemovalPolicy,
  Stack,
  Stage,
  Tags,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnConnection, CfnLag } from 'aws-cdk-lib/aws-directconnect';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { LagMembership, LagMembershipProvider } from '../../lib';

const TYPE = 'Custom::DirectConnectLagMembership';
const PAIR = { connectionId: 'dxcon-fg5678gh', lagId: 'dxlag-fg1234aa' };

function stackOf(region = 'eu-central-1'): Stack {
  return new Stack(new App(), 'Network', { env: { account: '111122223333', region } });
}

describe("what a user of CDK's own constructs tries first", () => {
  test('applyRemovalPolicy(RETAIN) leaves the link when the membership or the stack goes', () => {
    const stack = stackOf();
    new LagMembership(stack, 'Membership', PAIR).applyRemovalPolicy(RemovalPolicy.RETAIN);
    Template.fromStack(stack).hasResource(TYPE, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('the default child is the CloudFormation resource, open to escape hatches', () => {
    const stack = stackOf();
    const { defaultChild } = new LagMembership(stack, 'Membership', PAIR).node;
    if (!CfnResource.isCfnResource(defaultChild)) throw new Error('no CfnResource');
    defaultChild.addPropertyOverride('ServiceTimeout', 1800);
    Template.fromStack(stack).hasResourceProperties(TYPE, { ServiceTimeout: 1800 });
  });

  test('another resource can depend on a membership, and a membership on it', () => {
    const stack = stackOf();
    const membership = new LagMembership(stack, 'Membership', PAIR);
    const bucket = new Bucket(stack, 'After');
    bucket.node.addDependency(membership);
    membership.node.addDependency(new Bucket(stack, 'Before'));
    const template = Template.fromStack(stack);
    template.hasResource('AWS::S3::Bucket', { DependsOn: [Match.stringLikeRegexp('^Membership')] });
    template.hasResource(TYPE, { DependsOn: [Match.stringLikeRegexp('^Before')] });
  });

  test('tags of the stack reach all that can be tagged', () => {
    const stack = stackOf();
    new LagMembership(stack, 'Membership', PAIR);
    Tags.of(stack).add('team', 'network');
    const template = Template.fromStack(stack);
    for (const type of ['AWS::DynamoDB::Table', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup']) {
      template.hasResourceProperties(type, { Tags: [{ Key: 'team', Value: 'network' }] });
    }
  });

  test('a permissions boundary for the stack is that of the role', () => {
    const stack = stackOf();
    new LagMembership(stack, 'Membership', PAIR);
    PermissionsBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      PermissionsBoundary: { 'Fn::Join': ['', Match.arrayWith([':iam::111122223333:policy/boundary'])] },
    });
  });

  test('an aspect sees the membership as a resource of its type', () => {
    const stack = stackOf();
    new LagMembership(stack, 'Membership', PAIR);
    const seen: string[] = [];
    Aspects.of(stack).add({ visit: node => void (CfnResource.isCfnResource(node) && seen.push(node.cfnResourceType)) });
    Template.fromStack(stack);
    expect(seen).toContain(TYPE);
  });

  test('property injectors set defaults of memberships and providers', () => {
    const inject = (constructUniqueId: string, defaults: object): IPropertyInjector => ({
      constructUniqueId,
      inject: (props: object) => ({ ...defaults, ...props }),
    });
    const stack = stackOf();
    PropertyInjectors.of(stack).add(
      inject(LagMembership.PROPERTY_INJECTION_ID, { allowMove: true }),
      inject(LagMembershipProvider.PROPERTY_INJECTION_ID, { memorySize: 1024 }),
    );
    new LagMembership(stack, 'Membership', PAIR);
    const template = Template.fromStack(stack);
    template.hasResourceProperties(TYPE, { AllowMove: true });
    template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 1024 });
  });

  test('the function, its metrics, its log group and its table can be reached from the membership', () => {
    const stack = stackOf();
    const { provider } = new LagMembership(stack, 'Membership', PAIR);
    provider.handler.metricErrors().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
    provider.logGroup.addMetricFilter('Filter', {
      filterPattern: { logPatternString: 'refuse' },
      metricNamespace: 'Network',
      metricName: 'Refused',
    });
    provider.record
      .metricConsumedWriteCapacityUnits()
      .createAlarm(stack, 'Busy', { threshold: 1, evaluationPeriods: 1 });
    new Bucket(stack, 'Bucket').grantRead(provider);
    Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Alarm', 2);
  });
});

describe('where a stack can be', () => {
  test.each([
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
  ])('in %s nothing of the template names another partition', (region, partition) => {
    const stack = stackOf(region);
    new LagMembership(stack, 'ById', PAIR);
    const arn = (resource: string) => `arn:${partition}:directconnect:${region}:111122223333:${resource}`;
    new LagMembership(stack, 'ByArn', {
      connectionId: arn('dxcon/dxcon-00000001'),
      lagId: arn('dxlag/dxlag-fg1234aa'),
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(TYPE, { ConnectionId: 'dxcon-00000001', LagId: 'dxlag-fg1234aa' });
    expect(JSON.stringify(template.toJSON())).not.toContain('arn:aws:');
  });

  test('in a stage, the same template as in the app', () => {
    const inStage = new Stack(new Stage(new App(), 'Production'), 'Network');
    const inApp = new Stack(new App(), 'Network');
    for (const stack of [inStage, inApp]) new LagMembership(stack, 'Membership', PAIR);
    expect(Template.fromStack(inStage).toJSON()).toEqual(Template.fromStack(inApp).toJSON());
  });
});

describe("with CloudFormation's own resources", () => {
  const connectionOf = (stack: Stack, lagId?: string) =>
    new CfnConnection(stack, 'Connection', {
      bandwidth: '10Gbps',
      connectionName: 'connection',
      location: 'EqFA5',
      ...(lagId === undefined ? {} : { lagId }),
    });
  const message =
    'connectionId is the CfnConnection Network/Connection, which sets lagId itself: a connection has one owner of its LAG.';

  test.each([
    ['given as it is', (connection: CfnConnection) => connection],
    ['given by its reference', (connection: CfnConnection) => connection.ref],
    ['given by its ARN', (connection: CfnConnection) => connection.attrConnectionArn],
  ])('a CfnConnection that sets lagId itself, %s, is an error at synth', (_, given) => {
    const stack = stackOf();
    const connection = connectionOf(stack, 'dxlag-fg1234bb');
    new LagMembership(stack, 'Membership', { connectionId: given(connection), lagId: PAIR.lagId });
    expect(() => Template.fromStack(stack)).toThrow(message);
  });

  test('a lagId that the CfnConnection is given after the membership is found as well', () => {
    const stack = stackOf();
    const connection = connectionOf(stack);
    new LagMembership(stack, 'Membership', { connectionId: connection, lagId: PAIR.lagId });
    connection.lagId = 'dxlag-fg1234bb';
    expect(() => Template.fromStack(stack)).toThrow(message);
  });

  test('a CfnLag is made before the membership, and what uses the membership after it', () => {
    const stack = stackOf();
    const lag = new CfnLag(stack, 'Lag', { connectionsBandwidth: '10Gbps', lagName: 'lag', location: 'EqFA5' });
    const membership = new LagMembership(stack, 'Membership', { connectionId: connectionOf(stack), lagId: lag });
    new CfnResource(stack, 'After', { type: 'Test::After', properties: { LagId: membership.lagId } });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(TYPE, { ConnectionId: { Ref: 'Connection' }, LagId: { Ref: 'Lag' } });
    template.hasResourceProperties('Test::After', {
      LagId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Membership'), 'LagId'] },
    });
  });
});

describe('another Region', () => {
  test('a literal ARN of another Region than the membership is refused, with the remedy', () => {
    const arn = (resource: string) => `arn:aws:directconnect:us-east-1:111122223333:${resource}`;
    const pair = { connectionId: arn('dxcon/dxcon-fg5678gh'), lagId: arn('dxlag/dxlag-fg1234aa') };
    expect(() => new LagMembership(stackOf(), 'Membership', pair)).toThrow(
      /connectionId is ".*", of Region us-east-1: allowed is a connection of eu-central-1\. .*set region to it\./,
    );
    expect(() => new LagMembership(stackOf(), 'Membership', { ...pair, region: 'us-east-1' })).not.toThrow();
  });

  test("the stack's own Region makes the template that no Region makes", () => {
    const [without, own] = [stackOf(), stackOf()];
    new LagMembership(without, 'Membership', PAIR);
    new LagMembership(own, 'Membership', { ...PAIR, region: 'eu-central-1' });
    expect(Template.fromStack(own).toJSON()).toEqual(Template.fromStack(without).toJSON());
  });

  test('a token is refused', () => {
    const stack = stackOf();
    expect(() => new LagMembership(stack, 'Membership', { ...PAIR, region: new Stack().region })).toThrow(
      '[Network/Membership] region is a token',
    );
  });
});
