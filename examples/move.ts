import { App, Duration, Stack } from 'aws-cdk-lib';
import { LagMembership } from 'cdk-direct-connect-lag-membership';

export const app = new App();
const stack = new Stack(app, 'Move', { env: { account: '111122223333', region: 'eu-central-1' } });

// The LAG that the links are to be in: change it here, or with `-c lagId=…`, and deploy again.
const lagId: string = app.node.tryGetContext('lagId') ?? 'dxlag-fg1234bb';

const memberships = ['dxcon-fg5678g1', 'dxcon-fg5678g2'].map(
  connectionId =>
    new LagMembership(stack, connectionId, {
      connectionId,
      lagId,
      // The next one moves only when this one carries traffic again; if it does not, it goes back, and so does the stack.
      waitForAvailable: Duration.minutes(5),
      // They may be in a LAG that this stack did not put them into.
      allowMove: true,
    }),
);

memberships.reduce((before, next) => {
  next.node.addDependency(before);
  return next;
});
