import type { VirtualInterface, VirtualInterfaces } from '@aws-sdk/client-direct-connect';
import { administrator, connection, given, lag, MINUTE, refusal, virtualInterface } from './support';

const pair = { connectionId: 'dxcon-aaaaaaaa', lagId: 'dxlag-aaaaaaaa' };
const member = (connectionId: string, rest = {}) => connection(connectionId, { lagId: 'dxlag-aaaaaaaa', ...rest });
const peers = [
  { bgpPeerId: 'dxpeer-a', bgpPeerState: 'available', bgpStatus: 'up' },
  { bgpPeerId: 'dxpeer-b', bgpPeerState: 'available', bgpStatus: 'down' },
  { bgpPeerId: 'dxpeer-c', bgpPeerState: 'pending', bgpStatus: 'unknown' },
] as const;
const on = (carrier: string, rest: Partial<VirtualInterface> = {}) =>
  virtualInterface('dxvif-aaaaaaaa', carrier, { bgpPeers: [...peers], ...rest });

/** State of the virtual interface, then `bgpPeerState/bgpStatus` of each peer. */
const seen = async (sandbox: ReturnType<typeof given>) => {
  const answer: VirtualInterfaces = await sandbox.call('DescribeVirtualInterfaces', {});
  const [{ virtualInterfaceState, bgpPeers = [] } = {}] = answer.virtualInterfaces ?? [];
  return [virtualInterfaceState, ...bgpPeers.map(peer => `${peer.bgpPeerState}/${peer.bgpStatus}`)].join(' ');
};
const UP = 'available available/up available/down pending/unknown';
const DOWN = 'down available/down available/down pending/unknown';

describe('A virtual interface and its BGP peers', () => {
  test('are down while their connection is, and are what they were when it is up again', async () => {
    const sandbox = given({ connections: [connection('dxcon-aaaaaaaa')], virtualInterfaces: [on('dxcon-aaaaaaaa')] });
    expect(await seen(sandbox)).toBe(UP);
    sandbox.network.setLink('dxcon-aaaaaaaa', 'down');
    expect(await seen(sandbox)).toBe(DOWN);
    sandbox.network.setLink('dxcon-aaaaaaaa', 'available');
    expect(await seen(sandbox)).toBe(UP);
  });

  test('are down while no member of their LAG is up, and at no other time', async () => {
    const sandbox = given({
      connections: [member('dxcon-aaaaaaaa'), member('dxcon-bbbbbbbb')],
      lags: [lag('dxlag-aaaaaaaa')],
      virtualInterfaces: [on('dxlag-aaaaaaaa')],
    });
    sandbox.network.setLink('dxcon-bbbbbbbb', 'down');
    expect(await seen(sandbox)).toBe(UP);
    await sandbox.call('DisassociateConnectionFromLag', pair);
    expect(await seen(sandbox)).toBe(DOWN);
    await sandbox.clock.advance(MINUTE);
    expect(await seen(sandbox)).toBe(DOWN);
    await sandbox.call('AssociateConnectionWithLag', pair);
    await sandbox.clock.advance(MINUTE - 1);
    expect(await seen(sandbox)).toBe(DOWN);
    await sandbox.clock.advance(1);
    expect(await seen(sandbox)).toBe(UP);
  });

  test.each(['pending', 'confirming', 'verifying', 'testing', 'down', 'deleting', 'deleted', 'unknown'] as const)(
    'never become available where they were %s to begin with',
    async virtualInterfaceState => {
      const sandbox = given({
        connections: [connection('dxcon-aaaaaaaa')],
        virtualInterfaces: [on('dxcon-aaaaaaaa', { virtualInterfaceState })],
      });
      for (const state of ['down', 'available'] as const) {
        sandbox.network.setLink('dxcon-aaaaaaaa', state);
        expect(sandbox.virtualInterface('dxvif-aaaaaaaa')?.virtualInterfaceState).toBe(virtualInterfaceState);
      }
    },
  );

  test('are of the same time as the carrier in a stale answer', async () => {
    const sandbox = given(
      { connections: [connection('dxcon-aaaaaaaa')], virtualInterfaces: [on('dxcon-aaaaaaaa')] },
      undefined,
      { describeLagMilliseconds: MINUTE, random: () => 0.5 },
    );
    sandbox.network.setLink('dxcon-aaaaaaaa', 'down');
    expect(await seen(sandbox)).toBe(UP);
    await sandbox.clock.advance(MINUTE / 2);
    expect(await seen(sandbox)).toBe(DOWN);
  });

  test('are answered as copies that a caller may keep and change', async () => {
    const sandbox = given({
      connections: [connection('dxcon-aaaaaaaa')],
      virtualInterfaces: [on('dxcon-aaaaaaaa', { routeFilterPrefixes: [{ cidr: '203.0.113.0/24' }] })],
    });
    const before = JSON.stringify(sandbox.network.describe());
    const answer: VirtualInterfaces = await sandbox.call('DescribeVirtualInterfaces', {});
    for (const { bgpPeers = [], routeFilterPrefixes = [] } of answer.virtualInterfaces ?? []) {
      for (const peer of bgpPeers) peer.bgpStatus = 'unknown';
      for (const prefix of routeFilterPrefixes) prefix.cidr = '';
    }
    expect(JSON.stringify(sandbox.network.describe())).toBe(before);
  });
});

describe('A link that is set by hand', () => {
  test('is down until it is set available', async () => {
    const sandbox = given({ connections: [connection('dxcon-aaaaaaaa')] });
    sandbox.network.setLink('dxcon-aaaaaaaa', 'down');
    await sandbox.clock.advance(100 * MINUTE);
    expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe('down');
    sandbox.network.setLink('dxcon-aaaaaaaa', 'available');
    expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe('available');
    expect(sandbox.network.interruptions('dxcon-aaaaaaaa')).toEqual([]);
  });

  test('comes up no earlier than its transition is over', async () => {
    const sandbox = given({ connections: [connection('dxcon-aaaaaaaa')], lags: [lag('dxlag-aaaaaaaa')] });
    await sandbox.call('AssociateConnectionWithLag', pair);
    sandbox.network.setLink('dxcon-aaaaaaaa', 'down');
    sandbox.network.setLink('dxcon-aaaaaaaa', 'available');
    expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe('pending');
    await sandbox.clock.advance(MINUTE);
    expect(sandbox.connection('dxcon-aaaaaaaa')?.connectionState).toBe('available');
  });

  test.each([
    ['dxcon-zzzzzzzz', 'Connection dxcon-zzzzzzzz is not in the network: only a link that exists can be down.'],
    ['dxcon-dddddddd', 'Connection dxcon-dddddddd is deleted: only a link that exists can be down.'],
  ])('has to exist: %s', (connectionId, text) => {
    const sandbox = given({ connections: [connection('dxcon-dddddddd', { connectionState: 'deleted' })] });
    expect(() => sandbox.network.setLink(connectionId, 'down')).toThrow(text);
  });
});

describe('AssociateVirtualInterface', () => {
  const to = (connectionId: string) => ({ virtualInterfaceId: 'dxvif-aaaaaaaa', connectionId });
  const state = (moving: Partial<VirtualInterface> = {}, other: Partial<VirtualInterface> = {}) => ({
    connections: [
      connection('dxcon-aaaaaaaa'),
      connection('dxcon-bbbbbbbb'),
      member('dxcon-mmmmmmmm'),
      connection('dxcon-hhhhhhhh', { vlan: 7, bandwidth: '50Mbps' }),
      connection('dxcon-oooooooo', { vlan: 8, bandwidth: '50Mbps', connectionState: 'ordering' }),
      connection('dxcon-dddddddd', { connectionState: 'deleted' }),
    ],
    lags: [lag('dxlag-aaaaaaaa'), lag('dxlag-dddddddd', { lagState: 'deleted' })],
    virtualInterfaces: [
      on('dxcon-aaaaaaaa', { vlan: 101, amazonAddress: '169.254.1.1/30', ...moving }),
      virtualInterface('dxvif-bbbbbbbb', 'dxcon-bbbbbbbb', { vlan: 102, amazonAddress: '169.254.2.1/30', ...other }),
    ],
  });

  test.each(['dxcon-bbbbbbbb', 'dxlag-aaaaaaaa', 'dxcon-hhhhhhhh'])(
    'moves an interface to %s, and interrupts it meanwhile',
    async carrier => {
      const sandbox = given(state());
      await expect(sandbox.call('AssociateVirtualInterface', to(carrier))).resolves.toMatchObject({
        ...to(carrier),
        virtualInterfaceState: 'down',
        bgpPeers: [{ bgpStatus: 'down' }, { bgpStatus: 'down' }, { bgpStatus: 'unknown' }],
      });
      await sandbox.clock.advance(MINUTE - 1);
      expect(sandbox.virtualInterface('dxvif-aaaaaaaa')?.virtualInterfaceState).toBe('down');
      await sandbox.clock.advance(1);
      expect(await seen(sandbox)).toBe(UP);
      expect(sandbox.virtualInterface('dxvif-aaaaaaaa')?.connectionId).toBe(carrier);
    },
  );

  test('leaves an interface down on a carrier that is down', async () => {
    const sandbox = given(state());
    sandbox.network.setLink('dxcon-bbbbbbbb', 'down');
    await sandbox.call('AssociateVirtualInterface', to('dxcon-bbbbbbbb'));
    await sandbox.clock.advance(MINUTE);
    expect(await seen(sandbox)).toBe(DOWN);
    await sandbox.call('AssociateVirtualInterface', to('dxcon-aaaaaaaa'));
    await sandbox.clock.advance(MINUTE);
    expect(await seen(sandbox)).toBe(UP);
  });

  test('moves away what keeps a connection from being deleted', async () => {
    const sandbox = given(state());
    const input = { connectionId: 'dxcon-aaaaaaaa' };
    expect(await refusal(sandbox, 'DeleteConnection', input)).toContain('has virtual interfaces');
    await sandbox.call('AssociateVirtualInterface', to('dxlag-aaaaaaaa'));
    await expect(sandbox.call('DeleteConnection', input)).resolves.toMatchObject({ connectionState: 'deleted' });
  });

  test.each([
    ['no such interface', { virtualInterfaceId: 'dxvif-zzzzzzzz' }, 'Virtual interface does not exist: dxvif-zzzzzzzz'],
    ['no such connection', to('dxcon-zzzzzzzz'), 'Could not find Connection with ID dxcon-zzzzzzzz'],
    ['no such LAG', to('dxlag-zzzzzzzz'), 'Could not find Lag with ID dxlag-zzzzzzzz'],
    ['a connection that is gone', to('dxcon-dddddddd'), 'Connection does not exist'],
    ['a LAG that is gone', to('dxlag-dddddddd'), 'Lag does not exist'],
    ['a hosted connection that nobody has confirmed', to('dxcon-oooooooo'), 'is in state ordering'],
    ['a member of a LAG', to('dxcon-mmmmmmmm'), 'Connection dxcon-mmmmmmmm is a member of Lag dxlag-aaaaaaaa'],
    ['where it is already', to('dxcon-aaaaaaaa'), 'is already associated with dxcon-aaaaaaaa'],
  ])('refuses %s', async (_what, wrong, text) => {
    const input = { ...to('dxcon-bbbbbbbb'), ...wrong };
    expect(await refusal(given(state()), 'AssociateVirtualInterface', input)).toContain(text);
  });

  test.each([
    ['the same VLAN', {}, { vlan: 101 }, 'has VLAN 101, which dxvif-bbbbbbbb on dxcon-bbbbbbbb has already'],
    ['the same address', {}, { amazonAddress: '169.254.1.1/30' }, 'has address 169.254.1.1/30, which dxvif-bbbbbbbb'],
    [
      'a BGP peer with the same address',
      { bgpPeers: [{ customerAddress: '169.254.9.2/30' }] },
      { customerAddress: '169.254.9.2/30' },
      'has address 169.254.9.2/30',
    ],
  ])('refuses a carrier with an interface that has %s, as documented', async (_what, moving, other, text) => {
    const input = to('dxcon-bbbbbbbb');
    expect(await refusal(given(state(moving, other)), 'AssociateVirtualInterface', input)).toContain(text);
    const deleted = given(state(moving, { ...other, virtualInterfaceState: 'deleted' }));
    await expect(deleted.call('AssociateVirtualInterface', input)).resolves.toMatchObject(input);
  });

  test('refuses to put an interface of a hosted connection on a LAG, as documented', async () => {
    const sandbox = given(state({ connectionId: 'dxcon-hhhhhhhh' }));
    expect(await refusal(sandbox, 'AssociateVirtualInterface', to('dxlag-aaaaaaaa'))).toContain(
      'is on the hosted connection dxcon-hhhhhhhh and cannot be associated with a Lag',
    );
  });

  test.each(['deleted', 'rejected', 'deleting'] as const)('refuses an interface that is %s', async gone => {
    const sandbox = given(state({ virtualInterfaceState: gone }));
    expect(await refusal(sandbox, 'AssociateVirtualInterface', to('dxcon-bbbbbbbb'))).toMatch(
      /does not exist|is in state deleting/,
    );
  });

  test("takes another account's interface on a connection of the caller's, and no other, as documented", async () => {
    const elsewhere = { ownerAccount: '999999999999' };
    await expect(
      given(state(elsewhere)).call('AssociateVirtualInterface', to('dxcon-bbbbbbbb')),
    ).resolves.toMatchObject(to('dxcon-bbbbbbbb'));
    const stranger = { ...administrator, accountId: '888888888888' };
    expect(
      await refusal(given(state(elsewhere)), 'AssociateVirtualInterface', to('dxcon-bbbbbbbb'), stranger),
    ).toContain('Virtual interface does not exist');
  });
});

test('A virtual interface that moves into a LAG with its connection is interrupted, though the LAG was up before', async () => {
  const sandbox = given({
    connections: [connection('dxcon-aaaaaaaa'), member('dxcon-bbbbbbbb')],
    lags: [lag('dxlag-aaaaaaaa')],
    virtualInterfaces: [on('dxcon-aaaaaaaa')],
  });
  await sandbox.call('AssociateConnectionWithLag', pair);
  expect(await seen(sandbox)).toBe(DOWN);
  await sandbox.clock.advance(MINUTE);
  expect(await seen(sandbox)).toBe(UP);
});

describe('DeleteVirtualInterface', () => {
  const input = { virtualInterfaceId: 'dxvif-aaaaaaaa' };

  test.each([
    ['available', 'deleted'],
    ['confirming', 'rejected'],
  ] as const)('leaves an interface that was %s listed as %s', async (virtualInterfaceState, after) => {
    const sandbox = given({
      connections: [connection('dxcon-aaaaaaaa')],
      virtualInterfaces: [on('dxcon-aaaaaaaa', { virtualInterfaceState })],
    });
    await expect(sandbox.call('DeleteVirtualInterface', input)).resolves.toEqual({ virtualInterfaceState: after });
    await expect(sandbox.call('DescribeVirtualInterfaces', input)).resolves.toMatchObject({
      virtualInterfaces: [{ virtualInterfaceState: after }],
    });
    expect(await refusal(sandbox, 'DeleteVirtualInterface', input)).toContain('Virtual interface does not exist');
    await expect(sandbox.call('DeleteConnection', { connectionId: 'dxcon-aaaaaaaa' })).resolves.toBeDefined();
  });
});
