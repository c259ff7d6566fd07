import { App, Stack } from 'aws-cdk-lib';
import { LagMemberships } from 'cdk-direct-connect-lag-membership';

export const app = new App();
const stack = new Stack(app, 'LagOfFour', { env: { account: '111122223333', region: 'eu-central-1' } });

new LagMemberships(stack, 'Frankfurt', {
  lagId: 'dxlag-fg1234cc',
  connectionIds: ['dxcon-fg5678g1', 'dxcon-fg5678g2', 'dxcon-fg5678g3', 'dxcon-fg5678g4'],
  // Else the LAG's minimum number of links would keep the last ones from leaving at cdk destroy.
  lowerMinimumLinks: true,
});
