import { operations } from '../direct-connect/operations';
import { jsonRequest } from './json-requests';
import { members, mostly } from './values';

const ids = [
  ...['dxcon-fg5678gh', 'dxcon-fga1a1a1', 'dxcon-fgb1b1b1', 'dxlag-fg1234aa', 'dxlag-fg1234bb'],
  ...['dxvif-fg12cd34', 'dxcon-ffffffff', 'dxlag-ffffffff'],
];
const tags = mostly([[{ key: 'k', value: 'v' }], [], [{ key: 'k' }], [{}]]);

const directConnectParameters = {
  connectionId: mostly(ids),
  lagId: mostly(ids),
  virtualInterfaceId: mostly(ids),
  interconnectId: mostly(ids),
  connectionName: mostly(['n']),
  lagName: mostly(['n']),
  location: mostly(['EqFA5']),
  bandwidth: mostly(['1Gbps', '10Gbps', '100Gbps', '50Mbps']),
  connectionsBandwidth: mostly(['1Gbps', '10Gbps', '100Gbps']),
  numberOfConnections: mostly([0, 1, 2, 4]),
  minimumLinks: mostly([0, 1, 2]),
  ownerAccount: mostly(['111122223333', '444455556666']),
  vlan: mostly([1, 101, 4094]),
  requestMACSec: mostly([true, false]),
  encryptionMode: mostly(['no_encrypt', 'must_encrypt']),
  secretARN: mostly(['arn:aws:secretsmanager:eu-central-1:111122223333:secret:s']),
  ckn: mostly(['0'.repeat(64)]),
  cak: mostly(['1'.repeat(64)]),
  providerName: mostly(['p']),
  maxResults: mostly([1, 100]),
  nextToken: mostly([Buffer.from('after 1').toString('base64')]),
  resourceArn: mostly(['arn:aws:directconnect:eu-central-1:111122223333:dxcon/dxcon-fg5678gh']),
  resourceArns: mostly([['arn:aws:directconnect:eu-central-1:111122223333:dxlag/dxlag-fg1234aa'], []]),
  tagKeys: mostly([['k'], []]),
  tags,
  childConnectionTags: tags,
};
/** What an operation asks for is never what it does not need: such members are ignored. */
const directConnectInput = members(directConnectParameters, Object.keys(directConnectParameters).slice(0, 9));

export const directConnectRequests = jsonRequest(
  'OvertureService',
  '1.1',
  [...operations.keys()],
  () => directConnectInput,
);
