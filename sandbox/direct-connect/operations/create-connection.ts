import type { Connection } from '@aws-sdk/client-direct-connect';
import * as errors from '../errors';
import { asMember } from '../macsec';
import { checkFit, checkRoom, LAG_BANDWIDTHS } from '../membership';
import { lagArn, operation } from '../operation';
import type { ConnectionRecord } from '../records';
import { flag, structure, text } from '../shape';
import { newTags, tagList } from '../tags';

/**
 * Orders a dedicated connection: `requested`, without a device, and it stays so, since nobody installs the
 * cross-connect. With `lagId` it is a member of that LAG from the start.
 */
export const createConnection = operation(
  structure(
    { location: text, bandwidth: text, connectionName: text },
    { lagId: text, tags: tagList, providerName: text, requestMACSec: flag },
    'unknown members ignored',
  ),
  {
    resources: ({ lagId }, caller) => (lagId === undefined ? [] : [lagArn(caller, lagId)]),
    apply({ location, bandwidth, connectionName, lagId, tags, providerName, requestMACSec }, network, caller) {
      if (!LAG_BANDWIDTHS.includes(bandwidth))
        throw errors.badMember('bandwidth', bandwidth, LAG_BANDWIDTHS.join(', '));
      const connection: ConnectionRecord = {
        ownerAccount: caller.accountId,
        connectionId: network.newConnectionId(),
        connectionName,
        connectionState: 'requested',
        region: caller.region,
        location,
        bandwidth,
        jumboFrameCapable: true,
        hasLogicalRedundancy: 'unknown',
        macSecCapable: requestMACSec ?? false,
        ...(providerName === undefined ? {} : { providerName }),
        tags: [],
        ...newTags(tags),
      };
      const lag = lagId === undefined ? undefined : network.lagToChange(lagId, caller);
      if (lag !== undefined) {
        checkFit(network, connection, lag);
        checkRoom(network, lag, 1);
      }
      const ordered = network.putConnection(lag === undefined ? connection : asMember(connection, lag));
      return network.describeConnection(ordered) satisfies Connection;
    },
  },
);
