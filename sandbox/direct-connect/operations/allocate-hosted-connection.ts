import type { Connection } from '@aws-sdk/client-direct-connect';
import type { Caller } from '../../caller';
import * as errors from '../errors';
import type { Network } from '../network';
import { carrierArn, operation } from '../operation';
import { isInterconnect, LAG_ID } from '../records';
import { integer, structure, text } from '../shape';
import { newTags, tagList } from '../tags';

/** Source: the API reference of AllocateHostedConnection. */
const BANDWIDTHS = [
  ...['50Mbps', '100Mbps', '200Mbps', '300Mbps', '400Mbps', '500Mbps'],
  ...['1Gbps', '2Gbps', '5Gbps', '10Gbps', '25Gbps'],
];

/**
 * Makes a hosted connection for another account, on an interconnect or on a LAG that allows them. It stays `ordering`,
 * since nobody confirms it here. The sum of the bandwidths is not looked at.
 */
export const allocateHostedConnection = operation(
  structure(
    { connectionId: text, ownerAccount: text, bandwidth: text, connectionName: text, vlan: integer() },
    { tags: tagList },
    'unknown members ignored',
  ),
  {
    resources: ({ connectionId }, caller) => [carrierArn(caller, connectionId)],
    apply({ connectionId: carrierId, ownerAccount, bandwidth, connectionName, vlan, tags }, network, caller) {
      const carrier = carrierOf(network, carrierId, caller);
      if (!/^\d{12}$/.test(ownerAccount)) throw errors.badMember('ownerAccount', ownerAccount, 'twelve digits');
      if (!BANDWIDTHS.includes(bandwidth)) throw errors.badMember('bandwidth', bandwidth, BANDWIDTHS.join(', '));
      if (vlan < 1 || vlan > 4094) throw errors.badMember('vlan', vlan, '1 to 4094');
      const taken = network.hostedConnections(carrierId).find(other => other.vlan === vlan);
      if (taken !== undefined) throw errors.vlanTaken(vlan, taken.connectionId, carrierId);
      const allocated = network.putConnection({
        ...carrier,
        ownerAccount,
        connectionId: network.newConnectionId(),
        connectionName,
        connectionState: 'ordering',
        region: caller.region,
        bandwidth,
        vlan,
        ...newTags(tags),
      });
      return network.describeConnection(allocated) satisfies Connection;
    },
  },
);

/** What a hosted connection has from the interconnect or LAG that carries it. */
function carrierOf(network: Network, connectionId: string, caller: Caller) {
  if (LAG_ID.test(connectionId)) {
    const lag = network.lagToChange(connectionId, caller);
    if (lag.allowsHostedConnections !== true) throw errors.hostsNothing(connectionId);
    const partnerName = network.members(connectionId).find(member => member.partnerName !== undefined)?.partnerName;
    return { ...placeOf(lag, partnerName), lagId: connectionId };
  }
  const connection = network.connectionToChange(connectionId, caller);
  if (!isInterconnect(connection)) throw errors.noInterconnect(connectionId);
  return { ...placeOf(connection, connection.partnerName), interconnectId: connectionId };
}

function placeOf(
  { location, awsDeviceV2 }: { readonly location: string; readonly awsDeviceV2?: string | undefined },
  partnerName: string | undefined,
) {
  return {
    location,
    ...(awsDeviceV2 === undefined ? {} : { awsDeviceV2 }),
    ...(partnerName === undefined ? {} : { partnerName }),
  };
}
