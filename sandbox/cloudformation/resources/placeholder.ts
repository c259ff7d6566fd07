import type { Json, ResourceContext, ResourceState, ResourceType } from '../resource-type';

/** Their `Ref` is an ARN. Source: the "Return values" of their reference pages. */
const referredToByArn = [
  'AWS::CertificateManager::Certificate',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Topic',
  'AWS::StepFunctions::StateMachine',
];

/** Whether a name can be that of a resource type at all. */
export const isTypeName = (name: string): boolean => /^[A-Za-z0-9]+::[A-Za-z0-9]+::[A-Za-z0-9]+(::MODULE)?$/.test(name);

/**
 * A resource type that the sandbox does not emulate: it has a physical id, takes any property, and has any attribute; it
 * does nothing.
 */
export function placeholder(typeName: string): ResourceType {
  const stateOf = (physicalId: string, { partition, region, accountId }: ResourceContext): ResourceState => {
    const service = (typeName.split('::')[1] ?? '').toLowerCase();
    const arn = `arn:${partition}:${service}:${region}:${accountId}:${physicalId}`;
    return {
      physicalId,
      ...(referredToByArn.includes(typeName) && { ref: arn }),
      attributes: {},
      anyAttribute: (name): Json => (/arn$/i.test(name) ? arn : `${physicalId}.${name}`),
    };
  };
  return {
    typeName,
    properties: {},
    isPlaceholder: true,
    create: (_properties, context) => Promise.resolve(stateOf(context.generatedName(63).toLowerCase(), context)),
    update: (physicalId, _properties, _old, context) => Promise.resolve(stateOf(physicalId, context)),
    delete: () => Promise.resolve(),
  };
}
