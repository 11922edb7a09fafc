/** The public keys of a repository: releases/keys/*.asc, armored, put there by people. */
import { AperiodicError } from './errors.ts';
import type { Tree } from './tree.ts';

export const keysFolder = 'releases/keys';
/** Keys with many signatures by others stay well below this, in bytes. */
export const maxKeyringBytes = 1024 * 1024;
const keyFile = /^releases\/keys\/[A-Za-z0-9][A-Za-z0-9._-]*\.asc$/;

/** Whether a file of releases/ is a public key. */
export function isKeyPath(path: string): boolean {
  return keyFile.test(path);
}

/** Their texts, by path. @throws AperiodicError `invalid` for one that is too large */
export async function readKeyring(tree: Tree): Promise<Uint8Array[]> {
  const keys: Uint8Array[] = [];
  for (const path of (await tree.list(keysFolder)).filter(isKeyPath).sort()) {
    const bytes = Buffer.from((await tree.read(path)) ?? '');
    if (bytes.length > maxKeyringBytes)
      throw new AperiodicError('invalid', `is larger than ${maxKeyringBytes} bytes`, { file: path });
    keys.push(bytes);
  }
  return keys;
}
