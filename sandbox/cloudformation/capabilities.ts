import { AwsError } from '../aws-error';
import type { Template } from './template';

const namingProperties: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
};

/** The capabilities that a template asks its user to acknowledge. */
export function requiredCapabilities(template: Template): readonly string[] {
  const resources = [...template.resources.values()].filter(({ type }) => type.startsWith('AWS::IAM::'));
  if (resources.length === 0) return [];
  const isNamed = resources.some(({ type, properties }) => Object.hasOwn(properties, namingProperties[type] ?? ''));
  return [isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'];
}

/** @throws AwsError where one is missing */
export function checkCapabilities(template: Template, given: readonly string[]): void {
  const missing = requiredCapabilities(template).filter(
    capability => !given.includes(capability) && !given.includes('CAPABILITY_NAMED_IAM'),
  );
  if (missing.length > 0)
    throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${missing.join(', ')}]`);
}
