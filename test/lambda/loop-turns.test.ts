import type { Item } from '../../lambda/record/table';
import { A, CONNECTION, connection, network } from '../support/network';
import { begin, clock, crashAfter, create, move, operations, properties, remove, run, sent } from '../support/settling';
import { memoryTable } from '../support/table';
import { OTHER } from '../support/view';

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

test('a turn is for one link: an event takes another one for each that it interrupts', async () => {
  const members = ['dxcon-0000000a', 'dxcon-0000000b', 'dxcon-0000000c'].map(id => connection(id, { lagId: A }));
  const service = network(clock, [connection(CONNECTION), connection(OTHER), ...members]);
  const items = new Map<string, Item>();
  const table = memoryTable(items);
  await run(service, sent(create, 0), { table });
  const swap = { ...move, RequestId: 'swap', ResourceProperties: properties(A, OTHER) };
  const entered: string[] = [];
  const put: typeof table.put = async (id, item, over) => {
    if (id === `eu-central-1/${A}`) entered.push(...Object(item.record).interruptions.map(Object).map(idOf));
    return table.put(id, item, over);
  };
  // The LAG is full: the old connection goes out of it before the new one joins.
  expect(await run(service, sent(swap, 1), { table: { ...table, put } })).toMatchObject({ status: 'SUCCESS' });
  expect([...new Set(entered)]).toEqual([CONNECTION, OTHER]);
});

const idOf = ({ connectionId }: { connectionId: string }) => connectionId;

test('the turn of an invocation that died is free when the event is answered', async () => {
  const service = network(clock, [connection(CONNECTION), connection(OTHER, { lagId: A })]);
  const table = memoryTable();
  await run(service, sent(create, 0), { table });
  const entered = async () => Object((await table.get(`eu-central-1/${A}`))?.record).interruptions.map(idOf);
  const removal = sent({ ...remove, RequestId: 'removal' }, 1);
  const recover = crashAfter(service, operation => operation === 'DisassociateConnectionFromLag');
  void begin(service, removal, { table });
  await clock.advance(60_000);
  recover();
  expect(await entered()).toEqual([CONNECTION]);
  // Its link is standalone by now, and there is nothing left to take a turn for.
  expect(await run(service, removal, { table })).toMatchObject({ status: 'SUCCESS' });
  expect(await entered()).toEqual([]);
});
