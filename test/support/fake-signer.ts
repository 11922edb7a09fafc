/** A signer whose signatures are digests: the same inputs give the same text, and a change shows. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { Signer, SigningKey, Verifier } from '../../scripts/ports.ts';

export const fakeKey: SigningKey = {
  fingerprint: 'A'.repeat(40),
  userId: 'A key of tests',
  createdAt: new Date('2026-01-01T00:00:00Z'),
  expiresAt: undefined,
  armored: 'the public key of tests',
};

export function createFakeSigner(key: SigningKey = fakeKey): Signer {
  return {
    keys: async () => [key],
    clearSign: async (text, at) => frame(text, at, key),
    seal: async (text, at) => [Buffer.from(frame(text, at, key))],
    detach: async (file, at) => `${at.toISOString()} ${digestOf(await readFile(file), at, key)}\n`,
  };
}

/** As a machine without a key has it. */
export const noSigner: Signer = {
  keys: async () => refuse(),
  clearSign: async () => refuse(),
  seal: async () => refuse(),
  detach: async () => refuse(),
};

function refuse(): never {
  throw new AperiodicError('not-found', 'there is no signing key');
}

export function createFakeVerifier(key: SigningKey = fakeKey): Verifier {
  return {
    open: async (signed) => {
      const [, text, at = ''] = /^<signed>\n([\s\S]*)<(\S+) \S+>\n$/.exec(signed) ?? [];
      if (text === undefined) throw new AperiodicError('invalid', 'it is not signed');
      const date = new Date(at);
      if (frame(text, date, key) !== signed) throw new AperiodicError('digest-mismatch', 'it was changed');
      const { fingerprint, userId, expiresAt } = key;
      return { text, by: { fingerprint, userId, expiresAt, at: date } };
    },
    verify: async (file, signature) => {
      const [at = '', digest] = signature.trim().split(' ');
      const date = new Date(at);
      if (digestOf(await readFile(file), date, key) !== digest)
        throw new AperiodicError('digest-mismatch', 'it was changed');
      const { fingerprint, userId, expiresAt } = key;
      return { fingerprint, userId, expiresAt, at: date };
    },
    list: async (keys) =>
      keys.map((bytes) => ({
        fingerprint: createHash('sha256').update(bytes).digest('hex').slice(0, 40).toUpperCase(),
        armored: Buffer.from(bytes).toString(),
      })),
  };
}

function frame(text: string, at: Date, key: SigningKey): string {
  return `<signed>\n${text}<${at.toISOString()} ${digestOf(text, at, key)}>\n`;
}

function digestOf(content: string | Uint8Array, at: Date, { fingerprint }: SigningKey): string {
  return createHash('sha256').update(content).update(at.toISOString()).update(fingerprint).digest('hex');
}
