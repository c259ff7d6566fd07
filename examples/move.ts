import { App, Stack } from 'aws-cdk-lib';
import { LagMemberships } from 'cdk-direct-connect-lag-membership';

export const app = new App();
const stack = new Stack(app, 'Move', { env: { account: '111122223333', region: 'eu-central-1' } });

new LagMemberships(stack, 'Frankfurt', {
  // The LAG that the links are to be in: change it here, or with `-c lagId=…`, and deploy again. The next one moves only
  // when the one before is available again.
  lagId: app.node.tryGetContext('lagId') ?? 'dxlag-fg1234bb',
  connectionIds: ['dxcon-fg5678g1', 'dxcon-fg5678g2'],
  // They may be in a LAG that this stack did not put them into.
  allowMove: true,
});
