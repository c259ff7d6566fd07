import { App, CfnCondition, CfnParameter, CfnResource, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LagMembership, type LagMembershipProps } from '../../lib';

const [A, B, C] = ['dxcon-0000000a', 'dxcon-0000000b', 'dxcon-0000000c'] as const;
const LAG = 'dxlag-fg1234aa';
const OTHER_LAG = 'dxlag-fg1234bb';

function stackWith(...memberships: readonly LagMembershipProps[]): Stack {
  const stack = new Stack(new App(), 'Network', { env: { account: '111122223333', region: 'eu-central-1' } });
  memberships.forEach((props, index) => {
    new LagMembership(stack, `M${index}`, props);
  });
  return stack;
}

/** What each membership of a stack has under a name. */
function each(stack: Stack, name: string): unknown[] {
  const found = Template.fromStack(stack).findResources('Custom::DirectConnectLagMembership');
  return Object.values(found).map(({ Properties }) => Properties[name]);
}

test('each of several memberships of a LAG names all members that the stack declares in it', () => {
  const stack = stackWith(
    { connectionId: A, lagId: LAG },
    { connectionId: C, lagId: OTHER_LAG },
    { connectionId: B, lagId: `arn:aws:directconnect:eu-central-1:111122223333:dxlag/${LAG}` },
  );
  expect(each(stack, 'Members')).toEqual([[A, B], undefined, [A, B]]);
});

test('a LAG that is a token is the same LAG', () => {
  const stack = stackWith();
  const lagId = new CfnParameter(stack, 'Lag').valueAsString;
  for (const connectionId of [A, B]) new LagMembership(stack, connectionId, { connectionId, lagId });
  expect(each(stack, 'Members')).toEqual([
    [A, B],
    [A, B],
  ]);
});

describe('members are not named', () => {
  test('where they are of another Region', () => {
    const stack = stackWith({ connectionId: A, lagId: LAG }, { connectionId: B, lagId: LAG, region: 'us-east-1' });
    expect(each(stack, 'Members')).toEqual([undefined, undefined]);
  });

  test('where one stays in the LAG when its membership goes', () => {
    const stack = stackWith({ connectionId: A, lagId: LAG });
    new LagMembership(stack, 'Kept', { connectionId: B, lagId: LAG }).applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(each(stack, 'Members')).toEqual([undefined, undefined]);
  });

  test('where a condition may leave one out of the stack', () => {
    const stack = stackWith({ connectionId: A, lagId: LAG });
    const { defaultChild } = new LagMembership(stack, 'Perhaps', { connectionId: B, lagId: LAG }).node;
    const stage = new CfnParameter(stack, 'Stage').valueAsString;
    const condition = new CfnCondition(stack, 'InProduction', { expression: Fn.conditionEquals(stage, 'production') });
    if (CfnResource.isCfnResource(defaultChild)) defaultChild.cfnOptions.condition = condition;
    expect(each(stack, 'Members')).toEqual([undefined, undefined]);
  });

  test('where there are more than a LAG can have', () => {
    const many = Array.from({ length: 5 }, (_, index) => ({ connectionId: `dxcon-0000000${index}`, lagId: LAG }));
    expect(each(stackWith(...many), 'Members')).toEqual(Array(5).fill(undefined));
  });
});

test('a membership that is retained says so, and no other does', () => {
  const stack = stackWith({ connectionId: A, lagId: LAG });
  new LagMembership(stack, 'Kept', { connectionId: B, lagId: LAG }).applyRemovalPolicy(RemovalPolicy.RETAIN);
  expect(each(stack, 'Retained')).toEqual([undefined, true]);
});
