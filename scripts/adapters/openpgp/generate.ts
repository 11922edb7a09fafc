/** Makes signing keys: version 4, Ed25519, which every GnuPG since 2.1 knows. */
import { generateKey } from 'openpgp';

export interface GeneratedKey {
  /** Armored. Secret. */
  privateKey: string;
  /** Armored. */
  publicKey: string;
  /** Armored: published when the key must not be trusted any more. Secret until then. */
  revocation: string;
  fingerprint: string;
}

const day = 86_400;

/**
 * @param userId whose key it is: a name, and nothing that looks like an address unless there is one
 * @param days until it expires; never when left out
 */
export async function generateSigningKey(
  userId: string,
  createdAt: Date,
  days?: number,
  passphrase?: string,
): Promise<GeneratedKey> {
  const { privateKey, publicKey, revocationCertificate } = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name: userId }],
    date: createdAt,
    subkeys: [],
    format: 'object',
    config: { v6Keys: false },
    ...(days === undefined ? {} : { keyExpirationTime: days * day }),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  return {
    privateKey: toLines(privateKey.armor()),
    publicKey: toLines(publicKey.armor()),
    revocation: toLines(revocationCertificate),
    fingerprint: publicKey.getFingerprint().toUpperCase(),
  };
}

function toLines(armored: string): string {
  return armored.replaceAll('\r\n', '\n');
}
