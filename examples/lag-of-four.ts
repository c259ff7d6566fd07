import { App, Stack } from 'aws-cdk-lib';
import { LagMembership } from 'cdk-direct-connect-lag-membership';

export const app = new App();
const stack = new Stack(app, 'LagOfFour', { env: { account: '111122223333', region: 'eu-central-1' } });

const connections = ['dxcon-fg5678g1', 'dxcon-fg5678g2', 'dxcon-fg5678g3', 'dxcon-fg5678g4'];
const memberships = connections.map(
  connectionId =>
    new LagMembership(stack, connectionId, {
      connectionId,
      lagId: 'dxlag-fg1234aa',
      // Else the LAG's minimum number of links would keep the last ones from leaving at cdk destroy.
      lowerMinimumLinks: true,
    }),
);

// One after the other: CloudFormation works on what does not depend on each other at the same time.
memberships.reduce((before, next) => {
  next.node.addDependency(before);
  return next;
});
