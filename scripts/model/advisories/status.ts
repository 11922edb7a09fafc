/** What can be said of an advisory and an image, for OpenVEX: also why it is not affected. */
import type { Advisory, AffectedPackage, Pin } from '../types.generated.ts';
import { versionOrder } from '../versions/compare.ts';
import { assessVersion, isOfArchitecture } from './assess.ts';
import { indexInstalled, nameKey, type PinnedStream } from './installed.ts';

export type AdvisoryStatus =
  | { status: 'affected'; packages: AffectedPackage[] }
  /** The image has the packages, in a version that is fixed. */
  | { status: 'fixed'; packages: Pin[] }
  /**
   * `absent`: no package that the advisory names is on the image; `older`: the flaw came later than what is installed; `never`: no
   * version of the distribution had it; `withdrawn`: the distribution took the advisory back.
   */
  | { status: 'not-affected'; why: 'absent' | 'older' | 'never' | 'withdrawn'; packages: Pin[] };

/** OpenVEX's justification of `not_affected`. https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md#status-justifications */
export const justifications = {
  absent: 'component_not_present',
  older: 'vulnerable_code_not_present',
  never: 'vulnerable_code_not_present',
  withdrawn: 'vulnerable_code_not_present',
} as const;

/** Of all lines and packages the worst counts: affected, then fixed, then not affected. */
export function statusOf(advisory: Advisory, stream: PinnedStream): AdvisoryStatus {
  if (advisory.withdrawn !== undefined) return { status: 'not-affected', why: 'withdrawn', packages: [] };
  const installed = indexInstalled([stream]);
  const compare = versionOrder(stream.payload);
  const affected: AffectedPackage[] = [];
  const others = { fixed: new Set<Pin>(), older: new Set<Pin>(), never: new Set<Pin>() };
  for (const fix of advisory.fixes) {
    for (const { version, occurrences } of installed.get(nameKey(fix.of, fix.package)) ?? []) {
      const assessment = assessVersion(version, fix, compare);
      for (const { pin, architecture } of occurrences) {
        if (!isOfArchitecture(fix, pin.architecture)) continue;
        if (assessment !== 'affected') others[assessment].add(pin);
        else affected.push({ name: pin.name, architecture, installed: pin.version, ...fixOf(fix.fixed) });
      }
    }
  }
  if (affected.length > 0) return { status: 'affected', packages: affected };
  if (others.fixed.size > 0) return { status: 'fixed', packages: [...others.fixed] };
  if (others.older.size > 0) return { status: 'not-affected', why: 'older', packages: [...others.older] };
  if (others.never.size > 0) return { status: 'not-affected', why: 'never', packages: [...others.never] };
  return { status: 'not-affected', why: 'absent', packages: [] };
}

function fixOf(fixed: string | undefined): { fixed?: string } {
  return fixed === undefined ? {} : { fixed };
}
