import { AwsError } from '../../aws-error';
import type { Lambda } from '../../lambda/lambda';
import type { ResourceType } from '../resource-type';
import { requiredText, text } from './property-values';

export function lambdaPermission(lambda: Lambda): ResourceType {
  return {
    typeName: 'AWS::Lambda::Permission',
    properties: {
      Action: 'replacement',
      FunctionName: 'replacement',
      Principal: 'replacement',
      PrincipalOrgID: 'replacement',
      SourceAccount: 'replacement',
      SourceArn: 'replacement',
    },
    required: ['Action', 'FunctionName', 'Principal'],

    async create(properties, context) {
      const name = requiredText(properties, 'FunctionName');
      const found = lambda.findFunction(context.region, name);
      if (!found) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
      const id = context.generatedName(100);
      lambda.addPermission(found.arn, id, {
        action: requiredText(properties, 'Action'),
        principal: requiredText(properties, 'Principal'),
        sourceArn: text(properties, 'SourceArn'),
        sourceAccount: text(properties, 'SourceAccount'),
        principalOrgId: text(properties, 'PrincipalOrgID'),
      });
      return { physicalId: id, attributes: { Id: id } };
    },

    async update(physicalId) {
      return { physicalId, attributes: { Id: physicalId } };
    },

    async delete(id, properties, context) {
      const found = lambda.findFunction(context.region, requiredText(properties, 'FunctionName'));
      if (found) lambda.removePermission(found.arn, id);
    },
  };
}
