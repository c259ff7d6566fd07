import type { Tag } from '@aws-sdk/client-direct-connect';
import type { Caller } from '../caller';
import * as errors from './errors';
import { isVisible, type Network } from './network';
import { listOf, structure, text } from './shape';

export const tagList = listOf(structure({ key: text }, { value: text }, 'unknown members ignored'));

type GivenTags = readonly { readonly key: string; readonly value?: string }[];

const LARGEST_NUMBER = 50;
/** Source: TagKey and TagValue in the API's model. */
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What a resource's tags are after `given` is added: a key that is there already gets the new value. */
export function withTags(present: readonly Tag[] | undefined, given: GivenTags): Tag[] {
  const keys = new Set<string>();
  for (const { key, value = '' } of given) {
    if (keys.has(key)) throw errors.duplicateTagKeys(key);
    keys.add(key);
    if (key.length < 1 || key.length > 128 || !CHARACTERS.test(key)) {
      throw errors.badMember('tag key', key, '1 to 128 letters, spaces, numbers and _.:/=+-@');
    }
    if (value.length > 256 || !CHARACTERS.test(value)) {
      throw errors.badMember('tag value', value, 'up to 256 letters, spaces, numbers and _.:/=+-@');
    }
  }
  const kept = (present ?? []).filter(({ key }) => key === undefined || !keys.has(key));
  const tags = [...kept, ...given.map(({ key, value }) => ({ key, ...(value === undefined ? {} : { value }) }))];
  if (tags.length > LARGEST_NUMBER) throw errors.tooManyTags(tags.length, LARGEST_NUMBER);
  return tags;
}

/** The `tags` member of a new resource; absent where there are none, because the API's list has at least one item. */
export function newTags(given: GivenTags | undefined): { tags?: Tag[] } {
  return given === undefined || given.length === 0 ? {} : { tags: withTags(undefined, given) };
}

/** The connection, LAG or virtual interface with an ARN. */
export function taggedResource(network: Network, resourceArn: string, caller: Caller): { tags?: Tag[] | undefined } {
  const [, , service, region, account, resource = ''] = resourceArn.split(':');
  const [type, id = ''] = resource.split('/');
  const found =
    service !== 'directconnect' || region !== caller.region || account !== caller.accountId
      ? undefined
      : type === 'dxcon'
        ? network.connections.get(id)
        : type === 'dxlag'
          ? network.lags.get(id)
          : type === 'dxvif'
            ? network.virtualInterfaces.get(id)
            : undefined;
  if (found === undefined || !isVisible(found, caller)) throw errors.resourceNotFound(resourceArn);
  return found;
}
