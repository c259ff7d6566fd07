import type { Caller } from '../caller';
import * as errors from './errors';
import type { Network } from './network';
import { isHosted, isVisible, LAG_ID, type VirtualInterfaceRecord } from './records';

/**
 * A virtual interface that a change is meant for: one that is not deleted or deleting, and that is the caller's, or on a
 * connection or LAG of the caller's. Source of the latter: AssociateVirtualInterface's page.
 */
export function virtualInterfaceToChange(network: Network, id: string, caller: Caller): VirtualInterfaceRecord {
  const virtualInterface = network.virtualInterfaces.get(id);
  if (virtualInterface === undefined) throw errors.virtualInterfaceNotFound(id);
  const { connectionId, virtualInterfaceState } = virtualInterface;
  const carrier = network.connections.get(connectionId) ?? network.lags.get(connectionId);
  const mayChange = [virtualInterface, carrier].some(each => each !== undefined && isVisible(each, caller));
  if (!mayChange || virtualInterfaceState === 'deleted' || virtualInterfaceState === 'rejected') {
    throw errors.virtualInterfaceNotFound(id);
  }
  if (virtualInterfaceState === 'deleting') throw errors.virtualInterfaceUnfit(id, virtualInterfaceState);
  return virtualInterface;
}

/**
 * Throws unless the virtual interface can move to the connection or LAG. Source of the rules: AssociateVirtualInterface's
 * page; that a member of a LAG carries nothing of its own follows from AssociateConnectionWithLag's.
 */
export function checkMove(
  network: Network,
  virtualInterface: VirtualInterfaceRecord,
  to: string,
  caller: Caller,
): void {
  const { virtualInterfaceId, connectionId } = virtualInterface;
  const current = network.connections.get(connectionId);
  if (LAG_ID.test(to)) {
    network.lagToChange(to, caller);
    if (current !== undefined && isHosted(current)) throw errors.onHostedConnection(virtualInterfaceId, connectionId);
  } else {
    const connection = network.connectionToChange(to, caller);
    if (connection.connectionState === 'ordering') throw errors.connectionUnfit(to, connection.connectionState);
    if (connection.lagId !== undefined && !isHosted(connection)) throw errors.memberOfLag(to, connection.lagId);
  }
  if (connectionId === to) throw errors.alreadyOnCarrier(virtualInterfaceId, to);
  for (const other of network.activeVirtualInterfaces(to)) checkConflict(virtualInterface, other);
}

/** Puts the virtual interface on a connection or LAG; it is interrupted meanwhile. */
export function move(network: Network, virtualInterface: VirtualInterfaceRecord, to: string): VirtualInterfaceRecord {
  return network.putVirtualInterface({ ...virtualInterface, connectionId: to, transition: network.transition() });
}

function checkConflict(ours: VirtualInterfaceRecord, theirs: VirtualInterfaceRecord): void {
  const { virtualInterfaceId: id, vlan } = ours;
  const { virtualInterfaceId: otherId, connectionId: carrier } = theirs;
  if (vlan !== undefined && vlan === theirs.vlan) throw errors.conflict(id, `VLAN ${vlan}`, otherId, carrier);
  const taken = addressesOf(theirs);
  const address = addressesOf(ours).find(each => taken.includes(each));
  if (address !== undefined) throw errors.conflict(id, `address ${address}`, otherId, carrier);
}

/** As they are written, with their prefix lengths. */
function addressesOf({ amazonAddress, customerAddress, bgpPeers = [] }: VirtualInterfaceRecord): string[] {
  return [
    amazonAddress,
    customerAddress,
    ...bgpPeers.flatMap(peer => [peer.amazonAddress, peer.customerAddress]),
  ].filter((address): address is string => address !== undefined && address !== '');
}
