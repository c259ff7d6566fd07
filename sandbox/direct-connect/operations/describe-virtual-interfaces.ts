import type { VirtualInterfaces } from '@aws-sdk/client-direct-connect';
import * as errors from '../errors';
import { carrierArn, operation, virtualInterfaceArn } from '../operation';
import { page } from '../page';
import { isVisible, LAG_ID } from '../records';
import { integer, structure, text } from '../shape';

/**
 * The virtual interfaces of the caller's account and Region, or those of one connection or LAG: `connectionId` takes
 * either id. AWS drops a deleted one after 15 minutes; the sandbox lists it for ever.
 */
export const describeVirtualInterfaces = operation(
  structure(
    {},
    { connectionId: text, virtualInterfaceId: text, maxResults: integer(), nextToken: text },
    'unknown members ignored',
  ),
  {
    resources: ({ connectionId, virtualInterfaceId }, caller) => [
      ...(connectionId === undefined ? [] : [carrierArn(caller, connectionId)]),
      ...(virtualInterfaceId === undefined ? [] : [virtualInterfaceArn(caller, virtualInterfaceId)]),
    ],
    apply(input, network, caller) {
      const { connectionId, virtualInterfaceId } = input;
      if (connectionId !== undefined) {
        if (LAG_ID.test(connectionId)) network.findLag(connectionId, caller);
        else network.findConnection(connectionId, caller);
      }
      const found = [...network.virtualInterfaces.values()].filter(
        each =>
          isVisible(each, caller) &&
          (connectionId === undefined || each.connectionId === connectionId) &&
          (virtualInterfaceId === undefined || each.virtualInterfaceId === virtualInterfaceId),
      );
      if (virtualInterfaceId !== undefined && found.length === 0)
        throw errors.virtualInterfaceNotFound(virtualInterfaceId);
      const { items, ...rest } = page(found, input);
      return {
        virtualInterfaces: items.map(each => network.describeVirtualInterface(each)),
        ...rest,
      } satisfies VirtualInterfaces;
    },
  },
);
