/**
 * Signs with OpenPGP.js. The same text, date and keys give the same bytes: Ed25519 is deterministic (RFC 8032), and the salt that
 * OpenPGP.js would add is turned off.
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createCleartextMessage, createMessage, decryptKey, enums, type PrivateKey, sign } from 'openpgp';
import { AperiodicError } from '../../model/errors.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { Signer, SigningKey } from '../../ports/sign.ts';
import { expiryOf, fingerprintOf, readPrivateKeyBlocks, userIdOf } from './read-keys.ts';

export interface SigningSecret {
  /** Armored private keys, one after the other. */
  armored: string;
  passphrase?: string | undefined;
}

const config = { nonDeterministicSignaturesViaNotation: false, preferredHashAlgorithm: enums.hash.sha512 };
/** One that goes and one that comes. */
const maxKeys = 2;
const chunkBytes = 1024 * 1024;

interface UsableKey {
  key: PrivateKey;
  shown: SigningKey;
}

/** @param load asked once, when a key is needed. @throws nothing by itself */
export function createSigner(load: () => Promise<SigningSecret>): Signer {
  let loaded: Promise<UsableKey[]> | undefined;
  const usable = async (): Promise<UsableKey[]> => {
    loaded ??= load().then(unlock);
    return await loaded;
  };
  return {
    keys: async () => (await usable()).map(({ shown }) => shown),
    clearSign: async (text, at) => {
      refuseUnsignable(text);
      // The end of the last line belongs to the frame. The library writes lines of the text as they are hashed, with CR.
      const message = await createCleartextMessage({ text: text.replace(/\n$/, '') });
      const signed = await sign({ message, signingKeys: keysAt(await usable(), at), date: at, config });
      return signed.replaceAll('\r\n', '\n');
    },
    detach: async (file, at) => {
      const signingKeys = keysAt(await usable(), at);
      const content = createReadStream(file, { highWaterMark: chunkBytes });
      const message = await createMessage({ binary: Readable.toWeb(content) });
      const signed = await sign({ message, signingKeys, detached: true, date: at, config });
      return (await readAll(signed)).replaceAll('\r\n', '\n');
    },
    seal: async (text, at) => {
      const sealed: Uint8Array[] = [];
      for (const signingKeys of keysAt(await usable(), at)) {
        const message = await createMessage({ binary: Buffer.from(text), date: at });
        sealed.push(await sign({ message, signingKeys, format: 'binary', date: at, config }));
      }
      return sealed;
    },
  };
}

async function unlock({ armored, passphrase }: SigningSecret): Promise<UsableKey[]> {
  const keys: UsableKey[] = [];
  for (const locked of await readPrivateKeyBlocks(armored)) {
    const key = await decrypt(locked, passphrase);
    const fingerprint = fingerprintOf(key);
    if (keys.some(({ shown }) => shown.fingerprint === fingerprint)) continue;
    assertDeterministic(key);
    const created = Math.max(...key.getKeys().map((part) => part.getCreationTime().getTime()));
    keys.push({
      key,
      shown: {
        fingerprint,
        userId: userIdOf(key),
        createdAt: new Date(created),
        expiresAt: await expiryOf(key),
        armored: key.toPublic().armor().replaceAll('\r\n', '\n'),
      },
    });
  }
  if (keys.length > maxKeys)
    throw new AperiodicError(
      'invalid',
      `there are ${keys.length} signing keys: configure one, or two in exchange`,
    );
  return keys.sort(
    (a, b) => order(a.shown) - order(b.shown) || (a.shown.fingerprint < b.shown.fingerprint ? -1 : 1),
  );
}

function order({ createdAt }: SigningKey): number {
  return createdAt.getTime();
}

async function decrypt(key: PrivateKey, passphrase: string | undefined): Promise<PrivateKey> {
  if (key.isDecrypted()) return key;
  if (passphrase === undefined) {
    throw new AperiodicError(
      'invalid',
      `the signing key ${fingerprintOf(key)} has a passphrase: set APERIODIC_SIGNING_PASSPHRASE or 'signing.passphraseFile'`,
    );
  }
  try {
    return await decryptKey({ privateKey: key, passphrase });
  } catch {
    throw new AperiodicError('invalid', `the passphrase does not open the signing key ${fingerprintOf(key)}`);
  }
}

/** Version 4 with Ed25519, as GnuPG 2.1 and later can check: other kinds sign otherwise each time, or are not known. */
function assertDeterministic(key: PrivateKey): void {
  const parts = key.getKeys().map((part) => part.getAlgorithmInfo());
  const good = key.keyPacket.version === 4 && parts.some(({ curve }) => curve === 'ed25519Legacy');
  const other = parts.find(({ algorithm }) => !/^(eddsaLegacy|ecdh|x25519|ed25519)$/.test(algorithm));
  if (good && other === undefined) return;
  throw new AperiodicError(
    'invalid',
    `the signing key ${fingerprintOf(key)} is not a version 4 key with Ed25519: make one with 'aperiodic keys generate'`,
  );
}

function keysAt(keys: readonly UsableKey[], at: Date): PrivateKey[] {
  for (const { shown } of keys) {
    if (shown.createdAt <= at) continue;
    throw new AperiodicError(
      'conflict',
      `the signing key ${shown.fingerprint} was made at ${timestamp(shown.createdAt)}, after ${timestamp(at)}, the date of ` +
        'the signature: sign with an older key, or release a new version',
    );
  }
  const valid = keys.filter(({ shown }) => shown.expiresAt === undefined || shown.expiresAt > at);
  if (valid.length > 0) return valid.map(({ key }) => key);
  const names = keys.map(({ shown }) => shown.fingerprint).join(', ');
  throw new AperiodicError(
    'conflict',
    `the signing key ${names} expired: make a new one, see docs/signing.md`,
  );
}

/** What OpenPGP's text form would not give back as it was. */
function refuseUnsignable(text: string): void {
  if (/[ \t\r]$/m.test(text) || text.split('\n').some((line) => line.length > 15_000))
    throw new AperiodicError('internal', 'a text to sign has spaces at the end of a line, or lines too long');
}

async function readAll(signed: string | AsyncIterable<string>): Promise<string> {
  if (typeof signed === 'string') return signed;
  let text = '';
  for await (const part of signed) text += part;
  return text;
}
