import type { Lags } from '@aws-sdk/client-direct-connect';
import { lagArn, operation } from '../operation';
import { page } from '../page';
import { isVisible } from '../records';
import { integer, structure, text } from '../shape';

/** The LAGs of the caller's account and Region, deleted ones included, each with its members. */
export const describeLags = operation(
  structure({}, { lagId: text, maxResults: integer(), nextToken: text }, 'unknown members ignored'),
  {
    resources: ({ lagId }, caller) => (lagId === undefined ? [] : [lagArn(caller, lagId)]),
    apply(input, network, caller) {
      const lags =
        input.lagId === undefined
          ? [...network.lags.values()].filter(lag => isVisible(lag, caller))
          : [network.findLag(input.lagId, caller)];
      const { items, ...rest } = page(lags, input);
      return { lags: items.map(each => network.describeLag(each)), ...rest } satisfies Lags;
    },
  },
);
