import { Annotations, App, Aws, CfnCondition, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { Annotations as Found, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnLag } from 'aws-cdk-lib/aws-directconnect';
import { LagMembership, LagMembershipProvider } from '../../lib';

const env = { account: '111122223333', region: 'eu-central-1' };
const stackOf = () => new Stack(new App(), 'Network', { env });
const connectionId = (index: number) => `dxcon-0000000${index}`;
const lagIn = (stack: Stack, minimumLinks?: number) =>
  new CfnLag(stack, 'Lag', {
    connectionsBandwidth: '10Gbps',
    lagName: 'lag',
    location: 'EqFA5',
    ...(minimumLinks === undefined ? {} : { minimumLinks }),
  });
const warnings = (stack: Stack) =>
  Found.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ id, entry }) => [id, String(entry.data)] as const);

describe('a LAG of the stack', () => {
  test.each([undefined, 0])('with minimumLinks %s is warned of once, whatever its members', minimumLinks => {
    const stack = stackOf();
    const lag = lagIn(stack, minimumLinks);
    for (const index of [1, 2])
      new LagMembership(stack, `M${index}`, { connectionId: connectionId(index), lagId: lag });
    const [[where, text] = [], ...more] = warnings(stack);
    expect(more).toEqual([]);
    expect(where).toBe('/Network/Lag');
    expect(text).toMatch(/it stays up even with no active member\. .*set minimumLinks/);
  });

  test('with a minimum, given before or after the membership was made, is not', () => {
    const stack = stackOf();
    const lag = lagIn(stack);
    new LagMembership(stack, 'M', { connectionId: connectionId(1), lagId: lag.attrLagArn });
    lag.minimumLinks = 1;
    expect(warnings(stack)).toEqual([]);
  });

  test('is not where the warning is acknowledged', () => {
    const stack = stackOf();
    new LagMembership(stack, 'M', { connectionId: connectionId(1), lagId: lagIn(stack) });
    Annotations.of(stack).acknowledgeWarning('cdk-direct-connect-lag-membership:minimumLinks', 'BGP sees to it.');
    expect(warnings(stack)).toEqual([]);
  });
});

describe('members of one LAG', () => {
  const withMembers = (count: number) => {
    const stack = stackOf();
    for (let index = 1; index <= count; index++) {
      new LagMembership(stack, `M${index}`, { connectionId: connectionId(index), lagId: 'dxlag-fg1234aa' });
    }
    return stack;
  };

  test('are warned of from the fifth on, in one line', () => {
    expect(warnings(withMembers(4))).toEqual([]);
    const [[where, text] = [], ...more] = warnings(withMembers(6));
    expect(more).toEqual([]);
    expect(where).toMatch(/^\/Network\/M5/);
    expect(text).toMatch(
      /^lagId is "dxlag-fg1234aa", of which the stack declares 6 memberships: allowed are 4, .* Remove one/,
    );
  });

  test('are not where a condition may leave one out', () => {
    const stack = withMembers(5);
    const condition = new CfnCondition(stack, 'Condition', {
      expression: Fn.conditionEquals(Aws.REGION, 'eu-central-1'),
    });
    const { defaultChild } = stack.node.findChild('M5').node;
    if (CfnResource.isCfnResource(defaultChild)) defaultChild.cfnOptions.condition = condition;
    expect(warnings(stack)).toEqual([]);
  });

  test('are not where that is acknowledged', () => {
    const stack = withMembers(5);
    Annotations.of(stack).acknowledgeWarning('cdk-direct-connect-lag-membership:members', 'One of them is leaving.');
    expect(warnings(stack)).toEqual([]);
  });
});

describe('a provider of another app', () => {
  const TOKEN = 'arn:aws:lambda:eu-central-1:111122223333:function:Shared-Function';
  const using = (options: { region?: string; lowerMinimumLinks?: boolean } = {}) => {
    const stack = stackOf();
    const provider = LagMembershipProvider.fromServiceToken(stack, 'Provider', TOKEN);
    const pair = { connectionId: connectionId(1), lagId: 'dxlag-fg1234aa' };
    return { stack, provider, membership: new LagMembership(stack, 'M', { ...pair, provider, ...options }) };
  };

  test('is what the membership names, and brings nothing', () => {
    const { stack } = using();
    const { Resources } = Template.fromStack(stack).toJSON();
    expect(Object.values(Resources)).toEqual([
      expect.objectContaining({ Properties: expect.objectContaining({ ServiceToken: TOKEN }) }),
    ]);
  });

  test('is warned of, with all that its role must be allowed', () => {
    const [[, own] = []] = warnings(using().stack);
    expect(own).toContain(
      'It must be allowed cloudformation:DescribeStacks, DescribeStackEvents and DescribeStackResource on the stack Network.',
    );
    const [[, more] = []] = warnings(using({ region: 'us-east-1', lowerMinimumLinks: true }).stack);
    expect(more).toContain('of directconnect on dxcon/* and dxlag/* of Region us-east-1');
    expect(more).toContain('directconnect:UpdateLag on dxlag/* of Region us-east-1');
  });

  test('cannot be had to check, nor reached as a whole', () => {
    const { provider, membership } = using();
    expect(() => provider.checkTarget()).toThrow(/Provider\] checkTarget was called for a provider of another app/);
    expect(() => membership.provider).toThrow(/M\] provider is of another app, Network\/Provider: allowed is/);
    expect(provider.handler.functionName).toBe('Shared-Function');
  });

  test('is refused where the token is no function', () => {
    expect(() => LagMembershipProvider.fromServiceToken(stackOf(), 'Provider', 'Function')).toThrow(
      '[Network/Provider] serviceToken is "Function": allowed is the ARN of a function',
    );
  });
});

test('one connection in two stacks of an app is refused, with both places', () => {
  const app = new App();
  const pair = { connectionId: connectionId(1), lagId: 'dxlag-fg1234aa' };
  new LagMembership(new Stack(app, 'One'), 'M', pair);
  expect(() => new LagMembership(new Stack(app, 'Two'), 'M', pair)).toThrow(
    '[Two/M] connection dxcon-00000001 has a membership in another stack of the app already, One/M: ' +
      'a connection is in one LAG at most. Remove one of the two.',
  );
  expect(() => new LagMembership(new Stack(new App(), 'Two'), 'M', pair)).not.toThrow();
});
