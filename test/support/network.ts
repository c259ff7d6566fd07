import type { Connection, Connections, Lag, VirtualInterface, VirtualInterfaces } from '@aws-sdk/client-direct-connect';
import {
  type AllConnections,
  connectionIds,
  type DirectConnect as HandlerDirectConnect,
  virtualInterfaceIds,
} from '../../lambda/aws/direct-connect';
import { AwsError } from '../../sandbox/aws-error';
import type { Caller } from '../../sandbox/caller';
import type { Clock } from '../../sandbox/clock';
import { DirectConnect } from '../../sandbox/direct-connect/direct-connect';
import { LostAnswer } from '../../sandbox/direct-connect/faults';
import { readState } from '../../sandbox/direct-connect/state-file';

export const A = 'dxlag-aaaaaaaa';
export const B = 'dxlag-bbbbbbbb';
export const CONNECTION = 'dxcon-11111111';

export const ADMINISTRATOR: Caller = {
  accountId: '111122223333',
  region: 'eu-central-1',
  principalArn: 'arn:aws:iam::111122223333:user/administrator',
};

const place = { region: 'eu-central-1', location: 'EqFA5', ownerAccount: '111122223333', awsDeviceV2: 'EqFA5-1abc' };

/** A connection of 10 Gbps that is up, on the device of every LAG of {@link lag}. */
export const connection = (connectionId: string, fields: Partial<Connection> = {}): Connection => ({
  ...place,
  connectionId,
  connectionName: connectionId,
  connectionState: 'available',
  bandwidth: '10Gbps',
  ...fields,
});

export const lag = (lagId: string, fields: Partial<Lag> = {}): Lag => ({
  ...place,
  lagId,
  lagName: lagId,
  lagState: 'available',
  connectionsBandwidth: '10Gbps',
  minimumLinks: 0,
  ...fields,
});

/** A private one that is up. */
export const virtualInterface = (virtualInterfaceId: string, carrier: string): VirtualInterface => ({
  region: 'eu-central-1',
  ownerAccount: '111122223333',
  virtualInterfaceId,
  virtualInterfaceState: 'available',
  virtualInterfaceType: 'private',
  connectionId: carrier,
});

/** The sandbox's Direct Connect, without a wire, and with everything allowed. */
export function network(
  clock: Clock,
  connections: readonly Connection[],
  lags = [lag(A), lag(B)],
  {
    describeLag = 0,
    transition = 5_000,
    random = () => 0.5,
    virtualInterfaces = [],
  }: {
    describeLag?: number;
    transition?: number;
    random?: () => number;
    virtualInterfaces?: readonly VirtualInterface[];
  } = {},
): DirectConnect {
  return new DirectConnect({
    clock,
    random,
    describeLagMilliseconds: describeLag,
    authorize: async () => undefined,
    transitionMilliseconds: transition,
    state: readState({ connections, lags, virtualInterfaces }),
  });
}

/** What the handler calls, answered by the sandbox; errors look as the AWS SDK throws them. */
export function handlerSide(
  service: DirectConnect,
  caller: Caller = ADMINISTRATOR,
): HandlerDirectConnect & AllConnections {
  const call = async <T extends object>(operation: string, input: object): Promise<T> => {
    try {
      return (await service.call(operation, input, caller)) as T;
    } catch (error) {
      if (error instanceof LostAnswer) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      if (!(error instanceof AwsError)) throw error;
      throw Object.assign(new Error(error.message), {
        name: error.code,
        $metadata: { httpStatusCode: error.status, requestId: 'aws-request' },
      });
    }
  };
  return {
    async describeConnection(connectionId) {
      const { connections } = await call<{ connections?: Connection[] }>('DescribeConnections', { connectionId });
      return connections?.[0];
    },
    async describeConnections(nextToken) {
      const { connections = [], nextToken: next } = await call<Connections & { nextToken?: string }>(
        'DescribeConnections',
        nextToken === undefined ? {} : { nextToken },
      );
      return { connections, ...(next === undefined ? {} : { next }) };
    },
    async describeLag(lagId) {
      const { lags } = await call<{ lags?: Lag[] }>('DescribeLags', { lagId });
      return lags?.[0];
    },
    async describeVirtualInterfaces(lagId) {
      return virtualInterfaceIds(await call<VirtualInterfaces>('DescribeVirtualInterfaces', { connectionId: lagId }));
    },
    async describeHostedConnections(lagId) {
      return connectionIds(await call<Connections>('DescribeHostedConnections', { connectionId: lagId }));
    },
    associate: pair => call<Connection>('AssociateConnectionWithLag', pair),
    async setMinimumLinks(lagId, minimumLinks) {
      await call('UpdateLag', { lagId, minimumLinks });
    },
    disassociate: pair => call<Connection>('DisassociateConnectionFromLag', pair),
  };
}
