import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnConnection, CfnLag } from 'aws-cdk-lib/aws-directconnect';
import { ATTRIBUTE_NAMES } from '../../lambda/cloudformation/attributes';
import { LagMembership } from '../../lib';

const TYPE = 'Custom::DirectConnectLagMembership';
const CONNECTION = 'dxcon-fg5678gh';
const LAG = 'dxlag-fg1234aa';
/** What releases before this one deployed: of a stack with the membership `Plain`, among others. */
const RELEASES = join(__dirname, '..', 'upgrade', 'releases');

function stackWith(...pairs: readonly (readonly [string, string])[]): Stack {
  const stack = new Stack(new App(), 'Network', { env: { account: '111122223333', region: 'eu-central-1' } });
  pairs.forEach(([connectionId, lagId], index) => {
    new LagMembership(stack, `Membership${index}`, { connectionId, lagId });
  });
  return stack;
}

describe('the resources of a stack', () => {
  test('a first membership brings a role, a log group, a table and a function, and nothing more', () => {
    const { Resources } = Template.fromStack(stackWith([CONNECTION, LAG])).toJSON();
    const types = Object.values<{ Type: string }>(Resources).map(resource => resource.Type);
    expect(types.sort()).toEqual([
      'AWS::DynamoDB::Table',
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      TYPE,
    ]);
  });

  test('each further membership adds exactly one resource', () => {
    const count = (stack: Stack) => Object.keys(Template.fromStack(stack).toJSON().Resources).length;
    const one = count(stackWith([CONNECTION, LAG]));
    expect(count(stackWith([CONNECTION, LAG], ['dxcon-00000001', LAG], ['dxcon-00000002', LAG]))).toBe(one + 2);
  });

  test('a stack can hold 490 memberships, and something beside them', () => {
    const pairs = Array.from(
      { length: 490 },
      (_, index) => [`dxcon-${10_000_000 + index}`, `dxlag-${10_000_000 + Math.floor(index / 4)}`] as const,
    );
    // More than 500 resources are an error at synth.
    expect(Object.keys(Template.fromStack(stackWith(...pairs)).toJSON().Resources)).toHaveLength(490 + 4);
  });

  test('CloudFormation invokes the function itself', () => {
    const template = Template.fromStack(stackWith([CONNECTION, LAG]));
    const [functionId] = Object.keys(template.findResources('AWS::Lambda::Function'));
    template.hasResourceProperties(TYPE, {
      ServiceToken: { 'Fn::GetAtt': [functionId, 'Arn'] },
      ConnectionId: CONNECTION,
      LagId: LAG,
    });
  });

  test('the role has no managed policy, and may do only what the handler calls', () => {
    const template = Template.fromStack(stackWith([CONNECTION, LAG]));
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    template.resourceCountIs('AWS::IAM::Policy', 0);
    const directConnect = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, Match.anyValue()]] };
    template.hasResourceProperties('AWS::IAM::Role', {
      Policies: [
        {
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Allow',
                Action: [
                  'directconnect:AssociateConnectionWithLag',
                  'directconnect:DescribeConnections',
                  'directconnect:DescribeHostedConnections',
                  'directconnect:DescribeLags',
                  'directconnect:DescribeVirtualInterfaces',
                  'directconnect:DisassociateConnectionFromLag',
                ],
                Resource: [directConnect, directConnect],
              },
              {
                Effect: 'Allow',
                Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('Logs'), 'Arn'] },
              },
              {
                Effect: 'Allow',
                Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
                Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('Record'), 'Arn'] },
              },
              {
                Effect: 'Allow',
                Action: [
                  'cloudformation:DescribeStackEvents',
                  'cloudformation:DescribeStackResource',
                  'cloudformation:DescribeStacks',
                ],
                Resource: { Ref: 'AWS::StackId' },
              },
            ],
          },
        },
      ],
    });
    const json = JSON.stringify(template.toJSON());
    expect(json).toContain(':directconnect:eu-central-1:111122223333:dxcon/*');
    expect(json).toContain(':directconnect:eu-central-1:111122223333:dxlag/*');
  });

  test('logs are kept for a year, also when the stack goes', () => {
    Template.fromStack(stackWith([CONNECTION, LAG])).hasResource('AWS::Logs::LogGroup', {
      Properties: { RetentionInDays: 365 },
      DeletionPolicy: 'Retain',
    });
  });

  test.each(readdirSync(RELEASES))(
    'a membership that release %s deployed is not changed by the present one',
    release => {
      const deployed = JSON.parse(readFileSync(join(RELEASES, release, 'Upgrade.template.json'), 'utf8')).Resources;
      const stack = stackWith();
      new LagMembership(stack, 'Plain', { connectionId: CONNECTION, lagId: LAG });
      const now = Template.fromStack(stack).findResources(TYPE);
      expect(Object.values(now)).toHaveLength(1);
      expect(deployed).toMatchObject(now);
    },
  );

  test('two synths of one app are byte-identical', () => {
    const synth = () => JSON.stringify(Template.fromStack(stackWith([CONNECTION, LAG])).toJSON());
    expect(synth()).toBe(synth());
  });
});

describe('how a connection and a LAG may be given', () => {
  test('an ARN makes the same template as its id', () => {
    const byArn = stackWith([
      `arn:aws:directconnect:eu-central-1:111122223333:dxcon/${CONNECTION}`,
      `arn:aws:directconnect:eu-central-1:111122223333:dxlag/${LAG}`,
    ]);
    expect(Template.fromStack(byArn).toJSON()).toEqual(Template.fromStack(stackWith([CONNECTION, LAG])).toJSON());
  });

  test('a token is passed on as it is', () => {
    const stack = stackWith();
    const parameter = new CfnParameter(stack, 'Lag');
    new LagMembership(stack, 'Membership', { connectionId: CONNECTION, lagId: parameter.valueAsString });
    Template.fromStack(stack).hasResourceProperties(TYPE, { LagId: { Ref: 'Lag' } });
  });

  test("CloudFormation's own connection and LAG are referred to, and so are made first", () => {
    const stack = stackWith();
    const lag = new CfnLag(stack, 'Lag', { connectionsBandwidth: '10Gbps', lagName: 'lag', location: 'EqFA5' });
    const connection = new CfnConnection(stack, 'Connection', {
      bandwidth: '10Gbps',
      connectionName: 'connection',
      location: 'EqFA5',
    });
    new LagMembership(stack, 'Membership', { connectionId: connection, lagId: lag });
    Template.fromStack(stack).hasResourceProperties(TYPE, {
      ConnectionId: { Ref: 'Connection' },
      LagId: { Ref: 'Lag' },
    });
  });

  test.each([
    ['the id of the other kind', LAG],
    ['an empty text', ''],
    ['upper case', 'dxcon-FG5678GH'],
    ['too short an id', 'dxcon-1234567'],
    ['too long an id', `dxcon-${'a'.repeat(22)}`],
    ['the ARN of the other kind', `arn:aws:directconnect:eu-central-1:111122223333:dxlag/${LAG}`],
    ['the ARN of another service', `arn:aws:ec2:eu-central-1:111122223333:dxcon/${CONNECTION}`],
  ])('%s is refused at synth with the path, the value and what is allowed', (_, connectionId) => {
    expect(() => stackWith([connectionId, LAG])).toThrow(
      `[Network/Membership0] connectionId is ${JSON.stringify(connectionId)}: allowed is the id of a connection (dxcon- and 8`,
    );
  });

  test('a wrong lagId is refused likewise', () => {
    expect(() => stackWith([CONNECTION, CONNECTION])).toThrow(
      `[Network/Membership0] lagId is "${CONNECTION}": allowed is the id of a LAG (dxlag- and 8`,
    );
  });

  test('two memberships of one literal connection in a stack are an error that names both paths', () => {
    const arn = `arn:aws:directconnect:eu-central-1:111122223333:dxcon/${CONNECTION}`;
    expect(() => stackWith([CONNECTION, LAG], [arn, 'dxlag-fg1234bb'])).toThrow(
      `[Network/Membership1] connection ${CONNECTION} has a membership in this stack already, Network/Membership0`,
    );
  });

  test('two stacks may each declare the connection: a move from stack to stack passes through that', () => {
    expect(() => [stackWith([CONNECTION, LAG]), stackWith([CONNECTION, LAG])]).not.toThrow();
  });
});

describe('the attributes', () => {
  test.each(Object.entries(ATTRIBUTE_NAMES))('%s is the attribute %s that the handler answers', (field, attribute) => {
    const stack = stackWith();
    const membership = new LagMembership(stack, 'Membership', { connectionId: CONNECTION, lagId: LAG });
    expect(stack.resolve(Reflect.get(membership, field))).toEqual({
      'Fn::GetAtt': [expect.stringContaining('Membership'), attribute],
    });
  });
});
