/** Keys of one test run, and the public tool that checks what they sign. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { enums, generateKey, type PrivateKey, readPrivateKey, reformatKey, revokeKey } from 'openpgp';
import { createSigner } from '../../scripts/adapters/openpgp/signer.ts';

export const day = 86_400_000;
/** Of keys, so that signatures of `at` and of today are later. */
export const made = new Date('2026-01-01T00:00:00Z');
export const at = new Date('2026-02-01T12:00:00Z');

export interface TestKey {
  key: PrivateKey;
  armored: string;
  publicArmored: string;
  fingerprint: string;
}

function describe(key: PrivateKey): TestKey {
  return {
    key,
    armored: key.armor(),
    publicArmored: key.toPublic().armor(),
    fingerprint: key.getFingerprint().toUpperCase(),
  };
}

/** @param days until it expires */
export async function makeKey(
  name: string,
  createdAt = made,
  days?: number,
  passphrase?: string,
): Promise<TestKey> {
  const { privateKey } = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name }],
    date: createdAt,
    subkeys: [],
    format: 'object',
    config: { v6Keys: false },
    ...(days === undefined ? {} : { keyExpirationTime: days * 86_400 }),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  return describe(privateKey);
}

/** The same key with another end: what somebody has who signs with a key that users know as expired. */
export async function expiring({ key }: TestKey, days: number): Promise<TestKey> {
  const { privateKey } = await reformatKey({
    privateKey: key,
    userIDs: [{ name: key.getUserIDs()[0] ?? '' }],
    keyExpirationTime: days * 86_400,
    date: key.getCreationTime(),
    format: 'object',
  });
  return describe(await readPrivateKey({ armoredKey: privateKey.armor() }));
}

export async function revoked({ key }: TestKey): Promise<string> {
  const { publicKey } = await revokeKey({
    key,
    reasonForRevocation: { flag: enums.reasonForRevocation.keyCompromised, string: 'lost' },
    format: 'object',
  });
  return publicKey.armor();
}

export function signerOf(...keys: readonly TestKey[]) {
  return createSigner(async () => ({ armored: keys.map(({ armored }) => armored).join('\n') }));
}

/** Armored keys as the keyring that gpgv reads, without a program for OpenPGP: as docs/signing.md shows it. */
export function dearmor(armored: string): Buffer {
  const body = armored.replaceAll('\r', '').split('\n\n')[1] ?? '';
  return Buffer.from(
    body
      .split('\n')
      .filter((line) => !/^(=|-)/.test(line))
      .join(''),
    'base64',
  );
}

export async function writeGpgvKeyring(file: string, keys: readonly string[]): Promise<string> {
  await writeFile(file, Buffer.concat(keys.map(dearmor)));
  return file;
}

/** Runs gpgv. */
export async function gpgv(keyring: string, ...files: readonly string[]) {
  const args = ['--status-fd', '1', '--keyring', path.resolve(keyring), '--', ...files];
  return await new Promise<{ code: number; status: string }>((resolve) => {
    execFile('gpgv', args, (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code), status: stdout });
    });
  });
}
