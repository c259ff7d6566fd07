import type { Tag } from '@aws-sdk/client-direct-connect';
import type { Caller } from '../caller';
import * as errors from './errors';
import type { Network } from './network';
import { isVisible } from './records';
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

/** The tags of a connection, LAG or virtual interface, and how others take their place. */
interface Tagged {
  readonly tags: readonly Tag[];
  replace(tags: readonly Tag[]): void;
}

/** The connection, LAG or virtual interface with an ARN. */
export function taggedResource(network: Network, resourceArn: string, caller: Caller): Tagged {
  const [, , service, region, account, resource = ''] = resourceArn.split(':');
  const [type, id = ''] = resource.split('/');
  const tagged =
    service !== 'directconnect' || region !== caller.region || account !== caller.accountId
      ? undefined
      : type === 'dxcon'
        ? taggable(network.connections.get(id), caller, connection => network.putConnection(connection))
        : type === 'dxlag'
          ? taggable(network.lags.get(id), caller, lag => network.putLag(lag))
          : type === 'dxvif'
            ? taggable(network.virtualInterfaces.get(id), caller, each => network.putVirtualInterface(each))
            : undefined;
  if (tagged === undefined) throw errors.resourceNotFound(resourceArn);
  return tagged;
}

function taggable<T extends { tags?: Tag[] | undefined; readonly ownerAccount: string; readonly region: string }>(
  record: T | undefined,
  caller: Caller,
  put: (record: T) => void,
): Tagged | undefined {
  if (record === undefined || !isVisible(record, caller)) return undefined;
  return {
    tags: record.tags ?? [],
    replace(tags) {
      const changed = { ...record };
      if (tags.length > 0) changed.tags = [...tags];
      else delete changed.tags;
      put(changed);
    },
  };
}
