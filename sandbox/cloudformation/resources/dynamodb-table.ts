import type { JsonObject } from '../json';
import type { Properties, ResourceState, ResourceType } from '../resource-type';
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
import { number, object, onlyMembers, text } from './property-values';

/** `AWS::DynamoDB::Table`, without secondary indexes and streams. */
export const dynamoDbTable = (api: DynamoDbApi): ResourceType => ({
  typeName: 'AWS::DynamoDB::Table',
  properties: {
    // Without secondary indexes it names the key's attributes alone, and an edited one asks for a replacement.
    AttributeDefinitions: 'replacement',
    BillingMode: 'in place',
    DeletionProtectionEnabled: 'in place',
    KeySchema: 'replacement',
    ProvisionedThroughput: 'in place',
    TableName: 'replacement',
    TimeToLiveSpecification: 'in place',
    // Taken without an effect: see the table in sandbox/README.md.
    PointInTimeRecoverySpecification: 'in place',
    SSESpecification: 'in place',
    TableClass: 'in place',
    Tags: 'in place',
  },
  required: ['AttributeDefinitions', 'KeySchema'],

  async create(properties, context) {
    const name = text(properties, 'TableName') ?? context.generatedName(longestTableName);
    return stateOf(await createTable(api, name, properties, declaredBy(properties), context));
  },

  async update(name, properties, _old, context) {
    return stateOf(await updateTable(api, name, declaredBy(properties), context));
  },

  delete: (name, _properties, context) => deleteTable(api, name, context),
});

const declaredBy = (properties: Properties): DeclaredTable => ({
  billing: billingOf(properties),
  deletionProtection: flag(properties, 'DeletionProtectionEnabled') ?? false,
  timeToLiveAttribute: timeToLiveAttribute(properties),
});

function billingOf(properties: Properties): JsonObject {
  const throughput = object(properties, 'ProvisionedThroughput');
  onlyMembers('ProvisionedThroughput', throughput, ['ReadCapacityUnits', 'WriteCapacityUnits']);
  const BillingMode = text(properties, 'BillingMode') ?? 'PROVISIONED';
  if (properties.ProvisionedThroughput === undefined) return { BillingMode };
  const ReadCapacityUnits = number(throughput, 'ReadCapacityUnits') ?? 0;
  const WriteCapacityUnits = number(throughput, 'WriteCapacityUnits') ?? 0;
  return { BillingMode, ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits } };
}

const stateOf = ({ physicalId, attributes: { Arn = '' } }: ResourceState): ResourceState => ({
  physicalId,
  attributes: { Arn },
});
