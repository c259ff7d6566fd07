import type { BGPPeer, Connection, VirtualInterface } from '@aws-sdk/client-direct-connect';
import { type ConnectionRecord, type DescribedConnection, linkState, type VirtualInterfaceRecord } from './records';

/** Records as Describe answers them: copies, which a caller may keep and change. */

export function describedConnection(record: ConnectionRecord, time: number): DescribedConnection {
  const { transition, interconnectId, ...connection } = record;
  return { ...withOwnLists(connection), connectionState: linkState(record, time) };
}

/** @param connected whether traffic gets to the virtual interface: its carrier is up, and it is not just moving */
export function describedVirtualInterface(record: VirtualInterfaceRecord, connected: boolean): VirtualInterface {
  const { transition, bgpPeers, routeFilterPrefixes, ...virtualInterface } = record;
  const { virtualInterfaceState } = virtualInterface;
  return {
    ...withOwnLists(virtualInterface),
    ...(routeFilterPrefixes && { routeFilterPrefixes: routeFilterPrefixes.map(each => ({ ...each })) }),
    ...(bgpPeers && { bgpPeers: bgpPeers.map(peer => describedPeer(peer, connected)) }),
    virtualInterfaceState: virtualInterfaceState === 'available' && !connected ? 'down' : virtualInterfaceState,
  };
}

/** What is not connected is not established; it is as ready to be as before. */
function describedPeer(peer: BGPPeer, connected: boolean): BGPPeer {
  return peer.bgpStatus === 'up' && !connected ? { ...peer, bgpStatus: 'down' } : { ...peer };
}

export function withOwnLists<T extends Pick<Connection, 'tags' | 'macSecKeys'>>(resource: T): T {
  const { tags, macSecKeys } = resource;
  return {
    ...resource,
    ...(tags && { tags: tags.map(tag => ({ ...tag })) }),
    ...(macSecKeys && { macSecKeys: macSecKeys.map(key => ({ ...key })) }),
  };
}
