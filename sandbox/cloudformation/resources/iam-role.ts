import type { Iam, Role, RoleSettings } from '../../iam/iam';
import type { Json, Properties, ResourceState, ResourceType } from '../resource-type';
import { number, objects, requiredText, text, texts } from './property-values';

export function iamRole(iam: Iam): ResourceType {
  /** Leaves of `old` what `properties` do not name, and puts what they do. */
  const putPolicies = async (roleName: string, properties: Properties, old: Properties): Promise<void> => {
    const inline = inlinePolicies(properties);
    for (const [name, document] of inline) await iam.putRolePolicy(roleName, name, document);
    for (const name of inlinePolicies(old).keys()) if (!inline.has(name)) iam.deleteRolePolicy(roleName, name);
    const attached = texts(properties, 'ManagedPolicyArns');
    for (const arn of texts(old, 'ManagedPolicyArns')) if (!attached.includes(arn)) iam.detachRolePolicy(roleName, arn);
    for (const arn of attached) iam.attachRolePolicy(roleName, arn);
  };

  const deleteRole = (name: string, properties: Properties): void => {
    if (!iam.findRole(name)) return;
    for (const policy of inlinePolicies(properties).keys()) iam.deleteRolePolicy(name, policy);
    for (const arn of texts(properties, 'ManagedPolicyArns')) iam.detachRolePolicy(name, arn);
    iam.deleteRole(name);
  };

  return {
    typeName: 'AWS::IAM::Role',
    properties: {
      AssumeRolePolicyDocument: 'in place',
      Description: 'in place',
      ManagedPolicyArns: 'in place',
      MaxSessionDuration: 'in place',
      Path: 'replacement',
      PermissionsBoundary: 'in place',
      Policies: 'in place',
      RoleName: 'replacement',
      Tags: 'in place',
    },
    required: ['AssumeRolePolicyDocument'],

    async create(properties, context) {
      const name = text(properties, 'RoleName') ?? context.generatedName(64);
      const role = await iam.createRole(name, text(properties, 'Path') ?? '/', settings(properties));
      try {
        await putPolicies(name, properties, {});
      } catch (error) {
        deleteRole(name, properties);
        throw error;
      }
      return stateOf(role);
    },

    async update(name, properties, old) {
      const role = await iam.updateRole(name, settings(properties));
      await putPolicies(name, properties, old);
      return stateOf(role);
    },

    async delete(name, properties) {
      deleteRole(name, properties);
    },
  };
}

const settings = (properties: Properties): RoleSettings => ({
  trustPolicy: properties.AssumeRolePolicyDocument,
  description: text(properties, 'Description'),
  maximumSessionSeconds: number(properties, 'MaxSessionDuration'),
  permissionsBoundary: text(properties, 'PermissionsBoundary'),
});

const inlinePolicies = (properties: Properties): ReadonlyMap<string, Json | undefined> =>
  new Map(objects(properties, 'Policies').map(policy => [requiredText(policy, 'PolicyName'), policy.PolicyDocument]));

const stateOf = (role: Role): ResourceState => ({
  physicalId: role.name,
  attributes: { Arn: role.arn, RoleId: role.id },
});
