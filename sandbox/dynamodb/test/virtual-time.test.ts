import { underVirtualTime } from '../../../bench/virtual-time';
import type { Caller } from '../../caller';
import { type Clock, systemClock } from '../../clock';
import { VirtualClock } from '../../test/virtual-clock';
import { DynamoDb } from '../dynamodb';

const caller: Caller = {
  accountId: '111122223333',
  region: 'eu-central-1',
  principalArn: 'arn:aws:iam::111122223333:user/sandbox',
};
const HOUR = 3_600_000;

/** A table's whole life, with many at once on one item, while somebody sleeps for an hour. */
async function lifeOfTable(clock: Clock): Promise<{ took: number; winners: number; slept: number }> {
  const dynamoDb = new DynamoDb({
    clock,
    accountId: '111122223333',
    partition: 'aws',
    authorize: async () => undefined,
  });
  const call = (operation: string, input: object) =>
    dynamoDb.call(operation, { TableName: 'Record', ...input }, caller);
  const start = clock.now();
  const sleeper = clock.sleep(HOUR).then(() => clock.now() - start);
  await call('CreateTable', {
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
  });
  while (Object((await call('DescribeTable', {})).Table).TableStatus !== 'ACTIVE') await clock.sleep(0);
  const puts = Array.from({ length: 50 }, (_, index) =>
    call('PutItem', {
      Item: { key: { S: '1' }, value: { N: `${index}` } },
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': 'key' },
    }).then(
      () => 1,
      () => 0,
    ),
  );
  const winners = (await Promise.all(puts)).reduce<number>((sum, won) => sum + won, 0);
  await call('GetItem', { Key: { key: { S: '1' } }, ConsistentRead: true });
  await call('Scan', {});
  await call('DeleteTable', {});
  const took = clock.now() - start;
  return { took, winners, slept: await sleeper };
}

const expected = { took: 0, winners: 1, slept: HOUR };

test('under virtual time of the process, requests take none of it and nobody is woken before his time', async () => {
  expect(await underVirtualTime(1, () => lifeOfTable(systemClock))).toEqual(expected);
});

test('on a virtual clock that is passed in, requests take no time and nobody is woken before his time', async () => {
  const clock = new VirtualClock();
  expect(await clock.run(lifeOfTable(clock))).toEqual(expected);
});
