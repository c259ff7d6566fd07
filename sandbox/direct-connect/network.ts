import type { Connection, ConnectionState, Lag, VirtualInterface } from '@aws-sdk/client-direct-connect';
import type { Caller } from '../caller';
import type { Clock } from '../clock';
import * as errors from './errors';

type Known<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> };

/** A connection as it is kept: `connectionState` leaves out the transition, which follows from the clock. */
export type ConnectionRecord = Known<
  Connection,
  'connectionId' | 'connectionState' | 'ownerAccount' | 'region' | 'location' | 'bandwidth'
>;
/** A LAG as it is kept. Its members are the connections that name it as their `lagId`. */
export type LagRecord = Known<
  Omit<Lag, 'connections' | 'numberOfConnections'>,
  'lagId' | 'lagState' | 'ownerAccount' | 'region' | 'location' | 'connectionsBandwidth' | 'minimumLinks'
>;
export type VirtualInterfaceRecord = Known<
  VirtualInterface,
  'virtualInterfaceId' | 'virtualInterfaceState' | 'connectionId' | 'ownerAccount' | 'region'
>;

/** Everything there is, over all Regions and accounts. */
export interface NetworkState {
  readonly connections: readonly ConnectionRecord[];
  readonly lags: readonly LagRecord[];
  readonly virtualInterfaces: readonly VirtualInterfaceRecord[];
}

/** A time in which a link that had been available was down, in milliseconds since 1970-01-01T00:00Z. */
export interface Interruption {
  readonly from: number;
  readonly to: number;
}

export interface NetworkOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** A number from 0 up to, but not including, 1. Ids and device names are made from it. */
  readonly random: () => number;
  /** How long a connection is in transition, and a link that was up is down, after it joins or leaves a LAG. */
  readonly transitionMilliseconds: number;
  /** What is there at the beginning; it is copied. @default nothing */
  readonly state?: NetworkState;
}

export const CONNECTION_ID = /^dxcon-[a-z0-9]{8,21}$/;
export const LAG_ID = /^dxlag-[a-z0-9]{8,21}$/;

/** Connections, LAGs, virtual interfaces, and how long each link was down. */
export class Network {
  readonly connections = new Map<string, ConnectionRecord>();
  readonly lags = new Map<string, LagRecord>();
  readonly virtualInterfaces = new Map<string, VirtualInterfaceRecord>();
  private readonly interruptionsOf = new Map<string, readonly Interruption[]>();
  /** By connection: when its last change is over, in milliseconds since 1970-01-01T00:00Z. */
  private readonly transitionEnds = new Map<string, number>();

  constructor(private readonly options: NetworkOptions) {
    for (const connection of options.state?.connections ?? []) {
      this.connections.set(connection.connectionId, { ...connection });
    }
    for (const lag of options.state?.lags ?? []) this.lags.set(lag.lagId, { ...lag });
    for (const virtualInterface of options.state?.virtualInterfaces ?? []) {
      this.virtualInterfaces.set(virtualInterface.virtualInterfaceId, { ...virtualInterface });
    }
  }

  /** A copy of the network as it is, which stays so: what changes with time in it is as of `time`. */
  asOf(time: number): Network {
    const { connections, lags, virtualInterfaces, options } = this;
    const copy = new Network({
      ...options,
      clock: { now: () => time },
      state: {
        connections: [...connections.values()],
        lags: [...lags.values()],
        virtualInterfaces: [...virtualInterfaces.values()],
      },
    });
    for (const [id, interruptions] of this.interruptionsOf) copy.interruptionsOf.set(id, interruptions);
    for (const [id, end] of this.transitionEnds) copy.transitionEnds.set(id, end);
    return copy;
  }

  /** The connection as Describe answers it. */
  describeConnection(connection: ConnectionRecord): ConnectionRecord {
    return { ...copyTags(connection), connectionState: this.connectionState(connection) };
  }

  /** The LAG as Describe answers it. */
  describeLag(lag: LagRecord): Lag & LagRecord {
    const members = this.members(lag.lagId);
    return {
      allowsHostedConnections: false,
      ...copyTags(lag),
      numberOfConnections: members.length,
      connections: members.map(member => this.describeConnection(member)),
    };
  }

  describeVirtualInterface(virtualInterface: VirtualInterfaceRecord): VirtualInterfaceRecord {
    return copyTags(virtualInterface);
  }

  /** Everything as the Describe operations answer it: the shape of a state file. */
  describe(): { connections: Connection[]; lags: Lag[]; virtualInterfaces: VirtualInterface[] } {
    return {
      connections: [...this.connections.values()].map(connection => this.describeConnection(connection)),
      lags: [...this.lags.values()].map(lag => this.describeLag(lag)),
      virtualInterfaces: [...this.virtualInterfaces.values()].map(each => this.describeVirtualInterface(each)),
    };
  }

  connectionState({ connectionId, connectionState }: ConnectionRecord): ConnectionState {
    const last = this.interruptions(connectionId).at(-1);
    const interrupted = last !== undefined && this.options.clock.now() < last.to;
    return interrupted && connectionState === 'available' ? 'pending' : connectionState;
  }

  /** Whether a change of the connection is under way, be its link up or not. */
  isTransitioning({ connectionId }: ConnectionRecord): boolean {
    return this.options.clock.now() < (this.transitionEnds.get(connectionId) ?? 0);
  }

  /** The dedicated connections that a LAG bundles. The hosted connections on it are no members. */
  members(lagId: string): ConnectionRecord[] {
    const members: ConnectionRecord[] = [];
    for (const connection of this.connections.values()) {
      if (connection.lagId === lagId && !isHosted(connection) && !isGone(connection)) members.push(connection);
    }
    return members;
  }

  /** The hosted connections that a LAG carries. */
  hostedConnections(lagId: string): ConnectionRecord[] {
    return [...this.connections.values()].filter(
      connection => connection.lagId === lagId && isHosted(connection) && !isGone(connection),
    );
  }

  /** The virtual interfaces of a connection or a LAG that have not been deleted. */
  activeVirtualInterfaces(connectionOrLagId: string): VirtualInterfaceRecord[] {
    return [...this.virtualInterfaces.values()].filter(
      ({ connectionId, virtualInterfaceState }) =>
        connectionId === connectionOrLagId &&
        virtualInterfaceState !== 'deleted' &&
        virtualInterfaceState !== 'rejected',
    );
  }

  /**
   * Has the connection in transition for the transition time. A link that is up is down meanwhile; any other keeps its
   * state.
   */
  beginTransition({ connectionId, connectionState }: ConnectionRecord): void {
    const from = this.options.clock.now();
    const to = from + this.options.transitionMilliseconds;
    this.transitionEnds.set(connectionId, to);
    if (connectionState === 'available') {
      this.interruptionsOf.set(connectionId, [...this.interruptions(connectionId), { from, to }]);
    }
  }

  /** Every interruption of a link so far; the last one may not be over yet. Links that were not up have none. */
  interruptions(connectionId: string): readonly Interruption[] {
    return this.interruptionsOf.get(connectionId) ?? [];
  }

  /** For how many milliseconds, up to now, a link was down because it joined or left a LAG. */
  downtime(connectionId: string): number {
    const now = this.options.clock.now();
    return this.interruptions(connectionId).reduce((sum, { from, to }) => sum + Math.min(to, now) - from, 0);
  }

  /** A connection of the caller's account and Region, deleted ones included. */
  findConnection(connectionId: string, caller: Caller): ConnectionRecord {
    if (!CONNECTION_ID.test(connectionId)) throw errors.malformedConnectionId(connectionId);
    const connection = this.connections.get(connectionId);
    if (connection === undefined || !isVisible(connection, caller)) throw errors.connectionNotFound(connectionId);
    return connection;
  }

  /** A LAG of the caller's account and Region, deleted ones included. */
  findLag(lagId: string, caller: Caller): LagRecord {
    if (!LAG_ID.test(lagId)) throw errors.malformedLagId(lagId);
    const lag = this.lags.get(lagId);
    if (lag === undefined || !isVisible(lag, caller)) throw errors.lagNotFound(lagId);
    return lag;
  }

  /** A connection that a change is meant for: one that is not deleted, deleting or in transition. */
  connectionToChange(connectionId: string, caller: Caller): ConnectionRecord {
    const connection = this.findConnection(connectionId, caller);
    if (connection.connectionState === 'deleted') throw errors.connectionGone(connectionId);
    if (connection.connectionState === 'deleting' || connection.connectionState === 'rejected') {
      throw errors.connectionUnfit(connectionId, connection.connectionState);
    }
    if (this.isTransitioning(connection)) throw errors.transitioning(connectionId);
    return connection;
  }

  /** A LAG that a change is meant for: one that is not deleted or deleting. */
  lagToChange(lagId: string, caller: Caller): LagRecord {
    const lag = this.findLag(lagId, caller);
    if (lag.lagState === 'deleted') throw errors.lagGone(lagId);
    if (lag.lagState === 'deleting') throw errors.lagUnfit(lagId, lag.lagState);
    return lag;
  }

  newConnectionId(): string {
    return this.newId('dxcon', this.connections);
  }

  newLagId(): string {
    return this.newId('dxlag', this.lags);
  }

  /** A device name as AWS's examples show it, such as `CSVA1-23u8tlpaz8iks`. */
  newDevice(location: string): string {
    return `${location}-${this.randomCharacters(13)}`;
  }

  private newId(prefix: string, taken: ReadonlyMap<string, unknown>): string {
    for (let attempt = 0; attempt < 100; attempt++) {
      const id = `${prefix}-${this.randomCharacters(8)}`;
      if (!taken.has(id)) return id;
    }
    throw new Error(`No free ${prefix} id after 100 attempts: the random numbers repeat themselves.`);
  }

  private randomCharacters(length: number): string {
    const characters = 'abcdefghijklmnopqrstuvwxyz0123456789';
    return Array.from({ length }, () => characters.charAt(Math.floor(this.options.random() * characters.length))).join(
      '',
    );
  }
}

/** Only a hosted connection has a VLAN of its own: the one it is given on the interconnect or LAG that carries it. */
export function isHosted(connection: Connection): boolean {
  return (connection.vlan ?? 0) > 0;
}

/**
 * Whether a connection is an interconnect: a partner's own, dedicated, and in no LAG. AWS converts it when it leaves a
 * LAG; it is derived here, so that joining a LAG converts it back.
 */
export function isInterconnect(connection: Connection): boolean {
  return connection.partnerName !== undefined && !isHosted(connection) && connection.lagId === undefined;
}

export function isVisible(resource: { ownerAccount: string; region: string }, caller: Caller): boolean {
  return resource.ownerAccount === caller.accountId && resource.region === caller.region;
}

function isGone(connection: ConnectionRecord): boolean {
  return connection.connectionState === 'deleted' || connection.connectionState === 'rejected';
}

function copyTags<T extends Pick<Connection, 'tags'>>(resource: T): T {
  return resource.tags === undefined ? { ...resource } : { ...resource, tags: resource.tags.map(tag => ({ ...tag })) };
}
