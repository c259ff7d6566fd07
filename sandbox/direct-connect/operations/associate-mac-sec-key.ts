import type { AssociateMacSecKeyResponse } from '@aws-sdk/client-direct-connect';
import type { Caller } from '../../caller';
import * as errors from '../errors';
import { keyHolder } from '../macsec';
import type { Network } from '../network';
import { carrierArn, operation, partitionOf } from '../operation';
import { structure, text } from '../shape';

interface Given {
  readonly secretARN?: string;
  readonly ckn?: string;
  readonly cak?: string;
}

const HEXADECIMAL = /^[0-9A-Fa-f]{64}$/;

/**
 * Gives a connection or a LAG a MACsec key, from a secret or from a CKN and a CAK. It is `associated` at once, and takes
 * effect now; `startOn` is ISO 8601, since AWS says of its format only that it is UTC. There is no Secrets Manager: a
 * secret is taken to exist, and the CKN is read from its name. The CAK is not kept.
 */
export const associateMacSecKey = operation(
  structure({ connectionId: text }, { secretARN: text, ckn: text, cak: text }, 'unknown members ignored'),
  {
    resources: ({ connectionId }, caller) => [carrierArn(caller, connectionId)],
    apply({ connectionId, ...given }, network, caller) {
      const key = newKey(given, network, caller);
      const holder = keyHolder(network, connectionId, caller);
      if (holder.keys.some(({ secretARN, ckn = '' }) => secretARN === key.secretARN || ckn === key.ckn)) {
        throw errors.macSecKeyPresent(connectionId, key.secretARN);
      }
      const macSecKeys = [...holder.keys.map(each => ({ ...each })), { ...key }];
      holder.replace([...holder.keys, key]);
      return { connectionId, macSecKeys } satisfies AssociateMacSecKeyResponse;
    },
  },
);

function newKey({ secretARN, ckn, cak }: Given, network: Network, caller: Caller) {
  const shared = { state: 'associated', startOn: new Date(network.now()).toISOString() };
  if (secretARN !== undefined) {
    for (const [name, value] of Object.entries({ ckn, cak })) {
      if (value !== undefined) throw errors.extraMember(name, 'secretARN');
    }
    if (!/^arn:[^:]+:secretsmanager:/.test(secretARN)) {
      throw errors.badMember('secretARN', secretARN, 'the ARN of a secret of Secrets Manager');
    }
    const named = /directconnect\/([0-9A-Fa-f]{64})/.exec(secretARN)?.[1];
    return { secretARN, ...(named === undefined ? {} : { ckn: named }), ...shared };
  }
  if (ckn === undefined || cak === undefined) throw errors.missingMember('secretARN, or ckn and cak,');
  if (!HEXADECIMAL.test(ckn)) throw errors.badMember('ckn', ckn, '64 hexadecimal digits');
  if (!HEXADECIMAL.test(cak)) throw errors.badMember('cak', 'hidden', '64 hexadecimal digits');
  return { secretARN: secretArn(ckn, network, caller), ckn, ...shared };
}

/** The secret that Direct Connect makes for a key. Source of its name: Terraform's page on dx_macsec_key_association. */
function secretArn(ckn: string, network: Network, caller: Caller): string {
  const { region, accountId } = caller;
  const name = `directconnect!prod/${region}/directconnect/${ckn}-${network.randomCharacters(6)}`;
  return `arn:${partitionOf(caller)}:secretsmanager:${region}:${accountId}:secret:${name}`;
}
