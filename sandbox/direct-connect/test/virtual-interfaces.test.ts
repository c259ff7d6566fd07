import type { VirtualInterface, VirtualInterfaces } from '@aws-sdk/client-direct-connect';
import { connection, given, lag, MINUTE, virtualInterface } from './support';

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
