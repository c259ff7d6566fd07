import type { VirtualInterface } from '@aws-sdk/client-direct-connect';
import { carrierArn, operation, virtualInterfaceArn } from '../operation';
import { structure, text } from '../shape';
import { checkMove, move, virtualInterfaceToChange } from '../virtual-interfaces';

/** Moves a virtual interface to another connection or LAG, which interrupts it: `connectionId` takes either id. */
export const associateVirtualInterface = operation(
  structure({ virtualInterfaceId: text, connectionId: text }, {}, 'unknown members ignored'),
  {
    resources: ({ virtualInterfaceId, connectionId }, caller) => [
      virtualInterfaceArn(caller, virtualInterfaceId),
      carrierArn(caller, connectionId),
    ],
    apply({ virtualInterfaceId, connectionId }, network, caller) {
      const virtualInterface = virtualInterfaceToChange(network, virtualInterfaceId, caller);
      checkMove(network, virtualInterface, connectionId, caller);
      const moved = move(network, virtualInterface, connectionId);
      return network.describeVirtualInterface(moved) satisfies VirtualInterface;
    },
  },
);
