/** A request's body. */
export type Input = { readonly [parameter: string]: unknown };

export const isInput = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const names = (text: string): readonly string[] => text.split(' ');

const expressions = 'ExpressionAttributeNames ExpressionAttributeValues';
const write = `TableName ConditionExpression ${expressions} ConditionalOperator Expected ReturnConsumedCapacity ReturnItemCollectionMetrics ReturnValues ReturnValuesOnConditionCheckFailure`;
const search = `TableName IndexName ConsistentRead ExclusiveStartKey FilterExpression ${expressions} Limit ProjectionExpression Select AttributesToGet ConditionalOperator ReturnConsumedCapacity`;

/** The operations that the sandbox supports, with the parameters that it supports of each. */
export const operations: { readonly [operation: string]: readonly string[] } = {
  BatchGetItem: names('RequestItems ReturnConsumedCapacity'),
  BatchWriteItem: names('RequestItems ReturnConsumedCapacity ReturnItemCollectionMetrics'),
  CreateTable: names(
    'TableName AttributeDefinitions BillingMode DeletionProtectionEnabled GlobalSecondaryIndexes KeySchema LocalSecondaryIndexes ProvisionedThroughput',
  ),
  DeleteItem: names(`${write} Key`),
  DeleteTable: names('TableName'),
  DescribeTable: names('TableName'),
  DescribeTimeToLive: names('TableName'),
  GetItem: names(
    'TableName Key AttributesToGet ConsistentRead ExpressionAttributeNames ProjectionExpression ReturnConsumedCapacity',
  ),
  ListTables: names('ExclusiveStartTableName Limit'),
  PutItem: names(`${write} Item`),
  Query: names(`${search} KeyConditionExpression ScanIndexForward KeyConditions QueryFilter`),
  Scan: names(`${search} Segment TotalSegments ScanFilter`),
  UpdateItem: names(`${write} Key UpdateExpression AttributeUpdates`),
  UpdateTable: names('TableName BillingMode DeletionProtectionEnabled ProvisionedThroughput'),
  UpdateTimeToLive: names('TableName TimeToLiveSpecification'),
};

/**
 * What IAM judges a request on: the tables that it names, or the index that it searches. A name that no table can have
 * is left out: the request fails for that anyway.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB".
 *
 * @param prefix ARN of a table without its name, `arn:<partition>:dynamodb:<region>:<account>:table/`
 */
export function resourcesOf(operation: string, input: Input, prefix: string): readonly string[] {
  if (operation === 'ListTables') return ['*'];
  const { IndexName: index, RequestItems: items, TableName: name } = input;
  const tables = isInput(items) ? Object.keys(items) : [name];
  return tables.filter(isName).map(table => (isName(index) ? `${prefix}${table}/index/${index}` : `${prefix}${table}`));
}

/** Source: DynamoDB Developer Guide, "Naming rules". */
const isName = (value: unknown): value is string => typeof value === 'string' && /^[a-zA-Z0-9_.-]{3,255}$/.test(value);
