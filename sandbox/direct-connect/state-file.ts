import { memberLimit } from './membership';
import type { Network, NetworkState } from './network';
import {
  type ConnectionRecord,
  isHosted,
  isInterconnect,
  type LagRecord,
  type VirtualInterfaceRecord,
} from './records';
import { InvalidDocument, isObject, type Problem, refuse, type Shape } from './shape';
import { connectionShape, lagShape, virtualInterfaceShape } from './state-shapes';

const SUBJECT = 'The state file';
const LISTS = ['connections', 'lags', 'virtualInterfaces'] as const;

/**
 * Reads a state file: `{ "connections": [...], "lags": [...], "virtualInterfaces": [...] }`, each list optional, in the
 * shapes that the AWS CLI's describe commands print. A connection is a member of the LAG that its `lagId` names or that
 * has it in its `connections`; one that is only there is read from there. `numberOfConnections` is not kept: it is
 * counted. A hosted connection may name the interconnect that carries it as its `interconnectId`, which the API does not
 * have; other members that it does not have are refused, so that a misspelt one is not overlooked.
 *
 * @throws InvalidDocument that names every problem
 */
export function parseState(json: string): NetworkState {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new InvalidDocument(SUBJECT, [{ path: '$', value: json, allowed: `JSON (${String(cause)})` }], { cause });
  }
  return readState(value);
}

/** `parseState` for JSON that is parsed already. */
export function readState(value: unknown): NetworkState {
  const problems: Problem[] = [];
  const state = new StateReader(problems).read(value);
  if (problems.length > 0) throw new InvalidDocument(SUBJECT, problems);
  return state;
}

/**
 * Everything that is there now, as a state file. What is down for a while is written as it is answered: a link in
 * transition `pending`, a virtual interface without its carrier `down`.
 */
export function writeState(network: Network): string {
  const { connections, ...rest } = network.describe();
  const withCarriers = connections.map(connection => ({
    ...connection,
    interconnectId: network.connections.get(connection.connectionId)?.interconnectId,
  }));
  return JSON.stringify({ connections: withCarriers, ...rest }, undefined, 2);
}

interface Found<T> {
  readonly record: T;
  readonly path: string;
}

class StateReader {
  private readonly connections = new Map<string, Found<ConnectionRecord>>();
  private readonly lags = new Map<string, Found<LagRecord>>();
  private readonly virtualInterfaces = new Map<string, Found<VirtualInterfaceRecord>>();
  /** Every id that the file gives to something, even where the rest of it is wrong: no follow-up problems. */
  private readonly named = new Set<unknown>();

  constructor(private readonly problems: Problem[]) {}

  read(value: unknown): NetworkState {
    if (!isObject(value)) refuse(value, '$', this.problems, `an object with ${LISTS.join(', ')}`);
    else this.readLists(value);
    return {
      connections: [...this.connections.values()].map(({ record }) => record),
      lags: [...this.lags.values()].map(({ record }) => record),
      virtualInterfaces: [...this.virtualInterfaces.values()].map(({ record }) => record),
    };
  }

  private readLists(file: { readonly [name: string]: unknown }): void {
    for (const name of Object.keys(file)) {
      if (!LISTS.some(list => list === name)) {
        refuse(file[name], name, this.problems, `no such member; known are ${LISTS.join(', ')}`);
      }
    }
    const [connections, lags, virtualInterfaces] = LISTS.map(name => this.list(file[name], name));
    for (const { value, path } of connections ?? []) {
      this.add(this.connections, 'connectionId', connectionShape, value, path);
    }
    const groups = (lags ?? []).map(({ value, path }) => ({
      path,
      lag: this.readItem('lagId', lagShape, value, path),
    }));
    for (const { lag, path } of groups) {
      if (lag === undefined) continue;
      const { connections: members, numberOfConnections, ...record } = lag;
      if (!this.store(this.lags, lag.lagId, { minimumLinks: 0, ...record }, path, 'lagId')) continue;
      members?.forEach((member, index) => {
        this.addMember(lag.lagId, member.connectionId, member.whole, `${path}.connections[${index}]`);
      });
    }
    for (const { value, path } of virtualInterfaces ?? []) {
      this.add(this.virtualInterfaces, 'virtualInterfaceId', virtualInterfaceShape, value, path);
    }
    this.checkMembers();
    for (const { record, path } of this.connections.values()) this.checkInterconnect(record, path);
    for (const { record, path } of this.virtualInterfaces.values()) {
      if (!this.named.has(record.connectionId)) {
        refuse(record.connectionId, `${path}.connectionId`, this.problems, 'a connection or LAG in this file');
      }
    }
  }

  private list(value: unknown, name: string): { value: unknown; path: string }[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      refuse(value, name, this.problems, 'a list');
      return [];
    }
    return value.map((item: unknown, index) => ({ value: item, path: `${name}[${index}]` }));
  }

  private readItem<T>(idMember: string, shape: Shape<T>, value: unknown, path: string): T | undefined {
    if (isObject(value)) this.named.add(value[idMember]);
    return shape(value, path, this.problems);
  }

  private store<T>(into: Map<string, Found<T>>, id: string, record: T, path: string, idMember: string): boolean {
    const earlier = into.get(id);
    if (earlier !== undefined)
      refuse(id, `${path}.${idMember}`, this.problems, `an id other than that of ${earlier.path}`);
    else into.set(id, { record, path });
    return earlier === undefined;
  }

  private add<K extends string, T extends { readonly [P in K]: string }>(
    into: Map<string, Found<T>>,
    idMember: K,
    shape: Shape<T>,
    value: unknown,
    path: string,
  ): void {
    const record = this.readItem(idMember, shape, value, path);
    if (record !== undefined) this.store(into, record[idMember], record, path, idMember);
  }

  private addMember(
    lagId: string,
    connectionId: string,
    whole: { readonly [name: string]: unknown },
    path: string,
  ): void {
    const allowed = `${lagId}, the LAG that lists it`;
    if (typeof whole.lagId === 'string' && whole.lagId !== lagId) {
      refuse(whole.lagId, `${path}.lagId`, this.problems, allowed);
      return;
    }
    if (!this.connections.has(connectionId) && !this.named.has(connectionId)) {
      this.add(this.connections, 'connectionId', connectionShape, whole, path);
    }
    const connection = this.connections.get(connectionId);
    if (connection === undefined) return;
    if (connection.record.lagId === undefined)
      this.connections.set(connectionId, { ...connection, record: { ...connection.record, lagId } });
    else if (connection.record.lagId !== lagId) {
      refuse(connection.record.lagId, `${connection.path}.lagId`, this.problems, `${allowed} as ${path}`);
    }
  }

  private checkInterconnect(connection: ConnectionRecord, path: string): void {
    const { interconnectId, lagId } = connection;
    if (interconnectId === undefined) return;
    const interconnect = this.connections.get(interconnectId)?.record;
    const known = interconnect === undefined ? this.named.has(interconnectId) : isInterconnect(interconnect);
    const allowed = !isHosted(connection)
      ? 'absent: only a hosted connection, which has a vlan, is on an interconnect'
      : lagId !== undefined
        ? `absent: the connection is on ${lagId}`
        : known
          ? undefined
          : 'an interconnect in this file: a connection with a partnerName and without vlan and lagId';
    if (allowed !== undefined) refuse(interconnectId, `${path}.interconnectId`, this.problems, allowed);
  }

  private checkMembers(): void {
    const counts = new Map<string, number>();
    for (const { record: connection, path } of this.connections.values()) {
      if (connection.lagId === undefined) continue;
      const lag = this.lags.get(connection.lagId)?.record;
      if (lag === undefined) {
        if (!this.named.has(connection.lagId)) {
          refuse(connection.lagId, `${path}.lagId`, this.problems, 'a LAG in this file');
        }
        continue;
      }
      if (isHosted(connection)) continue;
      counts.set(lag.lagId, (counts.get(lag.lagId) ?? 0) + 1);
      for (const [name, ours, theirs] of [
        ['ownerAccount', connection.ownerAccount, lag.ownerAccount],
        ['region', connection.region, lag.region],
        ['location', connection.location, lag.location],
        ['bandwidth', connection.bandwidth, lag.connectionsBandwidth],
      ] as const) {
        if (ours !== theirs) refuse(ours, `${path}.${name}`, this.problems, `${theirs}, as its LAG ${lag.lagId}`);
      }
    }
    for (const { record: lag, path } of this.lags.values()) {
      const count = counts.get(lag.lagId) ?? 0;
      const limit = memberLimit(lag);
      if (count > limit) {
        const allowed = `at most ${limit} members at ${lag.connectionsBandwidth}`;
        refuse(count, `${path}.connections`, this.problems, allowed);
      }
    }
  }
}
