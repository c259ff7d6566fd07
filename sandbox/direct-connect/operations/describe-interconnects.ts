import type { Interconnect, Interconnects } from '@aws-sdk/client-direct-connect';
import * as errors from '../errors';
import type { Network } from '../network';
import { connectionArn, operation } from '../operation';
import { page } from '../page';
import { type ConnectionRecord, isInterconnect, isVisible } from '../records';
import { integer, structure, text } from '../shape';

/** The interconnects of the caller's account and Region, deleted ones included. A member of a LAG is none. */
export const describeInterconnects = operation(
  structure({}, { interconnectId: text, maxResults: integer(), nextToken: text }, 'unknown members ignored'),
  {
    resources: ({ interconnectId }, caller) =>
      interconnectId === undefined ? [] : [connectionArn(caller, interconnectId)],
    apply({ interconnectId, ...input }, network, caller) {
      const connections =
        interconnectId === undefined
          ? [...network.connections.values()].filter(connection => isVisible(connection, caller))
          : [network.findConnection(interconnectId, caller)];
      const interconnects = connections.filter(isInterconnect);
      if (interconnectId !== undefined && interconnects.length === 0) throw errors.noInterconnect(interconnectId);
      const { items, ...rest } = page(interconnects, input);
      return { interconnects: items.map(each => described(network, each)), ...rest } satisfies Interconnects;
    },
  },
);

function described(network: Network, connection: ConnectionRecord): Interconnect {
  const {
    connectionId: interconnectId,
    connectionName: interconnectName,
    connectionState,
    ownerAccount,
    partnerName,
    vlan,
    partnerInterconnectMacSecCapable,
    ...shared
  } = network.describeConnection(connection);
  return {
    interconnectId,
    ...(interconnectName === undefined ? {} : { interconnectName }),
    // These two are states of hosted connections alone.
    interconnectState: connectionState === 'ordering' || connectionState === 'rejected' ? 'unknown' : connectionState,
    ...shared,
  };
}
