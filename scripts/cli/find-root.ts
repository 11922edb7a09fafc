/** Which repository a command works on. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { AperiodicError } from '../model/errors.ts';

function holdsReleases(folder: string): boolean {
  return statSync(path.join(folder, 'releases'), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * The folder given by --root, else the nearest one upwards from `cwd` that has releases/. Absolute.
 * @throws AperiodicError `not-found`
 */
export function findRoot(cwd: string, given: string | undefined): string {
  if (given !== undefined) {
    const root = path.resolve(cwd, given);
    if (holdsReleases(root)) return root;
    throw new AperiodicError(
      'not-found',
      'holds no releases/ folder: give --root the root of the repository',
      {
        file: root,
      },
    );
  }
  for (let folder = path.resolve(cwd); ; folder = path.dirname(folder)) {
    if (holdsReleases(folder)) return folder;
    if (path.dirname(folder) === folder) break;
  }
  throw new AperiodicError(
    'not-found',
    'no repository here: change into one with releases/, or name it by --root',
  );
}
