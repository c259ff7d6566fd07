import type { Caller } from '../../caller';
import type { ResourceContext, ResourceState, ResourceType } from '../resource-type';
import {
  answered,
  callerOf,
  changeTags,
  type DirectConnectApi,
  findOne,
  flag,
  idOf,
  tagsOf,
} from './direct-connect-api';
import { requiredText, text } from './property-values';

/**
 * `AWS::DirectConnect::Connection`. A changed `LagId` is done in place; which calls AWS makes for that is not
 * documented: here it is AssociateConnectionWithLag, or DisassociateConnectionFromLag where it is taken away.
 */
export const directConnectConnection = (api: DirectConnectApi): ResourceType => ({
  typeName: 'AWS::DirectConnect::Connection',
  properties: {
    Bandwidth: 'replacement',
    ConnectionName: 'in place',
    LagId: 'in place',
    Location: 'replacement',
    ProviderName: 'replacement',
    RequestMACSec: 'replacement',
    Tags: 'in place',
  },
  required: ['Bandwidth', 'ConnectionName', 'Location'],

  async create(properties, context) {
    const lagId = text(properties, 'LagId');
    const connection = await api.call(
      'CreateConnection',
      {
        location: requiredText(properties, 'Location'),
        bandwidth: requiredText(properties, 'Bandwidth'),
        connectionName: requiredText(properties, 'ConnectionName'),
        lagId: lagId === undefined ? undefined : idOf(lagId),
        providerName: text(properties, 'ProviderName'),
        requestMACSec: flag(properties, 'RequestMACSec'),
        tags: properties.Tags === undefined ? undefined : tagsOf(properties),
      },
      callerOf(context),
    );
    return stateOf(connection, context);
  },

  async update(physicalId, properties, old, context) {
    const caller = callerOf(context);
    const connectionId = idOf(physicalId);
    const connectionName = requiredText(properties, 'ConnectionName');
    if (connectionName !== text(old, 'ConnectionName'))
      await api.call('UpdateConnection', { connectionId, connectionName }, caller);
    const lagId = text(properties, 'LagId');
    await moveTo(api, connectionId, lagId === undefined ? undefined : idOf(lagId), caller);
    await changeTags(api, physicalId, properties, old, caller);
    const connection = await findOne(api, 'DescribeConnections', { connectionId }, caller);
    if (!connection) throw new Error(`There is no connection ${connectionId} any more.`);
    return stateOf(connection, context);
  },

  async delete(physicalId, _properties, context) {
    const caller = callerOf(context);
    const connectionId = idOf(physicalId);
    if (await findOne(api, 'DescribeConnections', { connectionId }, caller))
      await api.call('DeleteConnection', { connectionId }, caller);
  },
});

async function moveTo(
  api: DirectConnectApi,
  connectionId: string,
  lagId: string | undefined,
  caller: Caller,
): Promise<void> {
  const connection = await findOne(api, 'DescribeConnections', { connectionId }, caller);
  const currentLagId = typeof connection?.lagId === 'string' ? connection.lagId : undefined;
  if (lagId === currentLagId) return;
  if (lagId !== undefined) await api.call('AssociateConnectionWithLag', { connectionId, lagId }, caller);
  else await api.call('DisassociateConnectionFromLag', { connectionId, lagId: currentLagId }, caller);
}

function stateOf(connection: object, { partition, region, accountId }: ResourceContext): ResourceState {
  const connectionId = answered(connection, 'connectionId');
  const arn = `arn:${partition}:directconnect:${region}:${accountId}:dxcon/${connectionId}`;
  return {
    physicalId: arn,
    attributes: {
      ConnectionArn: arn,
      ConnectionId: connectionId,
      ConnectionState: answered(connection, 'connectionState'),
    },
  };
}
