import { isDriftCheck } from '../../../lambda/drift/check';
import { DISASSOCIATE, deployed, pass, service, time } from '../../support/checking';
import { A, B, CONNECTION, connection, network } from '../../support/network';
import { clock, create, having, MINUTE, move, operations, run, STACK_ID, sent } from '../../support/settling';

describe('a check', () => {
  test.each([
    ['what the schedule sends', { check: 'drift' }, true],
    ['an event of CloudFormation', create, false],
    ['something else', { check: 'all' }, false],
    ['nothing', undefined, false],
  ])('is asked for by %s: %j, %s', (_, event, expected) => {
    expect(isDriftCheck(event)).toBe(expected);
  });

  test('of a connection in its LAG says 0, and nothing else', async () => {
    const { check } = await deployed(service());
    const { drifted, lines, metrics, summary } = await check();
    expect(drifted).toEqual({ M: 0 });
    expect(lines).toEqual([]);
    expect(summary).toMatchObject({ memberships: 1, drifted: 0, passedOver: 0 });
    expect(metrics).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'DirectConnectLagMembership',
              Dimensions: [['StackName', 'LogicalId']],
              Metrics: [{ Name: 'Drifted', Unit: 'Count' }],
            },
          ],
        },
        StackName: 'Network',
        LogicalId: 'M',
        connectionId: CONNECTION,
        lagId: A,
        Drifted: 0,
      },
    ]);
  });

  test('of one that was taken out says 1 at each check, and once which, from where, to where, and between which looks', async () => {
    const { check, byHand } = await deployed(service());
    const first = await check();
    await pass(15 * MINUTE);
    await byHand(DISASSOCIATE, A);
    const second = await check();
    expect(second.drifted).toEqual({ M: 1 });
    expect(second.lines).toEqual([
      {
        step: 'drifted',
        connectionId: CONNECTION,
        lagId: A,
        region: 'eu-central-1',
        found: 'standalone',
        between: [time(first.began), time(second.began)],
        stackId: STACK_ID,
        logicalId: 'M',
      },
    ]);
    await pass(15 * MINUTE);
    expect(await check()).toMatchObject({ drifted: { M: 1 }, lines: [] });
  });

  test('that is the first since a deployment says that it happened after that', async () => {
    const { check, byHand } = await deployed(service());
    const deployedAt = clock.now() - 3 * MINUTE;
    await byHand(DISASSOCIATE, A);
    const { lines } = await check();
    const [after = ''] = Object(lines[0]).between;
    expect(Date.parse(after)).toBeGreaterThan(deployedAt);
    expect(Date.parse(after)).toBeLessThan(clock.now() - MINUTE);
  });

  test('says where it is when it moves on, and when it is in place again', async () => {
    const { check, byHand } = await deployed(service());
    await byHand(DISASSOCIATE, A);
    await check();
    await byHand('AssociateConnectionWithLag', B);
    expect((await check()).lines).toMatchObject([{ step: 'drifted', lagId: A, found: B }]);
    await byHand('AssociateConnectionWithLag', A);
    const { drifted, lines } = await check();
    expect(drifted).toEqual({ M: 0 });
    expect(lines).toMatchObject([{ step: 'in place again', lagId: A, found: A }]);
  });

  test.each([
    ['deleted', [connection(CONNECTION, { connectionState: 'deleted' })]],
    ['not found', []],
    [B, [connection(CONNECTION, { lagId: B })]],
  ])('of a connection that is then %s says so', async (found, connections) => {
    const { check } = await deployed(service());
    expect(await check({ network: network(clock, connections) })).toMatchObject({
      drifted: { M: 1 },
      lines: [{ found }],
    });
  });

  test('writes nothing to Direct Connect', async () => {
    const network = service();
    const { check, byHand } = await deployed(network);
    await byHand(DISASSOCIATE, A);
    const { calls } = await check();
    expect(calls).toEqual(['DescribeConnections']);
  });

  test('sees again at once what a deployment with another reassert has put right', async () => {
    const network = service();
    const { check, byHand, table } = await deployed(network);
    await byHand(DISASSOCIATE, A);
    expect((await check()).drifted).toEqual({ M: 1 });
    const again = { ...move, RequestId: 'reassert', ResourceProperties: create.ResourceProperties };
    const reasserted = having(
      { ...again, OldResourceProperties: create.ResourceProperties },
      { Reassert: '2026-11-24' },
    );
    const before = operations(network).length;
    await run(network, sent(reasserted, 0), { table });
    const writes = operations(network)
      .slice(before)
      .filter(name => !name.startsWith('Describe'));
    expect(writes).toEqual(['AssociateConnectionWithLag']);
    await pass(MINUTE);
    expect(await check()).toMatchObject({ drifted: { M: 0 }, lines: [{ step: 'in place again' }] });
  });
});

test('of two checks at once, one tells what has changed, and both measure it', async () => {
  const { check, byHand } = await deployed(service());
  await check();
  await byHand(DISASSOCIATE, A);
  const { drifted, lines } = await check({}, { put: async () => false });
  expect({ drifted, lines }).toEqual({ drifted: { M: 1 }, lines: [] });
  expect((await check()).lines).toHaveLength(1);
});
