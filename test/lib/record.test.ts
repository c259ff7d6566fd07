import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { LagMembership, LagMembershipProvider } from '../../lib';

const TABLE = 'AWS::DynamoDB::Table';
const PAIR = { connectionId: 'dxcon-fg5678gh', lagId: 'dxlag-fg1234aa' };

function templateOf(define: (stack: Stack) => void): Template {
  const stack = new Stack(new App(), 'Network', { env: { account: '111122223333', region: 'eu-central-1' } });
  define(stack);
  return Template.fromStack(stack);
}

const oneMembership = () => templateOf(stack => void new LagMembership(stack, 'Membership', PAIR));

/** Statements of the provider's role that have to do with a service. */
function statements(template: Template, service: string): unknown[] {
  const [role] = Object.values(template.findResources('AWS::IAM::Role'));
  const all: { Action: string[] }[] = role?.Properties.Policies[0].PolicyDocument.Statement;
  return all.filter(statement => statement.Action.some(action => action.startsWith(`${service}:`)));
}

test('the record is a table with an item an id, which expires, paid for by use and recoverable', () => {
  oneMembership().hasResource(TABLE, {
    Properties: {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      ProvisionedThroughput: Match.absent(),
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      // The key is DynamoDB's own.
      SSESpecification: Match.absent(),
    },
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
  });
});

test('its logical id never changes: another one would be another table, which knows nothing', () => {
  expect(oneMembership().getResourceId(TABLE)).toBe('LagMembershipProviderRecord93BC13E6');
});

test('all memberships of a provider have one record', () => {
  const template = templateOf(stack => {
    const provider = new LagMembershipProvider(stack, 'Provider');
    new LagMembership(stack, 'One', { ...PAIR, provider });
    new LagMembership(stack, 'Two', { ...PAIR, connectionId: 'dxcon-00000001', provider, region: 'us-east-1' });
  });
  template.resourceCountIs(TABLE, 1);
});

test('the function is told the name of the table, and nothing else', () => {
  const template = oneMembership();
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectEquals({ TABLE_NAME: { Ref: template.getResourceId(TABLE) } }) },
  });
});

test('the role may read and write single items of that table alone', () => {
  const template = oneMembership();
  expect(statements(template, 'dynamodb')).toEqual([
    {
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      Resource: { 'Fn::GetAtt': [template.getResourceId(TABLE), 'Arn'] },
    },
  ]);
});

test('the role may do with the log group what Lambda does to write logs, and nothing else', () => {
  const template = oneMembership();
  expect(statements(template, 'logs')).toEqual([
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: { 'Fn::GetAtt': [template.getResourceId('AWS::Logs::LogGroup'), 'Arn'] },
    },
  ]);
});
