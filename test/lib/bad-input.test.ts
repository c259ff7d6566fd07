import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnConnection, CfnLag } from 'aws-cdk-lib/aws-directconnect';
import { GatewayVpcEndpointAwsService, InterfaceVpcEndpointService, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { LagMembership, LagMembershipProvider, LagMemberships } from '../../lib';

const CONNECTION = 'dxcon-fg5678gh';
const LAG = 'dxlag-fg1234aa';
const PAIR = { connectionId: CONNECTION, lagId: LAG };
const env = { account: '111122223333', region: 'eu-central-1' };

function network(where: { account?: string; region?: string } = env): Stack {
  return new Stack(new App(), 'Network', { env: where });
}

/** As JavaScript, a cast or a context gives them: no compiler has seen their types. */
function membership(stack: Stack, props: unknown): LagMembership {
  return Reflect.construct(LagMembership, [stack, 'M', props]);
}

function provider(stack: Stack, id: string, props: unknown): LagMembershipProvider {
  return Reflect.construct(LagMembershipProvider, [stack, id, props]);
}

const refused = (props: unknown) => () => membership(network(), props);

describe('a connection or a LAG that is none', () => {
  const ALLOWED_LAG = /allowed is the id of a LAG \(dxlag- and 8 to 21 of a-z and 0-9\), its ARN/;

  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'missing: allowed is'],
    ['null', null, 'null: allowed is'],
    ['a number', 5, '5, a number: allowed is'],
    ['an object', { id: LAG }, '{"id":"dxlag-fg1234aa"}, an object: allowed is'],
    ['a list', [LAG], '["dxlag-fg1234aa"], a list: allowed is'],
    ['a function', () => LAG, ', a function: allowed is'],
    ['an object that goes in a circle', circle(), '[object Object], an object: allowed is'],
  ])('%s is refused in one line, with the property that it is', (_, lagId, shown) => {
    const create = refused({ connectionId: CONNECTION, lagId });
    expect(create).toThrow(shown);
    expect(create).toThrow(/^\[Network\/M\] lagId is .*\.( Set it.*| Write .*| Name .*)?$/);
    expect(create).toThrow(ALLOWED_LAG);
    const ofConnection = refused({ connectionId: lagId, lagId: LAG });
    expect(ofConnection).toThrow('[Network/M] connectionId is ');
    expect(ofConnection).toThrow(/allowed is the id of a connection/);
  });

  test('an unset context value is told what it is', () => {
    const stack = network();
    expect(() => membership(stack, { ...PAIR, lagId: stack.node.tryGetContext('lagId') })).toThrow(
      'Set it: a context value or a variable that is not set is undefined.',
    );
  });

  test('a construct is named', () => {
    const stack = network();
    expect(() => membership(stack, { ...PAIR, lagId: new Bucket(stack, 'Bucket') })).toThrow(
      '[Network/M] lagId is the construct Network/Bucket: allowed is the id of a LAG',
    );
  });

  test.each([
    ['ids', { connectionId: LAG, lagId: CONNECTION }, 'That is a LAG: are connectionId and lagId swapped?'],
    [
      'ARNs',
      { connectionId: CONNECTION, lagId: `arn:aws:directconnect:eu-central-1:111122223333:dxcon/${CONNECTION}` },
      'That is a connection: are connectionId and lagId swapped?',
    ],
  ])('swapped %s are said to be so', (_, props, message) => {
    expect(refused(props)).toThrow(message);
  });

  test('swapped references are said to be so', () => {
    const stack = network();
    const lag = new CfnLag(stack, 'Lag', { connectionsBandwidth: '10Gbps', lagName: 'lag', location: 'EqFA5' });
    expect(() => membership(stack, { connectionId: lag, lagId: LAG })).toThrow(
      /^\[Network\/M\] connectionId is the construct Network\/Lag: .* Are connectionId and lagId swapped\?$/,
    );
  });

  test('a token that is no text is one all the same', () => {
    const stack = network();
    membership(stack, { ...PAIR, lagId: Lazy.any({ produce: () => ({ Ref: 'AWS::StackName' }) }) });
    Template.fromStack(stack).hasResourceProperties('Custom::DirectConnectLagMembership', {
      LagId: { Ref: 'AWS::StackName' },
    });
  });

  test('LagMemberships says which of its connections it is', () => {
    const of = (connectionIds: unknown) => () =>
      Reflect.construct(LagMemberships, [network(), 'All', { lagId: LAG, connectionIds }]);
    expect(of([CONNECTION, undefined])).toThrow('[Network/All] connectionIds[1] is missing: allowed is the id of a');
    expect(of(CONNECTION)).toThrow('[Network/All] connectionIds is "dxcon-fg5678gh": allowed is a list.');
  });
});

function circle(): object {
  const object: { self?: object } = {};
  object.self = object;
  return object;
}

describe('an ARN of another account', () => {
  const arn = `arn:aws:directconnect:eu-central-1:999988887777:dxcon/${CONNECTION}`;

  test('is refused where the stack says its own', () => {
    expect(refused({ ...PAIR, connectionId: arn })).toThrow(
      `[Network/M] connectionId is "${arn}", of account 999988887777: allowed is a connection of 111122223333, the account of ` +
        'the stack. Declare the membership in a stack of account 999988887777.',
    );
  });

  test('is left to the handler where the stack does not say: the template has the ARN, and the other members its id', () => {
    const stack = network({});
    membership(stack, { ...PAIR, connectionId: arn });
    new LagMembership(stack, 'Other', { connectionId: 'dxcon-fg5678g2', lagId: LAG });
    Template.fromStack(stack).hasResourceProperties('Custom::DirectConnectLagMembership', {
      ConnectionId: arn,
      Members: [CONNECTION, 'dxcon-fg5678g2'],
    });
    expect(() => new LagMembership(stack, 'Again', PAIR)).toThrow('has a membership in this stack already');
  });
});

describe('other properties', () => {
  test.each<[string, unknown, string]>([
    ['no props', undefined, 'props is missing: allowed are the properties of a LagMembership, as an object.'],
    [
      'a misspelt property',
      { conectionId: CONNECTION, lagId: LAG },
      'allowed is connectionId, and LagMembership has no conectionId. Write connectionId.',
    ],
    [
      'another case',
      { connectionID: CONNECTION, lagId: LAG },
      '[Network/M] connectionID is "dxcon-fg5678gh": allowed is connectionId,',
    ],
    ['a misspelt option', { ...PAIR, alowMove: true }, 'alowMove is true, a boolean: allowed is allowMove,'],
    [
      'a text for a flag',
      { ...PAIR, allowMove: 'false' },
      'allowMove is "false": allowed is true or false, and no text or token',
    ],
    [
      'a token for a flag',
      { ...PAIR, allowOutage: Lazy.any({ produce: () => true }) },
      'allowOutage is a token: allowed is true or false',
    ],
    ['a number for a Duration', { ...PAIR, retryTimeout: 300 }, 'retryTimeout is 300, a number: allowed is a Duration'],
    [
      'a text for a number',
      { ...PAIR, maxUnavailable: '2' },
      'maxUnavailable is "2": allowed is a number. Correct it, or leave it out',
    ],
    [
      'something else for a provider',
      { ...PAIR, provider: { serviceToken: 'arn' } },
      'allowed is a LagMembershipProvider, or one of another app (LagMembershipProvider.fromServiceToken).',
    ],
    ['a number for a Region', { ...PAIR, region: 1 }, 'region is 1, a number: allowed is a text.'],
  ])('%s is refused in one line', (_, props, message) => {
    expect(refused(props)).toThrow(message);
    expect(refused(props)).toThrow(/^\[Network\/M\] .*\.( Pass .*)?$/);
  });

  test('LagMemberships and a provider say so of theirs', () => {
    expect(() =>
      Reflect.construct(LagMemberships, [network(), 'All', { lagId: LAG, connectionId: CONNECTION }]),
    ).toThrow(
      '[Network/All] connectionId is "dxcon-fg5678gh": allowed is connectionIds, and LagMemberships has no connectionId.',
    );
    expect(() => Reflect.construct(LagMemberships, [network(), 'All'])).toThrow('[Network/All] props is missing');
    expect(() => provider(network(), 'P', { memorysize: 512 })).toThrow(
      '[Network/P] memorysize is 512, a number: allowed is memorySize,',
    );
    expect(() => provider(network(), 'P', { logRetention: Duration.days(1) })).toThrow('[Network/P] logRetention is ');
  });

  test('properties of a subclass or of a stack are left alone', () => {
    expect(refused({ ...PAIR, env, stackName: 'Network', alarmTopic: 'topic' })).not.toThrow();
  });

  test('a wait that is longer than the time to try names both', () => {
    const props = { ...PAIR, waitForAvailable: Duration.minutes(5), retryTimeout: Duration.minutes(2) };
    expect(refused(props)).toThrow(
      '[Network/M] waitForAvailable is 300 seconds: allowed are whole seconds from 0 to 120, which is retryTimeout. ' +
        'Wait for less, or raise retryTimeout.',
    );
  });
});

describe('a Region', () => {
  test.each([
    ['frankfurt', "Write that of the LAG's location, or"],
    ['eu-central-1a', 'Write eu-central-1, or'],
    ['EU-CENTRAL-1', 'Write that of'],
    ['', 'Write that of'],
  ])('%j is none', (region, remedy) => {
    expect(refused({ ...PAIR, region })).toThrow(
      `[Network/M] region is ${JSON.stringify(region)}: allowed is the name of a Region, such as us-east-1. ${remedy}`,
    );
  });

  test('that may be new is a warning', () => {
    const stack = network();
    membership(stack, { ...PAIR, region: 'us-east-3' });
    Annotations.fromStack(stack).hasWarning(
      '/Network/M',
      Match.stringLikeRegexp('region is "us-east-3", which aws-cdk'),
    );
  });

  test.each(['us-east-1', 'us-gov-west-1', 'eusc-de-east-1', 'us-isob-east-1'])('%s is one', region => {
    const stack = network();
    membership(stack, { ...PAIR, region });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

describe('a provider', () => {
  test.each([
    [
      { account: '999988887777', region: 'eu-central-1' },
      'of account 999988887777: allowed is one of account 111122223333',
    ],
    [{ account: '111122223333', region: 'us-east-1' }, 'of Region us-east-1: allowed is one of Region eu-central-1'],
  ])('of another account or Region is refused: %j', (where, message) => {
    const app = new App();
    const provider = new LagMembershipProvider(new Stack(app, 'Shared', { env: where }), 'Provider');
    const stack = new Stack(app, 'Network', { env });
    expect(() => new LagMembership(stack, 'M', { ...PAIR, provider })).toThrow(
      `[Network/M] provider is Shared/Provider, ${message}`,
    );
  });

  test('that is made after the first membership has made one is told so', () => {
    const stack = network();
    membership(stack, PAIR);
    expect(() => new LagMembershipProvider(stack, LagMembershipProvider.DEFAULT_ID)).toThrow(
      '[Network/LagMembershipProvider] id is "LagMembershipProvider", that of a provider which is there already: allowed is each ' +
        "once. Make the provider before the stack's first membership",
    );
  });

  test('in public subnets is refused', () => {
    const stack = network();
    const vpc = new Vpc(stack, 'Vpc', {
      natGateways: 0,
      subnetConfiguration: [{ name: 'P', subnetType: SubnetType.PUBLIC }],
    });
    expect(() => provider(stack, 'Provider', { vpc })).toThrow(
      /^\[Network\/Provider\] vpc gives the public subnets Network\/Vpc\/PSubnet1, .*: allowed are private ones, .*\.$/,
    );
    const vpcSubnets = { subnetType: SubnetType.PUBLIC };
    expect(() => provider(stack, 'Other', { vpc: new Vpc(stack, 'Two'), vpcSubnets })).toThrow(
      '[Network/Other] vpcSubnets gives the public subnets',
    );
  });

  test('in subnets without a way out is warned of the endpoints that it lacks', () => {
    const warning = (...services: readonly string[]) => {
      const stack = network();
      const vpc = new Vpc(stack, 'Vpc', {
        natGateways: 0,
        subnetConfiguration: [{ name: 'I', subnetType: SubnetType.PRIVATE_ISOLATED }],
      });
      provider(stack, 'Provider', { vpc });
      for (const service of services) {
        const gateways = new Map([
          ['s3', GatewayVpcEndpointAwsService.S3],
          ['dynamodb', GatewayVpcEndpointAwsService.DYNAMODB],
        ]);
        const gateway = gateways.get(service);
        if (gateway !== undefined) vpc.addGatewayEndpoint(service, { service: gateway });
        else {
          const name = `com.amazonaws.eu-central-1.${service}`;
          vpc.addInterfaceEndpoint(service, { service: new InterfaceVpcEndpointService(name) });
        }
      }
      return Annotations.fromStack(stack)
        .findWarning('/Network/Provider', Match.anyValue())
        .map(({ entry }) => String(entry.data).replace(/ in this app.*/, ''));
    };
    expect(warning()).toEqual(['vpc has no endpoint of directconnect, cloudformation, dynamodb, s3']);
    expect(warning('directconnect', 's3')).toEqual(['vpc has no endpoint of cloudformation, dynamodb']);
    expect(warning('directconnect', 'cloudformation', 'dynamodb', 's3')).toEqual([]);
  });

  test('in private subnets with a NAT gateway is right', () => {
    const stack = network();
    provider(stack, 'Provider', { vpc: new Vpc(stack, 'Vpc') });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

describe("CloudFormation's own LAG and connection", () => {
  const stackOf = (bandwidth: string, location: string, minimumLinks?: number, lowerMinimumLinks = false) => {
    const stack = network();
    const lag = new CfnLag(stack, 'Lag', { connectionsBandwidth: '10Gbps', lagName: 'lag', location: 'EqFA5' });
    const connection = new CfnConnection(stack, 'Connection', { bandwidth, connectionName: 'connection', location });
    new LagMembership(stack, 'M', { connectionId: connection, lagId: lag });
    new LagMembership(stack, 'N', { connectionId: CONNECTION, lagId: lag, lowerMinimumLinks });
    if (minimumLinks !== undefined) lag.minimumLinks = minimumLinks;
    return stack;
  };

  test.each([
    [
      '1Gbps',
      'EqFA5',
      'bandwidth is "1Gbps": allowed is "10Gbps", the connectionsBandwidth of the CfnLag Network/Lag.',
    ],
    ['10Gbps', 'EqDC2', 'location is "EqDC2": allowed is "EqFA5", the location of the CfnLag Network/Lag.'],
  ])('of %s at %s do not go together', (bandwidth, location, message) => {
    expect(() => Template.fromStack(stackOf(bandwidth, location))).toThrow(
      `[Network/M] connectionId is the CfnConnection Network/Connection, whose ${message}`,
    );
  });

  test('with minimum links are warned of, once, where no membership may lower them', () => {
    const warnings = (...given: Parameters<typeof stackOf>) =>
      Annotations.fromStack(stackOf(...given)).findWarning('*', Match.stringLikeRegexp('has minimumLinks 2,'));
    expect(warnings('10Gbps', 'EqFA5', 2)).toHaveLength(1);
    expect(warnings('10Gbps', 'EqFA5', 2, true)).toEqual([]);
    expect(warnings('10Gbps', 'EqFA5', 0)).toEqual([]);
    expect(warnings('10Gbps', 'EqFA5')).toEqual([]);
  });
});
