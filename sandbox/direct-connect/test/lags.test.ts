import type { Lag } from '@aws-sdk/client-direct-connect';
import { connection, given, lag, MINUTE, refusal, virtualInterface } from './support';

const order = { numberOfConnections: 2, location: 'EqDC2', connectionsBandwidth: '10Gbps', lagName: 'core' };
const lagId = 'dxlag-aaaaaaaa';

describe('CreateLag', () => {
  test('makes a pending LAG of new connections, which are requested', async () => {
    const sandbox = given();
    const answer: Lag = await sandbox.call('CreateLag', {
      ...order,
      tags: [{ key: 'team', value: 'net' }],
      childConnectionTags: [{ key: 'of', value: 'core' }],
    });
    expect(answer).toMatchObject({
      ...order,
      lagId: expect.stringMatching(/^dxlag-[a-z0-9]{8}$/),
      lagState: 'pending',
      minimumLinks: 0,
      awsDeviceV2: expect.stringMatching(/^EqDC2-[a-z0-9]{13}$/),
      allowsHostedConnections: false,
      ownerAccount: '111122223333',
      region: 'eu-central-1',
      tags: [{ key: 'team', value: 'net' }],
    });
    expect(answer.connections).toEqual(
      [1, 2].map(number => ({
        connectionId: expect.stringMatching(/^dxcon-[a-z0-9]{8}$/),
        connectionName: `Requested Connection ${number} for Lag ${answer.lagId}`,
        connectionState: 'requested',
        ownerAccount: '111122223333',
        region: 'eu-central-1',
        location: 'EqDC2',
        bandwidth: '10Gbps',
        lagId: answer.lagId,
        jumboFrameCapable: true,
        hasLogicalRedundancy: 'unknown',
        macSecCapable: false,
        tags: [{ key: 'of', value: 'core' }],
      })),
    );
    await expect(sandbox.call('DescribeLags', { lagId: answer.lagId })).resolves.toEqual({ lags: [answer] });
  });

  test('makes a LAG around an existing connection, on its device, with its virtual interfaces, and interrupts it', async () => {
    const sandbox = given({
      connections: [connection('dxcon-aaaaaaaa')],
      virtualInterfaces: [virtualInterface('dxvif-aaaaaaaa', 'dxcon-aaaaaaaa')],
    });
    const answer: Lag = await sandbox.call('CreateLag', { ...order, connectionId: 'dxcon-aaaaaaaa' });
    expect(answer).toMatchObject({ numberOfConnections: 2, awsDeviceV2: 'EqDC2-device1', awsDevice: 'EqDC2-device1' });
    expect(answer.connections?.map(each => each.connectionState)).toEqual(['pending', 'requested']);
    expect(sandbox.connection('dxcon-aaaaaaaa')).toMatchObject({ lagId: answer.lagId });
    expect(sandbox.network.describe().virtualInterfaces[0]?.connectionId).toBe(answer.lagId);
    await sandbox.clock.advance(MINUTE);
    expect(sandbox.network.downtime('dxcon-aaaaaaaa')).toBe(MINUTE);
  });

  test('makes an empty LAG for no connections', async () => {
    await expect(given().call('CreateLag', { ...order, numberOfConnections: 0 })).resolves.toMatchObject({
      connections: [],
    });
  });

  test.each([
    ['a bandwidth that no LAG has', { connectionsBandwidth: '25Gbps' }, 'allowed: 1Gbps, 10Gbps, 100Gbps, 400Gbps'],
    ['five connections', { numberOfConnections: 5 }, 'allowed: 0 to 4'],
    ['three connections of 100 Gbps', { numberOfConnections: 3, connectionsBandwidth: '100Gbps' }, 'allowed: 0 to 2'],
    ['no connection, but an existing one', { numberOfConnections: 0, connectionId: 'dxcon-aaaaaaaa' }, '1 to 4'],
    [
      'an existing connection elsewhere',
      { location: 'EqSe2-EQ', connectionId: 'dxcon-aaaaaaaa' },
      'has location EqDC2',
    ],
    ['no such connection', { connectionId: 'dxcon-zzzzzzzz' }, 'Could not find Connection with ID dxcon-zzzzzzzz'],
    ['the last operational member of another LAG', { connectionId: 'dxcon-bbbbbbbb' }, 'its minimum is 1'],
    ['a tag twice', { childConnectionTags: [{ key: 'a' }, { key: 'a' }] }, 'DuplicateTagKeysException'],
  ])('refuses %s', async (_what, wrong, text) => {
    const sandbox = given({
      connections: [connection('dxcon-aaaaaaaa'), connection('dxcon-bbbbbbbb', { lagId })],
      lags: [lag(lagId, { minimumLinks: 1 })],
    });
    expect(await refusal(sandbox, 'CreateLag', { ...order, ...wrong })).toContain(text);
  });
});

describe('UpdateLag', () => {
  const two = (rest = {}) =>
    given({
      connections: [connection('dxcon-aaaaaaaa', { lagId }), connection('dxcon-bbbbbbbb', { lagId, ...rest })],
      lags: [lag(lagId)],
    });

  test('changes the name and the minimum links, and what is not given stays', async () => {
    const sandbox = two();
    await expect(sandbox.call('UpdateLag', { lagId, minimumLinks: 2 })).resolves.toMatchObject({ minimumLinks: 2 });
    await expect(sandbox.call('UpdateLag', { lagId, lagName: 'core' })).resolves.toMatchObject({
      lagName: 'core',
      minimumLinks: 2,
    });
  });

  test('refuses more minimum links than connections, with the text seen from AWS', async () => {
    expect(await refusal(two(), 'UpdateLag', { lagId, lagName: 'x', minimumLinks: 3 })).toContain(
      'MinimumLinks cannot be set higher than the number of connections',
    );
  });

  test('does not count connections that are only requested', async () => {
    expect(await refusal(two({ connectionState: 'requested' }), 'UpdateLag', { lagId, minimumLinks: 2 })).toContain(
      'MinimumLinks cannot be set higher than the number of connections: 2 of 1',
    );
  });

  test('sets the encryption mode of a MACsec capable LAG and its members', async () => {
    const sandbox = given({
      connections: [connection('dxcon-aaaaaaaa', { lagId, macSecCapable: true })],
      lags: [lag(lagId, { macSecCapable: true })],
    });
    await expect(sandbox.call('UpdateLag', { lagId, encryptionMode: 'must_encrypt' })).resolves.toMatchObject({
      encryptionMode: 'must_encrypt',
      connections: [{ encryptionMode: 'must_encrypt' }],
    });
  });

  test.each([
    [{ minimumLinks: -1 }, 'at least 0'],
    [{ encryptionMode: 'perhaps' }, 'allowed: no_encrypt, should_encrypt, must_encrypt'],
    [{ encryptionMode: 'must_encrypt' }, 'not MACsec capable'],
    [{ lagId: 'dxlag-zzzzzzzz' }, 'Could not find Lag with ID dxlag-zzzzzzzz'],
  ])('refuses %j', async (wrong, text) => {
    expect(await refusal(two(), 'UpdateLag', { lagId, ...wrong })).toContain(text);
  });

  test('interrupts no link', async () => {
    const sandbox = two();
    await sandbox.call('UpdateLag', { lagId, minimumLinks: 1 });
    expect(sandbox.network.interruptions('dxcon-aaaaaaaa')).toEqual([]);
  });
});

describe('DeleteLag', () => {
  test('leaves an empty LAG listed as deleted', async () => {
    const sandbox = given({ lags: [lag(lagId)] });
    await expect(sandbox.call('DeleteLag', { lagId })).resolves.toMatchObject({ lagState: 'deleted' });
    await expect(sandbox.call('DescribeLags', { lagId })).resolves.toMatchObject({ lags: [{ lagState: 'deleted' }] });
    expect(await refusal(sandbox, 'DeleteLag', { lagId })).toContain('Lag does not exist');
  });

  test.each([
    ['connections', { connections: [connection('dxcon-aaaaaaaa', { lagId })] }],
    ['hosted connections', { connections: [connection('dxcon-aaaaaaaa', { lagId, vlan: 3, bandwidth: '1Gbps' })] }],
    ['virtual interfaces', { virtualInterfaces: [virtualInterface('dxvif-aaaaaaaa', lagId)] }],
  ])('refuses a LAG that has %s', async (what, state) => {
    const sandbox = given({ lags: [lag(lagId)], ...state });
    expect(await refusal(sandbox, 'DeleteLag', { lagId })).toContain(`has ${what} and cannot be deleted`);
  });
});
