import type { Caller } from '../../../caller';
import { systemClock } from '../../../clock';
import { DynamoDb } from '../../../dynamodb/dynamodb';
import { createServices } from '../../../services';
import { VirtualClock } from '../../../test/virtual-clock';
import type { Json, Properties } from '../../resource-type';
import { dynamoDbGlobalTable } from '../dynamodb-global-table';
import { dynamoDbTable } from '../dynamodb-table';
import { created } from './support';

const caller: Caller = {
  accountId: '111122223333',
  region: 'eu-central-1',
  principalArn: 'arn:aws:iam::111122223333:user/sandbox',
};
const keyedBy = (AttributeName: string, AttributeType = 'S'): Properties => ({
  KeySchema: [{ AttributeName, KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName, AttributeType }],
});
const onDemand: Properties = { ...keyedBy('key'), BillingMode: 'PAY_PER_REQUEST' };
const replica = (more: Properties = {}): Properties => ({ Replicas: [{ Region: 'eu-central-1', ...more }] });
const timeToLive = (AttributeName: string, Enabled: Json = true): Properties => ({
  TimeToLiveSpecification: { AttributeName, Enabled },
});

function world() {
  const clock = { ...systemClock, now: () => clock.time, time: 0 };
  const dynamoDb = new DynamoDb({
    clock,
    accountId: '111122223333',
    partition: 'aws',
    authorize: async () => undefined,
  });
  const call = (operation: string, TableName: string, more: object = {}) =>
    dynamoDb.call(operation, { TableName, ...more }, caller);
  return {
    clock,
    call,
    table: (properties: Properties) => created(dynamoDbTable(dynamoDb), properties),
    globalTable: (properties: Properties) => created(dynamoDbGlobalTable(dynamoDb), properties),
    describe: async (name: string) => Object((await call('DescribeTable', name)).Table),
    timeToLiveOf: async (name: string) => (await call('DescribeTimeToLive', name)).TimeToLiveDescription,
    tables: async () => (await dynamoDb.call('ListTables', {}, caller)).TableNames,
  };
}

describe('AWS::DynamoDB::Table', () => {
  test('has a name from the stack unless it is named, an ARN, and is active', async () => {
    const { table, describe: described } = world();
    expect((await table(onDemand)).state.physicalId).toMatch(/^S-L-/);
    const { state } = await table({ ...onDemand, TableName: 'Record' });
    const Arn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/Record';
    expect(state).toEqual({ physicalId: 'Record', attributes: { Arn } });
    expect(await described('Record')).toMatchObject({
      TableStatus: 'ACTIVE',
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    });
  });

  test('takes what CDK writes of a table with every option, numbers in text included', async () => {
    const { table, describe: described } = world();
    await table({
      ...keyedBy('key'),
      TableName: 'Record',
      ProvisionedThroughput: { ReadCapacityUnits: '5', WriteCapacityUnits: 5 },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
    expect(await described('Record')).toMatchObject({ ProvisionedThroughput });
  });

  test('changes its billing, there and back', async () => {
    const { table, describe: described } = world();
    const provisioned = (units: number) => ({
      ...keyedBy('key'),
      ProvisionedThroughput: { ReadCapacityUnits: units, WriteCapacityUnits: units },
    });
    const made = await table({ ...provisioned(5), TableName: 'Record' });
    await made.update({ ...provisioned(6), TableName: 'Record' });
    expect((await described('Record')).ProvisionedThroughput).toMatchObject({ ReadCapacityUnits: 6 });
    await made.update({ ...onDemand, TableName: 'Record' });
    expect((await described('Record')).BillingModeSummary.BillingMode).toBe('PAY_PER_REQUEST');
    await made.update({ ...provisioned(5), TableName: 'Record' });
    const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
    expect(await described('Record')).toMatchObject({ TableStatus: 'ACTIVE', ProvisionedThroughput });
  });

  test('changes its Time to Live, but neither twice in an hour nor to another attribute', async () => {
    const { clock, table, timeToLiveOf } = world();
    const named = { ...onDemand, TableName: 'Record' };
    const made = await table(named);
    await made.update({ ...named, ...timeToLive('expiry', 'true') });
    expect(await timeToLiveOf('Record')).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiry' });
    await expect(made.update(named)).rejects.toThrow('modified multiple times within a fixed interval');
    clock.time += 3_600_000;
    await expect(made.update({ ...named, ...timeToLive('other') })).rejects.toThrow('current AttributeName is expiry');
    await made.update({ ...named, ...timeToLive('expiry', false) });
    expect(await timeToLiveOf('Record')).toEqual({ TimeToLiveStatus: 'DISABLED' });
  });

  test('is not deleted while it is protected, and twice without harm afterwards', async () => {
    const { table, tables } = world();
    const named = { ...onDemand, TableName: 'Record' };
    const made = await table({ ...named, DeletionProtectionEnabled: true });
    await expect(made.delete()).rejects.toThrow('currently protected against deletion');
    await made.update(named);
    await made.delete();
    expect(await tables()).toEqual([]);
    await made.delete();
  });

  test('leaves nothing behind when it cannot be made', async () => {
    const { table, tables } = world();
    const properties = { ...onDemand, DeletionProtectionEnabled: true, ...timeToLive('') };
    await expect(table(properties)).rejects.toThrow('TimeToLiveSpecification must have AttributeName');
    expect(await tables()).toEqual([]);
  });

  test('fails where there is one of its name, which stays', async () => {
    const { table, tables } = world();
    await table({ ...onDemand, TableName: 'Record' });
    await expect(table({ ...onDemand, TableName: 'Record' })).rejects.toThrow('Table already exists: Record');
    expect(await tables()).toEqual(['Record']);
  });
});

describe('AWS::DynamoDB::GlobalTable', () => {
  test('with one replica in the own Region is a table', async () => {
    const { globalTable, describe: described, timeToLiveOf } = world();
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    const { state } = await globalTable({
      ...onDemand,
      TableName: 'Record',
      ...timeToLive('expiry'),
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      ...replica({ DeletionProtectionEnabled: true, PointInTimeRecoverySpecification, TableClass: 'STANDARD' }),
    });
    const TableArn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/Record';
    const table = await described('Record');
    expect(table).toMatchObject({ TableArn, DeletionProtectionEnabled: true });
    expect(state).toEqual({ physicalId: 'Record', attributes: { Arn: TableArn, TableId: table.TableId } });
    expect(await timeToLiveOf('Record')).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiry' });
  });

  test('is protected and deleted by its replica', async () => {
    const { globalTable, tables } = world();
    const made = await globalTable({ ...onDemand, ...replica({ DeletionProtectionEnabled: true }) });
    await expect(made.delete()).rejects.toThrow('currently protected against deletion');
    await made.update({ ...onDemand, ...replica({ DeletionProtectionEnabled: false }) });
    await made.delete();
    expect(await tables()).toEqual([]);
  });

  test.each([
    ['another Region', { ...onDemand, Replicas: [{ Region: 'eu-west-1' }] }, 'Replicas in eu-west-1; it supports one'],
    [
      'a second Region',
      { ...onDemand, Replicas: [{ Region: 'eu-central-1' }, { Region: 'eu-west-1' }] },
      'Replicas in eu-central-1, eu-west-1',
    ],
    ['provisioned throughput', { ...keyedBy('key'), ...replica() }, 'does not support BillingMode PROVISIONED'],
    ['an index of its replica', { ...onDemand, ...replica({ GlobalSecondaryIndexes: [] }) }, 'GlobalSecondaryIndexes'],
  ])('fails by name with %s, and makes nothing', async (_name, properties, message) => {
    const { globalTable, tables } = world();
    await expect(globalTable(properties)).rejects.toThrow(message);
    expect(await tables()).toEqual([]);
  });

  test('fails by name where the type of its key changes', async () => {
    const { globalTable } = world();
    const made = await globalTable({ ...onDemand, ...replica() });
    const changed = { ...keyedBy('key', 'N'), BillingMode: 'PAY_PER_REQUEST', ...replica() };
    await expect(made.update(changed)).rejects.toThrow('does not support a change of AttributeDefinitions');
  });
});

describe('a stack with a table', () => {
  function stack() {
    const clock = new VirtualClock();
    const { cloudFormation, dynamoDb } = createServices({
      clock,
      random: Math.random,
      accountId: caller.accountId,
      transitionMilliseconds: 0,
      run: async () => ({ kind: 'answer', payload: null }),
      writeLog: () => {},
      responseUrlBase: 'http://127.0.0.1:1/_responses',
    });
    const operate = async (action: string, Type = '', Properties: Properties = {}) => {
      const template = { Resources: { Table: { Type, Properties } }, Outputs: { Name: { Value: { Ref: 'Table' } } } };
      const TemplateBody = action === 'DeleteStack' ? {} : { TemplateBody: JSON.stringify(template) };
      await cloudFormation.call(action, { StackName: 'S', ...TemplateBody }, caller);
      return clock.run(cloudFormation.whenSettled('S', caller.region));
    };
    const call = (operation: string, input: Properties) => clock.run(dynamoDb.call(operation, input, caller));
    const tables = async (): Promise<string[]> => Object(await call('ListTables', {})).TableNames;
    return { operate, call, tables };
  }

  test.each([
    ['AWS::DynamoDB::Table', {}],
    ['AWS::DynamoDB::GlobalTable', replica()],
  ])('of type %s makes, changes, replaces and deletes it', async (type, more) => {
    const { operate, call, tables } = stack();
    const properties = { ...onDemand, ...more };
    expect(await operate('CreateStack', type, properties)).toBe('CREATE_COMPLETE');
    const [first = ''] = await tables();
    expect(first).toMatch(/^S-Table-[A-Za-z0-9]{12}$/);

    expect(await operate('UpdateStack', type, { ...properties, ...timeToLive('expiry') })).toBe('UPDATE_COMPLETE');
    expect(await tables()).toEqual([first]);
    expect(await call('DescribeTimeToLive', { TableName: first })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiry' },
    });

    expect(await operate('UpdateStack', type, { ...properties, ...keyedBy('other') })).toBe('UPDATE_COMPLETE');
    const second = await tables();
    expect(second).toEqual([expect.not.stringMatching(first)]);

    expect(await operate('DeleteStack')).toBe('DELETE_COMPLETE');
    expect(await tables()).toEqual([]);
  });

  test('stays as it is where the table is protected', async () => {
    const { operate, tables } = stack();
    const properties = { ...onDemand, TableName: 'Record', DeletionProtectionEnabled: true };
    await operate('CreateStack', 'AWS::DynamoDB::Table', properties);
    expect(await operate('DeleteStack')).toBe('DELETE_FAILED');
    expect(await tables()).toEqual(['Record']);
  });

  test('refuses what the sandbox does not support by its name', async () => {
    const { operate } = stack();
    const StreamSpecification = { StreamViewType: 'NEW_IMAGE' };
    const request = operate('CreateStack', 'AWS::DynamoDB::Table', { ...onDemand, StreamSpecification });
    await expect(request).rejects.toThrow('StreamSpecification');
  });
});
