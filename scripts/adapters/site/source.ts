/** The source of a site: caches in a folder of the machine, and the history of a clone. */
import { AperiodicError } from '../../model/errors.ts';
import type { ReleaseDates } from '../../model/exposure-clock.ts';

import { recordPath, releasePath } from '../../model/streams.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { SiteSource } from '../../ports/site.ts';
import type { Log } from '../../ports.ts';
import { isShallow } from '../git/added-dates.ts';
import { createGit, type Git } from '../git/git.ts';
import { noCommit } from '../git/work-tree.ts';
import { readDatesOnce } from './added-dates-cache.ts';
import { digestCode, readAssets } from './generator.ts';
import { readChanges } from './pins-history.ts';
import { openStreamCache } from './stream-cache.ts';

/**
 * @param root of the clone
 * @param folder for caches: of one process at a time
 */
export async function openSiteSource(
  root: string,
  folder: string,
  log: Pick<Log, 'warn'>,
): Promise<SiteSource> {
  const git = createGit(root);
  const code = await digestCode();
  const assets = readAssets();
  return {
    openCache: (stream) => openStreamCache(folder, stream, code),
    generator: async () => code,
    assets: () => assets,
    dates: async ({ commit }) => {
      if (commit === noCommit) return (): ReleaseDates => ({});
      await bringCommit(git, commit);
      if (await isShallow(git)) {
        log.warn(
          'this clone is shallow: when releases were merged, and which packages changed, is not known',
        );
        return (): ReleaseDates => ({});
      }
      const dates = await readDatesOnce(git, commit, folder);
      const dateOf = (path: string) => {
        const date = dates[path];
        return date === undefined ? undefined : timestamp(date * 1000);
      };
      return (stream, version) => ({
        merged: dateOf(releasePath(stream, version)),
        public: dateOf(recordPath(stream, version)),
      });
    },
    changes: (wanted) => readChanges(git, wanted),
  };
}

/** What a forge's API gave need not be in the clone, and what is not there has no history. */
async function bringCommit(git: Git, commit: string): Promise<void> {
  const isThere = async () =>
    (await git(['cat-file', '-e', `${commit}^{commit}`], { accept: [0, 1, 128] })).exitCode === 0;
  if (await isThere()) return;
  await git(['fetch', '--quiet', '--no-tags', 'origin', commit], { accept: [0, 1, 128] });
  if (await isThere()) return;
  throw new AperiodicError(
    'unreachable',
    `the commit ${commit} is not in this clone and could not be fetched: a site without its history would be another one`,
  );
}
