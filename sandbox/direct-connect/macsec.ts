import * as errors from './errors';

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
