import type { Connection } from '@aws-sdk/client-direct-connect';
import { connection, given, lag, MINUTE, refusal, virtualInterface } from './support';

const order = { location: 'EqDC2', bandwidth: '10Gbps', connectionName: 'uplink' };

describe('CreateConnection', () => {
  test('orders a connection: requested, in the Region of the caller, and without a device', async () => {
    const sandbox = given();
    const answer: Connection = await sandbox.call('CreateConnection', { ...order, providerName: 'A Provider' });
    expect(answer).toEqual({
      ...order,
      connectionId: expect.stringMatching(/^dxcon-[a-z0-9]{8}$/),
      connectionState: 'requested',
      ownerAccount: '111122223333',
      region: 'eu-central-1',
      providerName: 'A Provider',
      jumboFrameCapable: true,
      hasLogicalRedundancy: 'unknown',
      macSecCapable: false,
      tags: [],
    });
    await sandbox.clock.advance(100 * MINUTE);
    expect(sandbox.connection(answer.connectionId ?? '')).toEqual(answer);
  });

  test('gives every connection an id of its own', async () => {
    const sandbox = given();
    for (let count = 0; count < 20; count++) await sandbox.call('CreateConnection', order);
    expect(sandbox.network.connections.size).toBe(20);
  });

  test('keeps the tags', async () => {
    const sandbox = given();
    const tags = [{ key: 'team', value: 'net' }, { key: 'bare' }];
    await expect(sandbox.call('CreateConnection', { ...order, tags })).resolves.toMatchObject({ tags });
  });

  test('puts the connection into a LAG where one is named', async () => {
    const sandbox = given({ lags: [lag('dxlag-aaaaaaaa')] });
    const answer: Connection = await sandbox.call('CreateConnection', { ...order, lagId: 'dxlag-aaaaaaaa' });
    expect(answer.lagId).toBe('dxlag-aaaaaaaa');
    expect(sandbox.membersOf('dxlag-aaaaaaaa')).toEqual([answer.connectionId]);
  });

  test.each([
    ['a bandwidth that is none', { bandwidth: '3Gbps' }, 'bandwidth is "3Gbps"; allowed: 1Gbps, 10Gbps'],
    ['a LAG with another bandwidth', { bandwidth: '1Gbps', lagId: 'dxlag-aaaaaaaa' }, 'has bandwidth 1Gbps'],
    ['a LAG at another location', { location: 'EqSe2-EQ', lagId: 'dxlag-aaaaaaaa' }, 'has location EqSe2-EQ'],
    ['a LAG without MACsec', { requestMACSec: true, lagId: 'dxlag-aaaaaaaa' }, 'MacSec at the same time'],
    ['a LAG that is full', { lagId: 'dxlag-ffffffff' }, 'it has 4 of 4'],
    ['no such LAG', { lagId: 'dxlag-zzzzzzzz' }, 'Could not find Lag with ID dxlag-zzzzzzzz'],
    ['a tag twice', { tags: [{ key: 'a' }, { key: 'a' }] }, 'DuplicateTagKeysException'],
  ])('refuses %s', async (_what, wrong, text) => {
    const sandbox = given({
      connections: ['1', '2', '3', '4'].map(n => connection(`dxcon-member0${n}`, { lagId: 'dxlag-ffffffff' })),
      lags: [lag('dxlag-aaaaaaaa'), lag('dxlag-ffffffff')],
    });
    expect(await refusal(sandbox, 'CreateConnection', { ...order, ...wrong })).toContain(text);
  });
});

describe('DeleteConnection', () => {
  const input = { connectionId: 'dxcon-aaaaaaaa' };

  test('leaves the connection listed as deleted', async () => {
    const sandbox = given({ connections: [connection('dxcon-aaaaaaaa')] });
    const deleted = connection('dxcon-aaaaaaaa', { connectionState: 'deleted' });
    await expect(sandbox.call('DeleteConnection', input)).resolves.toEqual(deleted);
    await expect(sandbox.call('DescribeConnections', input)).resolves.toEqual({ connections: [deleted] });
    expect(await refusal(sandbox, 'DeleteConnection', input)).toContain('Connection does not exist');
  });

  test('takes a member out of its LAG', async () => {
    const sandbox = given({
      connections: [connection('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa' })],
      lags: [lag('dxlag-aaaaaaaa', { minimumLinks: 1 })],
    });
    await expect(sandbox.call('DeleteConnection', input)).resolves.not.toHaveProperty('lagId');
    expect(sandbox.membersOf('dxlag-aaaaaaaa')).toEqual([]);
  });

  test('refuses to bring a LAG below its minimum links', async () => {
    const sandbox = given({
      connections: [
        connection('dxcon-aaaaaaaa', { lagId: 'dxlag-aaaaaaaa' }),
        connection('dxcon-bbbbbbbb', { lagId: 'dxlag-aaaaaaaa' }),
      ],
      lags: [lag('dxlag-aaaaaaaa', { minimumLinks: 2 })],
    });
    expect(await refusal(sandbox, 'DeleteConnection', input)).toContain('its minimum is 2');
  });

  test('makes a hosted connection that nobody has confirmed rejected', async () => {
    const sandbox = given({
      connections: [connection('dxcon-aaaaaaaa', { connectionState: 'ordering', vlan: 7, bandwidth: '50Mbps' })],
    });
    await expect(sandbox.call('DeleteConnection', input)).resolves.toMatchObject({ connectionState: 'rejected' });
  });

  test('refuses a connection with virtual interfaces, unless they are deleted', async () => {
    const vif = virtualInterface('dxvif-aaaaaaaa', 'dxcon-aaaaaaaa');
    const used = given({ connections: [connection('dxcon-aaaaaaaa')], virtualInterfaces: [vif] });
    expect(await refusal(used, 'DeleteConnection', input)).toContain('has virtual interfaces');
    const free = given({
      connections: [connection('dxcon-aaaaaaaa')],
      virtualInterfaces: [{ ...vif, virtualInterfaceState: 'deleted' }],
    });
    await expect(free.call('DeleteConnection', input)).resolves.toMatchObject({ connectionState: 'deleted' });
  });

  test('refuses a connection that is in transition', async () => {
    const sandbox = given({ connections: [connection('dxcon-aaaaaaaa')], lags: [lag('dxlag-aaaaaaaa')] });
    await sandbox.call('AssociateConnectionWithLag', { ...input, lagId: 'dxlag-aaaaaaaa' });
    expect(await refusal(sandbox, 'DeleteConnection', input)).toContain('is in a transitioning state.');
  });
});

describe('UpdateConnection', () => {
  const input = { connectionId: 'dxcon-aaaaaaaa' };

  test('changes the name, interrupts nothing, and what is not given stays', async () => {
    const sandbox = given({ connections: [connection('dxcon-aaaaaaaa', { macSecCapable: true })] });
    await sandbox.call('UpdateConnection', { ...input, encryptionMode: 'should_encrypt' });
    await expect(sandbox.call('UpdateConnection', { ...input, connectionName: 'uplink' })).resolves.toEqual(
      connection('dxcon-aaaaaaaa', {
        macSecCapable: true,
        connectionName: 'uplink',
        encryptionMode: 'should_encrypt',
      }),
    );
    expect(sandbox.network.interruptions('dxcon-aaaaaaaa')).toEqual([]);
  });

  test.each([
    [{ encryptionMode: 'perhaps' }, 'allowed: no_encrypt, should_encrypt, must_encrypt'],
    [{ encryptionMode: 'must_encrypt' }, 'because the Connection is not MACsec capable'],
    [{ connectionId: 'dxcon-zzzzzzzz' }, 'Could not find Connection with ID dxcon-zzzzzzzz'],
    [{ connectionId: 'dxcon-dddddddd' }, 'Connection does not exist'],
  ])('refuses %j', async (wrong, text) => {
    const sandbox = given({
      connections: [connection('dxcon-aaaaaaaa'), connection('dxcon-dddddddd', { connectionState: 'deleted' })],
    });
    expect(await refusal(sandbox, 'UpdateConnection', { ...input, ...wrong })).toContain(text);
  });
});
