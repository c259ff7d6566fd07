import type { Connection } from '@aws-sdk/client-direct-connect';
import { checkEncryptionMode } from '../macsec';
import { connectionArn, operation } from '../operation';
import { structure, text } from '../shape';

/**
 * Changes a connection's name or encryption mode. A member of a LAG can have a mode of its own, until UpdateLag assigns
 * the LAG's; whether AWS takes that is unknown.
 */
export const updateConnection = operation(
  structure({ connectionId: text }, { connectionName: text, encryptionMode: text }, 'unknown members ignored'),
  {
    resources: ({ connectionId }, caller) => [connectionArn(caller, connectionId)],
    apply({ connectionId, connectionName, encryptionMode }, network, caller) {
      const connection = network.connectionToChange(connectionId, caller);
      if (encryptionMode !== undefined) checkEncryptionMode(encryptionMode, connection, 'Connection');
      const updated = network.putConnection({
        ...connection,
        ...(connectionName === undefined ? {} : { connectionName }),
        ...(encryptionMode === undefined ? {} : { encryptionMode }),
      });
      return network.describeConnection(updated) satisfies Connection;
    },
  },
);
