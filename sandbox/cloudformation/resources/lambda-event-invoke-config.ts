import { AwsError } from '../../aws-error';
import { defaultEventInvokeConfig } from '../../lambda/function-configuration';
import type { Lambda } from '../../lambda/lambda';
import type { Properties, ResourceContext, ResourceType } from '../resource-type';
import { number, requiredText } from './property-values';

export function lambdaEventInvokeConfig(lambda: Lambda): ResourceType {
  const put = (properties: Properties, context: ResourceContext): void => {
    const name = requiredText(properties, 'FunctionName');
    const qualifier = requiredText(properties, 'Qualifier');
    if (qualifier !== '$LATEST') {
      throw new AwsError('InvalidRequest', `The sandbox does not support Qualifier ${qualifier}; it supports $LATEST`);
    }
    const found = lambda.findFunction(context.region, name);
    if (!found) throw new AwsError('ResourceNotFoundException', `The function ${name} does not exist.`, 404);
    lambda.putEventInvokeConfig(found.arn, {
      maximumEventAgeInSeconds:
        number(properties, 'MaximumEventAgeInSeconds') ?? defaultEventInvokeConfig.maximumEventAgeInSeconds,
      maximumRetryAttempts: number(properties, 'MaximumRetryAttempts') ?? defaultEventInvokeConfig.maximumRetryAttempts,
    });
  };

  return {
    typeName: 'AWS::Lambda::EventInvokeConfig',
    properties: {
      FunctionName: 'replacement',
      MaximumEventAgeInSeconds: 'in place',
      MaximumRetryAttempts: 'in place',
      Qualifier: 'replacement',
    },
    required: ['FunctionName', 'Qualifier'],

    async create(properties, context) {
      const found = lambda.findFunction(context.region, requiredText(properties, 'FunctionName'));
      if (found?.eventInvokeConfig) {
        const name = found.configuration.functionName;
        throw new AwsError('AlreadyExists', `${name} has an event invoke configuration already`, 409);
      }
      put(properties, context);
      return { physicalId: context.generatedName(100), attributes: {} };
    },

    async update(physicalId, properties, _old, context) {
      put(properties, context);
      return { physicalId, attributes: {} };
    },

    async delete(_physicalId, properties, context) {
      const found = lambda.findFunction(context.region, requiredText(properties, 'FunctionName'));
      if (found) lambda.putEventInvokeConfig(found.arn, undefined);
    },
  };
}
