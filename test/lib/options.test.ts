import { App, Duration, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LagMembership, type LagMembershipOptions } from '../../lib';

/** What the template says of a membership with these options. */
function propertiesOf(options: LagMembershipOptions): { [name: string]: unknown } {
  const stack = new Stack(new App(), 'Network');
  new LagMembership(stack, 'M', { connectionId: 'dxcon-fg5678gh', lagId: 'dxlag-fg1234aa', ...options });
  const [membership] = Object.values(Template.fromStack(stack).findResources('Custom::DirectConnectLagMembership'));
  return membership?.Properties;
}

const PLAIN = ['ConnectionId', 'LagId', 'ServiceTimeout', 'ServiceToken'];

test('a membership without options says nothing of them', () => {
  expect(Object.keys(propertiesOf({})).sort()).toEqual(PLAIN);
});

test.each<[string, LagMembershipOptions, { [name: string]: unknown }]>([
  ['allowMove', { allowMove: true }, { AllowMove: true }],
  ['allowOutage', { allowOutage: true }, { AllowOutage: true }],
  ['lowerMinimumLinks', { lowerMinimumLinks: true }, { LowerMinimumLinks: true }],
  ['reassociate', { reassociate: true }, { Reassociate: true }],
  ['reassert', { reassert: '2026-11-24' }, { Reassert: '2026-11-24' }],
  ['maxUnavailable', { maxUnavailable: 4 }, { MaxUnavailable: 4 }],
  ['minLinksInService', { minLinksInService: 4 }, { MinLinksInService: 4 }],
  ['minLinksInService of none', { minLinksInService: 0 }, { MinLinksInService: 0 }],
  ['waitForAvailable', { waitForAvailable: Duration.minutes(10) }, { WaitForAvailable: 600 }],
  ['waitForAvailable of no time', { waitForAvailable: Duration.seconds(0) }, { WaitForAvailable: 0 }],
  ['retryTimeout', { retryTimeout: Duration.minutes(1) }, { RetryTimeout: 60 }],
])('%s is told to the handler', (_, options, expected) => {
  const properties = propertiesOf(options);
  expect(properties).toMatchObject(expected);
  expect(Object.keys(properties).sort()).toEqual([...PLAIN, ...Object.keys(expected)].sort());
});

test.each<[string, LagMembershipOptions]>([
  ['allowOutage', { allowOutage: false }],
  ['reassociate', { reassociate: false }],
  ['maxUnavailable', { maxUnavailable: 1 }],
  ['ordered', { ordered: true }],
])('%s as it is by default is what it is without', (_, options) => {
  expect(Object.keys(propertiesOf(options)).sort()).toEqual(PLAIN);
});

test('ordered is about the template, and nothing that the handler is told', () => {
  expect(Object.keys(propertiesOf({ ordered: false })).sort()).toEqual(PLAIN);
});

test.each<[LagMembershipOptions, string]>([
  [{ maxUnavailable: 0 }, 'maxUnavailable is 0: allowed are whole numbers from 1 to 4. Leave it out for its default.'],
  [{ maxUnavailable: 5 }, 'maxUnavailable is 5: allowed are whole numbers from 1 to 4.'],
  [{ maxUnavailable: 1.5 }, 'maxUnavailable is 1.5: allowed are whole numbers from 1 to 4.'],
  [{ maxUnavailable: Number.NaN }, 'maxUnavailable is NaN: allowed are whole numbers from 1 to 4.'],
  [
    { maxUnavailable: Token.asNumber({ Ref: 'Links' }) },
    'maxUnavailable is a token: allowed are whole numbers from 1 to 4.',
  ],
  [{ minLinksInService: -1 }, 'minLinksInService is -1: allowed are whole numbers from 0 to 4.'],
  [{ minLinksInService: 5 }, 'minLinksInService is 5: allowed are whole numbers from 0 to 4.'],
  [
    { waitForAvailable: Duration.seconds(601) },
    'waitForAvailable is 601 seconds: allowed are whole seconds from 0 to 600. Leave it out for its default.',
  ],
  [
    { waitForAvailable: Duration.millis(500) },
    'waitForAvailable is 0.5 seconds: allowed are whole seconds from 0 to 600.',
  ],
])('%s is refused', (options, message) => {
  expect(() => propertiesOf(options)).toThrow(`[Network/M] ${message}`);
});
