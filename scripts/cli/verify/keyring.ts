/** The public keys that somebody trusts. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { keysFolder, maxKeyringBytes } from '../../model/keyring.ts';

const maxFiles = 100;

/**
 * @param given a file, armored or binary, or a folder of *.asc and *.gpg files; default: the keys of the checkout
 * @throws AperiodicError `not-found`, `invalid`
 */
export async function loadKeyring(given: string | undefined, root: () => string): Promise<Uint8Array[]> {
  const place = given ?? checkoutKeys(root);
  const found = await stat(place).catch((cause: unknown) => {
    throw new AperiodicError('not-found', 'the keyring is not there: name one with --keyring', {
      file: place,
      cause,
    });
  });
  if (!found.isDirectory()) return [await readLimited(place, maxKeyringBytes)];
  const names = (await readdir(place)).filter((name) => /\.(asc|gpg)$/.test(name)).sort();
  if (names.length === 0 || names.length > maxFiles)
    throw new AperiodicError('not-found', 'is no folder of keys: it has no *.asc and no *.gpg, or too many', {
      file: place,
    });
  return await Promise.all(names.map((name) => readLimited(path.join(place, name), maxKeyringBytes)));
}

function checkoutKeys(root: () => string): string {
  try {
    return path.join(root(), keysFolder);
  } catch (cause) {
    throw new AperiodicError('usage', 'name the keys that you trust with --keyring', { cause });
  }
}

/** A file that must not be large. Links are followed: the person named it. @throws AperiodicError `not-found`, `invalid` */
export async function readLimited(file: string, maxBytes: number): Promise<Buffer> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new AperiodicError('not-found', 'is not there, or cannot be read', { file, cause });
  });
  if (!found.isFile()) throw new AperiodicError('invalid', 'is not a file', { file });
  if (found.size > maxBytes)
    throw new AperiodicError('invalid', `is larger than ${maxBytes} bytes: nothing of that kind is`, {
      file,
    });
  return await readFile(file);
}
