import type { Lag } from '@aws-sdk/client-direct-connect';
import * as errors from '../errors';
import { checkJoin, join, LAG_BANDWIDTHS, memberLimit } from '../membership';
import { connectionArn, operation } from '../operation';
import type { LagRecord } from '../records';
import { flag, integer, structure, text } from '../shape';
import { newTags, tagList } from '../tags';

/**
 * Makes a LAG, `pending` and with minimum links 0, of new connections, of an existing one, or of both: the existing
 * one counts towards `numberOfConnections`. The LAG is on the existing connection's device, if that has one.
 * `numberOfConnections: 0` makes an empty LAG; whether AWS takes that is unknown.
 */
export const createLag = operation(
  structure(
    { numberOfConnections: integer(), location: text, connectionsBandwidth: text, lagName: text },
    { connectionId: text, tags: tagList, childConnectionTags: tagList, providerName: text, requestMACSec: flag },
    'unknown members ignored',
  ),
  {
    resources: ({ connectionId }, caller) => (connectionId === undefined ? [] : [connectionArn(caller, connectionId)]),
    apply(input, network, caller) {
      const { numberOfConnections, location, connectionsBandwidth, lagName, connectionId } = input;
      if (!LAG_BANDWIDTHS.includes(connectionsBandwidth)) {
        throw errors.badMember('connectionsBandwidth', connectionsBandwidth, LAG_BANDWIDTHS.join(', '));
      }
      const existing = connectionId === undefined ? undefined : network.connectionToChange(connectionId, caller);
      const shared = {
        ownerAccount: caller.accountId,
        region: caller.region,
        location,
        jumboFrameCapable: true,
        hasLogicalRedundancy: 'unknown' as const,
        tags: [],
        macSecCapable: input.requestMACSec ?? false,
        ...(input.providerName === undefined ? {} : { providerName: input.providerName }),
      };
      const newDevice = network.newDevice(location);
      const device = existing?.awsDeviceV2 ?? existing?.awsDevice ?? newDevice;
      const lag: LagRecord = {
        ...shared,
        lagId: network.newLagId(),
        lagName,
        lagState: 'pending',
        connectionsBandwidth,
        minimumLinks: 0,
        awsDevice: existing?.awsDevice ?? device,
        awsDeviceV2: device,
        ...newTags(input.tags),
      };
      const least = existing === undefined ? 0 : 1;
      const limit = memberLimit(lag);
      if (numberOfConnections < least || numberOfConnections > limit) {
        throw errors.badMember('numberOfConnections', numberOfConnections, `${least} to ${limit}`);
      }
      const childTags = newTags(input.childConnectionTags);
      if (existing !== undefined) checkJoin(network, existing, lag);
      network.putLag(lag);
      if (existing !== undefined) join(network, existing, lag);
      for (let number = 1; number <= numberOfConnections - least; number++) {
        network.putConnection({
          ...shared,
          connectionId: network.newConnectionId(),
          connectionName: `Requested Connection ${number} for Lag ${lag.lagId}`,
          connectionState: 'requested',
          bandwidth: connectionsBandwidth,
          lagId: lag.lagId,
          ...childTags,
        });
      }
      return network.describeLag(lag) satisfies Lag;
    },
  },
);
