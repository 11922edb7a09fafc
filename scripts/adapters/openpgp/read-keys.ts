/** Keys from bytes: armored, several blocks one after the other, or binary. */
import { type Key, type PrivateKey, readKeys, readPrivateKeys } from 'openpgp';
import { AperiodicError } from '../../model/errors.ts';

/** Keys of a whole project stay well below this, in bytes. */
export const maxKeyBytes = 1024 * 1024;

const publicBlock = /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n[\s\S]*?-----END PGP PUBLIC KEY BLOCK-----/g;
const privateBlock = /-----BEGIN PGP PRIVATE KEY BLOCK-----\r?\n[\s\S]*?-----END PGP PRIVATE KEY BLOCK-----/g;

/** @throws AperiodicError `invalid` when there is no public key in it */
export async function readPublicKeys(bytes: Uint8Array): Promise<Key[]> {
  refuseLarge(bytes.length);
  const text = Buffer.from(bytes).toString('latin1');
  try {
    const blocks = text.match(publicBlock) ?? [];
    const read = blocks.length === 0 ? [await readKeys({ binaryKeys: new Uint8Array(bytes) })] : [];
    for (const armoredKeys of blocks) read.push(await readKeys({ armoredKeys }));
    // A private key would do too, but nobody should hand one around.
    return read.flat().map((key) => key.toPublic());
  } catch (cause) {
    throw new AperiodicError('invalid', 'is not a keyring of public keys', { cause });
  }
}

/** @throws AperiodicError `invalid`, without a word of the text */
export async function readPrivateKeyBlocks(text: string): Promise<PrivateKey[]> {
  refuseLarge(text.length);
  const keys: PrivateKey[] = [];
  try {
    for (const armoredKeys of text.match(privateBlock) ?? [])
      keys.push(...(await readPrivateKeys({ armoredKeys })));
  } catch {
    throw new AperiodicError('invalid', 'the signing key is damaged: export it again, armored');
  }
  if (keys.length > 0) return keys;
  throw new AperiodicError(
    'invalid',
    "the signing key is not an armored OpenPGP private key: make one with 'aperiodic keys generate'",
  );
}

/** 40 hexadecimal digits, in capitals, as people compare them. */
export function fingerprintOf(key: Key): string {
  return key.getFingerprint().toUpperCase();
}

export function userIdOf(key: Key): string {
  return key.getUserIDs()[0] ?? '';
}

/** Undefined when it never expires. @throws AperiodicError `invalid` when it is revoked, or nothing says what it is for */
export async function expiryOf(key: Key): Promise<Date | undefined> {
  const time = await key.getExpirationTime();
  if (time === null) {
    throw new AperiodicError('invalid', `the key ${fingerprintOf(key)} is revoked, or not signed by itself`);
  }
  return time instanceof Date ? time : undefined;
}

function refuseLarge(bytes: number): void {
  if (bytes > maxKeyBytes)
    throw new AperiodicError('invalid', `a keyring is larger than ${maxKeyBytes} bytes`);
}
