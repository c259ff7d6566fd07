import { connection, given, lag, MINUTE, refusal, virtualInterface } from './support';

const pair = { connectionId: 'dxcon-aaaaaaaa', lagId: 'dxlag-aaaaaaaa' };
const one = (rest = {}) => connection('dxcon-aaaaaaaa', rest);
const lagA = (rest = {}) => lag('dxlag-aaaaaaaa', rest);
const lagB = (rest = {}) => lag('dxlag-bbbbbbbb', rest);

describe('AssociateConnectionWithLag', () => {
  test('makes a standalone connection a member, and answers it with lagId', async () => {
    const sandbox = given({ connections: [one()], lags: [lagA()] });
    await expect(sandbox.call('AssociateConnectionWithLag', pair)).resolves.toEqual({
      ...one(),
      lagId: 'dxlag-aaaaaaaa',
      connectionState: 'pending',
    });
    expect(sandbox.lag('dxlag-aaaaaaaa')).toMatchObject({
      numberOfConnections: 1,
      connections: [{ connectionId: 'dxcon-aaaaaaaa' }],
    });
  });

  test('interrupts an available link for the transition time', async () => {
    const sandbox = given({ connections: [one()], lags: [lagA()] });
    await sandbox.call('AssociateConnectionWithLag', pair);
    await sandbox.clock.advance(MINUTE - 1);
    expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe('pending');
    expect(sandbox.network.downtime('dxcon-aaaaaaaa')).toBe(MINUTE - 1);
    await sandbox.clock.advance(1);
    expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe('available');
    await sandbox.clock.advance(MINUTE);
    expect(sandbox.network.downtime('dxcon-aaaaaaaa')).toBe(MINUTE);
    expect(sandbox.network.interruptions('dxcon-aaaaaaaa')).toHaveLength(1);
  });

  test.each(['requested', 'pending', 'down', 'unknown'] as const)(
    'leaves a connection that is %s in its state, however long it waits',
    async connectionState => {
      const sandbox = given({ connections: [one({ connectionState })], lags: [lagA()] });
      await expect(sandbox.call('AssociateConnectionWithLag', pair)).resolves.toMatchObject({ connectionState });
      await sandbox.clock.advance(100 * MINUTE);
      expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe(connectionState);
      expect(sandbox.network.downtime('dxcon-aaaaaaaa')).toBe(0);
      expect(sandbox.network.interruptions('dxcon-aaaaaaaa')).toEqual([]);
    },
  );

  test('moves the virtual interfaces of a standalone connection to the LAG, and no others', async () => {
    const sandbox = given({
      connections: [one(), connection('dxcon-bbbbbbbb')],
      lags: [lagA()],
      virtualInterfaces: [
        virtualInterface('dxvif-aaaaaaaa', 'dxcon-aaaaaaaa'),
        virtualInterface('dxvif-bbbbbbbb', 'dxcon-bbbbbbbb'),
      ],
    });
    await sandbox.call('AssociateConnectionWithLag', pair);
    expect(sandbox.network.describe().virtualInterfaces.map(each => each.connectionId)).toEqual([
      'dxlag-aaaaaaaa',
      'dxcon-bbbbbbbb',
    ]);
  });

  test('moves a connection from another LAG, whose virtual interfaces and hosted connections stay there', async () => {
    const sandbox = given({
      connections: [
        one({ lagId: 'dxlag-bbbbbbbb' }),
        connection('dxcon-hhhhhhhh', { vlan: 100, bandwidth: '500Mbps', lagId: 'dxlag-bbbbbbbb' }),
      ],
      lags: [lagA(), lagB()],
      virtualInterfaces: [virtualInterface('dxvif-aaaaaaaa', 'dxlag-bbbbbbbb')],
    });
    await expect(sandbox.call('AssociateConnectionWithLag', pair)).resolves.toMatchObject({ lagId: 'dxlag-aaaaaaaa' });
    expect(sandbox.membersOf('dxlag-aaaaaaaa')).toEqual(['dxcon-aaaaaaaa']);
    expect(sandbox.membersOf('dxlag-bbbbbbbb')).toEqual([]);
    expect(sandbox.connection('dxcon-hhhhhhhh')?.lagId).toBe('dxlag-bbbbbbbb');
    expect(sandbox.network.describe().virtualInterfaces[0]?.connectionId).toBe('dxlag-bbbbbbbb');
    expect(sandbox.network.interruptions('dxcon-aaaaaaaa')).toHaveLength(1);
  });

  test('refuses to move a connection out of a LAG that would fall below its minimum links, the last member too', async () => {
    const sandbox = given({
      connections: [one({ lagId: 'dxlag-bbbbbbbb' })],
      lags: [lagA(), lagB({ minimumLinks: 1 })],
    });
    expect(await refusal(sandbox, 'AssociateConnectionWithLag', pair)).toBe(
      'DirectConnectClientException: Connection dxcon-aaaaaaaa cannot leave Lag dxlag-bbbbbbbb: 0 operational connections would be left, and its minimum is 1',
    );
  });

  test('refuses a connection that changes already, with the text seen from AWS', async () => {
    const sandbox = given({ connections: [one()], lags: [lagA(), lagB()] });
    await sandbox.call('AssociateConnectionWithLag', pair);
    const again = { ...pair, lagId: 'dxlag-bbbbbbbb' };
    expect(await refusal(sandbox, 'AssociateConnectionWithLag', again)).toBe(
      'DirectConnectClientException: Connection dxcon-aaaaaaaa is in a transitioning state.',
    );
    await sandbox.clock.advance(MINUTE);
    await expect(sandbox.call('AssociateConnectionWithLag', again)).resolves.toMatchObject({ lagId: 'dxlag-bbbbbbbb' });
  });

  test.each(['requested', 'pending', 'down', 'unknown'] as const)(
    'refuses a connection that changes already also where it is %s, and its state does not tell',
    async connectionState => {
      const sandbox = given({ connections: [one({ connectionState })], lags: [lagA(), lagB()] });
      await sandbox.call('AssociateConnectionWithLag', pair);
      await sandbox.clock.advance(MINUTE - 1);
      const again = { ...pair, lagId: 'dxlag-bbbbbbbb' };
      expect(await refusal(sandbox, 'AssociateConnectionWithLag', again)).toBe(
        'DirectConnectClientException: Connection dxcon-aaaaaaaa is in a transitioning state.',
      );
      expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe(connectionState);
      await sandbox.clock.advance(1);
      await expect(sandbox.call('AssociateConnectionWithLag', again)).resolves.toMatchObject({ connectionState });
    },
  );

  test('refuses a connection that is a member already', async () => {
    const sandbox = given({ connections: [one({ lagId: 'dxlag-aaaaaaaa' })], lags: [lagA()] });
    expect(await refusal(sandbox, 'AssociateConnectionWithLag', pair)).toMatch(/is already associated with/);
  });

  test.each([
    ['another location', one({ location: 'EqSe2-EQ' }), lagA(), 'has location EqSe2-EQ, but'],
    ['another bandwidth', one({ bandwidth: '1Gbps' }), lagA(), 'has bandwidth 1Gbps, but'],
    ['another device', one({ awsDeviceV2: 'EqDC2-device2' }), lagA(), 'has device EqDC2-device2, but'],
    [
      'another device, where only the older member is known',
      connection('dxcon-aaaaaaaa', { awsDevice: 'EqDC2-old2' }),
      (() => {
        const { awsDeviceV2, ...rest } = lagA();
        return rest;
      })(),
      'has device EqDC2-old2, but',
    ],
    [
      'MACsec, where the LAG has none',
      one({ macSecCapable: true }),
      lagA(),
      'Connection dxcon-aaaaaaaa and lag should be requested MacSec at the same time',
    ],
    [
      'no MACsec, where the LAG has it',
      one({ macSecCapable: false }),
      lagA({ macSecCapable: true }),
      'Connection dxcon-aaaaaaaa and lag should be requested MacSec at the same time',
    ],
    ['a VLAN, because it is a hosted connection', one({ vlan: 7 }), lagA(), 'is a hosted connection'],
  ])('refuses a connection with %s', async (_what, only, into, text) => {
    const sandbox = given({ connections: [only], lags: [into] });
    const answer = await refusal(sandbox, 'AssociateConnectionWithLag', pair);
    expect(answer).toMatch(/^DirectConnectClientException: /);
    expect(answer).toContain(text);
  });

  test('takes a connection without a device, because AWS provides it on that of the LAG', async () => {
    const { awsDevice, awsDeviceV2, ...ordered } = one({ connectionState: 'requested' });
    const sandbox = given({ connections: [ordered], lags: [lagA()] });
    const answer = await sandbox.call('AssociateConnectionWithLag', pair);
    expect(answer).toEqual({ ...ordered, lagId: 'dxlag-aaaaaaaa' });
  });

  test('compares with the devices of the members where the LAG itself names none', async () => {
    const { awsDevice, awsDeviceV2, ...bare } = lagA();
    const sandbox = given({
      connections: [one(), connection('dxcon-bbbbbbbb', { awsDeviceV2: 'EqDC2-device2', lagId: 'dxlag-aaaaaaaa' })],
      lags: [bare],
    });
    expect(await refusal(sandbox, 'AssociateConnectionWithLag', pair)).toContain('device EqDC2-device1');
  });

  test.each([
    ['10Gbps', 4],
    ['100Gbps', 2],
    ['400Gbps', 2],
    ['1Gbps', 4],
  ])('refuses a member too many: at %s a LAG has %i', async (bandwidth, limit) => {
    const members = Array.from({ length: limit }, (_, index) =>
      connection(`dxcon-member0${index}`, { bandwidth, lagId: 'dxlag-aaaaaaaa' }),
    );
    const sandbox = given({
      connections: [one({ bandwidth }), ...members],
      lags: [lagA({ connectionsBandwidth: bandwidth })],
    });
    expect(await refusal(sandbox, 'AssociateConnectionWithLag', pair)).toContain(`it has ${limit} of ${limit}`);
    await sandbox.call('DisassociateConnectionFromLag', { ...pair, connectionId: 'dxcon-member00' });
    await expect(sandbox.call('AssociateConnectionWithLag', pair)).resolves.toMatchObject(pair);
  });

  test('does not count hosted connections as members', async () => {
    const hosted = ['1', '2', '3', '4'].map(n =>
      connection(`dxcon-hosted0${n}`, { vlan: Number(n), bandwidth: '50Mbps', lagId: 'dxlag-aaaaaaaa' }),
    );
    const sandbox = given({ connections: [one(), ...hosted], lags: [lagA()] });
    await expect(sandbox.call('AssociateConnectionWithLag', pair)).resolves.toMatchObject(pair);
  });

  test.each([
    ['deleted', 'Connection does not exist'],
    ['deleting', 'is in state deleting'],
    ['rejected', 'is in state rejected'],
    ['ordering', 'is in state ordering'],
  ] as const)('refuses a connection that is %s', async (connectionState, text) => {
    const sandbox = given({ connections: [one({ connectionState })], lags: [lagA()] });
    expect(await refusal(sandbox, 'AssociateConnectionWithLag', pair)).toContain(text);
  });

  test.each([
    ['deleted', 'Lag does not exist'],
    ['deleting', 'is in state deleting'],
  ] as const)('refuses a LAG that is %s', async (lagState, text) => {
    const sandbox = given({ connections: [one()], lags: [lagA({ lagState })] });
    expect(await refusal(sandbox, 'AssociateConnectionWithLag', pair)).toContain(text);
  });

  test.each([
    [{ connectionId: 'dxcon-zzzzzzzz' }, 'Could not find Connection with ID dxcon-zzzzzzzz'],
    [{ lagId: 'dxlag-zzzzzzzz' }, 'Could not find Lag with ID dxlag-zzzzzzzz'],
    [{ lagId: 'doesntexist' }, 'Lag ID doesntexist has an invalid format.'],
    [{ connectionId: 'dxlag-aaaaaaaa' }, 'Connection ID dxlag-aaaaaaaa has an invalid format.'],
  ])('refuses %j, which names nothing', async (wrong, text) => {
    const sandbox = given({ connections: [one()], lags: [lagA()] });
    expect(await refusal(sandbox, 'AssociateConnectionWithLag', { ...pair, ...wrong })).toBe(
      `DirectConnectClientException: ${text}`,
    );
  });

  test('makes an interconnect a member, which is no interconnect then', async () => {
    const sandbox = given({ connections: [one({ partnerName: 'A Partner' })], lags: [lagA()] });
    await expect(sandbox.call('AssociateConnectionWithLag', pair)).resolves.toMatchObject({
      ...pair,
      partnerName: 'A Partner',
    });
  });
});
