import { AwsError } from '../../aws-error';
import { codeOfArchive, codeOfSource, type FunctionCode } from '../../lambda/function-code';
import type { FunctionConfiguration } from '../../lambda/function-configuration';
import type { Lambda, LambdaFunction } from '../../lambda/lambda';
import type { Properties, ResourceState, ResourceType } from '../resource-type';
import { number, object, onlyMembers, requiredText, text } from './property-values';

/** Gives an object's bytes; throws an AwsError for one that is not there. */
export type ReadObject = (bucket: string, key: string) => Uint8Array;

export function lambdaFunction(lambda: Lambda, readObject: ReadObject): ResourceType {
  return {
    typeName: 'AWS::Lambda::Function',
    properties: {
      Code: 'in place',
      Description: 'in place',
      Environment: 'in place',
      FunctionName: 'replacement',
      Handler: 'in place',
      LoggingConfig: 'in place',
      MemorySize: 'in place',
      ReservedConcurrentExecutions: 'in place',
      Role: 'in place',
      Runtime: 'in place',
      Timeout: 'in place',
      // Taken without an effect: see the table in sandbox/README.md.
      Architectures: 'in place',
      EphemeralStorage: 'in place',
      KmsKeyArn: 'in place',
      Tags: 'in place',
      TracingConfig: 'in place',
      VpcConfig: 'in place',
    },
    required: ['Code', 'Handler', 'Role', 'Runtime'],

    async create(properties, context) {
      const name = text(properties, 'FunctionName') ?? context.generatedName(64);
      const code = codeOf(properties, readObject);
      return stateOf(await lambda.createFunction(context.region, configurationOf(name, properties), code));
    },

    async update(name, properties, _old, context) {
      const found = lambda.findFunction(context.region, name);
      if (!found) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
      const code = codeOf(properties, readObject);
      return stateOf(await lambda.updateFunction(found.arn, configurationOf(name, properties), code));
    },

    async delete(name, _properties, context) {
      const found = lambda.findFunction(context.region, name);
      if (found) lambda.deleteFunction(found.arn);
    },
  };
}

function codeOf(properties: Properties, readObject: ReadObject): FunctionCode {
  const code = object(properties, 'Code');
  onlyMembers('Code', code, ['S3Bucket', 'S3Key', 'ZipFile']);
  const source = text(code, 'ZipFile');
  if (source !== undefined) return codeOfSource(source);
  try {
    return codeOfArchive(readObject(requiredText(code, 'S3Bucket'), requiredText(code, 'S3Key')));
  } catch (cause) {
    if (!(cause instanceof AwsError) || !cause.code.startsWith('NoSuch')) throw cause;
    const message = `Error occurred while GetObject. S3 Error Code: ${cause.code}. S3 Error Message: ${cause.message}`;
    throw new AwsError('InvalidParameterValueException', message, 400, { cause });
  }
}

function configurationOf(functionName: string, properties: Properties): FunctionConfiguration {
  const logging = object(properties, 'LoggingConfig');
  onlyMembers('LoggingConfig', logging, ['LogGroup', 'LogFormat']);
  const logFormat = text(logging, 'LogFormat') ?? 'Text';
  if (logFormat !== 'Text') {
    throw new AwsError(
      'InvalidRequest',
      `The sandbox does not support LoggingConfig.LogFormat ${logFormat}; it supports Text`,
    );
  }
  const environment = object(properties, 'Environment');
  onlyMembers('Environment', environment, ['Variables']);
  const variables = object(environment, 'Variables');
  return {
    functionName,
    handler: requiredText(properties, 'Handler'),
    runtime: requiredText(properties, 'Runtime'),
    role: requiredText(properties, 'Role'),
    description: text(properties, 'Description') ?? '',
    timeout: number(properties, 'Timeout') ?? 3,
    memorySize: number(properties, 'MemorySize') ?? 128,
    environment: Object.fromEntries(Object.keys(variables).map(name => [name, requiredText(variables, name)])),
    logGroup: text(logging, 'LogGroup') ?? `/aws/lambda/${functionName}`,
    reservedConcurrentExecutions: number(properties, 'ReservedConcurrentExecutions'),
  };
}

const stateOf = (made: LambdaFunction): ResourceState => ({
  physicalId: made.configuration.functionName,
  attributes: { Arn: made.arn },
});
