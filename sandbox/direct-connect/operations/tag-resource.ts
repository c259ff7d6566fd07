import type { TagResourceResponse } from '@aws-sdk/client-direct-connect';
import { operation } from '../operation';
import { structure, text } from '../shape';
import { taggedResource, tagList, withTags } from '../tags';

export const tagResource = operation(structure({ resourceArn: text, tags: tagList }, {}, 'unknown members ignored'), {
  resources: ({ resourceArn }) => [resourceArn],
  apply({ resourceArn, tags }, network, caller) {
    const resource = taggedResource(network, resourceArn, caller);
    resource.replace(withTags(resource.tags, tags));
    return {} satisfies TagResourceResponse;
  },
});
