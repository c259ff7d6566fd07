import { AwsError } from '../../aws-error';
import type { Lambda } from '../../lambda/lambda';
import type { ResourceType } from '../resource-type';
import { requiredText } from './property-values';

/** Checked for its function, and without an effect otherwise: no service of the sandbox invokes in its own name. */
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
      if (!lambda.findFunction(context.region, name)) {
        throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
      }
      const id = context.generatedName(100);
      return { physicalId: id, attributes: { Id: id } };
    },

    async update(physicalId) {
      return { physicalId, attributes: { Id: physicalId } };
    },

    async delete() {},
  };
}
