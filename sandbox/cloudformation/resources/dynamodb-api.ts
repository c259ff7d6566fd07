import { AwsError } from '../../aws-error';
import type { Caller } from '../../caller';
import { isObject, type JsonObject } from '../json';
import { callerOf } from '../own-caller';
import type { Properties, ResourceContext, ResourceState } from '../resource-type';
import { flag } from './direct-connect-api';
import { object, objects, onlyMembers, requiredText } from './property-values';

/** The DynamoDB service, as far as its two resource types call it. */
export interface DynamoDbApi {
  call(operation: string, input: JsonObject, caller: Caller): Promise<JsonObject>;
}

/** What both resource types declare of a table, each in its own place. */
export interface DeclaredTable {
  /** As CreateTable and UpdateTable take them. */
  readonly billing: JsonObject;
  readonly deletionProtection: boolean;
  /** Of the attribute with the time of expiry; none where Time to Live is disabled. */
  readonly timeToLiveAttribute: string | undefined;
}

/** Characters of a table's name. Source: DynamoDB Developer Guide, "Naming rules". */
export const longestTableName = 255;

export function timeToLiveAttribute(properties: Properties): string | undefined {
  const specification = object(properties, 'TimeToLiveSpecification');
  onlyMembers('TimeToLiveSpecification', specification, ['AttributeName', 'Enabled']);
  return flag(specification, 'Enabled') ? requiredText(specification, 'AttributeName') : undefined;
}

/** Makes a table, and waits until it is active. A creation that fails leaves nothing behind. */
export async function createTable(
  api: DynamoDbApi,
  name: string,
  properties: Properties,
  declared: DeclaredTable,
  context: ResourceContext,
): Promise<ResourceState> {
  const caller = callerOf(context);
  await api.call(
    'CreateTable',
    {
      TableName: name,
      KeySchema: objects(properties, 'KeySchema'),
      AttributeDefinitions: objects(properties, 'AttributeDefinitions'),
      ...declared.billing,
    },
    caller,
  );
  try {
    return await updateTable(api, name, declared, context);
  } catch (error) {
    await deleteTable(api, name, context);
    throw error;
  }
}

/**
 * Makes a table what is declared, from what it is: an update before may have come half of the way. Waits until the
 * table is active.
 */
export async function updateTable(
  api: DynamoDbApi,
  name: string,
  declared: DeclaredTable,
  context: ResourceContext,
): Promise<ResourceState> {
  const caller = callerOf(context);
  const TableName = name;
  const before = await whenActive(api, name, context);
  if (!hasBilling(before, declared.billing)) {
    await api.call('UpdateTable', { TableName, ...declared.billing }, caller);
  }
  const table = await whenActive(api, name, context);
  await changeTimeToLive(api, name, declared.timeToLiveAttribute, caller);
  // Last: a table that is protected could not be taken away again where something else fails.
  const { deletionProtection } = declared;
  if (table.DeletionProtectionEnabled !== deletionProtection) {
    await api.call('UpdateTable', { TableName, DeletionProtectionEnabled: deletionProtection }, caller);
  }
  return {
    physicalId: name,
    attributes: { Arn: String(table.TableArn), TableId: String(table.TableId) },
  };
}

/** Deletes a table, and waits until it is gone. One that is gone already is a success. */
export async function deleteTable(api: DynamoDbApi, name: string, context: ResourceContext): Promise<void> {
  try {
    await api.call('DeleteTable', { TableName: name }, callerOf(context));
    for (;;) {
      await api.call('DescribeTable', { TableName: name }, callerOf(context));
      await context.clock.sleep(0);
    }
  } catch (error) {
    if (!(error instanceof AwsError && error.code.endsWith('#ResourceNotFoundException'))) throw error;
  }
}

async function whenActive(api: DynamoDbApi, name: string, context: ResourceContext): Promise<JsonObject> {
  for (;;) {
    const { Table: table } = await api.call('DescribeTable', { TableName: name }, callerOf(context));
    if (isObject(table) && table.TableStatus === 'ACTIVE') return table;
    await context.clock.sleep(0);
  }
}

function hasBilling(
  { BillingModeSummary: summary, ProvisionedThroughput: has }: JsonObject,
  billing: JsonObject,
): boolean {
  const mode = isObject(summary) ? summary.BillingMode : 'PROVISIONED';
  if (mode !== billing.BillingMode) return false;
  const wanted = billing.ProvisionedThroughput;
  if (!isObject(wanted) || !isObject(has)) return true;
  return ['ReadCapacityUnits', 'WriteCapacityUnits'].every(unit => wanted[unit] === has[unit]);
}

/** A change of the attribute alone is not taken apart into two calls: DynamoDB refuses it, and the second as well. */
async function changeTimeToLive(
  api: DynamoDbApi,
  TableName: string,
  wanted: string | undefined,
  caller: Caller,
): Promise<void> {
  const { TimeToLiveDescription: description } = await api.call('DescribeTimeToLive', { TableName }, caller);
  const current = isObject(description) ? description.AttributeName : undefined;
  if (current === wanted) return;
  const TimeToLiveSpecification = { AttributeName: wanted ?? current ?? '', Enabled: wanted !== undefined };
  await api.call('UpdateTimeToLive', { TableName, TimeToLiveSpecification }, caller);
}
