/** Where the signing key comes from: the environment of CI, or a file that only its owner can read. */
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { AperiodicError } from '../../model/errors.ts';
import { hasCode } from '../host/files.ts';
import { maxKeyBytes } from './read-keys.ts';
import type { SigningSecret } from './signer.ts';

/** Where to look. Holds no secret by itself, so that it may be shown. */
export interface SigningSettings {
  /** Absolute paths. */
  keyFiles: readonly string[];
  passphraseFile?: string | undefined;
  /** Asks the environment. */
  given(): { key?: string | undefined; passphrase?: string | undefined };
}

/** @throws AperiodicError `not-found` when no key is configured, `denied` for a file that others can read */
export async function loadSecret({
  keyFiles,
  passphraseFile,
  given,
}: SigningSettings): Promise<SigningSecret> {
  const { key, passphrase } = given();
  if (key === undefined && keyFiles.length === 0) {
    throw new AperiodicError(
      'not-found',
      "there is no signing key, and nothing is released unsigned: set APERIODIC_SIGNING_KEY, or 'signing.keyFiles' in " +
        '.aperiodic/config.yaml (docs/signing.md)',
    );
  }
  const texts = key === undefined ? await Promise.all(keyFiles.map(readSecretFile)) : [key];
  const spoken = passphraseFile === undefined ? undefined : (await readSecretFile(passphraseFile)).trimEnd();
  return { armored: texts.join('\n'), passphrase: passphrase ?? spoken };
}

async function readSecretFile(file: string): Promise<string> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    const why = hasCode(cause, 'ENOENT') ? 'is not there' : 'cannot be read';
    throw new AperiodicError('not-found', `the signing key ${why}: look at 'signing' in the configuration`, {
      file,
      cause,
    });
  });
  try {
    refuseOpen(await handle.stat(), file);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function refuseOpen(stat: Stats, file: string): void {
  if (!stat.isFile() || stat.size > maxKeyBytes)
    throw new AperiodicError('invalid', `is not a file of a key, of at most ${maxKeyBytes} bytes`, { file });
  if ((stat.mode & 0o077) === 0) return;
  throw new AperiodicError(
    'denied',
    `can be read by others than its owner (mode ${(stat.mode & 0o777).toString(8)}): chmod 600, and think of a new key`,
    { file },
  );
}
