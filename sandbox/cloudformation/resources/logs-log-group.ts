import type { Logs } from '../../logs/logs';
import type { ResourceState, ResourceType } from '../resource-type';
import { number, text } from './property-values';

export function logsLogGroup(logs: Logs): ResourceType {
  const stateOf = (region: string, name: string): ResourceState => ({
    physicalId: name,
    attributes: { Arn: `${logs.arnOf(region, name)}:*` },
  });

  return {
    typeName: 'AWS::Logs::LogGroup',
    properties: {
      LogGroupName: 'replacement',
      RetentionInDays: 'in place',
      // Taken without an effect: see the table in sandbox/README.md.
      KmsKeyId: 'in place',
      Tags: 'in place',
    },

    async create(properties, context) {
      const name = text(properties, 'LogGroupName') ?? context.generatedName(512);
      logs.createGroup(context.region, name, number(properties, 'RetentionInDays'));
      return stateOf(context.region, name);
    },

    async update(name, properties, _old, context) {
      logs.putRetention(context.region, name, number(properties, 'RetentionInDays'));
      return stateOf(context.region, name);
    },

    async delete(name, _properties, context) {
      logs.deleteGroup(context.region, name);
    },
  };
}
