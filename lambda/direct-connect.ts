import {
  AssociateConnectionWithLagCommand,
  type Connection,
  DescribeConnectionsCommand,
  DescribeLagsCommand,
  DirectConnectClient,
  DisassociateConnectionFromLagCommand,
  type Lag,
  UpdateLagCommand,
} from '@aws-sdk/client-direct-connect';
import type { Pair } from './event';

/** The calls the handler makes. Each rejects with what the SDK throws; `errors.ts` says what that means. */
export interface DirectConnect {
  describeConnection(connectionId: string): Promise<Connection | undefined>;
  describeLag(lagId: string): Promise<Lag | undefined>;
  associate(pair: Pair): Promise<Connection>;
  disassociate(pair: Pair): Promise<Connection>;
  setMinimumLinks(lagId: string, minimumLinks: number): Promise<void>;
}

/**
 * Direct Connect through the AWS SDK. Tries each call once: repeating a call without looking first is what this
 * handler must not do, so the retries are its own.
 *
 * @param region such as `us-east-1`; the function's own without it
 */
export function directConnect(region?: string): DirectConnect {
  const client = new DirectConnectClient({
    ...(region === undefined ? {} : { region }),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000 },
  });
  return {
    async describeConnection(connectionId) {
      const { connections } = await client.send(new DescribeConnectionsCommand({ connectionId }));
      return connections?.find(connection => connection.connectionId === connectionId);
    },
    async describeLag(lagId) {
      const { lags } = await client.send(new DescribeLagsCommand({ lagId }));
      return lags?.find(lag => lag.lagId === lagId);
    },
    associate: pair => client.send(new AssociateConnectionWithLagCommand({ ...pair })),
    disassociate: pair => client.send(new DisassociateConnectionFromLagCommand({ ...pair })),
    async setMinimumLinks(lagId, minimumLinks) {
      await client.send(new UpdateLagCommand({ lagId, minimumLinks }));
    },
  };
}
