import type { NetworkState } from '../sandbox/direct-connect/network';
import { readState } from '../sandbox/direct-connect/state-file';
import type { Pair } from './subjects';

const place = { region: 'eu-central-1', location: 'EqFA5', ownerAccount: '111122223333', awsDeviceV2: 'EqFA5-1abc' };
const number = (index: number) => String(index).padStart(8, '0');

export const connectionId = (index: number): string => `dxcon-${number(index)}`;
export const lagId = (index: number): string => `dxlag-${number(index)}`;

/** A pair for each connection, four to a LAG. */
export const pairs = (count: number): Pair[] =>
  Array.from({ length: count }, (_, index) => ({
    connectionId: connectionId(index),
    lagId: lagId(Math.floor(index / 4)),
  }));

/** So many connections that are up and stand alone, and LAGs on their device with room for all, and one more. */
export function network(connections: number): NetworkState {
  return readState({
    connections: Array.from({ length: connections }, (_, index) => ({
      ...place,
      connectionId: connectionId(index),
      connectionName: connectionId(index),
      connectionState: 'available',
      bandwidth: '10Gbps',
    })),
    lags: Array.from({ length: Math.ceil(connections / 4) + 1 }, (_, index) => ({
      ...place,
      lagId: lagId(index),
      lagName: lagId(index),
      lagState: 'available',
      connectionsBandwidth: '10Gbps',
      minimumLinks: 0,
    })),
  });
}
