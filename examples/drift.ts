import { App, Duration, Stack } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { LagMemberships } from 'cdk-direct-connect-lag-membership';

export const app = new App();
const stack = new Stack(app, 'Drift', { env: { account: '111122223333', region: 'eu-central-1' } });

const links = new LagMemberships(stack, 'Frankfurt', {
  lagId: 'dxlag-fg1234bb',
  connectionIds: ['dxcon-fg5678g1', 'dxcon-fg5678g2'],
  // Where somebody has taken a connection out, `cdk deploy -c reassert=2026-11-24` has it join again; any new text does.
  reassert: app.node.tryGetContext('reassert'),
});

// Within a quarter of an hour it is seen, and an alarm goes off. Add an action to it, such as a message to who is on duty.
links.checkEvery(Duration.minutes(15));
links.metricDrifted().createAlarm(stack, 'Drifted', {
  alarmDescription: 'Somebody has taken a connection out of its LAG. Put right: cdk deploy -c reassert=<today>.',
  threshold: 1,
  evaluationPeriods: 1,
  // Between two checks, and while a deployment is under way, nobody looks: the alarm stays as it is.
  treatMissingData: TreatMissingData.IGNORE,
});

// With a trail that logs management events it is seen at once, and the event says who it was.
links.onChangedByHand('ByHand', { target: links.checkTarget() });

// A check that could not look is an error of the function.
links.members[0]?.provider.handler.metricErrors().createAlarm(stack, 'NotLooked', {
  threshold: 1,
  evaluationPeriods: 1,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});

// The links themselves: fewer than two of them are up; and what AWS plans to do with them.
links.alarmBelow(2);
links.onMaintenance('Maintenance');
