import type { UntagResourceResponse } from '@aws-sdk/client-direct-connect';
import { operation } from '../operation';
import { listOf, structure, text } from '../shape';
import { taggedResource } from '../tags';

/** Removes tags by key; a key that is not there is no error. */
export const untagResource = operation(
  structure({ resourceArn: text, tagKeys: listOf(text) }, {}, 'unknown members ignored'),
  {
    resources: ({ resourceArn }) => [resourceArn],
    apply({ resourceArn, tagKeys }, network, caller) {
      const resource = taggedResource(network, resourceArn, caller);
      resource.replace(resource.tags.filter(({ key }) => key === undefined || !tagKeys.includes(key)));
      return {} satisfies UntagResourceResponse;
    },
  },
);
