import type { Connections } from '@aws-sdk/client-direct-connect';
import { carrierArn, operation } from '../operation';
import { page } from '../page';
import { LAG_ID } from '../records';
import { integer, structure, text } from '../shape';

/** The hosted connections on an interconnect or LAG of the caller's, whoever owns them. Deleted ones are on none. */
export const describeHostedConnections = operation(
  structure({ connectionId: text }, { maxResults: integer(), nextToken: text }, 'unknown members ignored'),
  {
    resources: ({ connectionId }, caller) => [carrierArn(caller, connectionId)],
    apply({ connectionId, ...input }, network, caller) {
      if (LAG_ID.test(connectionId)) network.findLag(connectionId, caller);
      else network.findConnection(connectionId, caller);
      const { items, ...rest } = page(network.hostedConnections(connectionId), input);
      return { connections: items.map(each => network.describeConnection(each)), ...rest } satisfies Connections;
    },
  },
);
