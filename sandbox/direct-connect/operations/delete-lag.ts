import type { Lag } from '@aws-sdk/client-direct-connect';
import * as errors from '../errors';
import { lagArn, operation } from '../operation';
import { structure, text } from '../shape';

/**
 * Deletes a LAG at once; it stays listed as `deleted`. A LAG with virtual interfaces or hosted connections cannot be
 * deleted (DeleteLag's page). One with members cannot either; what AWS does there is unknown: the user guide says only
 * that the connections are not deleted with the LAG.
 */
export const deleteLag = operation(structure({ lagId: text }, {}, 'unknown members ignored'), {
  resources: ({ lagId }, caller) => [lagArn(caller, lagId)],
  apply({ lagId }, network, caller) {
    const lag = network.lagToChange(lagId, caller);
    if (network.activeVirtualInterfaces(lagId).length > 0) throw errors.lagInUse(lagId, 'virtual interfaces');
    if (network.hostedConnections(lagId).length > 0) throw errors.lagInUse(lagId, 'hosted connections');
    if (network.members(lagId).length > 0) throw errors.lagInUse(lagId, 'connections');
    return network.describeLag(network.putLag({ ...lag, lagState: 'deleted' })) satisfies Lag;
  },
});
