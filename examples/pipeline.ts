import { App, Stack, Stage } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import { LagMembership } from 'cdk-direct-connect-lag-membership';

export const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };

const stack = new Stack(app, 'Pipeline', { env });
const pipeline = new CodePipeline(stack, 'Pipeline', {
  synth: new ShellStep('Synth', {
    input: CodePipelineSource.s3(Bucket.fromBucketName(stack, 'Source', 'network-source'), 'app.zip'),
    commands: ['npm ci', 'npx cdk synth'],
  }),
});

const production = new Stage(stack, 'Production', { env });
new LagMembership(new Stack(production, 'Network'), 'Membership', {
  connectionId: 'dxcon-fg5678gh',
  lagId: 'dxlag-fg1234aa',
});
pipeline.addStage(production);
