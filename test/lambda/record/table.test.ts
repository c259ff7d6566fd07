import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { readError } from '../../../lambda/aws/errors';
import { type SendSigned, signedRequests } from '../../../lambda/aws/signed-request';
import { NO_TABLE } from '../../../lambda/record/record';
import { dynamoDbTable, type Item, type Table, type WholeTable } from '../../../lambda/record/table';
import { type Sandbox, startSandbox } from '../../../sandbox';
import { memoryTable } from '../../support/table';
import { A, claim } from '../../support/view';

const ID = 'eu-central-1/dxcon-11111111';
const item = (stamp: string, fields: Partial<Item> = {}): Item => ({
  stamp,
  record: { claims: [claim({ found: { lagId: A }, logicalId: 'Größe "1"' })], wrote: { to: {}, at: 1.5 } },
  ...fields,
});

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

const client = () =>
  new DynamoDBClient({
    endpoint: sandbox.url,
    region: sandbox.region,
    credentials: sandbox.services.sessions.administratorKey,
  });
const send: SendSigned = (...request) => signedRequests(sandbox.environment)(...request);

/** A new table with the key that the provider's has, and its name. */
async function newTable(): Promise<{ table: Table & WholeTable; name: string }> {
  const name = `Record-${randomUUID()}`;
  await client().send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  );
  const waiting = { client: client(), maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.01 };
  await waitUntilTableExists(waiting, { TableName: name });
  return { table: dynamoDbTable(send, name), name };
}

describe.each<[string, () => Promise<Table & WholeTable>]>([
  ['the table in memory, which other tests use,', async () => memoryTable()],
  ['the table in DynamoDB', async () => (await newTable()).table],
])('%s', (_, open) => {
  let table: Table & WholeTable;
  beforeEach(async () => {
    table = await open();
  });

  test('has nothing to begin with', async () => {
    expect(await table.get(ID)).toBeUndefined();
  });

  test('gives what was put where nothing was, and nothing under another id', async () => {
    expect(await table.put(ID, item('one'), undefined)).toBe(true);
    expect(await table.get(ID)).toMatchObject(item('one'));
    expect(await table.get('us-east-1/dxcon-11111111')).toBeUndefined();
  });

  test('is read as a whole, too: every item that was put, by its id', async () => {
    expect(await table.page(undefined)).toEqual({ items: new Map() });
    await table.put(ID, item('one'), undefined);
    await table.put('drift', item('two', { record: {} }), undefined);
    const { items, next } = await table.page(undefined);
    expect(next).toBeUndefined();
    expect(Object.fromEntries(items)).toMatchObject({ [ID]: item('one'), drift: { stamp: 'two', record: {} } });
  });

  test('takes an item over the one that was read', async () => {
    await table.put(ID, item('one'), undefined);
    expect(await table.put(ID, item('two', { record: { claims: [] } }), 'one')).toBe(true);
    expect(await table.get(ID)).toEqual({ stamp: 'two', record: { claims: [] } });
  });

  test.each([
    ['where somebody else has put one, though there was none', undefined],
    ['over one that somebody else has replaced', 'one'],
    ['over one that never was', 'three'],
  ])('takes none %s', async (_case, over) => {
    await table.put(ID, item('one'), undefined);
    await table.put(ID, item('two'), 'one');
    expect(await table.put(ID, item('mine'), over)).toBe(false);
    expect(await table.get(ID)).toMatchObject({ stamp: 'two' });
  });

  test('takes none over one that is not there any more', async () => {
    expect(await table.put(ID, item('mine'), 'one')).toBe(false);
    expect(await table.get(ID)).toBeUndefined();
  });

  test.each([
    ['into nothing', undefined],
    ['over the same one', 'one'],
  ])('of many that are put %s at once, takes exactly one', async (_case, over) => {
    if (over !== undefined) await table.put(ID, item(over), undefined);
    const stamps = Array.from({ length: 20 }, (_each, index) => `contender ${index}`);
    const taken = await Promise.all(stamps.map(stamp => table.put(ID, item(stamp), over)));
    const winners = stamps.filter((_stamp, index) => taken[index]);
    expect(winners).toHaveLength(1);
    expect(await table.get(ID)).toMatchObject({ stamp: winners[0] });
  });

  test('takes each of many that are put over one another, and reads every one at once', async () => {
    for (let version = 0; version < 20; version++) {
      expect(await table.put(ID, item(`${version}`), version === 0 ? undefined : `${version - 1}`)).toBe(true);
      expect(await table.get(ID)).toMatchObject({ stamp: `${version}` });
    }
  });
});

describe('the table in DynamoDB', () => {
  test('is asked for what every answered write has written', async () => {
    const inputs: unknown[] = [];
    const table = dynamoDbTable(async (_service, _headers, body) => {
      inputs.push(JSON.parse(body));
      return { status: 200, body: '{}' };
    }, 'Record');
    await table.get(ID);
    expect(inputs).toEqual([{ TableName: 'Record', Key: { id: { S: ID } }, ConsistentRead: true }]);
  });

  test('is read page by page, and of what somebody has changed there is no record', async () => {
    const inputs: unknown[] = [];
    const stored = (id: string) => ({ id: { S: id }, stamp: { S: 's' }, record: { S: '{"claims":[]}' } });
    const pages = [
      { Items: [stored('one'), { id: { S: 'foreign' } }], LastEvaluatedKey: { id: { S: 'one' } } },
      { Items: [stored('two'), { ...stored('broken'), record: { S: '{' } }] },
    ];
    const table = dynamoDbTable(async (_service, headers, body) => {
      inputs.push([headers['x-amz-target'], JSON.parse(body)]);
      return { status: 200, body: JSON.stringify(pages[inputs.length - 1]) };
    }, 'Record');
    const first = await table.page(undefined);
    expect([...first.items]).toMatchObject([
      ['one', { record: { claims: [] } }],
      ['foreign', { record: undefined }],
    ]);
    const second = await table.page(first.next);
    expect([...second.items]).toMatchObject([
      ['two', { record: { claims: [] } }],
      ['broken', { record: undefined }],
    ]);
    expect(second.next).toBeUndefined();
    const scan = 'DynamoDB_20120810.Scan';
    expect(inputs).toEqual([
      [scan, { TableName: 'Record', ConsistentRead: true }],
      [scan, { TableName: 'Record', ConsistentRead: true, ExclusiveStartKey: { id: { S: 'one' } } }],
    ]);
  });

  test('has the expiry as a number of seconds, for its time to live, and none while somebody needs the item', async () => {
    const { table, name } = await newTable();
    const stored = async () => {
      const { Item: attributes } = await client().send(new GetItemCommand({ TableName: name, Key: { id: { S: ID } } }));
      return attributes;
    };
    await table.put(ID, item('one', { expires: 1_767_225_600 }), undefined);
    expect(await stored()).toMatchObject({ expires: { N: '1767225600' }, stamp: { S: 'one' } });
    await table.put(ID, item('two'), 'one');
    expect(await stored()).not.toHaveProperty('expires');
  });

  test('that is gone is told by the name of the error', async () => {
    const { table, name } = await newTable();
    await client().send(new DeleteTableCommand({ TableName: name }));
    const waiting = { client: client(), maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.01 };
    await waitUntilTableNotExists(waiting, { TableName: name });
    await expect(table.get(ID)).rejects.toMatchObject({ name: NO_TABLE });
    await expect(table.put(ID, item('one'), undefined)).rejects.toMatchObject({ name: NO_TABLE });
  });

  test.each([
    [
      'a throttle',
      400,
      '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}',
      'throttled',
    ],
    ['a denial', 400, '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"Not you."}', 'denied'],
    ['a fault', 500, '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"x"}', 'transient'],
    ['a proxy', 503, '<html>no JSON</html>', 'transient'],
    ['what trying again cannot help', 400, '{"__type":"com.amazon.coral.validate#ValidationException"}', 'final'],
  ])('%s in its way is thrown as what it is', async (_, status, body, kind) => {
    const table = dynamoDbTable(async () => ({ status, body, awsRequestId: 'r' }), 'Record');
    for (const call of [table.get(ID), table.put(ID, item('one'), 'zero')]) {
      const error = await call.then(
        () => undefined,
        (thrown: unknown) => readError(thrown),
      );
      expect(error).toMatchObject({ kind, status, awsRequestId: 'r' });
    }
  });
});
