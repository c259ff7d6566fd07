import * as errors from './errors';
import { asMember, withoutKeys } from './macsec';
import type { Network } from './network';
import { type ConnectionRecord, isHosted, type LagRecord } from './records';
import { move } from './virtual-interfaces';

/** Bandwidths of a LAG's connections, and how many of them it can bundle. Source: the API reference of CreateLag. */
const MEMBER_LIMITS: ReadonlyMap<string, number> = new Map([
  ['1Gbps', 4],
  ['10Gbps', 4],
  ['100Gbps', 2],
  ['400Gbps', 2],
]);
export const LAG_BANDWIDTHS = [...MEMBER_LIMITS.keys()];

export function memberLimit(lag: LagRecord): number {
  return MEMBER_LIMITS.get(lag.connectionsBandwidth) ?? 0;
}

/** Throws unless the connection can become a member of the LAG. Source of the rules: AssociateConnectionWithLag's page. */
export function checkJoin(network: Network, connection: ConnectionRecord, lag: LagRecord): void {
  const { connectionId } = connection;
  if (connection.connectionState === 'ordering') throw errors.connectionUnfit(connectionId, connection.connectionState);
  if (isHosted(connection)) throw errors.hostedConnection(connectionId);
  if (connection.lagId === lag.lagId) throw errors.alreadyMember(connectionId, lag.lagId);
  checkFit(network, connection, lag);
  checkRoom(network, lag, 1);
  const oldLag = connection.lagId === undefined ? undefined : network.lags.get(connection.lagId);
  // The page on moving a connection to another LAG knows no exception for the last member.
  if (oldLag !== undefined) checkMinimumLinks(network, connection, oldLag);
}

/** Makes the connection a member of the LAG, coming from another LAG or from none. */
export function join(network: Network, connection: ConnectionRecord, lag: LagRecord): ConnectionRecord {
  // Those of a member are its old LAG's, by their `connectionId`, and stay there.
  for (const virtualInterface of network.virtualInterfaces.values()) {
    if (virtualInterface.connectionId === connection.connectionId) move(network, virtualInterface, lag.lagId);
  }
  // An interconnect's; those of a member are its old LAG's too.
  for (const { interconnectId, ...hosted } of network.hostedConnections(connection.connectionId)) {
    network.putConnection({ ...hosted, lagId: lag.lagId, transition: network.transition() });
  }
  return network.putConnection({ ...asMember(connection, lag), transition: network.transition() });
}

/** Throws unless the connection can leave its LAG and stand alone. Source: DisassociateConnectionFromLag's page. */
export function checkLeave(network: Network, connection: ConnectionRecord, lag: LagRecord): void {
  if (network.members(lag.lagId).length > 1) checkMinimumLinks(network, connection, lag);
}

/** Makes the connection stand alone. Virtual interfaces, hosted connections and MACsec keys stay with the LAG. */
export function leave(network: Network, connection: ConnectionRecord): ConnectionRecord {
  const { lagId, ...standalone } = withoutKeys(connection);
  return network.putConnection({ ...standalone, transition: network.transition() });
}

/** Throws unless `count` more connections fit into the LAG. */
export function checkRoom(network: Network, lag: LagRecord, count: number): void {
  const members = network.members(lag.lagId).length;
  const limit = memberLimit(lag);
  if (members + count > limit) throw errors.lagFull(lag.lagId, members, limit);
}

/** Throws unless the connection has the LAG's location, bandwidth, device and MACsec capability. */
export function checkFit(network: Network, connection: ConnectionRecord, lag: LagRecord): void {
  const { connectionId } = connection;
  const refuse = (what: string, ofConnection: string, ofLag: string) =>
    errors.mismatch(what, connectionId, ofConnection, lag.lagId, ofLag);
  if (connection.location !== lag.location) throw refuse('location', connection.location, lag.location);
  if (connection.bandwidth !== lag.connectionsBandwidth) {
    throw refuse('bandwidth', connection.bandwidth, lag.connectionsBandwidth);
  }
  for (const other of [lag, ...network.members(lag.lagId)]) {
    const [ours, theirs] =
      connection.awsDeviceV2 !== undefined && other.awsDeviceV2 !== undefined
        ? [connection.awsDeviceV2, other.awsDeviceV2]
        : [connection.awsDevice, other.awsDevice];
    // A connection that is only requested has no device yet: AWS provides it on the LAG's. There is nothing to compare.
    if (ours !== undefined && theirs !== undefined && ours !== theirs) throw refuse('device', ours, theirs);
  }
  if ((connection.macSecCapable ?? false) !== (lag.macSecCapable ?? false)) throw errors.macSecMismatch(connectionId);
}

function checkMinimumLinks(network: Network, connection: ConnectionRecord, lag: LagRecord): void {
  const operational = (each: ConnectionRecord) => network.connectionState(each) === 'available';
  if (!operational(connection)) return;
  const left = network.members(lag.lagId).filter(operational).length - 1;
  if (left < lag.minimumLinks)
    throw errors.belowMinimumLinks(connection.connectionId, lag.lagId, left, lag.minimumLinks);
}
