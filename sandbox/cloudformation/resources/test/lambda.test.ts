import { zipSync } from 'fflate';
import { AwsError } from '../../../aws-error';
import { systemClock } from '../../../clock';
import type { Outcome } from '../../../lambda/invocation';
import { lambdaWith } from '../../../lambda/test/support';
import type { Properties } from '../../resource-type';
import { lambdaEventInvokeConfig } from '../lambda-event-invoke-config';
import { lambdaFunction } from '../lambda-function';
import { lambdaPermission } from '../lambda-permission';
import { logsLogGroup } from '../logs-log-group';
import { created } from './support';

const answer: Outcome = { kind: 'answer', payload: null };
const archive = zipSync({ 'index.js': new TextEncoder().encode('exports.handler = async () => 1') });

async function world() {
  const made = await lambdaWith(systemClock, async () => answer);
  const type = lambdaFunction(made.lambda, (bucket, key) => {
    if (bucket === 'assets' && key === 'code.zip') return archive;
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  });
  const basic = {
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: made.role.arn,
    Code: { ZipFile: 'exports.handler = 1' },
  };
  const fn = (properties: Properties = {}) => created(type, { ...basic, ...properties });
  const find = (name: string) => made.lambda.findFunction('eu-central-1', name);
  return { ...made, basic, fn, find };
}

describe('AWS::Lambda::Function', () => {
  test('has the defaults of AWS where the template says nothing', async () => {
    const { fn, find } = await world();
    const { state } = await fn({ FunctionName: 'F' });
    expect(state).toEqual({
      physicalId: 'F',
      attributes: { Arn: 'arn:aws:lambda:eu-central-1:111122223333:function:F' },
    });
    expect(find('F')?.configuration).toMatchObject({
      timeout: 3,
      memorySize: 128,
      logGroup: '/aws/lambda/F',
      environment: {},
    });
  });

  test('takes its code from an object, or from the template', async () => {
    const { fn, find } = await world();
    await fn({ FunctionName: 'F', Code: { S3Bucket: 'assets', S3Key: 'code.zip' } });
    expect(Object.keys(find('F')?.code.files ?? {})).toEqual(['index.js']);
    await expect(fn({ Code: { S3Bucket: 'assets', S3Key: 'none' } })).rejects.toThrow(
      'Error occurred while GetObject. S3 Error Code: NoSuchKey.',
    );
  });

  test('is changed in place, numbers in text included', async () => {
    const { basic, fn, find } = await world();
    const made = await fn({ FunctionName: 'F' });
    await made.update({
      ...basic,
      FunctionName: 'F',
      Timeout: '30',
      Environment: { Variables: { COUNT: 3 } },
      LoggingConfig: { LogGroup: 'g' },
    });
    expect(find('F')?.configuration).toMatchObject({ timeout: 30, environment: { COUNT: '3' }, logGroup: 'g' });
    await made.delete();
    await made.delete();
    expect(find('F')).toBeUndefined();
  });

  test.each([
    ['another way to give the code', { Code: { ImageUri: 'x' } }, 'does not support Code.ImageUri'],
    ['logs in JSON', { LoggingConfig: { LogFormat: 'JSON' } }, 'does not support LoggingConfig.LogFormat JSON'],
    ['a time-out that is no number', { Timeout: 'soon' }, 'Property Timeout must be a number, not "soon"'],
    ['another runtime', { Runtime: 'python3.13' }, 'Runtime python3.13 is not supported'],
  ])('fails by name with %s', async (_name, properties, message) => {
    const { fn } = await world();
    await expect(fn(properties)).rejects.toThrow(message);
  });
});

describe('AWS::Lambda::EventInvokeConfig', () => {
  test('is there until it is deleted', async () => {
    const { fn, find, lambda } = await world();
    await fn({ FunctionName: 'F' });
    const properties = { FunctionName: 'F', Qualifier: '$LATEST', MaximumEventAgeInSeconds: 60 };
    const config = await created(lambdaEventInvokeConfig(lambda), properties);
    expect(find('F')?.eventInvokeConfig).toEqual({ maximumEventAgeInSeconds: 60, maximumRetryAttempts: 2 });
    await config.update({ ...properties, MaximumRetryAttempts: 0 });
    expect(find('F')?.eventInvokeConfig?.maximumRetryAttempts).toBe(0);
    await config.delete();
    expect(find('F')?.eventInvokeConfig).toBeUndefined();
  });

  test('of a version or an alias fails by name', async () => {
    const { fn, lambda } = await world();
    await fn({ FunctionName: 'F' });
    const config = created(lambdaEventInvokeConfig(lambda), { FunctionName: 'F', Qualifier: 'live' });
    await expect(config).rejects.toThrow('does not support Qualifier live');
  });
});

test('AWS::Lambda::Permission needs its function', async () => {
  const { fn, lambda } = await world();
  const properties = { FunctionName: 'F', Action: 'lambda:InvokeFunction', Principal: 'cloudformation.amazonaws.com' };
  await expect(created(lambdaPermission(lambda), properties)).rejects.toThrow('Function not found: F');
  await fn({ FunctionName: 'F' });
  await expect(created(lambdaPermission(lambda), properties)).resolves.toBeDefined();
});

test('AWS::Lambda::Permission lets a service invoke the function, as long as it is there', async () => {
  const { fn, lambda } = await world();
  const { state } = await fn({ FunctionName: 'F' });
  const functionArn = String(state.attributes.Arn);
  const arn = 'arn:aws:events:eu-central-1:111122223333:rule/R';
  const permission = await created(lambdaPermission(lambda), {
    FunctionName: functionArn,
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    SourceArn: arn,
  });
  const rule = { service: 'events.amazonaws.com', arn, accountId: '111122223333' };
  expect(lambda.mayBeInvokedBy(functionArn, rule)).toBe(true);
  await permission.delete();
  expect(lambda.mayBeInvokedBy(functionArn, rule)).toBe(false);
});

test('AWS::Lambda::Permission holds for each of many that are made at the same time', async () => {
  const { fn, lambda } = await world();
  const { state } = await fn({ FunctionName: 'F' });
  const functionArn = String(state.attributes.Arn);
  const arns = Array.from({ length: 5 }, (_, index) => `arn:aws:events:eu-central-1:111122223333:rule/R${index}`);
  const properties = { FunctionName: functionArn, Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' };
  await Promise.all(arns.map(SourceArn => created(lambdaPermission(lambda), { ...properties, SourceArn })));
  for (const arn of arns) {
    const rule = { service: 'events.amazonaws.com', arn, accountId: '111122223333' };
    expect(await lambda.mayBeInvokedBy(functionArn, rule)).toBe(true);
  }
});

describe('AWS::Logs::LogGroup', () => {
  test('has an ARN for its streams, and is gone after its deletion', async () => {
    const { logs } = await world();
    const group = await created(logsLogGroup(logs), { LogGroupName: 'g', RetentionInDays: '7' });
    expect(group.state.attributes.Arn).toBe('arn:aws:logs:eu-central-1:111122223333:log-group:g:*');
    expect(logs.hasGroup('eu-central-1', 'g')).toBe(true);
    await group.delete();
    expect(logs.hasGroup('eu-central-1', 'g')).toBe(false);
  });

  test('fails where there is one of that name, or with a retention that CloudWatch does not have', async () => {
    const { logs } = await world();
    await created(logsLogGroup(logs), { LogGroupName: 'g' });
    await expect(created(logsLogGroup(logs), { LogGroupName: 'g' })).rejects.toThrow('already exists');
    await expect(created(logsLogGroup(logs), { RetentionInDays: 8 })).rejects.toThrow(
      'RetentionInDays 8 must be one of 1, 3',
    );
  });
});
