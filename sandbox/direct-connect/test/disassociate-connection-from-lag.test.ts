import type { Connection } from '@aws-sdk/client-direct-connect';
import { isInterconnect } from '../records';
import { connection, given, lag, MINUTE, refusal, virtualInterface } from './support';

const pair = { connectionId: 'dxcon-aaaaaaaa', lagId: 'dxlag-aaaaaaaa' };
const member = (connectionId: string, rest = {}) => connection(connectionId, { lagId: 'dxlag-aaaaaaaa', ...rest });

describe('DisassociateConnectionFromLag', () => {
  test('makes a member stand alone: not deleted, without lagId, and interrupted', async () => {
    const sandbox = given({ connections: [member('dxcon-aaaaaaaa')], lags: [lag('dxlag-aaaaaaaa')] });
    const answer = await sandbox.call('DisassociateConnectionFromLag', pair);
    expect(answer).toEqual(connection('dxcon-aaaaaaaa', { connectionState: 'pending' }));
    expect(answer).not.toHaveProperty('lagId');
    await sandbox.clock.advance(MINUTE);
    expect(sandbox.connection('dxcon-aaaaaaaa')).toEqual(connection('dxcon-aaaaaaaa'));
    expect(sandbox.network.downtime('dxcon-aaaaaaaa')).toBe(MINUTE);
  });

  test('leaves an empty LAG when the last member goes', async () => {
    const sandbox = given({ connections: [member('dxcon-aaaaaaaa')], lags: [lag('dxlag-aaaaaaaa')] });
    await sandbox.call('DisassociateConnectionFromLag', pair);
    expect(sandbox.lag('dxlag-aaaaaaaa')).toMatchObject({
      lagState: 'available',
      numberOfConnections: 0,
      connections: [],
    });
  });

  test('leaves a requested connection requested, as recorded from AWS', async () => {
    const sandbox = given({
      connections: [member('dxcon-aaaaaaaa', { connectionState: 'requested' })],
      lags: [lag('dxlag-aaaaaaaa')],
    });
    const answer = await sandbox.call('DisassociateConnectionFromLag', pair);
    expect(answer).toMatchObject({ connectionState: 'requested' });
    expect(answer).not.toHaveProperty('lagId');
    expect(sandbox.network.interruptions('dxcon-aaaaaaaa')).toEqual([]);
  });

  test('leaves virtual interfaces and hosted connections with the LAG', async () => {
    const hosted = member('dxcon-hhhhhhhh', { vlan: 100, bandwidth: '200Mbps' });
    const sandbox = given({
      connections: [member('dxcon-aaaaaaaa'), hosted],
      lags: [lag('dxlag-aaaaaaaa')],
      virtualInterfaces: [virtualInterface('dxvif-aaaaaaaa', 'dxlag-aaaaaaaa')],
    });
    await sandbox.call('DisassociateConnectionFromLag', pair);
    expect(sandbox.network.describe().virtualInterfaces[0]?.connectionId).toBe('dxlag-aaaaaaaa');
    expect(sandbox.connection('dxcon-hhhhhhhh')).toEqual(hosted);
  });

  test("makes a partner's connection an interconnect", async () => {
    const sandbox = given({
      connections: [member('dxcon-aaaaaaaa', { partnerName: 'A Partner' })],
      lags: [lag('dxlag-aaaaaaaa')],
    });
    expect(isInterconnect(sandbox.connection('dxcon-aaaaaaaa') ?? {})).toBe(false);
    await sandbox.call('DisassociateConnectionFromLag', pair);
    expect(isInterconnect(sandbox.connection('dxcon-aaaaaaaa') ?? {})).toBe(true);
  });

  test('refuses to bring the LAG below its minimum of operational connections', async () => {
    const sandbox = given({
      connections: [member('dxcon-aaaaaaaa'), member('dxcon-bbbbbbbb'), member('dxcon-cccccccc')],
      lags: [lag('dxlag-aaaaaaaa', { minimumLinks: 2 })],
    });
    await sandbox.call('DisassociateConnectionFromLag', { ...pair, connectionId: 'dxcon-cccccccc' });
    expect(await refusal(sandbox, 'DisassociateConnectionFromLag', pair)).toBe(
      'DirectConnectClientException: Connection dxcon-aaaaaaaa cannot leave Lag dxlag-aaaaaaaa: 1 operational connections would be left, and its minimum is 2',
    );
  });

  test('counts only available members as operational', async () => {
    const sandbox = given({
      connections: [member('dxcon-aaaaaaaa'), member('dxcon-bbbbbbbb', { connectionState: 'down' })],
      lags: [lag('dxlag-aaaaaaaa', { minimumLinks: 1 })],
    });
    expect(await refusal(sandbox, 'DisassociateConnectionFromLag', pair)).toContain('0 operational connections');
  });

  test('does not count a member that has just joined and is still pending', async () => {
    const sandbox = given({
      connections: [member('dxcon-aaaaaaaa'), connection('dxcon-bbbbbbbb')],
      lags: [lag('dxlag-aaaaaaaa', { minimumLinks: 1 })],
    });
    await sandbox.call('AssociateConnectionWithLag', { ...pair, connectionId: 'dxcon-bbbbbbbb' });
    expect(await refusal(sandbox, 'DisassociateConnectionFromLag', pair)).toContain('0 operational connections');
    await sandbox.clock.advance(MINUTE);
    await expect(sandbox.call('DisassociateConnectionFromLag', pair)).resolves.not.toHaveProperty('lagId');
  });

  test('lets a member that is down go, because that brings nothing down', async () => {
    const sandbox = given({
      connections: [member('dxcon-aaaaaaaa', { connectionState: 'down' }), member('dxcon-bbbbbbbb')],
      lags: [lag('dxlag-aaaaaaaa', { minimumLinks: 2 })],
    });
    await expect(sandbox.call('DisassociateConnectionFromLag', pair)).resolves.not.toHaveProperty('lagId');
  });

  test('lets the last member go, whatever the minimum links', async () => {
    const sandbox = given({
      connections: [member('dxcon-aaaaaaaa')],
      lags: [lag('dxlag-aaaaaaaa', { minimumLinks: 1 })],
    });
    await expect(sandbox.call('DisassociateConnectionFromLag', pair)).resolves.not.toHaveProperty('lagId');
  });

  test('refuses a connection that stands alone, and one that is in another LAG', async () => {
    const sandbox = given({
      connections: [connection('dxcon-aaaaaaaa'), connection('dxcon-bbbbbbbb', { lagId: 'dxlag-bbbbbbbb' })],
      lags: [lag('dxlag-aaaaaaaa'), lag('dxlag-bbbbbbbb')],
    });
    expect(await refusal(sandbox, 'DisassociateConnectionFromLag', pair)).toContain('is not associated with Lag');
    expect(
      await refusal(sandbox, 'DisassociateConnectionFromLag', { ...pair, connectionId: 'dxcon-bbbbbbbb' }),
    ).toContain('is not associated with Lag dxlag-aaaaaaaa');
  });

  test('refuses a hosted connection on the LAG', async () => {
    const sandbox = given({
      connections: [member('dxcon-aaaaaaaa', { vlan: 5, bandwidth: '1Gbps' })],
      lags: [lag('dxlag-aaaaaaaa')],
    });
    expect(await refusal(sandbox, 'DisassociateConnectionFromLag', pair)).toContain('is a hosted connection');
  });

  test('refuses a connection that has just joined, with the text seen from AWS', async () => {
    const sandbox = given({ connections: [connection('dxcon-aaaaaaaa')], lags: [lag('dxlag-aaaaaaaa')] });
    await sandbox.call('AssociateConnectionWithLag', pair);
    expect(await refusal(sandbox, 'DisassociateConnectionFromLag', pair)).toBe(
      'DirectConnectClientException: Connection dxcon-aaaaaaaa is in a transitioning state.',
    );
  });

  test('refuses a requested connection that has just joined or left, as seen from AWS', async () => {
    const transitioning = 'DirectConnectClientException: Connection dxcon-aaaaaaaa is in a transitioning state.';
    const requested = connection('dxcon-aaaaaaaa', { connectionState: 'requested' });
    const sandbox = given({ connections: [requested], lags: [lag('dxlag-aaaaaaaa')] });
    await sandbox.call('AssociateConnectionWithLag', pair);
    expect(await refusal(sandbox, 'DisassociateConnectionFromLag', pair)).toBe(transitioning);
    await sandbox.clock.advance(MINUTE);
    await sandbox.call('DisassociateConnectionFromLag', pair);
    expect(await refusal(sandbox, 'AssociateConnectionWithLag', pair)).toBe(transitioning);
    expect(await refusal(sandbox, 'DeleteConnection', { connectionId: 'dxcon-aaaaaaaa' })).toBe(transitioning);
    await sandbox.clock.advance(MINUTE);
    await expect(sandbox.call('AssociateConnectionWithLag', pair)).resolves.toMatchObject(pair);
  });

  test('does not refuse a connection that was ordered into the LAG: it has not changed since', async () => {
    const sandbox = given({ lags: [lag('dxlag-aaaaaaaa')] });
    const order = { location: 'EqDC2', bandwidth: '10Gbps', connectionName: 'uplink', lagId: 'dxlag-aaaaaaaa' };
    const { connectionId }: Connection = await sandbox.call('CreateConnection', order);
    await expect(sandbox.call('DisassociateConnectionFromLag', { ...pair, connectionId })).resolves.not.toHaveProperty(
      'lagId',
    );
  });

  test.each([
    [{ connectionId: 'dxcon-zzzzzzzz' }, 'Could not find Connection with ID dxcon-zzzzzzzz'],
    [{ lagId: 'dxlag-zzzzzzzz' }, 'Could not find Lag with ID dxlag-zzzzzzzz'],
    [{ connectionId: 'dxcon-dddddddd' }, 'Connection does not exist: dxcon-dddddddd'],
    [{ lagId: 'dxlag-dddddddd' }, 'Lag does not exist: dxlag-dddddddd'],
  ])('refuses %j, which is not there or not any more', async (wrong, text) => {
    const sandbox = given({
      connections: [member('dxcon-aaaaaaaa'), connection('dxcon-dddddddd', { connectionState: 'deleted' })],
      lags: [lag('dxlag-aaaaaaaa'), lag('dxlag-dddddddd', { lagState: 'deleted' })],
    });
    expect(await refusal(sandbox, 'DisassociateConnectionFromLag', { ...pair, ...wrong })).toBe(
      `DirectConnectClientException: ${text}`,
    );
  });

  test('keeps a history of interruptions from which the downtime follows', async () => {
    const sandbox = given({ connections: [member('dxcon-aaaaaaaa')], lags: [lag('dxlag-aaaaaaaa')] });
    const start = sandbox.clock.now();
    await sandbox.call('DisassociateConnectionFromLag', pair);
    await sandbox.clock.advance(5 * MINUTE);
    await sandbox.call('AssociateConnectionWithLag', pair);
    await sandbox.clock.advance(MINUTE / 2);
    expect(sandbox.network.interruptions('dxcon-aaaaaaaa')).toEqual([
      { from: start, to: start + MINUTE },
      { from: start + 5 * MINUTE, to: start + 6 * MINUTE },
    ]);
    expect(sandbox.network.downtime('dxcon-aaaaaaaa')).toBe(1.5 * MINUTE);
  });
});
