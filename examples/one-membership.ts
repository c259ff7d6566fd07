import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { LagMembership } from 'cdk-direct-connect-lag-membership';

export const app = new App();
const stack = new Stack(app, 'OneMembership', { env: { account: '111122223333', region: 'eu-central-1' } });

const membership = new LagMembership(stack, 'Membership', {
  connectionId: 'dxcon-fg5678gh',
  lagId: 'dxlag-fg1234aa',
});
new CfnOutput(stack, 'State', { value: membership.connectionState });
