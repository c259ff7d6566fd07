import type { ResourceType } from '../resource-type';

/** `AWS::CDK::Metadata`: says which constructs a CDK application uses. AWS makes nothing of it but a record. */
export const cdkMetadata: ResourceType = {
  typeName: 'AWS::CDK::Metadata',
  properties: { Analytics: 'in place' },
  create: (_properties, { generatedName }) => Promise.resolve({ physicalId: generatedName(128), attributes: {} }),
  update: physicalId => Promise.resolve({ physicalId, attributes: {} }),
  delete: () => Promise.resolve(),
};
