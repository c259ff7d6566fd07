import { compare, type Finding, parseLooks, storedLooks } from '../../../lambda/drift/looks';
import { type Membership, recorded } from '../../../lambda/drift/memberships';
import type { Claim } from '../../../lambda/record/record';
import type { Item } from '../../../lambda/record/table';
import { A, B, claim, ID, OTHER, STACK_ID } from '../../support/view';

const KEY = `eu-central-1/${ID}`;
const itemOf = (...claims: Claim[]): Item => ({ stamp: 'stamp', record: { claims } });
const done = { requestId: 'r', requestType: 'Update', outcome: 'done' } as const;

describe('the records', () => {
  test('have a membership for each claim whose last event has reached its goal', () => {
    const item = itemOf(claim({ lagId: A, event: { ...done, sentAt: 100 } }), claim({ lagId: B, logicalId: 'N' }));
    const { memberships } = recorded(new Map([[KEY, item]]));
    const of = { stackId: STACK_ID, region: 'eu-central-1', connectionId: ID, retained: false };
    expect(memberships).toMatchObject([
      { ...of, logicalId: 'M', lagId: A, placedAfter: 100_000, read: { id: KEY, stamp: 'stamp' } },
      { ...of, logicalId: 'N', lagId: B },
    ]);
    expect(memberships[1]).not.toHaveProperty('placedAfter');
  });

  test.each([
    ['that is gone', claim({ lagId: A, event: done, gone: 1 })],
    ['whose event is at work', claim({ lagId: A, event: { requestId: 'r', requestType: 'Update' } })],
    ['whose event has failed', claim({ lagId: A, event: { ...done, outcome: 'failed' } })],
    ['that asks for no LAG', claim({ event: done })],
  ])('have none for a claim %s, but its stack', (_, gone) => {
    const { memberships, stackIds } = recorded(new Map([[KEY, itemOf(gone)]]));
    expect(memberships).toEqual([]);
    expect([...stackIds]).toEqual([STACK_ID]);
  });

  test('are only those of connections: turns of LAGs and what else the table holds are none', () => {
    const other: Item = { stamp: 's', record: { interruptions: [], changedAt: 1 } };
    const items = new Map([`eu-central-1/${A}`, STACK_ID, 'drift'].map(id => [id, other]));
    expect(recorded(items)).toEqual({ memberships: [], stackIds: new Set(), unreadable: [] });
  });
});

describe('what differs from the looks before', () => {
  const membership = (logicalId: string, fields: Partial<Membership> = {}): Membership => ({
    stackId: STACK_ID,
    logicalId,
    region: 'eu-central-1',
    connectionId: ID,
    lagId: A,
    retained: false,
    read: { id: KEY, stamp: 's', record: { claims: [] } },
    ...fields,
  });
  const at = (time: number) => ({ from: time, to: time + 1 });
  const all = new Set([STACK_ID]);
  const first = compare(new Map(), [{ membership: membership('M') }], at(10), all).looks;
  const out: Finding = { membership: membership('M'), elsewhere: 'standalone' };

  test('happened after the last look at all of its stack, and before the end of this one', () => {
    const second = compare(first, [{ membership: membership('M') }], at(20), all).looks;
    expect(compare(second, [out], at(30), all).changes).toMatchObject([{ elsewhere: 'standalone', between: [20, 31] }]);
  });

  test('happened after the look before that, where not all of its stack was looked at', () => {
    const second = compare(first, [{ membership: membership('M') }], at(20), new Set()).looks;
    expect(compare(second, [out], at(30), all).changes).toMatchObject([{ between: [10, 31] }]);
  });

  test('happened after the last deployment, where that came later', () => {
    const finding = { ...out, membership: membership('M', { placedAfter: 25 }) };
    expect(compare(first, [finding], at(30), all).changes).toMatchObject([{ between: [25, 31] }]);
  });

  test('is said once, and forgotten when the membership is no more', () => {
    const second = compare(first, [out], at(20), all);
    expect(compare(second.looks, [out], at(30), all).changes).toEqual([]);
    const third = compare(second.looks, [{ membership: membership('N') }], at(30), all).looks;
    expect(compare(third, [out], at(40), all).changes).toHaveLength(1);
    // It need not be gone where it was only passed over.
    const passedOver = compare(second.looks, [{ membership: membership('N') }], at(30), new Set()).looks;
    expect(compare(passedOver, [out], at(40), all).changes).toEqual([]);
  });

  test('is kept in the table for stacks that there still are', () => {
    const { looks } = compare(first, [out], at(20), all);
    const stored = (stackIds: Iterable<string>) =>
      parseLooks(JSON.parse(JSON.stringify(storedLooks(looks, new Set(stackIds)))));
    expect(stored([STACK_ID])).toEqual(looks);
    expect(stored([OTHER])).toEqual(new Map());
  });
});
