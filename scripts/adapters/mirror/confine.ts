/** Keeps a directory mirror inside its folder, whatever symbolic links lie in it. */
import { realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { hasCode } from '../host/files.ts';
import { isFolderPath } from '../host/names.ts';

/**
 * Path of a folder (which may not exist yet) below the mirror's root.
 * @throws AperiodicError `unreachable` when the root is not there, `conflict` when a symbolic link leads out of it
 */
export async function confine(id: string, directory: string, folder: string): Promise<string> {
  if (!isFolderPath(folder)) throw new AperiodicError('internal', `'${folder}' is not a folder of a mirror`);
  const root = await realpath(directory).catch((cause: unknown) => {
    throw new AperiodicError(
      'unreachable',
      `the folder ${directory} of the mirror ${id} is not there: mount it, or create it`,
      { cause },
    );
  });
  const path = join(root, folder);
  const real = await realpathOfExisting(path);
  if (real === root || real.startsWith(root === sep ? sep : root + sep)) return path;
  throw new AperiodicError(
    'conflict',
    `${folder} on the mirror ${id} leads out of ${directory} through a symbolic link: remove the link`,
  );
}

/** Real path of the deepest part that exists. */
async function realpathOfExisting(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    try {
      return await realpath(at);
    } catch (error) {
      if (!hasCode(error, 'ENOENT') || at === dirname(at)) throw error;
    }
  }
}
