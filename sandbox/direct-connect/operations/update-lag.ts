import type { Lag } from '@aws-sdk/client-direct-connect';
import * as errors from '../errors';
import { checkEncryptionMode } from '../macsec';
import { lagArn, operation } from '../operation';
import { integer, structure, text } from '../shape';

/**
 * Changes a LAG's name, minimum links or encryption mode; the mode is that of its members too. Members that are only
 * requested do not count for the minimum links (so Ansible's module explains AWS's refusal). Nothing checks that as
 * many are operational: AWS's page leaves that to the caller.
 */
export const updateLag = operation(
  structure(
    { lagId: text },
    { lagName: text, minimumLinks: integer(), encryptionMode: text },
    'unknown members ignored',
  ),
  {
    resources: ({ lagId }, caller) => [lagArn(caller, lagId)],
    apply({ lagId, lagName, minimumLinks, encryptionMode }, network, caller) {
      const lag = network.lagToChange(lagId, caller);
      const members = network.members(lagId);
      if (minimumLinks !== undefined) {
        if (minimumLinks < 0) throw errors.badMember('minimumLinks', minimumLinks, 'at least 0');
        const installed = members.filter(({ connectionState }) => connectionState !== 'requested').length;
        if (minimumLinks > installed) throw errors.minimumLinksTooHigh(minimumLinks, installed);
      }
      if (encryptionMode !== undefined) checkEncryptionMode(encryptionMode, lag, 'Lag');
      if (encryptionMode !== undefined) for (const each of members) network.putConnection({ ...each, encryptionMode });
      const updated = network.putLag({
        ...lag,
        ...(lagName === undefined ? {} : { lagName }),
        ...(minimumLinks === undefined ? {} : { minimumLinks }),
        ...(encryptionMode === undefined ? {} : { encryptionMode }),
      });
      return network.describeLag(updated) satisfies Lag;
    },
  },
);
