/** Since when releases are public, by git: when their records came to the main branch. */
import { isShallow, readAddedDates } from '../../adapters/git/added-dates.ts';
import { createGit } from '../../adapters/git/git.ts';
import { noCommit } from '../../adapters/git/work-tree.ts';
import { recordPath } from '../../model/streams.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { Log } from '../../ports.ts';

/** Of a record that history does not know, undefined. */
export async function readPublishedDates(
  root: string,
  commit: string,
  log: Pick<Log, 'warn'>,
): Promise<(stream: string, version: string) => string | undefined> {
  if (commit === noCommit) return () => undefined;
  const git = createGit(root);
  if (await isShallow(git)) {
    log.warn('this clone is shallow: releases count as public since their records were last written');
    return () => undefined;
  }
  const dates = await readAddedDates(git, commit, 'releases');
  return (stream, version) => {
    const date = dates.get(recordPath(stream, version));
    return date === undefined ? undefined : timestamp(date.getTime());
  };
}
