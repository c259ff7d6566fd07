import { App, Duration, Stack } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { LagMembership, LagMemberships } from 'cdk-direct-connect-lag-membership';

export const app = new App();
const stack = new Stack(app, 'Alarms', { env: { account: '111122223333', region: 'eu-central-1' } });

const membership = new LagMembership(stack, 'Membership', {
  connectionId: 'dxcon-fg5678gh',
  lagId: 'dxlag-fg1234aa',
});

membership.metricFailures().createAlarm(stack, 'Failures', {
  alarmDescription: 'A deployment could not put the connection where it belongs.',
  threshold: 1,
  evaluationPeriods: 1,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});

// A change without trouble needs five calls at most: many more of them are Direct Connect's bad minutes.
membership.metricAttempts({ period: Duration.minutes(15) }).createAlarm(stack, 'Attempts', {
  threshold: 20,
  evaluationPeriods: 1,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});

// The function ended without an answer: Lambda repeats the event twice, and then CloudFormation waits in vain.
membership.provider.handler.metricErrors().createAlarm(stack, 'Crashes', {
  threshold: 1,
  evaluationPeriods: 1,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});

// One alarm for all members of a LAG.
new LagMemberships(stack, 'Munich', {
  lagId: 'dxlag-fg1234bb',
  connectionIds: ['dxcon-fg5678g1', 'dxcon-fg5678g2'],
})
  .metricFailures()
  .createAlarm(stack, 'MunichFailures', {
    alarmDescription: 'A deployment could not bring all members into the LAG in Munich.',
    threshold: 1,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
