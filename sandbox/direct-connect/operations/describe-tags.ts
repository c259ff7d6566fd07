import type { DescribeTagsResponse } from '@aws-sdk/client-direct-connect';
import { operation } from '../operation';
import { listOf, structure, text } from '../shape';
import { taggedResource } from '../tags';

export const describeTags = operation(structure({ resourceArns: listOf(text) }, {}, 'unknown members ignored'), {
  resources: ({ resourceArns }) => resourceArns,
  apply: ({ resourceArns }, network, caller) =>
    ({
      resourceTags: resourceArns.map(resourceArn => ({
        resourceArn,
        tags: taggedResource(network, resourceArn, caller).tags.map(tag => ({ ...tag })),
      })),
    }) satisfies DescribeTagsResponse,
});
