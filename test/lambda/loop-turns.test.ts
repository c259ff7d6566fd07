import type { Item } from '../../lambda/record/table';
import { A, CONNECTION, connection, network } from '../support/network';
import { clock, create, operations, run } from '../support/settling';
import { memoryTable } from '../support/table';

test.each([
  ['have changed since is looked at again', 60_000, 2],
  ['have not changed since is not', -60_000, 1],
])('with its turn, a LAG whose links %s', async (_, after, looks) => {
  const service = network(clock, [connection(CONNECTION)]);
  const record = { interruptions: [], changedAt: clock.now() + after };
  const items = new Map<string, Item>([[`eu-central-1/${A}`, { record, stamp: 'before' }]]);
  expect(await run(service, create, { table: memoryTable(items) })).toMatchObject({ status: 'SUCCESS' });
  expect(operations(service).filter(operation => operation === 'DescribeLags')).toHaveLength(looks);
});
