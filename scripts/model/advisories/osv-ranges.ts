/** OSV's affected[]: from which version on a package is affected, and until which. */
import type { AdvisoryFix } from '../types.generated.ts';
import { isObject, isPackageName, isPackageVersion, listOf, quote } from './clean.ts';
import type { Flaws } from './flaws.ts';

const maxRanges = 2000;

/**
 * Ranges of type ECOSYSTEM; where there are none, the versions that are listed, one by one. What Debian calls unimportant does not
 * affect what it builds (https://security-team.debian.org/security_tracker.html) and is left out.
 */
export function readAffected(affected: unknown, of: 'source' | 'binary', flaws: Flaws): AdvisoryFix[] {
  if (!isObject(affected) || !isObject(affected.package)) return [];
  const name = affected.package.name;
  if (!isPackageName(name)) {
    flaws.add(`package ${quote(name)} was left out: that is no name`);
    return [];
  }
  if (isObject(affected.ecosystem_specific) && affected.ecosystem_specific.urgency === 'unimportant')
    return [];
  const base = { package: name, of };
  const ranges = listOf(affected.ranges).filter((range) => isObject(range) && range.type === 'ECOSYSTEM');
  const fixes = ranges.slice(0, maxRanges).flatMap((range) => readRange(range, name, flaws));
  if (fixes.length > 0) return fixes.map((fix) => ({ ...base, ...fix }));
  if (ranges.length > 0) return [];
  const versions = listOf(affected.versions).filter(isPackageVersion).slice(0, maxRanges);
  if (versions.length === 0) flaws.add(`package ${quote(name)} was left out: no version is said`);
  return versions.map((version) => ({ ...base, introduced: version, lastAffected: version }));
}

type Range = Pick<AdvisoryFix, 'introduced' | 'fixed' | 'lastAffected'>;

/** Events come in pairs: affected from here on, fixed there. */
function readRange(range: unknown, name: string, flaws: Flaws): Range[] {
  const ranges: Range[] = [];
  let open: Range | undefined;
  const close = (end: Range) => {
    if (open === undefined)
      flaws.add(`package ${quote(name)}: fixed, but never introduced: taken as from the beginning`);
    ranges.push({ ...open, ...end });
    open = undefined;
  };
  for (const event of listOf(isObject(range) ? range.events : undefined).slice(0, maxRanges)) {
    const { introduced, fixed, last_affected: last } = isObject(event) ? event : {};
    const version = introduced ?? fixed ?? last;
    if (version === undefined) continue;
    if (!isPackageVersion(version)) {
      flaws.add(`package ${quote(name)}: ${quote(version)} is no version, and its range was left out`);
      return [];
    }
    if (introduced !== undefined) {
      if (open !== undefined) ranges.push(open);
      open = version === '0' ? {} : { introduced: version };
    } else close(fixed === undefined ? { lastAffected: version } : { fixed: version });
  }
  if (open !== undefined) ranges.push(open);
  if (ranges.length === 0) flaws.add(`package ${quote(name)}: a range without events was left out`);
  return ranges;
}
