import {
  AssociateConnectionWithLagCommand,
  type Connection,
  type Connections,
  DescribeConnectionsCommand,
  DescribeHostedConnectionsCommand,
  DescribeLagsCommand,
  DescribeVirtualInterfacesCommand,
  DirectConnectClient,
  DisassociateConnectionFromLagCommand,
  type Lag,
  UpdateLagCommand,
  type VirtualInterfaces,
} from '@aws-sdk/client-direct-connect';
import type { Pair } from '../pair';

/** The calls the handler makes. Each rejects with what the SDK throws; `errors.ts` says what that means. */
export interface DirectConnect {
  describeConnection(connectionId: string): Promise<Connection | undefined>;
  describeLag(lagId: string): Promise<Lag | undefined>;
  /** Ids of those that a LAG carries, and that are not gone. */
  describeVirtualInterfaces(lagId: string): Promise<readonly string[]>;
  /** The same of hosted connections. */
  describeHostedConnections(lagId: string): Promise<readonly string[]>;
  associate(pair: Pair): Promise<Connection>;
  disassociate(pair: Pair): Promise<Connection>;
  setMinimumLinks(lagId: string, minimumLinks: number): Promise<void>;
}

/** What a look at all connections at once calls; it writes nothing. Rejects with what the SDK throws. */
export interface AllConnections {
  /**
   * The connections of the account in the Region, deleted ones included.
   *
   * @param next of the page before; absent for the first page
   */
  describeConnections(next: string | undefined): Promise<ConnectionPage>;
}

export interface ConnectionPage {
  readonly connections: readonly Connection[];
  readonly next?: string;
}

/**
 * Direct Connect through the AWS SDK. Tries each call once: repeating a call without looking first is what this
 * handler must not do, so the retries are its own.
 *
 * What the SDK would look for in configuration files, which Lambda has none of, is given from the environment.
 *
 * @param environment as Lambda sets it, or the function's own: AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
 * AWS_SESSION_TOKEN; AWS_ENDPOINT_URL, AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT
 * @param region such as `us-east-1`; the function's own without it
 */
export function directConnect(
  environment: { readonly [name: string]: string | undefined },
  region = environment.AWS_REGION,
): DirectConnect & AllConnections {
  const variable = (name: string) => environment[name] ?? '';
  const endpoint = environment.AWS_ENDPOINT_URL;
  const client = new DirectConnectClient({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials: {
      accessKeyId: variable('AWS_ACCESS_KEY_ID'),
      secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
      sessionToken: variable('AWS_SESSION_TOKEN'),
    },
    useFipsEndpoint: environment.AWS_USE_FIPS_ENDPOINT === 'true',
    useDualstackEndpoint: environment.AWS_USE_DUALSTACK_ENDPOINT === 'true',
    maxAttempts: 1,
    retryMode: 'standard',
    authSchemePreference: [],
    disableClockSkewCorrection: false,
    userAgentAppId: async () => environment.AWS_SDK_UA_APP_ID,
    // Without the last one the SDK only warns of a call that takes too long.
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
  });
  return {
    async describeConnection(connectionId) {
      const { connections } = await client.send(new DescribeConnectionsCommand({ connectionId }));
      return connections?.find(connection => connection.connectionId === connectionId);
    },
    async describeConnections(nextToken) {
      const { connections = [], nextToken: next } = await client.send(new DescribeConnectionsCommand({ nextToken }));
      return { connections, ...(next === undefined ? {} : { next }) };
    },
    async describeLag(lagId) {
      const { lags } = await client.send(new DescribeLagsCommand({ lagId }));
      return lags?.find(lag => lag.lagId === lagId);
    },
    async describeVirtualInterfaces(lagId) {
      return virtualInterfaceIds(await client.send(new DescribeVirtualInterfacesCommand({ connectionId: lagId })));
    },
    async describeHostedConnections(lagId) {
      return connectionIds(await client.send(new DescribeHostedConnectionsCommand({ connectionId: lagId })));
    },
    associate: pair => client.send(new AssociateConnectionWithLagCommand({ ...pair })),
    disassociate: pair => client.send(new DisassociateConnectionFromLagCommand({ ...pair })),
    async setMinimumLinks(lagId, minimumLinks) {
      await client.send(new UpdateLagCommand({ lagId, minimumLinks }));
    },
  };
}

/** Ids of those that are not gone. */
export function virtualInterfaceIds({ virtualInterfaces = [] }: VirtualInterfaces): readonly string[] {
  return virtualInterfaces.flatMap(({ virtualInterfaceId: id, virtualInterfaceState: state = '' }) =>
    id === undefined || GONE.includes(state) ? [] : [id],
  );
}

/** Ids of those that are not gone. */
export function connectionIds({ connections = [] }: Connections): readonly string[] {
  return connections.flatMap(({ connectionId: id, connectionState: state = '' }) =>
    id === undefined || GONE.includes(state) ? [] : [id],
  );
}

const GONE = ['deleted', 'deleting', 'rejected'];
