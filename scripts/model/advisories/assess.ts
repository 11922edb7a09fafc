/** Whether a version is affected, by one line of an advisory. */
import type { AdvisoryFix } from '../types.generated.ts';
import type { CompareVersions } from '../versions/compare.ts';

/** Why a version is affected or not. `older` than the first affected one; `never`: no version of the distribution was. */
export type Assessment = 'affected' | 'fixed' | 'older' | 'never';

export function assessVersion(version: string, fix: AdvisoryFix, compare: CompareVersions): Assessment {
  const { introduced, fixed, lastAffected } = fix;
  if (fixed === '0') return 'never';
  if (introduced !== undefined && compare(version, introduced) < 0) return 'older';
  if (fixed !== undefined && compare(version, fixed) >= 0) return 'fixed';
  if (lastAffected !== undefined && compare(version, lastAffected) > 0) return 'fixed';
  return 'affected';
}

/** Whether the line is about packages of this architecture. */
export function isOfArchitecture(fix: AdvisoryFix, pinArchitecture: string): boolean {
  return fix.architecture === undefined || fix.architecture === pinArchitecture;
}
