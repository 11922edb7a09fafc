/** Carries out `aperiodic validate`. Writes nothing. */
import type { AperiodicError } from '../../model/errors.ts';
import { reviewNewest } from '../../model/plan/review.ts';
import type { Context, Outcome } from '../command.ts';
import { inspectChange } from '../inspect-change.ts';
import { type Opened, openRepository } from '../open-repository.ts';
import { errorToJson } from '../report.ts';

export async function runValidate(context: Context): Promise<Outcome> {
  const opened = await openRepository(context.root(), await context.config(), context.log);
  const base = context.given.text('base');
  const { streams, errors } =
    base === undefined ? await validateWorkTree(opened) : await validateChange(opened, base);
  const summary = `${streams.length} ${streams.length === 1 ? 'stream' : 'streams'} (${streams.join(', ')})`;
  return {
    json: { valid: errors.length === 0, streams, errors: errors.map(errorToJson) },
    text: errors.length === 0 ? `Valid: ${summary}.` : `${errors.length} wrong in ${summary}.`,
    errors,
  };
}

interface Validated {
  /** Ids. */
  streams: string[];
  errors: AperiodicError[];
}

async function validateChange({ root, requestOf, ports }: Opened, base: string): Promise<Validated> {
  const inspected = await inspectChange(root, { base, head: 'HEAD' }, { requestOf, now: ports.clock.now() });
  return {
    streams: inspected.after.repository.streams.map(({ id }) => id),
    errors: inspected.problems,
  };
}

async function validateWorkTree({ load, workTree, ports }: Opened): Promise<Validated> {
  const { repository, problems } = await load(workTree);
  const { targets } = repository;
  const now = ports.clock.now();
  const reviews =
    targets === undefined
      ? []
      : repository.streams.flatMap((stream) => reviewNewest(stream, { targets, now }));
  return { streams: repository.streams.map(({ id }) => id), errors: [...problems, ...reviews] };
}
