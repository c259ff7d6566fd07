import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LagMembership, LagMembershipProvider, type LagMembershipProviderProps } from '../../lib';

const TYPE = 'Custom::DirectConnectLagMembership';
const PAIR = { connectionId: 'dxcon-fg5678gh', lagId: 'dxlag-fg1234aa' };
const env = { account: '111122223333', region: 'eu-central-1' };

/** The template of a stack with one membership, whose provider has the options. */
function templateWith(options: (stack: Stack) => LagMembershipProviderProps): Template {
  const stack = new Stack(new App(), 'Network', { env });
  const provider = new LagMembershipProvider(stack, 'Provider', options(stack));
  new LagMembership(stack, 'Membership', { ...PAIR, provider });
  return Template.fromStack(stack);
}

test("a provider's role trusts Lambda for functions of its account alone", () => {
  const condition = { StringEquals: { 'aws:SourceAccount': Match.anyValue() } };
  templateWith(() => ({})).hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Action: 'sts:AssumeRole', Condition: condition })] },
  });
});

describe('the options of a provider', () => {
  test('memory, tracing and the key of the environment are those of the function', () => {
    const template = templateWith(stack => ({
      memorySize: 512,
      tracing: Tracing.ACTIVE,
      environmentEncryption: new Key(stack, 'Key'),
    }));
    template.hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 512,
      TracingConfig: { Mode: 'Active' },
      KmsKeyArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Key'), 'Arn'] },
    });
  });

  test("the role may decrypt with the environment's key before the function is there", () => {
    const template = templateWith(stack => ({ environmentEncryption: new Key(stack, 'Key') }));
    const [[id = '', policy] = []] = Object.entries(template.findResources('AWS::IAM::Policy'));
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
      },
    ]);
    template.hasResource('AWS::Lambda::Function', { DependsOn: Match.arrayWith([id]) });
  });

  test('in a VPC the function gets subnets and security groups, and its role may make network interfaces', () => {
    const template = templateWith(stack => {
      const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-12345678',
        availabilityZones: ['eu-central-1a', 'eu-central-1b'],
        privateSubnetIds: ['subnet-11111111', 'subnet-22222222'],
      });
      return {
        vpc,
        vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        securityGroups: [new SecurityGroup(stack, 'Group', { vpc })],
      };
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: {
        SubnetIds: ['subnet-11111111', 'subnet-22222222'],
        SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Group'), 'GroupId'] }],
      },
    });
    template.hasResourceProperties('AWS::IAM::Role', {
      ManagedPolicyArns: [
        { 'Fn::Join': ['', Match.arrayWith([':iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole'])] },
      ],
    });
  });

  test('the logs are kept for as long as asked', () => {
    const template = templateWith(() => ({ logRetention: RetentionDays.TWO_YEARS }));
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 731 });
  });

  test('a log group of the stack is used in place of one of the provider', () => {
    const template = templateWith(stack => ({ logGroup: new LogGroup(stack, 'Mine') }));
    template.resourceCountIs('AWS::Logs::LogGroup', 1);
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('^Mine') } },
    });
  });

  test('a log group and a retention at once are refused', () => {
    expect(() =>
      templateWith(stack => ({ logGroup: new LogGroup(stack, 'Mine'), logRetention: RetentionDays.ONE_DAY })),
    ).toThrow('[Network/Provider] logGroup and logRetention are both given: allowed is one of them.');
  });

  test('a role of the stack is given the rights that the provider has by default', () => {
    const statements = (template: Template): unknown[] =>
      Object.values({
        ...template.findResources('AWS::IAM::Policy'),
        ...template.findResources('AWS::IAM::Role'),
      }).flatMap(({ Properties }) => Properties.PolicyDocument ?? Properties.Policies?.[0].PolicyDocument ?? []);
    const own = templateWith(() => ({}));
    const given = templateWith(stack => ({
      role: new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
    }));
    given.resourceCountIs('AWS::IAM::Role', 1);
    expect(statements(given)).toEqual(statements(own));
  });

  test('a provider under the default id is the one of memberships that name none', () => {
    const stack = new Stack(new App(), 'Network');
    const provider = new LagMembershipProvider(stack, LagMembershipProvider.DEFAULT_ID, { memorySize: 1024 });
    const membership = new LagMembership(stack, 'Membership', PAIR);
    expect(membership.provider).toBe(provider);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
  });
});

describe('rights that not every membership needs', () => {
  const stackWith = (...options: { region?: string; lowerMinimumLinks?: boolean }[]) => {
    const stack = new Stack(new App(), 'Network', { env });
    options.forEach((option, index) => {
      new LagMembership(stack, `Membership${index}`, {
        connectionId: `dxcon-0000000${index}`,
        lagId: PAIR.lagId,
        ...option,
      });
    });
    return Template.fromStack(stack);
  };
  const policies = (template: Template) =>
    Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      policy => policy.Properties.PolicyDocument.Statement,
    );

  test('only a membership that may lower minimum links brings the right to change a LAG', () => {
    expect(policies(stackWith({}))).toEqual([]);
    expect(policies(stackWith({}, { lowerMinimumLinks: true }, { lowerMinimumLinks: true }))).toEqual([
      {
        Effect: 'Allow',
        Action: 'directconnect:UpdateLag',
        Resource: {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':directconnect:eu-central-1:111122223333:dxlag/*']],
        },
      },
    ]);
  });

  test('memberships of another Region bring the rights for that Region, and tell the handler', () => {
    const template = stackWith({ region: 'us-east-1' }, { region: 'us-east-1', lowerMinimumLinks: true });
    template.allResourcesProperties(TYPE, { Region: 'us-east-1' });
    const [members, lag] = policies(template);
    expect(members.Action).toContain('directconnect:AssociateConnectionWithLag');
    expect(JSON.stringify(members.Resource)).toContain(':directconnect:us-east-1:111122223333:dxcon/*');
    expect(JSON.stringify(lag)).toContain(':directconnect:us-east-1:111122223333:dxlag/*');
    expect(policies(template)).toHaveLength(2);
  });

  test('they outlive the memberships that need them', () => {
    const template = stackWith({ region: 'us-east-1', lowerMinimumLinks: true });
    template.hasResource(TYPE, { DependsOn: Object.keys(template.findResources('AWS::IAM::Policy')).sort() });
  });
});
