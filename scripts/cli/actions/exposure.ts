/** Carries out `aperiodic exposure`. Writes nothing. */
import { isShallow, readAddedDates } from '../../adapters/git/added-dates.ts';
import { createGit } from '../../adapters/git/git.ts';
import { noCommit } from '../../adapters/git/work-tree.ts';
import { AperiodicError } from '../../model/errors.ts';
import { computeExposure, releaseDatesOf } from '../../model/exposure-clock.ts';
import { assertValid } from '../../model/schema.ts';
import { renderExposure } from '../../render/exposure.ts';
import type { Context, Outcome } from '../command.ts';
import { loadFiles } from '../load-files.ts';

export async function runExposure(context: Context): Promise<Outcome> {
  const { root, tree, repository } = await loadFiles(context);
  const wanted = context.given.rest('stream');
  const unknown = wanted.find((id) => repository.streams.every((stream) => stream.id !== id));
  if (unknown !== undefined) throw new AperiodicError('not-found', `there is no stream '${unknown}'`);
  const datesOf = await readDates(root, tree.commit, context);
  const all = computeExposure(repository, datesOf, new Date());
  const clocks = all.filter(({ stream }) => wanted.length === 0 || wanted.includes(stream));
  return { json: assertValid('ExposureClocks', { clocks }), text: renderExposure(clocks) };
}

async function readDates(root: string, commit: string, { log }: Context) {
  if (commit === noCommit) return releaseDatesOf(new Map());
  const git = createGit(root);
  if (await isShallow(git)) {
    log.warn('this clone is shallow: dates of merges are left out, and of records they are their own');
    return releaseDatesOf(new Map());
  }
  return releaseDatesOf(await readAddedDates(git, commit, 'releases'));
}
