import { messageOf } from '../error-message';
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
import { number, requiredText, text } from './property-values';

/**
 * `AWS::DirectConnect::Lag`. A LAG made by CloudFormation has no connections. `MinimumLinks` is set by an UpdateLag of
 * its own, because CreateLag does not take it.
 */
export const directConnectLag = (api: DirectConnectApi): ResourceType => ({
  typeName: 'AWS::DirectConnect::Lag',
  properties: {
    ConnectionsBandwidth: 'replacement',
    LagName: 'in place',
    Location: 'replacement',
    MinimumLinks: 'in place',
    ProviderName: 'replacement',
    RequestMACSec: 'replacement',
    Tags: 'in place',
  },
  required: ['ConnectionsBandwidth', 'LagName', 'Location'],

  async create(properties, context) {
    const caller = callerOf(context);
    const lag = await api.call(
      'CreateLag',
      {
        numberOfConnections: 0,
        location: requiredText(properties, 'Location'),
        connectionsBandwidth: requiredText(properties, 'ConnectionsBandwidth'),
        lagName: requiredText(properties, 'LagName'),
        providerName: text(properties, 'ProviderName'),
        requestMACSec: flag(properties, 'RequestMACSec'),
        tags: properties.Tags === undefined ? undefined : tagsOf(properties),
      },
      caller,
    );
    const lagId = answered(lag, 'lagId');
    const minimumLinks = number(properties, 'MinimumLinks');
    try {
      if (minimumLinks) await api.call('UpdateLag', { lagId, minimumLinks }, caller);
    } catch (error) {
      // A failed creation leaves nothing behind: CloudFormation would not know the LAG.
      await api.call('DeleteLag', { lagId }, caller).catch(cause => {
        throw new Error(`${messageOf(error)} The new LAG ${lagId} could not be deleted: ${messageOf(cause)}`, {
          cause,
        });
      });
      throw error;
    }
    return stateOf(lag, context);
  },

  async update(physicalId, properties, old, context) {
    const caller = callerOf(context);
    const lag = await api.call(
      'UpdateLag',
      {
        lagId: idOf(physicalId),
        lagName: requiredText(properties, 'LagName'),
        minimumLinks: number(properties, 'MinimumLinks') ?? 0,
      },
      caller,
    );
    await changeTags(api, physicalId, properties, old, caller);
    return stateOf(lag, context);
  },

  async delete(physicalId, _properties, context) {
    const caller = callerOf(context);
    const lagId = idOf(physicalId);
    if (await findOne(api, 'DescribeLags', { lagId }, caller)) await api.call('DeleteLag', { lagId }, caller);
  },
});

function stateOf(lag: object, { partition, region, accountId }: ResourceContext): ResourceState {
  const lagId = answered(lag, 'lagId');
  const arn = `arn:${partition}:directconnect:${region}:${accountId}:dxlag/${lagId}`;
  return { physicalId: arn, attributes: { LagArn: arn, LagId: lagId, LagState: answered(lag, 'lagState') } };
}
