import type { DisassociateMacSecKeyResponse } from '@aws-sdk/client-direct-connect';
import * as errors from '../errors';
import { keyHolder } from '../macsec';
import { carrierArn, operation } from '../operation';
import { structure, text } from '../shape';

/**
 * Takes a MACsec key from a connection or a LAG at once, and answers that key. What has to encrypt and has no key left
 * goes down; whether AWS refuses that is unknown.
 */
export const disassociateMacSecKey = operation(
  structure({ connectionId: text, secretARN: text }, {}, 'unknown members ignored'),
  {
    resources: ({ connectionId }, caller) => [carrierArn(caller, connectionId)],
    apply({ connectionId, secretARN }, network, caller) {
      const holder = keyHolder(network, connectionId, caller);
      const removed = holder.keys.filter(key => key.secretARN === secretARN);
      if (removed.length === 0) throw errors.macSecKeyNotFound(connectionId, secretARN);
      holder.replace(holder.keys.filter(key => key.secretARN !== secretARN));
      return {
        connectionId,
        macSecKeys: removed.map(key => ({ ...key, state: 'disassociated' })),
      } satisfies DisassociateMacSecKeyResponse;
    },
  },
);
