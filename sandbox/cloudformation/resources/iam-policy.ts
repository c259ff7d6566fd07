import { AwsError } from '../../aws-error';
import type { Iam } from '../../iam/iam';
import type { Properties, ResourceType } from '../resource-type';
import { requiredText, texts } from './property-values';

/** An inline policy that is put into roles. */
export function iamPolicy(iam: Iam): ResourceType {
  const put = async (properties: Properties): Promise<void> => {
    const roles = texts(properties, 'Roles');
    if (roles.length === 0)
      throw new AwsError('InvalidRequest', 'Roles must name at least one role: the sandbox has no users or groups');
    for (const role of roles) {
      await iam.putRolePolicy(role, requiredText(properties, 'PolicyName'), properties.PolicyDocument);
    }
  };
  const remove = (properties: Properties, except: Properties): void => {
    const kept = new Set(placesOf(except));
    for (const role of texts(properties, 'Roles')) {
      const name = requiredText(properties, 'PolicyName');
      if (!kept.has(`${role}/${name}`)) iam.deleteRolePolicy(role, name);
    }
  };

  return {
    typeName: 'AWS::IAM::Policy',
    properties: { PolicyDocument: 'in place', PolicyName: 'in place', Roles: 'in place' },
    required: ['PolicyDocument', 'PolicyName'],

    async create(properties, context) {
      try {
        await put(properties);
      } catch (error) {
        remove(properties, {});
        throw error;
      }
      const id = context.generatedName(128);
      return { physicalId: id, attributes: { Id: id } };
    },

    async update(id, properties, old) {
      await put(properties);
      remove(old, properties);
      return { physicalId: id, attributes: { Id: id } };
    },

    async delete(_id, properties) {
      remove(properties, {});
    },
  };
}

const placesOf = (properties: Properties): string[] =>
  texts(properties, 'Roles').map(role => `${role}/${requiredText(properties, 'PolicyName')}`);
