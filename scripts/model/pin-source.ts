/** Source packages of pins, as their distributions write them. */
import { isPackageName, isPackageVersion } from './advisories/clean.ts';
import type { Pin, PinSource } from './types.generated.ts';

type Binary = Pick<Pin, 'name' | 'version'>;

/** The pin's key: nothing where source and package have the same name and version, or for what is no name or version. */
function keyOf({ name, version }: PinSource, binary: Binary): Pick<Pin, 'source'> {
  if (!isPackageName(name) || !isPackageVersion(version)) return {};
  return name === binary.name && version === binary.version ? {} : { source: { name, version } };
}

/** Of the field of a deb's control file: `NAME`, or `NAME (VERSION)` where the version differs (deb-control(5)). */
export function sourceOfDeb(field: string | undefined, binary: Binary): Pick<Pin, 'source'> {
  const parts = /^(\S+)(?:\s+\((\S+)\))?$/.exec(field?.trim() ?? '');
  return parts === null ? {} : keyOf({ name: parts[1] ?? '', version: parts[2] ?? binary.version }, binary);
}

/**
 * Of the name of a source rpm, NAME-VERSION-RELEASE.src.rpm, which holds no epoch: the package's own is taken, as nearly all share
 * it with their source.
 */
export function sourceOfRpm(file: string, binary: Binary): Pick<Pin, 'source'> {
  const parts = /^(.{1,200})-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file.slice(0, 500));
  const epoch = /^\d+:/.exec(binary.version)?.[0] ?? '';
  return parts === null ? {} : keyOf({ name: parts[1] ?? '', version: `${epoch}${parts[2]}` }, binary);
}
