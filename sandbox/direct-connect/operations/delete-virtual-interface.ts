import type { DeleteVirtualInterfaceResponse } from '@aws-sdk/client-direct-connect';
import { operation, virtualInterfaceArn } from '../operation';
import { structure, text } from '../shape';
import { virtualInterfaceToChange } from '../virtual-interfaces';

/**
 * Deletes a virtual interface at once; it stays listed as `deleted`, or as `rejected` where its owner had not confirmed
 * it yet. Source of the latter: the API reference of `virtualInterfaceState`.
 */
export const deleteVirtualInterface = operation(
  structure({ virtualInterfaceId: text }, {}, 'unknown members ignored'),
  {
    resources: ({ virtualInterfaceId }, caller) => [virtualInterfaceArn(caller, virtualInterfaceId)],
    apply({ virtualInterfaceId }, network, caller) {
      const virtualInterface = virtualInterfaceToChange(network, virtualInterfaceId, caller);
      const confirming = virtualInterface.virtualInterfaceState === 'confirming';
      const { virtualInterfaceState } = network.putVirtualInterface({
        ...virtualInterface,
        virtualInterfaceState: confirming ? 'rejected' : 'deleted',
      });
      return { virtualInterfaceState } satisfies DeleteVirtualInterfaceResponse;
    },
  },
);
