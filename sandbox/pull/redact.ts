import { isObject } from '../direct-connect/shape';
import type { PulledNetwork } from './pull';

/** What says nothing about whose network it is; every other text and number is given a pseudonym. */
const plain = new Set([
  ...['connectionState', 'lagState', 'virtualInterfaceState', 'bgpPeerState', 'bgpStatus', 'rateLimiterStatus'],
  ...['bandwidth', 'connectionsBandwidth', 'minimumLinks', 'numberOfConnections', 'mtu', 'addressFamily', 'vlan'],
  ...['virtualInterfaceType', 'hasLogicalRedundancy', 'encryptionMode', 'portEncryptionStatus', 'region', 'state'],
]);

/** Members whose values name the same things: the same value has the same pseudonym in each of them. */
const kinds: { readonly [member: string]: string } = {
  connectionId: 'connection',
  interconnectId: 'connection',
  lagId: 'lag',
  virtualInterfaceId: 'interface',
  ownerAccount: 'account',
  account: 'account',
  asn: 'asn',
  asnLong: 'asn',
  amazonSideAsn: 'asn',
  location: 'location',
  awsDevice: 'device',
  awsDeviceV2: 'device',
  awsLogicalDeviceId: 'device',
};

const digits = (number: number, length: number): string => String(number).padStart(length, '0');

/**
 * The network under pseudonyms: ids, names, ASNs, accounts, locations, devices, addresses and tags. They are numbered in
 * the order of what they stand for, so the same network has the same ones each time, and none can be worked back.
 */
export function redact(network: PulledNetwork): PulledNetwork {
  const numbers = numbersOf(network);
  const rename = (member: string, value: string | number): string | number => {
    const kind = kindOf(member, value);
    const number = numbers.get(kind)?.get(value) ?? 0;
    switch (kind) {
      case 'connection':
        return `dxcon-redacted${digits(number, 4)}`;
      case 'lag':
        return `dxlag-redacted${digits(number, 4)}`;
      case 'interface':
        return `dxvif-redacted${digits(number, 4)}`;
      case 'account':
        return digits(number, 12);
      case 'asn':
        return 64_512 + number;
      default:
        return typeof value === 'number' ? number : `${kind}-${number}`;
    }
  };
  const redacted = walk(
    { connections: network.connections, lags: network.lags, virtualInterfaces: network.virtualInterfaces },
    rename,
  );
  const { account, notRead } = network.pulled;
  return {
    // The shape is the same: only texts and numbers are others.
    ...(redacted as Pick<PulledNetwork, 'connections' | 'lags' | 'virtualInterfaces'>),
    pulled: {
      ...network.pulled,
      ...(account !== undefined && { account: String(rename('account', account)) }),
      redacted: true,
      notRead: notRead.map(line => line.replace(/ of dx\S+/g, '').replace(/: .*/s, '')),
    },
  };
}

function kindOf(member: string, value: string | number): string {
  // A virtual interface's connectionId may be a LAG's.
  if (member === 'connectionId' && String(value).startsWith('dxlag-')) return 'lag';
  return kinds[member] ?? member;
}

function numbersOf({ connections, lags, virtualInterfaces, pulled }: PulledNetwork) {
  const values = new Map<string, Set<string | number>>();
  const collect = (member: string, value: string | number) => {
    const kind = kindOf(member, value);
    values.set(kind, (values.get(kind) ?? new Set<string | number>()).add(value));
    return value;
  };
  walk({ connections, lags, virtualInterfaces }, collect);
  if (pulled.account !== undefined) collect('account', pulled.account);
  return new Map(
    [...values].map(([kind, found]) => [
      kind,
      new Map([...found].sort().map((value, index): [string | number, number] => [value, index + 1])),
    ]),
  );
}

/** Visits every text and number that is not plain. */
function walk(value: unknown, visit: (member: string, value: string | number) => unknown, member = ''): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, visit, member));
  if (value instanceof Date) return undefined;
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, visit, name)]));
  }
  const isNamed = typeof value === 'string' || (typeof value === 'number' && member in kinds);
  return isNamed && !plain.has(member) ? visit(member, value) : value;
}
