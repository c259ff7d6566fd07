import { App, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LagMembership, LagMembershipProvider } from 'cdk-direct-connect-lag-membership';

export const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };

// One function, with its logs in one place, for all stacks of the account and Region.
const shared = new Stack(app, 'Shared', { env });
const provider = new LagMembershipProvider(shared, 'Provider', { logRetention: RetentionDays.TWO_YEARS });

new LagMembership(new Stack(app, 'Virginia', { env }), 'Membership', {
  connectionId: 'dxcon-fh6ljcvo',
  lagId: 'dxlag-fh0jr27p',
  region: 'us-east-1',
  provider,
});
new LagMembership(new Stack(app, 'Frankfurt', { env }), 'Membership', {
  connectionId: 'dxcon-fg5678gh',
  lagId: 'dxlag-fg1234aa',
  provider,
});
