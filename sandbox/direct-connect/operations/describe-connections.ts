import type { Connections } from '@aws-sdk/client-direct-connect';
import { connectionArn, operation } from '../operation';
import { page } from '../page';
import { isVisible } from '../records';
import { integer, structure, text } from '../shape';

/**
 * The connections of the caller's account and Region, deleted ones included. One that is asked for and does not exist
 * is an error; AWS is known to answer an empty list at times, and nobody has published when.
 */
export const describeConnections = operation(
  structure({}, { connectionId: text, maxResults: integer(), nextToken: text }, 'unknown members ignored'),
  {
    resources: ({ connectionId }, caller) => (connectionId === undefined ? [] : [connectionArn(caller, connectionId)]),
    apply(input, network, caller) {
      const connections =
        input.connectionId === undefined
          ? [...network.connections.values()].filter(connection => isVisible(connection, caller))
          : [network.findConnection(input.connectionId, caller)];
      const { items, ...rest } = page(connections, input);
      return { connections: items.map(each => network.describeConnection(each)), ...rest } satisfies Connections;
    },
  },
);
