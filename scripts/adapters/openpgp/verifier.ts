/** Checks signatures with OpenPGP.js. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createMessage, type Key, readCleartextMessage, readSignature, verify } from 'openpgp';
import { assertClearSigned } from '../../model/clear-signed.ts';
import { AperiodicError } from '../../model/errors.ts';
import { compareText } from '../../model/order.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { PublicKey, Signature, Verifier } from '../../ports/sign.ts';
import { fingerprintOf, readPublicKeys, userIdOf } from './read-keys.ts';

const chunkBytes = 1024 * 1024;
type VerificationResult = Awaited<ReturnType<typeof verify>>['signatures'][number];

/** More than the keys of an exchange is somebody keeping us busy. */
const maxSignatures = 16;

/** @param now for tests: a signature of the future is refused */
export function createVerifier(now: () => Date = () => new Date()): Verifier {
  return {
    open: async (signed, keyrings) => {
      assertClearSigned(signed);
      const verificationKeys = await readKeyrings(keyrings);
      const message = await readCleartextMessage({ cleartextMessage: signed }).catch(refuseDamaged);
      const { data, signatures } = await verify({ message, verificationKeys, date: now() }).catch(
        refuseDamaged,
      );
      return { text: `${data}\n`, by: await findGood(signatures, verificationKeys, now()) };
    },
    verify: async (file, armoredSignature, keyrings) => {
      assertDetached(armoredSignature);
      const verificationKeys = await readKeyrings(keyrings);
      const signature = await readSignature({ armoredSignature }).catch(refuseDamaged);
      const content = createReadStream(file, { highWaterMark: chunkBytes });
      const message = await createMessage({ binary: Readable.toWeb(content) });
      const { data, signatures } = await verify({
        message,
        signature,
        verificationKeys,
        format: 'binary',
        date: now(),
      }).catch(refuseDamaged);
      await drain(data);
      return await findGood(signatures, verificationKeys, now());
    },
    list: async (keyrings) => {
      const keys = (await Promise.all(keyrings.map(readPublicKeys))).flat();
      const listed = keys.map((key): [string, PublicKey] => {
        const fingerprint = fingerprintOf(key);
        return [fingerprint, { fingerprint, armored: key.armor() }];
      });
      return [...new Map(listed).values()].sort((a, b) => compareText(a.fingerprint, b.fingerprint));
    },
  };
}

async function readKeyrings(keyrings: readonly Uint8Array[]): Promise<Key[]> {
  const keys = (await Promise.all(keyrings.map(readPublicKeys))).flat();
  if (keys.length > 0) return keys;
  throw new AperiodicError('not-found', 'the keyring is empty: name one with --keyring');
}

function refuseDamaged(cause: unknown): never {
  throw new AperiodicError('invalid', 'the signature is damaged: take the file from a mirror again', {
    cause,
  });
}

function assertDetached(text: string): void {
  const lines = text.split('\n');
  if (
    lines[0] === '-----BEGIN PGP SIGNATURE-----' &&
    lines.indexOf('-----END PGP SIGNATURE-----') === lines.length - 2 &&
    lines.at(-1) === ''
  )
    return;
  throw new AperiodicError(
    'invalid',
    'it is not one armored signature and nothing else: take it from a mirror again',
  );
}

/** @throws AperiodicError of the signature that came closest */
async function findGood(
  results: readonly VerificationResult[],
  keys: readonly Key[],
  now: Date,
): Promise<Signature> {
  if (results.length > maxSignatures)
    throw new AperiodicError('invalid', `it has more than ${maxSignatures} signatures`);
  const refusals: AperiodicError[] = [];
  for (const result of results) {
    const judged = await judge(result, keys, now);
    if (!(judged instanceof AperiodicError)) return judged;
    refusals.push(judged);
  }
  const known = refusals.find(({ cause }) => cause !== undefined) ?? refusals[0];
  throw known ?? new AperiodicError('denied', 'nobody signed it');
}

async function judge(
  { keyID, verified, signature }: VerificationResult,
  keys: readonly Key[],
  now: Date,
): Promise<Signature | AperiodicError> {
  const id = keyID.toHex().toUpperCase();
  const key = keys.find((one) => one.getKeys(keyID).length > 0);
  try {
    await verified;
    const [packet] = (await signature).packets;
    const at = packet?.created;
    if (key === undefined || !(at instanceof Date)) throw new Error('no key or no date');
    const expiry = await key.getExpirationTime();
    const expiresAt = expiry instanceof Date ? expiry : undefined;
    return { fingerprint: fingerprintOf(key), userId: userIdOf(key), at, expiresAt };
  } catch (cause) {
    if (key === undefined)
      return new AperiodicError('denied', `it is signed by ${id}, which is not in the keyring`);
    const why = cause instanceof Error ? cause.message : '';
    if (/digest did not match|verification failed/i.test(why))
      return new AperiodicError('digest-mismatch', `the signature by ${id} is not of these bytes`, { cause });
    return new AperiodicError(
      'denied',
      `it is signed by ${fingerprintOf(key)}, ${await describe(key, why, now)}`,
      {
        cause,
      },
    );
  }
}

async function describe(key: Key, why: string, now: Date): Promise<string> {
  if (await key.isRevoked()) return 'which was revoked';
  const expiry = await key.getExpirationTime();
  if (expiry instanceof Date && expiry <= now) return `which expired at ${timestamp(expiry)}`;
  return `which must not sign it: ${why}`;
}

async function drain(data: unknown): Promise<void> {
  if (!(data instanceof ReadableStream)) return;
  const reader = data.getReader();
  while (!(await reader.read()).done);
}
