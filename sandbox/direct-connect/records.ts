import type { Connection, ConnectionState, Lag, VirtualInterface } from '@aws-sdk/client-direct-connect';
import type { Caller } from '../caller';

type Known<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> };

/** A time in which a link that had been available was down, in milliseconds since 1970-01-01T00:00Z. */
export interface Interruption {
  readonly from: number;
  readonly to: number;
}

/** A connection as Describe answers it. */
export type DescribedConnection = Known<
  Connection,
  'connectionId' | 'connectionState' | 'ownerAccount' | 'region' | 'location' | 'bandwidth'
>;

/** A connection as it is kept. `connectionState` leaves out what follows from the clock. */
export type ConnectionRecord = Readonly<DescribedConnection> & {
  /** The interconnect that carries a hosted connection; what is on a LAG has a `lagId`. The API answers it nowhere. */
  readonly interconnectId?: string;
  /** When it last joined or left a LAG, and when that is or was over. Its link is down meanwhile. */
  readonly transition?: Interruption;
};

/** A LAG as it is kept. Its members are the connections that name it as their `lagId`. */
export type LagRecord = Readonly<
  Known<
    Omit<Lag, 'connections' | 'numberOfConnections'>,
    'lagId' | 'lagState' | 'ownerAccount' | 'region' | 'location' | 'connectionsBandwidth' | 'minimumLinks'
  >
>;

/** A virtual interface as it is kept. The states are those with its carrier, the connection or LAG it is on, being up. */
export type VirtualInterfaceRecord = Readonly<
  Known<VirtualInterface, 'virtualInterfaceId' | 'virtualInterfaceState' | 'connectionId' | 'ownerAccount' | 'region'>
> & {
  /** When it last moved to another carrier, and when that is or was over. It is down meanwhile. */
  readonly transition?: Interruption;
};

export const CONNECTION_ID = /^dxcon-[a-z0-9]{8,21}$/;
export const LAG_ID = /^dxlag-[a-z0-9]{8,21}$/;

/** Only a hosted connection has a VLAN of its own: the one it is given on the interconnect or LAG that carries it. */
export function isHosted(connection: Readonly<Connection>): boolean {
  return (connection.vlan ?? 0) > 0;
}

/** The id of the interconnect or LAG that carries a hosted connection, where that is known. */
export function carrierOf(connection: ConnectionRecord): string | undefined {
  return isHosted(connection) ? (connection.lagId ?? connection.interconnectId) : undefined;
}

/**
 * Whether a connection is an interconnect: a partner's own, dedicated, and in no LAG. AWS converts it when it leaves a
 * LAG; it is derived here, so that joining a LAG converts it back.
 */
export function isInterconnect(connection: Readonly<Connection>): boolean {
  return connection.partnerName !== undefined && !isHosted(connection) && connection.lagId === undefined;
}

export function isVisible(
  resource: { readonly ownerAccount: string; readonly region: string },
  caller: Caller,
): boolean {
  return resource.ownerAccount === caller.accountId && resource.region === caller.region;
}

/** Whether a connection is listed only because it was there once. */
export function isGone({ connectionState }: ConnectionRecord): boolean {
  return connectionState === 'deleted' || connectionState === 'rejected';
}

export function inTransition({ transition }: { readonly transition?: Interruption }, time: number): boolean {
  return transition !== undefined && time < transition.to;
}

/**
 * The state of a connection that has been so since its last version, at a time. One that must encrypt and has no key is
 * down. Source: the user guide on updating a LAG: "the connections go down when the encryption is down".
 */
export function linkState(connection: ConnectionRecord, time: number): ConnectionState {
  const { connectionState, encryptionMode, macSecKeys = [] } = connection;
  if (connectionState !== 'available') return connectionState;
  if (encryptionMode === 'must_encrypt' && !macSecKeys.some(({ state }) => state === 'associated')) return 'down';
  return inTransition(connection, time) ? 'pending' : 'available';
}
