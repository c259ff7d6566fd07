import {
  type Connection,
  DescribeConnectionsCommand,
  DescribeHostedConnectionsCommand,
  DescribeInterconnectsCommand,
  DescribeLagsCommand,
  DescribeVirtualInterfacesCommand,
  type DirectConnectClient,
  type Lag,
  type VirtualInterface,
} from '@aws-sdk/client-direct-connect';
import type { Origin } from '../direct-connect/state-file';

/** A state file as it is written. */
export interface PulledNetwork {
  readonly connections: readonly (Connection & { readonly interconnectId?: string })[];
  readonly lags: readonly Lag[];
  readonly virtualInterfaces: readonly VirtualInterface[];
  readonly pulled: Origin;
}

export interface PullOptions {
  /** Its own client for each Region, with the person's credentials. */
  readonly clientFor: (region: string) => DirectConnectClient;
  readonly regions: readonly string[];
  readonly now: Date;
}

/**
 * Reads a network with Describe calls alone. What may not be read is said in `pulled.notRead`; a connection, a LAG and a
 * virtual interface are written as they are answered, but for the keys of BGP sessions, which are secrets.
 *
 * @throws Error where nothing at all could be read
 */
export async function pull({ clientFor, regions, now }: PullOptions): Promise<PulledNetwork> {
  const parts = await Promise.all(regions.map(region => pullRegion(clientFor(region), region)));
  const notRead = parts.flatMap(part => part.notRead);
  if (parts.every(part => part.read === 0)) throw new Error(`Nothing could be read: ${notRead.join('; ')}`);
  const connections = parts.flatMap(part => part.connections);
  const lags = parts.flatMap(part => part.lags);
  const account = [...lags, ...connections].map(({ ownerAccount }) => ownerAccount).find(owner => owner !== undefined);
  return {
    connections,
    lags,
    virtualInterfaces: parts.flatMap(part => part.virtualInterfaces),
    pulled: {
      time: now.toISOString(),
      ...(account !== undefined && { account }),
      regions,
      redacted: false,
      notRead,
    },
  };
}

async function pullRegion(client: DirectConnectClient, region: string) {
  const notRead: string[] = [];
  let read = 0;
  const reading = async <T>(what: string, describe: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      const found = await describe();
      read += 1;
      return found;
    } catch (error) {
      notRead.push(`${what} in ${region}: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`);
      return [];
    }
  };
  const lags = await reading('the LAGs (DescribeLags)', () =>
    everyPage(
      nextToken => client.send(new DescribeLagsCommand(tokenOf(nextToken))),
      answer => answer.lags,
    ),
  );
  const own = await reading('the connections (DescribeConnections)', () =>
    everyPage(
      nextToken => client.send(new DescribeConnectionsCommand(tokenOf(nextToken))),
      answer => answer.connections,
    ),
  );
  const virtualInterfaces = await reading('the virtual interfaces (DescribeVirtualInterfaces)', () =>
    everyPage(
      nextToken => client.send(new DescribeVirtualInterfacesCommand(tokenOf(nextToken))),
      answer => answer.virtualInterfaces,
    ),
  );
  const interconnects = await reading('the interconnects (DescribeInterconnects)', () =>
    everyPage(
      nextToken => client.send(new DescribeInterconnectsCommand(tokenOf(nextToken))),
      answer => answer.interconnects,
    ),
  );
  const carriers = [
    ...lags.filter(lag => lag.allowsHostedConnections).map(({ lagId = '' }) => ({ id: lagId, isLag: true })),
    ...interconnects.map(({ interconnectId = '' }) => ({ id: interconnectId, isLag: false })),
  ];
  const hosted: (Connection & { interconnectId?: string })[] = [];
  for (const { id, isLag } of carriers) {
    const found = await reading(`the hosted connections of ${id} (DescribeHostedConnections)`, () =>
      everyPage(
        nextToken => client.send(new DescribeHostedConnectionsCommand({ connectionId: id, ...tokenOf(nextToken) })),
        answer => answer.connections,
      ),
    );
    hosted.push(...found.map(each => ({ ...each, ...(isLag ? { lagId: id } : { interconnectId: id }) })));
  }
  // A hosted connection of one's own is in both lists; the one with its carrier says more.
  const carried = new Set(hosted.map(({ connectionId }) => connectionId));
  const there = ({ connectionState }: Connection) => connectionState !== 'deleted' && connectionState !== 'rejected';
  const connections = [...own.filter(({ connectionId }) => !carried.has(connectionId)), ...hosted].filter(there);
  return {
    connections,
    lags: lags.filter(({ lagState }) => lagState !== 'deleted').map(withMembersById),
    virtualInterfaces: virtualInterfaces
      .filter(({ virtualInterfaceState }) => virtualInterfaceState !== 'deleted')
      .map(withoutKeys),
    notRead,
    read,
  };
}

const tokenOf = (nextToken: string | undefined) => (nextToken === undefined ? {} : { nextToken });

async function everyPage<Answer extends { nextToken?: string | undefined }, T>(
  ask: (nextToken: string | undefined) => Promise<Answer | ({ nextToken?: undefined } & Answer)>,
  itemsOf: (answer: Answer) => readonly T[] | undefined,
): Promise<T[]> {
  const items: T[] = [];
  let nextToken: string | undefined;
  do {
    const answer: Answer = await ask(nextToken);
    items.push(...(itemsOf(answer) ?? []));
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
  return items;
}

/** The members' descriptions are among the connections. */
function withMembersById({ connections, ...lag }: Lag): Lag {
  return {
    ...lag,
    ...(connections && { connections: connections.map(({ connectionId = '' }) => ({ connectionId })) }),
  };
}

/** Without the BGP keys; a router's configuration has them too. */
function withoutKeys({ authKey, customerRouterConfig, bgpPeers, ...rest }: VirtualInterface): VirtualInterface {
  return { ...rest, ...(bgpPeers && { bgpPeers: bgpPeers.map(({ authKey: _key, ...peer }) => peer) }) };
}
