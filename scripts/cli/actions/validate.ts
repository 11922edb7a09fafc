/** Carries out `aperiodic validate`. Writes nothing. */
import { reviewNewest } from '../../model/plan/review.ts';
import type { Context, Outcome } from '../command.ts';
import { openRepository } from '../open-repository.ts';
import { errorToJson } from '../report.ts';

export async function runValidate(context: Context): Promise<Outcome> {
  const { load, workTree, ports } = await openRepository(context.root(), await context.config(), context.log);
  const { repository, problems } = await load(workTree);
  const { targets } = repository;
  const now = ports.clock.now();
  const reviews =
    targets === undefined
      ? []
      : repository.streams.flatMap((stream) => reviewNewest(stream, { targets, now }));
  const errors = [...problems, ...reviews];
  const streams = repository.streams.map(({ id }) => id);
  const summary = `${streams.length} ${streams.length === 1 ? 'stream' : 'streams'} (${streams.join(', ')})`;
  return {
    json: { valid: errors.length === 0, streams, errors: errors.map(errorToJson) },
    text: errors.length === 0 ? `Valid: ${summary}.` : `${errors.length} wrong in ${summary}.`,
    errors,
  };
}
