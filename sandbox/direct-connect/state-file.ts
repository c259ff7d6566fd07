import { isTooDeep, noDeeper } from '../json-depth';
import { memberLimit } from './membership';
import type { Network, NetworkState } from './network';
import {
  type ConnectionRecord,
  isHosted,
  isInterconnect,
  type LagRecord,
  type VirtualInterfaceRecord,
} from './records';
import { flag, InvalidDocument, isObject, listOf, type Problem, refuse, type Shape, structure, text } from './shape';
import { connectionShape, lagShape, virtualInterfaceShape } from './state-shapes';

const SUBJECT = 'The state file';
/** Bytes of a state file: some 30,000 connections. */
export const longestState = 16 * 1024 * 1024;
const LISTS = ['connections', 'lags', 'virtualInterfaces'] as const;

/** Where a state file is from, as `pull` writes it. */
export interface Origin {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly account?: string;
  readonly regions: readonly string[];
  /** Whether ids, names, numbers and accounts are pseudonyms. */
  readonly redacted: boolean;
  /** What could not be read, each with its reason. */
  readonly notRead: readonly string[];
}

const originShape: Shape<Origin> = structure(
  { time: text, regions: listOf(text), redacted: flag, notRead: listOf(text) },
  { account: text },
  'unknown members refused',
);

export interface StateFile {
  readonly state: NetworkState;
  /** What was taken though nobody knows what it means. */
  readonly notes: readonly string[];
  /** @default not written by `pull` */
  readonly pulled?: Origin;
}

/**
 * Reads a state file: `{ "connections": [...], "lags": [...], "virtualInterfaces": [...] }`, each list optional, in the
 * shapes that the AWS CLI's describe commands print. A connection is a member of the LAG that its `lagId` names or that
 * has it in its `connections`; one that is only there is read from there. `numberOfConnections` is not kept: it is
 * counted. A hosted connection may name the interconnect that carries it as its `interconnectId`, which the API does not
 * have; other members that it does not have are kept, and named in the notes, so that a misspelt one is not overlooked.
 * `pulled` says where the file is from.
 *
 * @throws InvalidDocument that names every problem
 */
export function parseStateFile(json: string): StateFile {
  const refused =
    Buffer.byteLength(json) > longestState ? `at most ${longestState} bytes` : isTooDeep(json) ? noDeeper : undefined;
  if (refused !== undefined) {
    throw new InvalidDocument(SUBJECT, [{ path: '$', value: `${json.slice(0, 100)}…`, allowed: refused }]);
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new InvalidDocument(SUBJECT, [{ path: '$', value: json, allowed: `JSON (${String(cause)})` }], { cause });
  }
  return readStateFile(value);
}

/** The network of a state file alone. */
export const parseState = (json: string): NetworkState => parseStateFile(json).state;

/** `parseState` for JSON that is parsed already. */
export const readState = (value: unknown): NetworkState => readStateFile(value).state;

function readStateFile(value: unknown): StateFile {
  const problems: Problem[] = [];
  const state = new StateReader(problems).read(value);
  const pulled =
    isObject(value) && value.pulled !== undefined ? originShape(value.pulled, 'pulled', problems) : undefined;
  const refused = problems.filter(({ kept }) => !kept);
  if (refused.length > 0) throw new InvalidDocument(SUBJECT, refused);
  return { state, notes: notesOf(problems), ...(pulled && { pulled }) };
}

/** Each member once, wherever and however often it is there. */
function notesOf(kept: readonly Problem[]): string[] {
  const names = [...new Set(kept.map(({ path }) => path.replace(/\[\d+\]/g, '[]')))];
  return names.map(name => `${name} is not known here: it is kept, and has no effect`);
}

/** The account and the Region that most connections and LAGs are in; nothing for a file without any. */
export function homeOf({
  connections,
  lags,
  virtualInterfaces,
}: NetworkState): { account: string; region: string } | undefined {
  const owned = connections.length + lags.length > 0 ? [...connections, ...lags] : virtualInterfaces;
  const account = mostFrequent(owned.map(({ ownerAccount }) => ownerAccount));
  const region = mostFrequent(owned.map(each => each.region));
  return account === undefined || region === undefined ? undefined : { account, region };
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce<readonly [string, number] | undefined>(
    (most, each) => (most === undefined || each[1] > most[1] ? each : most),
    undefined,
  )?.[0];
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
      if (name !== 'pulled' && !LISTS.some(list => list === name)) {
        refuse(file[name], name, this.problems, `no such member; known are ${LISTS.join(', ')}, pulled`);
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
        // A hosted connection may be on a LAG of its partner's, whom the file is not about.
        if (!this.named.has(connection.lagId) && !isHosted(connection)) {
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
