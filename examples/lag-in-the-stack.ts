import { Annotations, App, Stack } from 'aws-cdk-lib';
import { CfnConnection, CfnLag } from 'aws-cdk-lib/aws-directconnect';
import { LagMembership } from 'cdk-direct-connect-lag-membership';

export const app = new App();
const stack = new Stack(app, 'LagInTheStack', { env: { account: '111122223333', region: 'eu-central-1' } });

const lag = new CfnLag(stack, 'Lag', {
  lagName: 'frankfurt',
  location: 'EqFA5',
  connectionsBandwidth: '10Gbps',
});
// AWS takes no minimum that is more than the LAG has members, so a new one starts without: set it with the next deployment.
Annotations.of(lag).acknowledgeWarning(
  'cdk-direct-connect-lag-membership:minimumLinks',
  'It is set to 1 when the members have joined.',
);

for (const id of ['First', 'Second']) {
  const connection = new CfnConnection(stack, id, {
    connectionName: `frankfurt-${id.toLowerCase()}`,
    location: 'EqFA5',
    bandwidth: '10Gbps',
    // No lagId here: the membership is the one that says so.
  });
  new LagMembership(stack, `${id}Membership`, { connectionId: connection, lagId: lag });
}
