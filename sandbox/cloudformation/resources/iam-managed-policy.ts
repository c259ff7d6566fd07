import type { Iam, ManagedPolicy } from '../../iam/iam';
import type { ResourceState, ResourceType } from '../resource-type';
import { text, texts } from './property-values';

export function iamManagedPolicy(iam: Iam): ResourceType {
  return {
    typeName: 'AWS::IAM::ManagedPolicy',
    properties: {
      Description: 'replacement',
      ManagedPolicyName: 'replacement',
      Path: 'replacement',
      PolicyDocument: 'in place',
      Roles: 'in place',
    },
    required: ['PolicyDocument'],

    async create(properties, context) {
      const name = text(properties, 'ManagedPolicyName') ?? context.generatedName(128);
      const policy = await iam.createPolicy(name, text(properties, 'Path') ?? '/', properties.PolicyDocument);
      const roles = texts(properties, 'Roles');
      try {
        for (const role of roles) iam.attachRolePolicy(role, policy.arn);
      } catch (error) {
        for (const role of roles) iam.detachRolePolicy(role, policy.arn);
        iam.deletePolicy(policy.arn);
        throw error;
      }
      return stateOf(policy);
    },

    async update(arn, properties, old) {
      const policy = await iam.updatePolicy(arn, properties.PolicyDocument);
      const roles = texts(properties, 'Roles');
      for (const role of roles) iam.attachRolePolicy(role, arn);
      for (const role of texts(old, 'Roles')) if (!roles.includes(role)) iam.detachRolePolicy(role, arn);
      return stateOf(policy);
    },

    async delete(arn, properties) {
      for (const role of texts(properties, 'Roles')) iam.detachRolePolicy(role, arn);
      iam.deletePolicy(arn);
    },
  };
}

const stateOf = (policy: ManagedPolicy): ResourceState => ({
  physicalId: policy.arn,
  attributes: { PolicyArn: policy.arn, PolicyId: policy.id },
});
