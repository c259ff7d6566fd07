import type { ConnectionState, Lag, VirtualInterface } from '@aws-sdk/client-direct-connect';
import type { Caller } from '../caller';
import type { Clock } from '../clock';
import { randomLowerCase } from '../random-text';
import { describedConnection, describedVirtualInterface, withOwnLists } from './described';
import * as errors from './errors';
import {
  CONNECTION_ID,
  type ConnectionRecord,
  carrierOf,
  type DescribedConnection,
  type Interruption,
  inTransition,
  isGone,
  isHosted,
  isVisible,
  LAG_ID,
  type LagRecord,
  linkState,
  type VirtualInterfaceRecord,
} from './records';
import { type Past, type Traffic, trafficOf } from './traffic';
import { type Version, Versions } from './versions';

/** Everything there is, over all Regions and accounts. */
export interface NetworkState {
  readonly connections: readonly ConnectionRecord[];
  readonly lags: readonly LagRecord[];
  readonly virtualInterfaces: readonly VirtualInterfaceRecord[];
}

export interface NetworkOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** A number from 0 up to, but not including, 1. Ids and device names are made from it. */
  readonly random: () => number;
  /** How long a connection is in transition, and a link that was up is down, after it joins or leaves a LAG. */
  readonly transitionMilliseconds: number;
  /** What is there at the beginning. @default nothing */
  readonly state?: NetworkState;
}

/** Connections, LAGs, virtual interfaces, and what each of them was before. */
export class Network {
  private readonly past: Past;
  private readonly beginning: number;

  constructor(private readonly options: NetworkOptions) {
    const { connections = [], lags = [], virtualInterfaces = [] } = options.state ?? {};
    this.past = {
      connections: new Versions(connections.map(each => [each.connectionId, each])),
      lags: new Versions(lags.map(each => [each.lagId, each])),
      virtualInterfaces: new Versions(virtualInterfaces.map(each => [each.virtualInterfaceId, each])),
    };
    this.beginning = options.clock.now();
  }

  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number {
    return this.options.clock.now();
  }

  get connections(): ReadonlyMap<string, ConnectionRecord> {
    return this.past.connections.now;
  }

  get lags(): ReadonlyMap<string, LagRecord> {
    return this.past.lags.now;
  }

  get virtualInterfaces(): ReadonlyMap<string, VirtualInterfaceRecord> {
    return this.past.virtualInterfaces.now;
  }

  /** Adds a connection, or puts it in place of what it was before. */
  putConnection(connection: ConnectionRecord): ConnectionRecord {
    this.past.connections.put(connection.connectionId, connection, this.now());
    return connection;
  }

  /** Adds a LAG, or puts it in place of what it was before. */
  putLag(lag: LagRecord): LagRecord {
    this.past.lags.put(lag.lagId, lag, this.now());
    return lag;
  }

  /** Adds a virtual interface, or puts it in place of what it was before. */
  putVirtualInterface(virtualInterface: VirtualInterfaceRecord): VirtualInterfaceRecord {
    const { virtualInterfaceId } = virtualInterface;
    this.past.virtualInterfaces.put(virtualInterfaceId, virtualInterface, this.now());
    return virtualInterface;
  }

  /** The network as it was at a time, for reading what Describe answered then: a copy, without what was before. */
  asOf(time: number): Network {
    return new Network({
      ...this.options,
      clock: { now: () => time },
      state: {
        connections: [...this.past.connections.at(time)],
        lags: [...this.past.lags.at(time)],
        virtualInterfaces: [...this.past.virtualInterfaces.at(time)],
      },
    });
  }

  /** The connection as Describe answers it. */
  describeConnection(connection: ConnectionRecord): DescribedConnection {
    return describedConnection(connection, this.now());
  }

  /** The LAG as Describe answers it. */
  describeLag(lag: LagRecord): Lag & LagRecord {
    const members = this.members(lag.lagId);
    return {
      allowsHostedConnections: false,
      ...withOwnLists(lag),
      numberOfConnections: members.length,
      connections: members.map(member => this.describeConnection(member)),
    };
  }

  /** The virtual interface as Describe answers it: it and its BGP peers are down while its carrier is, or it moves. */
  describeVirtualInterface(virtualInterface: VirtualInterfaceRecord): VirtualInterface {
    const moving = inTransition(virtualInterface, this.now());
    return describedVirtualInterface(virtualInterface, !moving && this.isUp(virtualInterface.connectionId));
  }

  /** Everything as the Describe operations answer it: the shape of a state file. */
  describe(): { connections: DescribedConnection[]; lags: Lag[]; virtualInterfaces: VirtualInterface[] } {
    return {
      connections: [...this.connections.values()].map(connection => this.describeConnection(connection)),
      lags: [...this.lags.values()].map(lag => this.describeLag(lag)),
      virtualInterfaces: [...this.virtualInterfaces.values()].map(each => this.describeVirtualInterface(each)),
    };
  }

  connectionState(connection: ConnectionRecord): ConnectionState {
    return linkState(connection, this.now());
  }

  /** What a connection's state was at a time; nothing before it was there, and after it was deleted. */
  connectionStateAt(connectionId: string, time: number): ConnectionState | undefined {
    const record = this.past.connections.of(connectionId).findLast(({ from }) => from <= time)?.record;
    return record === undefined || isGone(record) ? undefined : linkState(record, time);
  }

  /**
   * Whether traffic passes: over a connection that is available, over a LAG with a member that is. A hosted connection
   * needs the interconnect or LAG that carries it besides. What is another account's, and so not in the network, is up.
   */
  isUp(connectionOrLagId: string): boolean {
    const connection = this.connections.get(connectionOrLagId);
    if (connection === undefined && !this.lags.has(connectionOrLagId)) return true;
    const links = connection === undefined ? this.members(connectionOrLagId) : [connection];
    const carrier = connection === undefined ? undefined : carrierOf(connection);
    const available = links.some(link => this.connectionState(link) === 'available');
    return available && (carrier === undefined || this.isUp(carrier));
  }

  /**
   * Sets a link down, as a cut fibre does, or makes it available. In a transition it comes up only when that is over.
   *
   * @throws Error for a connection that does not exist, or not any more
   */
  setLink(connectionId: string, connectionState: 'available' | 'down'): void {
    const connection = this.connections.get(connectionId);
    if (connection === undefined || isGone(connection)) {
      const found = connection?.connectionState ?? 'not in the network';
      throw new Error(`Connection ${connectionId} is ${found}: only a link that exists can be ${connectionState}.`);
    }
    this.putConnection({ ...connection, connectionState });
  }

  /** Whether a change of the connection is under way, be its link up or not. */
  isTransitioning(connection: ConnectionRecord): boolean {
    return inTransition(connection, this.now());
  }

  /** The dedicated connections that a LAG bundles. The hosted connections on it are no members. */
  members(lagId: string): ConnectionRecord[] {
    const members: ConnectionRecord[] = [];
    for (const connection of this.connections.values()) {
      if (connection.lagId === lagId && !isHosted(connection) && !isGone(connection)) members.push(connection);
    }
    return members;
  }

  /** The hosted connections that an interconnect or a LAG carries. */
  hostedConnections(interconnectOrLagId: string): ConnectionRecord[] {
    return [...this.connections.values()].filter(
      connection => carrierOf(connection) === interconnectOrLagId && !isGone(connection),
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

  /** A transition that begins now. */
  transition(): Interruption {
    const from = this.now();
    return { from, to: from + this.options.transitionMilliseconds };
  }

  /** Every interruption of a link so far; the last one may not be over yet. Links that were not up have none. */
  interruptions(connectionId: string): readonly Interruption[] {
    return this.past.connections.of(connectionId).flatMap(({ record: { transition } }, index, versions) => {
      const before = versions[index - 1]?.record;
      if (before === undefined || transition === undefined || transition === before.transition) return [];
      return linkState(before, transition.from) === 'available' ? [transition] : [];
    });
  }

  /** For how many milliseconds, up to now, a link was down because it joined or left a LAG. */
  downtime(connectionId: string): number {
    const now = this.now();
    return this.interruptions(connectionId).reduce((sum, { from, to }) => sum + Math.min(to, now) - from, 0);
  }

  /**
   * When each link, LAG and virtual interface was up, until now, to the millisecond.
   *
   * @param from milliseconds since 1970-01-01T00:00Z. @default the beginning of the network
   */
  traffic(from = this.beginning): Traffic[] {
    const to = this.now();
    return trafficOf(this.past, { from: Math.min(Math.max(from, this.beginning), to), to });
  }

  /** When the last transition is or was over; `-Infinity` where there was none. */
  settledAt(): number {
    const moving = [...this.connections.values(), ...this.virtualInterfaces.values()];
    return Math.max(
      ...moving.map(({ transition }) => transition?.to ?? Number.NEGATIVE_INFINITY),
      Number.NEGATIVE_INFINITY,
    );
  }

  /** The times, in order, at which anything changed or a transition was over, up to now. */
  moments(from = this.beginning): number[] {
    const now = this.now();
    const times = [this.past.connections, this.past.virtualInterfaces].flatMap(versions =>
      [...versions.histories()].flatMap(([, history]) =>
        history.flatMap((version: Version<ConnectionRecord> | Version<VirtualInterfaceRecord>) => {
          const { transition } = version.record;
          return transition === undefined ? [version.from] : [version.from, transition.from, transition.to];
        }),
      ),
    );
    const lags = [...this.past.lags.histories()].flatMap(([, history]) => history.map(version => version.from));
    const within = [...times, ...lags].filter(time => time > from && time <= now);
    return [...new Set([from, ...within])].sort((one, other) => one - other);
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

  /** Lower-case letters and digits. */
  randomCharacters(length: number): string {
    return randomLowerCase(length, this.options.random);
  }
}
