import { App, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { LagMembership, LagMembershipProvider, LagMemberships } from '../../lib';
import { eventPattern } from '../../sandbox/events/pattern';

const env = { account: '111122223333', region: 'eu-central-1' };
const CONNECTION = 'dxcon-fg5678gh';
const LAG = 'dxlag-fg1234aa';
const OTHER = { connectionId: 'dxcon-00000000', lagId: 'dxlag-00000000' };
const FUNCTION_NAME = 'Network-LagMembershipProviderFunction-abc';

const stackOf = () => new Stack(new App(), 'Network', { env });
const membershipIn = (stack: Stack) => new LagMembership(stack, 'Membership', { connectionId: CONNECTION, lagId: LAG });

/** Whether an event fits the only rule of the stack, by EventBridge's rules, when the function has its name. */
function matcherOf(stack: Stack): (event: Event) => boolean {
  const [rule] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
  const pattern = JSON.stringify(rule?.Properties.EventPattern).replace(
    /\{"Fn::Join":\["",\["\/",\{"Ref":"[^"]*Function[^"]*"\}\]\]\}/,
    JSON.stringify(`/${FUNCTION_NAME}`),
  );
  expect(pattern).not.toContain('Fn::');
  return eventPattern(JSON.parse(pattern));
}

type Event = Parameters<ReturnType<typeof eventPattern>>[0];
interface Identity {
  readonly type: string;
  readonly arn?: string;
  readonly [field: string]: Event | undefined;
}

/** Source: CloudTrail user guide, "CloudTrail userIdentity element", its examples. */
const USER: Identity = {
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLE',
  arn: 'arn:aws:iam::111122223333:user/Alice',
  accountId: '111122223333',
  userName: 'Alice',
};
const ROOT: Identity = { type: 'Root', principalId: '111122223333', arn: 'arn:aws:iam::111122223333:root' };
const session = (role: string, name: string): Identity => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE:${name}`,
  arn: `arn:aws:sts::111122223333:assumed-role/${role}/${name}`,
  accountId: '111122223333',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: 'AROAEXAMPLE',
      arn: `arn:aws:iam::111122223333:role/${role}`,
      accountId: '111122223333',
      userName: role,
    },
    attributes: { creationDate: '2026-11-24T01:12:00Z', mfaAuthenticated: 'false' },
  },
});
const SERVICE: Identity = { type: 'AWSService', invokedBy: 'directconnect.amazonaws.com' };

/**
 * As CloudTrail tells EventBridge of a call. Source: EventBridge user guide, "AWS service events delivered via AWS CloudTrail";
 * Direct Connect user guide, "Log Direct Connect API calls using AWS CloudTrail": parameters are in camel case.
 */
const call = (
  eventName: string,
  requestParameters: { readonly [name: string]: string | number },
  userIdentity: Identity = USER,
  more: { readonly [field: string]: string } = {},
): Event =>
  JSON.parse(
    JSON.stringify({
      version: '0',
      id: '36eb8523-97d0-4518-b33d-ee3579ff19f0',
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.directconnect',
      account: '111122223333',
      time: '2026-11-24T01:13:05Z',
      region: 'eu-central-1',
      resources: [],
      detail: {
        eventVersion: '1.09',
        userIdentity,
        eventTime: '2026-11-24T01:13:05Z',
        eventSource: 'directconnect.amazonaws.com',
        eventName,
        awsRegion: 'eu-central-1',
        sourceIPAddress: '203.0.113.12',
        userAgent: 'Coral/Jakarta',
        requestParameters,
        responseElements: { connectionId: requestParameters.connectionId ?? null, connectionState: 'requested' },
        requestID: '00000000-0000-0000-0000-000000000000',
        eventID: '11111111-1111-1111-1111-111111111111',
        readOnly: false,
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: '111122223333',
        ...more,
      },
    }),
  );

describe('onChangedByHand', () => {
  const changes: [string, { readonly [name: string]: string | number }][] = [
    ['DisassociateConnectionFromLag', { connectionId: CONNECTION, lagId: LAG }],
    ['AssociateConnectionWithLag', { connectionId: CONNECTION, lagId: OTHER.lagId }],
    ['AssociateConnectionWithLag', { connectionId: OTHER.connectionId, lagId: LAG }],
    ['UpdateLag', { lagId: LAG, minimumLinks: 2 }],
    ['DeleteConnection', { connectionId: CONNECTION }],
    ['DeleteLag', { lagId: LAG }],
  ];
  const stack = stackOf();
  membershipIn(stack).onChangedByHand('ByHand');
  const matches = matcherOf(stack);

  test.each(changes)('fits %s of %j', (name, parameters) => {
    expect(matches(call(name, parameters))).toBe(true);
  });

  test.each([
    ['a user', USER],
    ['the root user', ROOT],
    ['a role', session('Administrator', 'alice')],
    ["the handler's role under another name", session('Network-LagMembershipProviderRole-abc', 'alice')],
    ['another function', session('Network-LagMembershipProviderRole-abc', `${FUNCTION_NAME}-2`)],
    ['a service, of which there is no ARN', SERVICE],
  ])('fits what %s does', (_, identity) => {
    expect(matches(call('DisassociateConnectionFromLag', { connectionId: CONNECTION, lagId: LAG }, identity))).toBe(
      true,
    );
  });

  test.each(changes)("does not fit the function's own %s of %j", (name, parameters) => {
    const own = session('Network-LagMembershipProviderRole-abc', FUNCTION_NAME);
    expect(matches(call(name, parameters, own))).toBe(false);
  });

  test.each([
    ['a call that AWS refused', call('DeleteLag', { lagId: LAG }, USER, { errorCode: 'DirectConnectClientException' })],
    ['another connection and LAG', call('DisassociateConnectionFromLag', OTHER)],
    ['a call that changes nothing of the membership', call('UpdateConnection', { connectionId: CONNECTION })],
    ['a call that looks', call('DescribeConnections', { connectionId: CONNECTION })],
  ])('does not fit %s', (_, event) => {
    expect(matches(event)).toBe(false);
  });

  test('does not fit the same of another service', () => {
    const event = JSON.stringify(call('DeleteLag', { lagId: LAG })).replaceAll('directconnect', 'ec2');
    expect(matches(JSON.parse(event))).toBe(false);
  });

  test('of a group is one rule for the LAG and all its members', () => {
    const stack = stackOf();
    const connectionIds = ['dxcon-fg5678g1', 'dxcon-fg5678g2'];
    new LagMemberships(stack, 'Munich', { lagId: LAG, connectionIds }).onChangedByHand('ByHand');
    const fits = matcherOf(stack);
    for (const connectionId of connectionIds) expect(fits(call('DeleteConnection', { connectionId }))).toBe(true);
    expect(fits(call('DeleteLag', { lagId: LAG }))).toBe(true);
    expect(fits(call('DeleteConnection', OTHER))).toBe(false);
  });

  test('of a group without a member is refused', () => {
    const group = new LagMemberships(stackOf(), 'Munich', { lagId: LAG });
    expect(() => group.onChangedByHand('ByHand')).toThrow('[Network/Munich] there is no member yet');
  });

  test('names what is known at the deployment only by what the membership says of it', () => {
    const stack = stackOf();
    new LagMembership(stack, 'Membership', {
      connectionId: Fn.importValue('Connection'),
      lagId: Fn.importValue('Lag'),
    }).onChangedByHand('ByHand');
    const attribute = (name: string) => [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Membership'), name] }];
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        detail: {
          $or: [
            { requestParameters: { connectionId: attribute('ConnectionId') } },
            { requestParameters: { lagId: attribute('LagId') } },
          ],
        },
      },
    });
  });

  test('can have it looked at once', () => {
    const stack = stackOf();
    const membership = membershipIn(stack);
    membership.onChangedByHand('ByHand', { target: membership.provider.checkTarget(), description: 'Who was that?' });
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      Description: 'Who was that?',
      Targets: [Match.objectLike({ Input: '{"check":"drift"}' })],
    });
  });

  test('goes by the name of the function of another app, too', () => {
    const stack = stackOf();
    const token = 'arn:aws:lambda:eu-central-1:111122223333:function:Shared-Function';
    const provider = LagMembershipProvider.fromServiceToken(stack, 'Provider', token);
    new LagMembership(stack, 'M', { connectionId: CONNECTION, lagId: LAG, provider }).onChangedByHand('ByHand');
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        detail: { userIdentity: { arn: [{ exists: false }, { 'anything-but': { suffix: '/Shared-Function' } }] } },
      },
    });
  });
});

describe('onMaintenance', () => {
  const stack = stackOf();
  membershipIn(stack).onMaintenance('Maintenance');
  const matches = matcherOf(stack);

  /** Source: AWS Health user guide, "AWS Health events Amazon EventBridge schema". */
  const health = (eventTypeCode: string, entities: readonly string[], service = 'DIRECTCONNECT'): Event => ({
    version: '0',
    id: '7bf73129-1428-4cd3-a780-95db273d1602',
    'detail-type': 'AWS Health Event',
    source: 'aws.health',
    account: '111122223333',
    time: '2026-11-24T06:27:57Z',
    region: 'eu-central-1',
    resources: [...entities],
    detail: {
      eventArn: `arn:aws:health:eu-central-1::event/${service}/${eventTypeCode}/${eventTypeCode}_90353408594353980`,
      service,
      eventTypeCode,
      eventTypeCategory: 'scheduledChange',
      eventScopeCode: 'ACCOUNT_SPECIFIC',
      communicationId: '1234abc01232a4012345678-1',
      startTime: 'Tue, 01 Dec 2026 01:00:00 GMT',
      endTime: 'Tue, 01 Dec 2026 05:00:00 GMT',
      lastUpdatedTime: 'Tue, 24 Nov 2026 06:27:57 GMT',
      statusCode: 'upcoming',
      eventRegion: 'eu-central-1',
      eventDescription: [{ language: 'en_US', latestDescription: 'Planned maintenance has been scheduled.' }],
      affectedEntities: entities.map(entityValue => ({ entityValue, status: 'PENDING' })),
      affectedAccount: '111122223333',
      page: '1',
      totalPages: '1',
    },
  });

  test.each([
    ['AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED', [CONNECTION]],
    ['AWS_DIRECTCONNECT_EMERGENCY_MAINTENANCE_SCHEDULED', [OTHER.connectionId, CONNECTION]],
    ['AWS_DIRECTCONNECT_OPERATIONAL_ISSUE', [LAG]],
  ])('fits %s of %j', (code, entities) => {
    expect(matches(health(code, entities))).toBe(true);
  });

  test.each([
    ['another connection', health('AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED', [OTHER.connectionId])],
    ['what concerns nothing of the account', health('AWS_DIRECTCONNECT_OPERATIONAL_ISSUE', [])],
    ['another service', health('AWS_EC2_MAINTENANCE_SCHEDULED', [CONNECTION], 'EC2')],
  ])('does not fit %s', (_, event) => {
    expect(matches(event)).toBe(false);
  });
});

describe('of a LAG in another Region than the stack', () => {
  test.each([
    ['onChangedByHand', (membership: LagMembership) => membership.onChangedByHand('Rule')],
    ['onMaintenance', (membership: LagMembership) => membership.onMaintenance('Rule')],
  ])('%s is an error at synth that says what to do', (method, rule) => {
    const props = { connectionId: CONNECTION, lagId: LAG, region: 'us-east-1' };
    expect(() => rule(new LagMembership(stackOf(), 'Membership', props))).toThrow(
      new RegExp(
        `^\\[Network/Membership\\] ${method} was called for a LAG of Region us-east-1, and the stack is of another one ` +
          '\\(eu-central-1\\): allowed is .*Declare the membership in a stack of us-east-1, or ',
      ),
    );
  });
});
