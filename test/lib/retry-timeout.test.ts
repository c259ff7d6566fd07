import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LagMembership, LagMembershipProvider } from '../../lib';

const TYPE = 'Custom::DirectConnectLagMembership';
const FUNCTION = 'AWS::Lambda::Function';
const ids = (index: number) => ({ connectionId: `dxcon-0000000${index}`, lagId: 'dxlag-fg1234aa' });

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

test('without it the function has 15 minutes, and CloudFormation waits for three of its invocations', () => {
  const template = Template.fromStack(stackWith(undefined));
  template.hasResourceProperties(FUNCTION, { Timeout: 900 });
  template.allResourcesProperties(TYPE, { ServiceTimeout: 3 * 900 + 720 });
});

test('the function and all memberships follow the longest one', () => {
  const template = Template.fromStack(stackWith(Duration.minutes(1), Duration.minutes(5)));
  template.hasResourceProperties(FUNCTION, { Timeout: 300 + 240 });
  template.allResourcesProperties(TYPE, { ServiceTimeout: 3 * 540 + 720 });
  template.hasResourceProperties(TYPE, { ConnectionId: 'dxcon-00000000', RetryTimeout: 60 });
  template.hasResourceProperties(TYPE, { ConnectionId: 'dxcon-00000001', RetryTimeout: 300 });
});

test('a membership with the default is as long as the longest there is', () => {
  Template.fromStack(stackWith(Duration.minutes(1), undefined)).hasResourceProperties(FUNCTION, { Timeout: 900 });
});

test('a provider follows the memberships of other stacks, too', () => {
  const app = new App();
  const home = new Stack(app, 'Home');
  const provider = new LagMembershipProvider(home, 'Provider');
  new LagMembership(home, 'M0', { ...ids(0), provider, retryTimeout: Duration.minutes(1) });
  new LagMembership(new Stack(app, 'Other'), 'M1', { ...ids(1), provider, retryTimeout: Duration.minutes(8) });
  Template.fromStack(home).hasResourceProperties(FUNCTION, { Timeout: 480 + 240 });
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
    'waitForAvailable is 180 seconds: allowed are whole seconds from 1 to 120',
  );
});
