import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { LagMembership, LagMembershipProvider } from '../../lib';

const TYPE = 'Custom::DirectConnectLagMembership';
const FUNCTION = 'AWS::Lambda::Function';
const ids = (index: number) => ({ connectionId: `dxcon-0000000${index}`, lagId: `dxlag-0000000${index}` });

function stackWith(...retryTimeouts: readonly (Duration | undefined)[]): Stack {
  const stack = new Stack(new App(), 'Network');
  retryTimeouts.forEach((retryTimeout, index) => {
    new LagMembership(stack, `M${index}`, {
      ...ids(index),
      ...(retryTimeout === undefined ? {} : { retryTimeout }),
    });
  });
  return stack;
}

/** The properties of the first membership, as deployed. */
function firstOf(...retryTimeouts: readonly (Duration | undefined)[]): unknown {
  return Template.fromStack(stackWith(...retryTimeouts)).findResources(TYPE, {
    Properties: { ConnectionId: 'dxcon-00000000' },
  });
}

test('the handler is told the time, and nothing where it is the default', () => {
  const template = Template.fromStack(stackWith(Duration.minutes(5), undefined));
  template.hasResourceProperties(TYPE, { ConnectionId: 'dxcon-00000000', RetryTimeout: 300 });
  template.hasResourceProperties(TYPE, { ConnectionId: 'dxcon-00000001', RetryTimeout: Match.absent() });
});

test.each([
  ['with the default', undefined],
  ['with a minute', Duration.minutes(1)],
])('%s the function has 15 minutes, and CloudFormation waits for three of its invocations', (_, retryTimeout) => {
  const template = Template.fromStack(stackWith(retryTimeout));
  template.hasResourceProperties(FUNCTION, { Timeout: 900 });
  // A number, not a text, as the memberships have it that release 0.1.0 deployed: anything else would update them all.
  expect(template.findResources(TYPE)).toEqual({
    [template.getResourceId(TYPE)]: expect.objectContaining({
      Properties: expect.objectContaining({ ServiceTimeout: 3 * 900 + 720 }),
    }),
  });
});

test.each([
  ['another membership', undefined],
  ['one that gives up sooner', Duration.minutes(1)],
  ['one that tries for as long as it may', Duration.minutes(11)],
])('%s beside it leaves a membership as it is', (_, neighbour) => {
  for (const own of [undefined, Duration.minutes(5)]) expect(firstOf(own, neighbour)).toEqual(firstOf(own));
});

test('a membership of another stack leaves the function and its own memberships as they are', () => {
  const resources = (...others: readonly string[]) => {
    const app = new App();
    const home = new Stack(app, 'Home');
    const provider = new LagMembershipProvider(home, 'Provider');
    new LagMembership(home, 'M0', { ...ids(0), provider, retryTimeout: Duration.minutes(1) });
    for (const id of others) {
      new LagMembership(new Stack(app, id), 'M1', { ...ids(1), provider, retryTimeout: Duration.minutes(8) });
    }
    const template = Template.fromStack(home);
    const types = ['Custom::DirectConnectLagMembership', 'AWS::Lambda::Function'];
    return types.flatMap(type => Object.values(template.findResources(type)).map(({ Properties }) => Properties));
  };
  expect(resources('Other')).toEqual(resources());
});

test.each([
  [Duration.seconds(59), 'retryTimeout is 59 seconds: allowed are whole seconds from 60 to 660'],
  [Duration.seconds(661), 'retryTimeout is 661 seconds: allowed are whole seconds from 60 to 660'],
  [Duration.millis(60_500), 'retryTimeout is 60.5 seconds: allowed are whole seconds from 60 to 660'],
])('%s is refused', (retryTimeout, message) => {
  expect(() => stackWith(retryTimeout)).toThrow(message);
});

test('a wait for the link longer than the budget is refused', () => {
  const stack = new Stack(new App(), 'Network');
  const props = { ...ids(0), retryTimeout: Duration.minutes(2), waitForAvailable: Duration.minutes(3) };
  expect(() => new LagMembership(stack, 'M', props)).toThrow(
    'waitForAvailable is 180 seconds: allowed are whole seconds from 0 to 120',
  );
});
