import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { LagMembership } from '../../lib';

/**
 * What a release deploys in the upgrade test: a plain membership, and one with what has rights of its own. Its construct
 * ids never change, or the test would be about renaming.
 */
const app = new App();
const stack = new Stack(app, 'Upgrade', { env: { account: '111122223333', region: 'eu-central-1' } });

const plain = new LagMembership(stack, 'Plain', { connectionId: 'dxcon-fg5678gh', lagId: 'dxlag-fg1234aa' });
new LagMembership(stack, 'WithRights', {
  connectionId: 'dxcon-fga1a1a1',
  lagId: 'dxlag-fg1234aa',
  lowerMinimumLinks: true,
});
new CfnOutput(stack, 'State', { value: plain.connectionState });
