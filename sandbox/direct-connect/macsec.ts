import type { MacSecKey } from '@aws-sdk/client-direct-connect';
import type { Caller } from '../caller';
import * as errors from './errors';
import type { Network } from './network';
import { type ConnectionRecord, LAG_ID, type LagRecord } from './records';

const ENCRYPTION_MODES = ['no_encrypt', 'should_encrypt', 'must_encrypt'];

/** Throws unless the connection or LAG can have the encryption mode. Source of the modes: the API reference. */
export function checkEncryptionMode(
  encryptionMode: string,
  { macSecCapable = false }: { readonly macSecCapable?: boolean | undefined },
  what: 'Connection' | 'Lag',
): void {
  if (!ENCRYPTION_MODES.includes(encryptionMode)) {
    throw errors.badMember('encryptionMode', encryptionMode, ENCRYPTION_MODES.join(', '));
  }
  if (encryptionMode !== 'no_encrypt' && !macSecCapable) {
    const allowed = `no_encrypt, because the ${what} is not MACsec capable`;
    throw errors.badMember('encryptionMode', encryptionMode, allowed);
  }
}

/**
 * The connection as a member of the LAG: its own keys are dropped, and it shows the LAG's keys and encryption mode.
 * Sources: AWS's agent toolkit, "Managing Direct Connect Link Aggregation Groups", and for the mode UpdateLag's page.
 */
export function asMember(
  connection: ConnectionRecord,
  { lagId, macSecKeys, encryptionMode }: LagRecord,
): ConnectionRecord {
  return {
    ...withoutKeys(connection),
    lagId,
    ...(macSecKeys === undefined ? {} : { macSecKeys }),
    ...(encryptionMode === undefined ? {} : { encryptionMode }),
  };
}

export function withoutKeys({ macSecKeys, ...connection }: ConnectionRecord): ConnectionRecord {
  return connection;
}

/** The MACsec keys of a connection or LAG, and how others take their place. */
interface KeyHolder {
  readonly keys: readonly MacSecKey[];
  replace(keys: readonly MacSecKey[]): void;
}

/** Of a connection, or of a LAG and with it of its members. */
export function keyHolder(network: Network, connectionOrLagId: string, caller: Caller): KeyHolder {
  const holder = LAG_ID.test(connectionOrLagId)
    ? network.lagToChange(connectionOrLagId, caller)
    : network.connectionToChange(connectionOrLagId, caller);
  if (holder.macSecCapable !== true) throw errors.noMacSec(connectionOrLagId);
  return {
    keys: holder.macSecKeys ?? [],
    replace(keys) {
      const macSecKeys = [...keys];
      if ('lagState' in holder) network.putLag({ ...holder, macSecKeys });
      const links = 'lagState' in holder ? network.members(holder.lagId) : [holder];
      for (const link of links) network.putConnection({ ...link, macSecKeys });
    },
  };
}
