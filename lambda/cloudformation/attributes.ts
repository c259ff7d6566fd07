import type { Connection } from '@aws-sdk/client-direct-connect';

/** Lists of unknown length stay out: an answer is limited to 4096 bytes. */
type ScalarField = Exclude<keyof Connection, 'tags' | 'macSecKeys'>;

/** The resource's attributes, by the field of the API's `Connection` that each one shows. */
export const ATTRIBUTE_NAMES = {
  awsDevice: 'AwsDevice',
  awsDeviceV2: 'AwsDeviceV2',
  awsLogicalDeviceId: 'AwsLogicalDeviceId',
  bandwidth: 'Bandwidth',
  connectionId: 'ConnectionId',
  connectionName: 'ConnectionName',
  connectionState: 'ConnectionState',
  encryptionMode: 'EncryptionMode',
  hasLogicalRedundancy: 'HasLogicalRedundancy',
  jumboFrameCapable: 'JumboFrameCapable',
  lagId: 'LagId',
  loaIssueTime: 'LoaIssueTime',
  location: 'Location',
  macSecCapable: 'MacSecCapable',
  ownerAccount: 'OwnerAccount',
  partnerInterconnectMacSecCapable: 'PartnerInterconnectMacSecCapable',
  partnerName: 'PartnerName',
  portEncryptionStatus: 'PortEncryptionStatus',
  providerName: 'ProviderName',
  region: 'Region',
  vlan: 'Vlan',
} as const satisfies Record<ScalarField, string>;

/** Every attribute of a connection as text; a field that the answer leaves out is empty, so that no GetAtt fails. */
export function attributesOf(connection: Connection): Record<string, string> {
  const { tags: _tags, macSecKeys: _keys, ...scalars } = connection;
  const values = new Map<string, unknown>(Object.entries(scalars));
  return Object.fromEntries(
    Object.entries(ATTRIBUTE_NAMES).map(([field, attribute]) => [attribute, textOf(values.get(field))]),
  );
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return value instanceof Date ? value.toISOString() : String(value);
}
