/** What an update of a stream fixes. */
import type { Advisory, FixedPackage } from '../types.generated.ts';
import type { PinnedStream } from './installed.ts';
import { type KnownAdvisories, matchAdvisories } from './match.ts';

/** An advisory that was about the pins before, and is not about those after. */
export interface Fixed {
  advisory: Advisory;
  /** Those that were affected and are there in another version. */
  packages: FixedPackage[];
}

/**
 * Advisories that affect a package of the stream before the update and none after it. One whose affected packages are all gone
 * from the image is left out: nothing was updated.
 */
export function fixedBetween(before: PinnedStream, after: PinnedStream, known: KnownAdvisories): Fixed[] {
  const still = new Set(matchAdvisories(known, [after]).map(({ advisory }) => advisory));
  const now = new Map(
    after.pins.flatMap(({ architecture, packages }) =>
      packages.map((pin): [string, string] => [`${architecture} ${pin.name}`, pin.version]),
    ),
  );
  return matchAdvisories(known, [before]).flatMap(({ advisory, packages }) => {
    if (still.has(advisory)) return [];
    const fixed = packages.flatMap(({ name, architecture, installed }) => {
      const to = now.get(`${architecture} ${name}`);
      return to === undefined || to === installed ? [] : [{ name, architecture, from: installed, to }];
    });
    return fixed.length === 0 ? [] : [{ advisory, packages: fixed.slice(0, 2000) }];
  });
}
