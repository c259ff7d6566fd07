import { AwsError } from '../../aws-error';
import { equal } from '../json';
import type { Properties, ResourceContext, ResourceType } from '../resource-type';
import { flag } from './direct-connect-api';
import {
  createTable,
  type DeclaredTable,
  type DynamoDbApi,
  deleteTable,
  longestTableName,
  timeToLiveAttribute,
  updateTable,
} from './dynamodb-api';
import { objects, onlyMembers, requiredText, text } from './property-values';

/** `AWS::DynamoDB::GlobalTable` with one replica, in the stack's own Region: what CDK makes of a `TableV2`. */
export const dynamoDbGlobalTable = (api: DynamoDbApi): ResourceType => ({
  typeName: 'AWS::DynamoDB::GlobalTable',
  properties: {
    AttributeDefinitions: 'in place',
    BillingMode: 'in place',
    KeySchema: 'replacement',
    Replicas: 'in place',
    TableName: 'replacement',
    TimeToLiveSpecification: 'in place',
    // Taken without an effect: see the table in sandbox/README.md.
    SSESpecification: 'in place',
  },
  required: ['AttributeDefinitions', 'KeySchema', 'Replicas'],

  async create(properties, context) {
    const name = text(properties, 'TableName') ?? context.generatedName(longestTableName);
    return createTable(api, name, properties, declaredBy(properties, context), context);
  },

  async update(name, properties, old, context) {
    // Definitions of the key's attributes cannot change in place, and there are no others without secondary indexes.
    if (!equal(properties.AttributeDefinitions, old.AttributeDefinitions)) {
      const message = `The sandbox does not support a change of AttributeDefinitions without one of KeySchema, to ${JSON.stringify(properties.AttributeDefinitions)}`;
      throw new AwsError('InvalidRequest', `${message}: name another key, which asks for a replacement`);
    }
    return updateTable(api, name, declaredBy(properties, context), context);
  },

  delete: (name, _properties, context) => deleteTable(api, name, context),
});

function declaredBy(properties: Properties, context: ResourceContext): DeclaredTable {
  const mode = text(properties, 'BillingMode') ?? 'PROVISIONED';
  if (mode !== 'PAY_PER_REQUEST') {
    throw new AwsError(
      'InvalidRequest',
      `The sandbox does not support BillingMode ${mode}; it supports PAY_PER_REQUEST`,
    );
  }
  return {
    billing: { BillingMode: mode },
    deletionProtection: flag(replicaOf(properties, context), 'DeletionProtectionEnabled') ?? false,
    timeToLiveAttribute: timeToLiveAttribute(properties),
  };
}

function replicaOf(properties: Properties, { region }: ResourceContext): Properties {
  const replicas = objects(properties, 'Replicas');
  const [replica] = replicas;
  const regions = replicas.map(each => requiredText(each, 'Region'));
  if (replica === undefined || regions.length > 1 || regions[0] !== region) {
    const message = `The sandbox does not support Replicas in ${regions.join(', ') || 'no Region'}`;
    throw new AwsError('InvalidRequest', `${message}; it supports one, in the stack's own Region, ${region}`);
  }
  onlyMembers('Replicas', replica, [
    'DeletionProtectionEnabled',
    'Region',
    // Taken without an effect.
    'PointInTimeRecoverySpecification',
    'TableClass',
    'Tags',
  ]);
  return replica;
}
