import type { Connection } from '@aws-sdk/client-direct-connect';
import { checkJoin, join } from '../membership';
import { connectionArn, lagArn, operation } from '../operation';
import { structure, text } from '../shape';

/** Puts a connection into a LAG, from another LAG or from none; an available link is interrupted. */
export const associateConnectionWithLag = operation(
  structure({ connectionId: text, lagId: text }, {}, 'unknown members ignored'),
  {
    resources: ({ connectionId, lagId }, caller) => [connectionArn(caller, connectionId), lagArn(caller, lagId)],
    apply({ connectionId, lagId }, network, caller) {
      const connection = network.connectionToChange(connectionId, caller);
      const lag = network.lagToChange(lagId, caller);
      checkJoin(network, connection, lag);
      return network.describeConnection(join(network, connection, lag)) satisfies Connection;
    },
  },
);
