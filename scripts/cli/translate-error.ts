/** Errors of the operating system that a person can act on, in our own words. */
import { AperiodicError, toAperiodicError } from '../model/errors.ts';

/** An error that is ours; one about a full disk or missing permission is recognised wherever it was wrapped. */
export function translateError(error: unknown): AperiodicError {
  const translated = toAperiodicError(error);
  if (translated.code !== 'internal') return translated;
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const file = 'path' in at && typeof at.path === 'string' ? at.path : undefined;
    const details = { file, cause: error };
    switch ('code' in at ? at.code : undefined) {
      case 'ENOSPC':
      case 'EDQUOT':
        return new AperiodicError(
          'disk-full',
          'the disk is full: make room and run the same command again',
          details,
        );
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
        return new AperiodicError('conflict', 'this user may not read or write here', details);
    }
  }
  return translated;
}
