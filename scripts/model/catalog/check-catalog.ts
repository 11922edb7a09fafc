/** What a record may lack while it is written, and never when users are told of it. Each problem has file and line. */
import { neverReached } from '../cloud.ts';
import type { Problems } from '../load-file.ts';
import { type ReleaseState, recordPath } from '../streams.ts';
import type { Tree } from '../tree.ts';
import { locator } from '../yaml.ts';

/** Whether users can be told of a release. A withdrawn one may lack regions; one without a record has nothing to check. */
export async function checkRelease(
  tree: Tree,
  stream: string,
  state: ReleaseState,
  problems: Problems,
): Promise<boolean> {
  const found = [...findMissingRegions(state), ...findRepeatedNames(state)];
  if (found.length === 0) return true;
  const path = recordPath(stream, state.release.version);
  const lineOf = locator((await tree.read(path)) ?? '');
  for (const { at, message } of found) problems.add(path, lineOf(at), message);
  return false;
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
