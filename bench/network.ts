import type { NetworkState } from '../sandbox/direct-connect/network';
import { readState } from '../sandbox/direct-connect/state-file';
import type { Pair } from './subjects';

const place = { region: 'eu-central-1', location: 'EqFA5', ownerAccount: '111122223333', awsDeviceV2: 'EqFA5-1abc' };
const number = (index: number) => String(index).padStart(8, '0');

export const connectionId = (index: number): string => `dxcon-${number(index)}`;
export const lagId = (index: number): string => `dxlag-${number(index)}`;

/** A pair for each connection, so many to a LAG. */
export const pairs = (count: number, perLag = 4): Pair[] =>
  Array.from({ length: count }, (_, index) => ({
    connectionId: connectionId(index),
    lagId: lagId(Math.floor(index / perLag)),
  }));

export const VIRTUAL_INTERFACE = 'dxvif-00000000';

/**
 * So many connections that are up, and LAGs on their device with room for two of each.
 *
 * @param members which connections are in which LAG; the others stand alone
 * @param carrier the connection or LAG that {@link VIRTUAL_INTERFACE} is on; where there is none, there is no interface
 */
export function network(connections: number, members: readonly Pair[] = [], carrier?: string): NetworkState {
  const lagOf = new Map(members.map(pair => [pair.connectionId, pair.lagId]));
  return readState({
    connections: Array.from({ length: connections }, (_, index) => {
      const id = connectionId(index);
      const lag = lagOf.get(id);
      return {
        ...place,
        connectionId: id,
        connectionName: id,
        connectionState: 'available',
        bandwidth: '10Gbps',
        ...(lag === undefined ? {} : { lagId: lag }),
      };
    }),
    lags: Array.from({ length: Math.ceil(connections / 2) + 1 }, (_, index) => ({
      ...place,
      lagId: lagId(index),
      lagName: lagId(index),
      lagState: 'available',
      connectionsBandwidth: '10Gbps',
      minimumLinks: 0,
    })),
    virtualInterfaces: carrier === undefined ? [] : [virtualInterface(carrier)],
  });
}

const virtualInterface = (carrier: string) => ({
  ownerAccount: place.ownerAccount,
  region: place.region,
  location: place.location,
  virtualInterfaceId: VIRTUAL_INTERFACE,
  virtualInterfaceName: VIRTUAL_INTERFACE,
  virtualInterfaceType: 'private',
  connectionId: carrier,
  vlan: 101,
  asn: 65000,
  virtualInterfaceState: 'available',
  bgpPeers: [{ bgpPeerId: 'dxpeer-00000000', asn: 65000, bgpPeerState: 'available', bgpStatus: 'up' }],
});
