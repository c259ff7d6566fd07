import type { Connection } from '@aws-sdk/client-direct-connect';
import * as errors from '../errors';
import { checkLeave, leave } from '../membership';
import { connectionArn, lagArn, operation } from '../operation';
import { isHosted } from '../records';
import { structure, text } from '../shape';

/**
 * Takes a connection out of its LAG; an available link is interrupted. The connection stands alone then: a partner's
 * is an interconnect (see `isInterconnect`), and still answered by DescribeConnections.
 */
export const disassociateConnectionFromLag = operation(
  structure({ connectionId: text, lagId: text }, {}, 'unknown members ignored'),
  {
    resources: ({ connectionId, lagId }, caller) => [connectionArn(caller, connectionId), lagArn(caller, lagId)],
    apply({ connectionId, lagId }, network, caller) {
      const connection = network.connectionToChange(connectionId, caller);
      const lag = network.lagToChange(lagId, caller);
      if (isHosted(connection)) throw errors.hostedConnection(connectionId);
      if (connection.lagId !== lagId) throw errors.notMember(connectionId, lagId);
      checkLeave(network, connection, lag);
      return network.describeConnection(leave(network, connection)) satisfies Connection;
    },
  },
);
