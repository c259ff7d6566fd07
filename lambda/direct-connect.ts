import {
  AssociateConnectionWithLagCommand,
  type Connection,
  DescribeConnectionsCommand,
  DescribeLagsCommand,
  DirectConnectClient,
  DisassociateConnectionFromLagCommand,
  type Lag,
} from '@aws-sdk/client-direct-connect';
import type { Pair } from './event';

/** The four calls the handler makes. Each rejects with what the SDK throws; `errors.ts` says what that means. */
export interface DirectConnect {
  describeConnection(connectionId: string): Promise<Connection | undefined>;
  describeLag(lagId: string): Promise<Lag | undefined>;
  associate(pair: Pair): Promise<Connection>;
  disassociate(pair: Pair): Promise<Connection>;
}

/**
 * Direct Connect through the AWS SDK. Tries each call once: repeating a call without looking first is what this
 * handler must not do, so the retries are its own.
 */
export function directConnect(): DirectConnect {
  const client = new DirectConnectClient({
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
  };
}
