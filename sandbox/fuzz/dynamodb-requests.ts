import fc, { type Arbitrary } from 'fast-check';
import { operations } from '../dynamodb/operations';
import { jsonRequest } from './json-requests';
import { json, members, mostly, text } from './values';

const attribute = mostly([
  { S: 'a' },
  { N: '1' },
  { B: 'YQ==' },
  { BOOL: true },
  { NULL: true },
  { L: [] },
  { SS: ['a'] },
]);
const item = mostly([{ id: { S: 'a' } }, { id: { S: 'b' }, n: { N: '1' } }], fc.dictionary(text, attribute));
const conditions = [
  'attribute_not_exists(id)',
  'attribute_exists(#n) AND n = :v',
  'n IN (:v, :v) OR NOT (n < :v)',
  'contains(n, :v) AND size(n) > :v AND begins_with(n, :v) AND n BETWEEN :v AND :v',
];
const expression = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...conditions, 'SET n = :v', 'SET n = if_not_exists(n, :v) + :v', 'REMOVE n'),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.constantFrom(...'()#:,=<>[].'.split(''), ' AND ', ' OR ', ' NOT ', 'n', ':v', '#n', 'size', 'SET ', ' IN '),
        { maxLength: 12 },
      )
      .map(parts => parts.join('')),
  },
  { weight: 1, arbitrary: json },
);
const table = mostly(['Tab', 'Other', 'arn:aws:dynamodb:eu-central-1:111122223333:table/Tab']);

/** By parameter; the others take any JSON. */
const dynamoDbParameters: { readonly [name: string]: Arbitrary<unknown> } = {
  TableName: table,
  Key: item,
  Item: item,
  ExclusiveStartKey: item,
  ConditionExpression: expression,
  FilterExpression: expression,
  KeyConditionExpression: mostly(['id = :v'], expression),
  ProjectionExpression: mostly(['id, n', '#n'], expression),
  UpdateExpression: expression,
  ExpressionAttributeNames: mostly([{ '#n': 'n' }, {}]),
  ExpressionAttributeValues: mostly([{ ':v': { N: '1' } }, { ':v': { S: 'a' } }, {}]),
  KeySchema: mostly([[{ AttributeName: 'id', KeyType: 'HASH' }]]),
  AttributeDefinitions: mostly([[{ AttributeName: 'id', AttributeType: 'S' }]]),
  BillingMode: mostly(['PAY_PER_REQUEST', 'PROVISIONED']),
  ProvisionedThroughput: mostly([{ ReadCapacityUnits: 1, WriteCapacityUnits: 1 }]),
  RequestItems: mostly([
    { Tab: { Keys: [{ id: { S: 'a' } }] } },
    { Tab: [{ PutRequest: { Item: { id: { S: 'a' } } } }, { DeleteRequest: { Key: { id: { S: 'b' } } } }] },
    { Tab: [{ DeleteRequest: {} }] },
    { Tab: {} },
  ]),
  TimeToLiveSpecification: mostly([{ AttributeName: 'n', Enabled: true }]),
  Limit: mostly([1, 10]),
  Segment: mostly([0]),
  TotalSegments: mostly([1]),
  ReturnValues: mostly(['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_NEW']),
  Select: mostly(['COUNT', 'ALL_ATTRIBUTES']),
  AttributeUpdates: mostly([{ n: { Action: 'PUT', Value: { N: '1' } } }, { n: { Action: 'ADD' } }]),
  Expected: mostly([{ n: { Exists: false } }, { n: { ComparisonOperator: 'EQ', AttributeValueList: [{ N: '1' }] } }]),
};

const required = [
  'TableName',
  'Key',
  'Item',
  'RequestItems',
  'KeySchema',
  'AttributeDefinitions',
  'KeyConditionExpression',
];

export const dynamoDbRequests = jsonRequest('DynamoDB_20120810', '1.0', Object.keys(operations), name => {
  const parameters = Object.hasOwn(operations, name) ? (operations[name] ?? []) : ['TableName'];
  return members(
    Object.fromEntries(parameters.map(parameter => [parameter, dynamoDbParameters[parameter] ?? json])),
    required,
  );
});
