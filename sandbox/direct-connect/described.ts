import type { BGPPeer, Connection, VirtualInterface } from '@aws-sdk/client-direct-connect';
import {
  type ConnectionRecord,
  type DescribedConnection,
  linkState,
  type VirtualInterfaceRecord,
  virtualInterfaceState,
} from './records';

/** Records as Describe answers them: copies, which a caller may keep and change. */

export function describedConnection(record: ConnectionRecord, time: number): DescribedConnection {
  const { transition, ...connection } = record;
  return { ...withOwnLists(connection), connectionState: linkState(record, time) };
}

/** @param carrierUp whether the connection or LAG that the virtual interface is on carries traffic */
export function describedVirtualInterface(record: VirtualInterfaceRecord, carrierUp: boolean): VirtualInterface {
  const { bgpPeers, routeFilterPrefixes, ...virtualInterface } = record;
  return {
    ...withOwnLists(virtualInterface),
    ...(routeFilterPrefixes && { routeFilterPrefixes: routeFilterPrefixes.map(each => ({ ...each })) }),
    ...(bgpPeers && { bgpPeers: bgpPeers.map(peer => describedPeer(peer, carrierUp)) }),
    virtualInterfaceState: virtualInterfaceState(record, carrierUp),
  };
}

/** Without its carrier a peer is not established; it is as ready to be as before. */
function describedPeer(peer: BGPPeer, carrierUp: boolean): BGPPeer {
  return peer.bgpStatus === 'up' && !carrierUp ? { ...peer, bgpStatus: 'down' } : { ...peer };
}

export function withOwnLists<T extends Pick<Connection, 'tags'>>(resource: T): T {
  return { ...resource, ...(resource.tags && { tags: resource.tags.map(tag => ({ ...tag })) }) };
}
