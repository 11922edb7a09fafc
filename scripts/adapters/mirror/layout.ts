/**
 * What both kinds of mirrors share: where a release lies, and when what is there may be completed.
 *
 * A release is a folder `<stream>/<version>`. Until it is complete its files are in `.staging-<version>` beside it.
 */
import { AperiodicError } from '../../model/errors.ts';
import type { MirrorFile } from '../../ports.ts';
import { isFileName, isFolderPath } from '../host/names.ts';

/** Staging folders of killed runs that nobody continued are removed after this time. */
export const longestStagingMs = 48 * 3600 * 1000;

export interface Place {
  /** Folder that holds the release's, from the mirror's root. */
  parent: string;
  name: string;
  /** Hidden name beside it. */
  staging: string;
}

/** @throws AperiodicError `internal` for a path with anything but plain names */
export function placeOf(folder: string): Place {
  const cut = folder.lastIndexOf('/');
  if (cut < 1 || !isFolderPath(folder)) {
    throw new AperiodicError('internal', `'${folder}' is not a folder of a release on a mirror`);
  }
  const name = folder.slice(cut + 1);
  return { parent: folder.slice(0, cut), name, staging: `.staging-${name}` };
}

/** @throws AperiodicError `internal` for names that repeat, lead elsewhere, or are hidden */
export function checkFiles(files: readonly MirrorFile[]): void {
  const names = new Set(files.map(({ name }) => name));
  if (files.length === 0 || names.size !== files.length || ![...names].every(isFileName)) {
    throw new AperiodicError('internal', `not a list of files for a mirror: ${[...names].join(', ')}`);
  }
}

/** @throws AperiodicError `internal` */
export function checkName(name: string): void {
  if (!isFileName(name))
    throw new AperiodicError('internal', `'${name}' is not the name of a file on a mirror`);
}

/** Small files that change may have colons in their names, as ids of simplestreams do. @throws AperiodicError `internal` */
export function checkSmallFile(folder: string, name: string): void {
  if (isFolderPath(folder) && !name.startsWith(':') && isFileName(name.replaceAll(':', '_'))) return;
  throw new AperiodicError('internal', `'${folder}/${name}' is not the place of a small file on a mirror`);
}

export function missingFile(id: string, folder: string, name: string): AperiodicError {
  return new AperiodicError('not-found', `the mirror ${id} has no file ${folder}/${name}`);
}

export function notAsWritten(id: string, path: string): AperiodicError {
  return new AperiodicError(
    'digest-mismatch',
    `${path} on the mirror ${id} does not read back as it was written: run it again, and look at its disk`,
  );
}

export function tooLarge(id: string, path: string, maxBytes: number): AperiodicError {
  return new AperiodicError('invalid', `${path} on the mirror ${id} is larger than ${maxBytes} bytes`);
}

/** How a folder differs from the files it should hold: names. Hidden files do not count. */
export interface Difference {
  missing: string[];
  /** There with other content, or not a regular file. */
  different: string[];
  /** There, and not part of the release. */
  extra: string[];
}

export function isEqual({ missing, different, extra }: Difference): boolean {
  return missing.length + different.length + extra.length === 0;
}

/**
 * A shown release may be completed (a run was killed while it showed the files), never changed.
 * @throws AperiodicError `conflict`
 */
export function refuseOverwrite(id: string, folder: string, { different, extra }: Difference): void {
  const parts = [
    different.length > 0 ? `other content in ${different.join(', ')}` : '',
    extra.length > 0 ? `files that are not part of the release: ${extra.join(', ')}` : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return;
  throw new AperiodicError(
    'conflict',
    `the mirror ${id} holds ${folder} already, with ${parts.join(' and ')}. A release is never overwritten: ` +
      'release a new version, or remove the folder by hand when it is damaged',
  );
}
