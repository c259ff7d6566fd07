import type { Connection } from '@aws-sdk/client-direct-connect';
import * as errors from '../errors';
import { checkLeave } from '../membership';
import { connectionArn, operation } from '../operation';
import { isHosted } from '../records';
import { structure, text } from '../shape';

/**
 * Deletes a connection at once; it stays listed as `deleted`, or as `rejected` where it was a hosted connection still
 * in `ordering`. A member leaves its LAG. Whether AWS keeps to the minimum links then is unknown; the sandbox does, by
 * the rule of DisassociateConnectionFromLag.
 */
export const deleteConnection = operation(structure({ connectionId: text }, {}, 'unknown members ignored'), {
  resources: ({ connectionId }, caller) => [connectionArn(caller, connectionId)],
  apply({ connectionId }, network, caller) {
    const connection = network.connectionToChange(connectionId, caller);
    if (network.activeVirtualInterfaces(connectionId).length > 0)
      throw errors.connectionInUse(connectionId, 'virtual interfaces');
    if (network.hostedConnections(connectionId).length > 0)
      throw errors.connectionInUse(connectionId, 'hosted connections');
    const lag = connection.lagId === undefined ? undefined : network.lags.get(connection.lagId);
    if (lag !== undefined && !isHosted(connection)) checkLeave(network, connection, lag);
    const { lagId, interconnectId, ...standalone } = connection;
    const connectionState = connection.connectionState === 'ordering' ? 'rejected' : 'deleted';
    return network.describeConnection(network.putConnection({ ...standalone, connectionState })) satisfies Connection;
  },
});
