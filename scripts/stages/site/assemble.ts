/** Puts the units of a site together: manifest, checksums, and no file twice. */
import { AperiodicError } from '../../model/errors.ts';
import type { SiteEntry, SiteManifest, SiteUnit } from '../../model/types.generated.ts';

export const checksumName = 'CHECKSUM';

/** @throws AperiodicError `internal` for a file that two parts made */
export function joinEntries(entries: Iterable<readonly [string, SiteEntry]>): SiteUnit['files'] {
  const files: SiteUnit['files'] = {};
  for (const [name, entry] of entries) {
    if (Object.hasOwn(files, name)) throw twice(name);
    files[name] = entry;
  }
  return files;
}

/** All files of a manifest, by path. @throws AperiodicError `internal` for a file that two units have */
export function listFiles({ units }: Pick<SiteManifest, 'units'>): Map<string, SiteEntry> {
  const files = new Map<string, SiteEntry>();
  for (const unit of Object.values(units))
    for (const [name, entry] of Object.entries(unit.files)) {
      if (files.has(name)) throw twice(name);
      files.set(name, entry);
    }
  return files;
}

function twice(name: string): AperiodicError {
  return new AperiodicError('internal', `two parts of the site have a file ${name}`);
}
