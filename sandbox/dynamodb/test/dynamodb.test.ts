import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import type { Json } from '../../cloudformation/resource-type';
import { type Sandbox, startSandbox } from '../../index';
import type { AccessKey } from '../../signature';

const TableName = 'Record';
const tableArn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/Record';
const condition = { ConditionExpression: 'attribute_not_exists(#key)', ExpressionAttributeNames: { '#key': 'key' } };

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.stop());

const client = (credentials = sandbox.services.sessions.administratorKey, region = sandbox.region) =>
  new DynamoDBClient({
    endpoint: sandbox.url,
    region,
    credentials,
    maxAttempts: 1,
  });

async function createTable(of = client(), name = TableName): Promise<void> {
  await of.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
    }),
  );
  await waitUntilTableExists({ client: of, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.01 }, { TableName: name });
}

const item = (key: string, value: string) => ({ key: { S: key }, value: { S: value } });
const put = (key: string, value: string, more: object = {}) =>
  new PutItemCommand({ TableName, Item: item(key, value), ...more });
const get = (key: string) => new GetItemCommand({ TableName, Key: { key: { S: key } }, ConsistentRead: true });

/** The credentials of a role that may do `Action` on `Resource`. */
async function roleThatMay(Action: Json, Resource: Json): Promise<AccessKey> {
  const { iam, sessions } = sandbox.services;
  const role = await iam.createRole('R', '/', {
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
  });
  await iam.putRolePolicy('R', 'P', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
  const session = await sessions.forService('lambda.amazonaws.com', role.arn, 'S');
  if (!session) throw new Error('The role trusts Lambda');
  return session.credentials;
}

test('the environment that the sandbox gives leads to no other DynamoDB', () => {
  expect(sandbox.environment).toHaveProperty('AWS_ENDPOINT_URL_DYNAMODB', undefined);
});

describe('items', () => {
  beforeEach(() => createTable());

  test('of several conditional puts at once exactly one wins, and it is its item that is there', async () => {
    const contenders = Array.from({ length: 10 }, (_, index) => `contender ${index}`);
    const outcomes = await Promise.allSettled(contenders.map(name => client().send(put('1', name, condition))));
    const winners = contenders.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(ConditionalCheckFailedException);
    }
    expect((await client().send(get('1'))).Item).toEqual(item('1', winners[0] ?? ''));
  });

  test('are read as they were written last', async () => {
    const dynamodb = client();
    for (let version = 0; version < 20; version++) {
      await dynamodb.send(put('1', `${version}`));
      expect((await dynamodb.send(get('1'))).Item).toEqual(item('1', `${version}`));
    }
    await dynamodb.send(new DeleteItemCommand({ TableName, Key: { key: { S: '1' } } }));
    expect((await dynamodb.send(get('1'))).Item).toBeUndefined();
  });

  test('are updated, queried, scanned and got together', async () => {
    const dynamodb = client();
    await dynamodb.send(put('1', 'one'));
    const values = { ExpressionAttributeValues: { ':v': { S: 'eins' } }, ExpressionAttributeNames: { '#v': 'value' } };
    const update = { TableName, Key: { key: { S: '1' } }, UpdateExpression: 'SET #v = :v', ...values };
    const updated = await dynamodb.send(new UpdateItemCommand({ ...update, ReturnValues: 'ALL_NEW' }));
    expect(updated.Attributes).toEqual(item('1', 'eins'));
    const KeyConditionExpression = '#key = :key';
    const key = { ExpressionAttributeNames: { '#key': 'key' }, ExpressionAttributeValues: { ':key': { S: '1' } } };
    const queried = await dynamodb.send(new QueryCommand({ TableName, KeyConditionExpression, ...key }));
    expect(queried.Items).toEqual([item('1', 'eins')]);
    const scanned = await dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }));
    expect(scanned.Items).toEqual([item('1', 'eins')]);
    const RequestItems = { [TableName]: { Keys: [{ key: { S: '1' } }, { key: { S: '2' } }] } };
    const { Responses } = await dynamodb.send(new BatchGetItemCommand({ RequestItems }));
    expect(Responses).toEqual({ [TableName]: [item('1', 'eins')] });
  });

  test('are reached by the ARN of their table as well, in the own account and Region alone', async () => {
    const named = (name: string) => client().send(new GetItemCommand({ TableName: name, Key: { key: { S: '1' } } }));
    await client().send(put('1', 'one'));
    expect((await named(tableArn)).Item).toEqual(item('1', 'one'));
    await expect(named(tableArn.replace('111122223333', '444455556666'))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('444455556666'),
    });
  });
});

describe('tables', () => {
  test('are described with their own ARN, and gone after their deletion', async () => {
    await createTable();
    const { Table } = await client().send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ TableArn: tableArn, TableStatus: 'ACTIVE', DeletionProtectionEnabled: false });
    await client().send(new DeleteTableCommand({ TableName }));
    const wait = { client: client(), maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.01 };
    await waitUntilTableNotExists(wait, { TableName });
    expect((await client().send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });

  test('of one Region are not seen in another', async () => {
    const ireland = client(undefined, 'eu-west-1');
    await createTable();
    await expect(ireland.send(get('1'))).rejects.toBeInstanceOf(ResourceNotFoundException);
    await createTable(ireland);
    await ireland.send(put('1', 'of Ireland'));
    expect((await client().send(get('1'))).Item).toBeUndefined();
    const { Table } = await ireland.send(new DescribeTableCommand({ TableName }));
    expect(Table?.TableArn).toBe('arn:aws:dynamodb:eu-west-1:111122223333:table/Record');
  });

  test('that are missing, or there already, are told as DynamoDB tells it', async () => {
    const missing = await client()
      .send(get('1'))
      .catch(error => error);
    expect(missing).toBeInstanceOf(ResourceNotFoundException);
    expect(missing).toMatchObject({ message: 'Requested resource not found', $metadata: { httpStatusCode: 400 } });
    await createTable();
    const twice = await createTable().catch(error => error);
    expect(twice).toBeInstanceOf(ResourceInUseException);
    expect(twice.message).toBe('Table already exists: Record');
  });

  test('are not deleted while they are protected', async () => {
    await createTable();
    const protect = (DeletionProtectionEnabled: boolean) =>
      client().send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled }));
    expect((await protect(true)).TableDescription?.DeletionProtectionEnabled).toBe(true);
    await expect(client().send(new DeleteTableCommand({ TableName }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('currently protected against deletion'),
    });
    await protect(false);
    await expect(client().send(new DeleteTableCommand({ TableName }))).resolves.toBeDefined();
  });

  test('have a Time to Live, of one attribute, that is changed once an hour', async () => {
    await createTable();
    const change = (AttributeName: string, Enabled: boolean) =>
      client().send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName, Enabled } }));
    await expect(change('expiry', false)).rejects.toThrow('TimeToLive is already disabled');
    await change('expiry', true);
    const { TimeToLiveDescription } = await client().send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiry' });
    await expect(change('expiry', true)).rejects.toThrow('TimeToLive is already enabled');
    await expect(change('other', true)).rejects.toThrow('current AttributeName is expiry');
    await expect(change('expiry', false)).rejects.toThrow('modified multiple times within a fixed interval');
  });
});

describe('a role', () => {
  test('may do with a table what its policies allow, and is told what they do not', async () => {
    await createTable();
    const role = client(await roleThatMay(['dynamodb:GetItem', 'dynamodb:ListTables'], ['*']));
    await expect(role.send(get('1'))).resolves.toBeDefined();
    await expect(role.send(new ListTablesCommand({}))).resolves.toBeDefined();
    const denied = await role.send(put('1', 'one')).catch(error => error);
    expect(denied).toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
    expect(denied.message).toBe(
      'User: arn:aws:sts::111122223333:assumed-role/R/S is not authorized to perform: dynamodb:PutItem on resource: ' +
        `${tableArn} because no identity-based policy allows the dynamodb:PutItem action`,
    );
  });

  test('of one table has no rights on another, nor on one of several that it asks for', async () => {
    await createTable();
    await createTable(client(), 'Other');
    const role = client(await roleThatMay('dynamodb:*', tableArn));
    await expect(role.send(put('1', 'one'))).resolves.toBeDefined();
    const denied = { name: 'AccessDeniedException', message: expect.stringContaining('table/Other') };
    const other = new GetItemCommand({ TableName: 'Other', Key: { key: { S: '1' } } });
    await expect(role.send(other)).rejects.toMatchObject(denied);
    const Keys = [{ key: { S: '1' } }];
    const both = new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys }, Other: { Keys } } });
    await expect(role.send(both)).rejects.toMatchObject(denied);
  });
});

describe('what the sandbox does not support is refused by its name', () => {
  test('an operation', async () => {
    const request = client().send(new TransactWriteItemsCommand({ TransactItems: [] }));
    await expect(request).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining("DynamoDB's TransactWriteItems"),
    });
  });

  test('a stream', async () => {
    await createTable();
    const request = client().send(new UpdateTableCommand({ TableName, StreamSpecification: { StreamEnabled: true } }));
    await expect(request).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('does not support StreamSpecification of UpdateTable'),
    });
  });

  test('the item of a condition that failed', async () => {
    await createTable();
    const request = client().send(put('1', 'one', { ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }));
    await expect(request).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('does not support ReturnValuesOnConditionCheckFailure ALL_OLD'),
    });
  });
});

test('an expression with more than four parentheses in each other, or 4,096 bytes, is refused, and nobody waits for its parsing', async () => {
  await createTable();
  const asked = (ConditionExpression: string) =>
    client().send(put('a', '1', { ConditionExpression, ExpressionAttributeValues: { ':v': { S: '1' } } }));
  await expect(asked(`a = ${':v'.repeat(2_048)}`)).rejects.toThrow('maximum allowed size of 4096');
  await expect(asked('('.repeat(20))).rejects.toThrow('at most 4 parentheses in each other');
  await asked('attribute_not_exists(b) AND (b = :v OR (NOT (attribute_exists(b))))');
});

test('a null in a list, which dynalite trips over, is refused as a request that cannot be read', async () => {
  const { dynamoDb, sessions } = sandbox.services;
  const call = dynamoDb.call(
    'CreateTable',
    {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      GlobalSecondaryIndexes: [null],
    },
    { ...sessions.administrator, region: sandbox.region },
  );
  await expect(call).rejects.toMatchObject({
    code: expect.stringContaining('#ValidationException'),
    status: 400,
    message: expect.stringContaining('cannot read this CreateTable'),
  });
});
