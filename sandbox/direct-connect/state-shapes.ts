import type { ConnectionState, LagState, VirtualInterfaceState } from '@aws-sdk/client-direct-connect';
import { LAG_BANDWIDTHS } from './membership';
import { CONNECTION_ID, LAG_ID } from './records';
import {
  anything,
  flag,
  integer,
  isObject,
  listOf,
  matching,
  oneOf,
  type Shape,
  structure,
  text,
  timestamp,
} from './shape';

/**
 * The API's own shapes, as the AWS CLI's describe commands print them: every member of the API's model, and one that is
 * the sandbox's own: a hosted connection's `interconnectId`.
 */

const connectionStates = [
  'ordering',
  'requested',
  'pending',
  'available',
  'down',
  'deleting',
  'deleted',
  'rejected',
  'unknown',
] as const satisfies readonly ConnectionState[];
const lagStates = [
  'requested',
  'pending',
  'available',
  'down',
  'deleting',
  'deleted',
  'unknown',
] as const satisfies readonly LagState[];
const virtualInterfaceStates = [
  'confirming',
  'verifying',
  'pending',
  'available',
  'down',
  'testing',
  'deleting',
  'deleted',
  'rejected',
  'unknown',
] as const satisfies readonly VirtualInterfaceState[];
/** Of dedicated and of hosted connections. Source: the user guide's pages on both. */
const bandwidths = oneOf([
  ...['50Mbps', '100Mbps', '200Mbps', '300Mbps', '400Mbps', '500Mbps'],
  ...['1Gbps', '2Gbps', '5Gbps', '10Gbps', '25Gbps', '100Gbps', '400Gbps'],
]);

const connectionId = matching(CONNECTION_ID, 'dxcon- and 8 to 21 lower-case letters and digits');
const lagId = matching(LAG_ID, 'dxlag- and 8 to 21 lower-case letters and digits');
const virtualInterfaceId = matching(/^dxvif-[a-z0-9]{8,21}$/, 'dxvif- and 8 to 21 lower-case letters and digits');
const account = matching(/^\d{12}$/, 'an account id: twelve digits');
const region = matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a Region, such as eu-central-1');
/** Today's CLI may print members that are newer than the model here: they are kept, and named in a note. */
const kept = 'unknown members kept';
const tags = listOf(structure({ key: text }, { value: text }, kept));
const encryptionMode = oneOf(['no_encrypt', 'should_encrypt', 'must_encrypt']);
const asn = integer(0, 2147483647);
const longAsn = integer(0, 4294967295);

const common = {
  awsDevice: text,
  awsDeviceV2: text,
  awsLogicalDeviceId: text,
  jumboFrameCapable: flag,
  hasLogicalRedundancy: oneOf(['unknown', 'yes', 'no']),
  providerName: text,
  macSecCapable: flag,
  encryptionMode,
  macSecKeys: listOf(structure({}, { secretARN: text, ckn: text, state: text, startOn: text }, kept)),
  tags,
  rateLimiterStatus: anything,
};
export const connectionShape = structure(
  {
    connectionId,
    connectionState: oneOf(connectionStates),
    ownerAccount: account,
    region,
    location: text,
    bandwidth: bandwidths,
  },
  {
    ...common,
    connectionName: text,
    vlan: integer(0, 4094),
    partnerName: text,
    loaIssueTime: timestamp,
    lagId,
    interconnectId: connectionId,
    portEncryptionStatus: oneOf(['Encryption Up', 'Encryption Down']),
    partnerInterconnectMacSecCapable: flag,
  },
  kept,
);
/** A member in a LAG's list. Its id is enough where the file has the connection elsewhere. */
const memberShape: Shape<{ readonly connectionId: string; readonly whole: { readonly [name: string]: unknown } }> = (
  value,
  path,
  problems,
) => {
  const member = structure({ connectionId }, {}, 'unknown members ignored')(value, path, problems);
  return member !== undefined && isObject(value) ? { ...member, whole: value } : undefined;
};
export const lagShape = structure(
  {
    lagId,
    lagState: oneOf(lagStates),
    ownerAccount: account,
    region,
    location: text,
    connectionsBandwidth: oneOf(LAG_BANDWIDTHS),
  },
  {
    ...common,
    lagName: text,
    minimumLinks: integer(0, 4),
    numberOfConnections: integer(0),
    allowsHostedConnections: flag,
    connections: listOf(memberShape),
  },
  kept,
);
export const virtualInterfaceShape = structure(
  {
    virtualInterfaceId,
    virtualInterfaceState: oneOf(virtualInterfaceStates),
    connectionId: matching(/^dx(con|lag)-[a-z0-9]{8,21}$/, 'the id of a connection or of a LAG'),
    ownerAccount: account,
    region,
  },
  {
    location: text,
    virtualInterfaceType: oneOf(['private', 'public', 'transit']),
    virtualInterfaceName: text,
    vlan: integer(0, 4094),
    asn,
    asnLong: longAsn,
    amazonSideAsn: integer(0, 4294967295),
    authKey: text,
    amazonAddress: text,
    customerAddress: text,
    addressFamily: oneOf(['ipv4', 'ipv6']),
    customerRouterConfig: text,
    mtu: integer(1500, 9001),
    jumboFrameCapable: flag,
    virtualGatewayId: text,
    directConnectGatewayId: text,
    routeFilterPrefixes: listOf(structure({}, { cidr: text }, kept)),
    bgpPeers: listOf(
      structure(
        {},
        {
          bgpPeerId: text,
          asn,
          asnLong: longAsn,
          authKey: text,
          addressFamily: oneOf(['ipv4', 'ipv6']),
          amazonAddress: text,
          customerAddress: text,
          bgpPeerState: oneOf(['verifying', 'pending', 'available', 'deleting', 'deleted']),
          bgpStatus: oneOf(['up', 'down', 'unknown']),
          awsDeviceV2: text,
          awsLogicalDeviceId: text,
        },
        kept,
      ),
    ),
    awsDeviceV2: text,
    awsLogicalDeviceId: text,
    tags,
    siteLinkEnabled: flag,
    rateLimit: anything,
  },
  kept,
);
