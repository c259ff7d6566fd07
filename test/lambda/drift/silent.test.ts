import { checkDrift } from '../../../lambda/drift/check';
import { DISASSOCIATE, deployed, noStack, pass, service, type Told, time, told } from '../../support/checking';
import { A, CONNECTION, handlerSide } from '../../support/network';
import { clock, create, having, MINUTE, move, remove, run, STACK_ID, sent } from '../../support/settling';
import { OTHER } from '../../support/view';

describe('a check is silent', () => {
  test.each([
    'UPDATE_IN_PROGRESS',
    'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'DELETE_IN_PROGRESS',
  ])('of a stack in %s, and says what has changed afterwards, since the look before it', async status => {
    const { check, byHand } = await deployed(service());
    const before = await check();
    await byHand(DISASSOCIATE, A);
    const during = await check({ stacks: { [STACK_ID]: status } });
    expect(during).toMatchObject({ drifted: {}, lines: [], summary: { memberships: 0, passedOver: 1 }, calls: [] });
    const after = await check();
    expect(after.drifted).toEqual({ M: 1 });
    expect(after.lines).toMatchObject([{ between: [time(before.began), time(after.began)] }]);
  });

  test('of a nested stack whose root is at work', async () => {
    const network = service();
    const { check, byHand, table } = await deployed(network);
    await byHand(DISASSOCIATE, A);
    const lines: string[] = [];
    const root = { stackId: 'root', status: 'UPDATE_IN_PROGRESS' };
    await clock.run(
      checkDrift(15 * MINUTE, {
        directConnect: () => handlerSide(network),
        cloudFormation: { ...told({}, []), describeStack: async () => ({ status: 'UPDATE_COMPLETE', root }) },
        table,
        clock,
        random: () => 0.5,
        write: line => lines.push(line),
      }),
    );
    expect(lines.filter(line => line.includes('_aws') || line.includes('"step":"drifted"'))).toEqual([]);
    expect((await check()).drifted).toEqual({ M: 1 });
  });

  test('of a membership whose event comes between the look and the record, which then has not been looked at', async () => {
    const { check, byHand, items } = await deployed(service());
    const before = await check();
    await byHand(DISASSOCIATE, A);
    const item = items.get(`eu-central-1/${CONNECTION}`);
    const { drifted, lines } = await check({}, { get: async () => item && { ...item, stamp: 'an event has come' } });
    expect({ drifted, lines }).toEqual({ drifted: {}, lines: [] });
    const after = await check();
    expect(after.drifted).toEqual({ M: 1 });
    expect(after.lines).toMatchObject([{ between: [time(before.began), time(after.began)] }]);
  });

  test('of a write that Describe may not show yet', async () => {
    const { check, byHand, items } = await deployed(service());
    await byHand(DISASSOCIATE, A);
    const id = `eu-central-1/${CONNECTION}`;
    const item = items.get(id);
    if (item === undefined) throw new Error('There is no record.');
    items.set(id, {
      ...item,
      record: { ...Object(item.record), wrote: { to: { lagId: A }, at: clock.now() - 1_000 } },
    });
    expect((await check()).drifted).toEqual({});
    await pass(5_000);
    expect((await check()).drifted).toEqual({ M: 1 });
  });

  test('of a connection that another event is about to write', async () => {
    const { check, byHand, items } = await deployed(service());
    await byHand(DISASSOCIATE, A);
    const id = `eu-central-1/${CONNECTION}`;
    const item = items.get(id);
    if (item === undefined) throw new Error('There is no record.');
    const writing = { by: 'another', until: clock.now() + 30_000, to: {} };
    items.set(id, { ...item, record: { ...Object(item.record), writing } });
    expect((await check()).drifted).toEqual({});
    await pass(MINUTE);
    expect((await check()).drifted).toEqual({ M: 1 });
  });

  test('of what the stack has deleted', async () => {
    const network = service();
    const { check, table } = await deployed(network);
    await run(network, sent(remove, 0), { table });
    await pass(MINUTE);
    expect(await check()).toMatchObject({ drifted: {}, calls: [] });
  });

  test('of a membership whose last event has failed', async () => {
    const network = service();
    const { check, table, byHand } = await deployed(network);
    await byHand(DISASSOCIATE, A);
    const failing = { ...move, ResourceProperties: { ...move.ResourceProperties, LagId: 'dxlag-00000000' } };
    expect(await run(network, sent(failing, 0), { table })).toMatchObject({ status: 'FAILED' });
    await pass(MINUTE);
    expect((await check()).drifted).toEqual({});
  });

  test.each<[string, Told]>([
    ['the stack is no more', { stacks: { [STACK_ID]: noStack } }],
    ['the stack was deleted', { stacks: { [STACK_ID]: 'DELETE_COMPLETE' } }],
    ['the stack has no such resource', { resources: { M: 'not found' } }],
    ['the resource was left behind', { resources: { M: { status: 'DELETE_SKIPPED', physicalId: CONNECTION } } }],
    ['the resource has another connection', { resources: { M: { status: 'UPDATE_COMPLETE', physicalId: OTHER } } }],
  ])('of a membership that was retained when it went: %s', async (_, says) => {
    const { check, byHand } = await deployed(service(), having(create, { Retained: 'true' }));
    expect((await check(says)).drifted).toEqual({});
    await byHand(DISASSOCIATE, A);
    expect(await check(says)).toMatchObject({ drifted: {}, lines: [], failure: undefined });
    expect((await check()).drifted).toEqual({ M: 1 });
  });
});
