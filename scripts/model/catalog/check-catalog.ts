/** What a record may lack while it is written, and never when users are told of it. Each problem has file and line. */
import { neverReached } from '../cloud.ts';
import type { AperiodicError } from '../errors.ts';
import { Problems } from '../load-file.ts';
import { type ReleaseState, recordPath, type StreamState } from '../streams.ts';
import { locator } from '../yaml.ts';

/** Of recorded releases that are not withdrawn. `readText` gives the text of a record, to find lines in. */
export async function checkCatalogStream(
  state: StreamState,
  readText: (path: string) => Promise<string | undefined>,
): Promise<AperiodicError[]> {
  const problems = new Problems();
  for (const release of state.releases) {
    const found = [...findMissingRegions(release), ...findRepeatedNames(release)];
    if (found.length === 0) continue;
    const path = recordPath(state.id, release.release.version);
    const lineOf = locator((await readText(path)) ?? '');
    for (const { at, message } of found) problems.add(path, lineOf(at), message);
  }
  return problems.list;
}

interface Finding {
  at: (string | number)[];
  message: string;
}

function findMissingRegions({ release, record }: ReleaseState): Finding[] {
  if (record === undefined || release.withdrawn !== undefined) return [];
  return neverReached(release, record).map((region) => ({
    at: ['images'],
    message: `names no image for each architecture in ${region}, which the release file requires: run 'aperiodic release ${record.stream} ${release.version}' to bring it there`,
  }));
}

/** Two files of one name would be one address with two digests. */
function findRepeatedNames({ record }: ReleaseState): Finding[] {
  if (record === undefined) return [];
  const seen = new Set<string>();
  return record.architectures.flatMap(({ artifacts }, one) =>
    artifacts.flatMap(({ name }, two) => {
      const again = seen.has(name);
      seen.add(name);
      const at = ['architectures', one, 'artifacts', two, 'name'];
      return again ? [{ at, message: `names '${name}' twice: a file has one digest` }] : [];
    }),
  );
}
