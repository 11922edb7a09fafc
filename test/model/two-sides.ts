/** Both sides of a pull request in memory. */
import { type ChangedPath, findChanges, type Side } from '../../scripts/model/changes.ts';
import { flattenKickstart } from '../../scripts/model/kickstart/flatten.ts';
import { loadRepository } from '../../scripts/model/load.ts';
import { reviewChange } from '../../scripts/model/review-change.ts';
import { renderRecord } from '../../scripts/render/record.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { fakeTree, folder, record, release } from './repository-fixture.ts';

export type Files = Record<string, string | null>;

export async function sideOf(files: Files): Promise<Side> {
  const tree = fakeTree(files);
  const looked = new Map<string, Set<string>>();
  const { repository } = await loadRepository(tree, {
    flatten: async (entry, read) => {
      const seen = new Set<string>();
      looked.set(entry, seen);
      return await flattenKickstart(entry, async (path) => {
        seen.add(path);
        return await read(path);
      });
    },
  });
  const kickstartFiles = new Map(
    repository.streams.map(({ id, stream }) => [
      id,
      looked.get(stream?.kickstart ?? '') ?? new Set<string>(),
    ]),
  );
  return { repository, date: tree.date, kickstartFiles };
}

export function pathsOf(before: Files, after: Files): ChangedPath[] {
  const all = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return all.flatMap((path) => {
    if (before[path] === after[path]) return [];
    const change = !(path in before) ? 'added' : path in after ? 'modified' : 'removed';
    return [{ path, change, mode: change === 'removed' ? undefined : '100644' }];
  });
}

export async function compareSides(old: Files, now: Files) {
  const paths = pathsOf(old, now);
  const [before, after] = [await sideOf(old), await sideOf(now)];
  return {
    before,
    after,
    changes: findChanges(paths, before, after),
    problems: reviewChange(paths, before.repository, after.repository),
  };
}

/** The first stream, released and recorded with the content that it has. */
export async function released(
  files: Files,
  more: { stream?: string; release?: Parameters<typeof release>[2] } = {},
): Promise<Files> {
  const [stream] = (await sideOf(files)).repository.streams;
  const content = stream?.content ?? '';
  return {
    ...files,
    [`${folder}/20261101.0.yaml`]: renderRelease(release('20261101.0', content, more.release)),
    [`${folder}/20261101.0.published.yaml`]: renderRecord(record('20261101.0', content)),
    ...(more.stream === undefined ? {} : { [`${folder}/stream.yaml`]: more.stream }),
  };
}
