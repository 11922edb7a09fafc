/** From a judged fix to what a release file says of it; dates of the open proposal are kept. */

import { describeFix } from '../advisories/released-fix.ts';
import type { FixedPackage, Pins, Release, ReleasedFix } from '../types.generated.ts';
import type { JudgedFix } from './judged.ts';

/** What the open proposal of a stream remembers. */
export interface Remembered {
  release: Release | undefined;
  pins: readonly Pins[];
  /** When the proposal was last written. */
  written: string;
}

/**
 * When a fix was first seen: what the open proposal says; else, when its pins had these very packages before the advisory
 * was known, the time it was written; else now.
 */
export function availableSince(
  advisory: { id: string; feed: string },
  packages: readonly FixedPackage[],
  remembered: Remembered | undefined,
  now: string,
): string {
  const known = findFix(remembered, advisory.id, advisory.feed)?.available;
  if (known !== undefined) return known;
  const had = packages.length > 0 && packages.every((one) => hasPackage(remembered?.pins ?? [], one));
  return had && remembered !== undefined && remembered.written < now ? remembered.written : now;
}

function hasPackage(pins: readonly Pins[], { name, architecture, to }: FixedPackage): boolean {
  return pins.some(
    (one) =>
      one.architecture === architecture &&
      one.packages.some((pin) => pin.name === name && pin.version === to),
  );
}

function findFix({ release }: Partial<Remembered> = {}, advisory: string, feed: string) {
  return release?.fixes?.find((fix) => fix.advisory === advisory && fix.feed === feed);
}

/** @param now of the first time that the advisory is proposed */
export function makeFix(
  { finding, packages, verdict }: JudgedFix,
  remembered: Remembered | undefined,
  now: string,
): ReleasedFix {
  const { id, feed } = finding.advisory;
  return describeFix(
    { advisory: finding.advisory, packages },
    {
      available: availableSince({ id, feed }, packages, remembered, now),
      proposed: findFix(remembered, id, feed)?.proposed ?? now,
      ...(verdict.due === undefined ? {} : { due: verdict.due }),
      rule: verdict.rule,
    },
  );
}
