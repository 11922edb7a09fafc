/**
 * Builds the images of several due releases at once, before each of them goes on its way: a build alone leaves a processor
 * idle for much of its time. What comes of it is kept as of any build, and the release finds it done. Safe to run again: a
 * kept image is not built twice.
 */
import { baseName } from '../model/base-name.ts';
import { type AperiodicError, toAperiodicError } from '../model/errors.ts';
import { makeJob } from '../model/job.ts';
import type { StreamPlan } from '../model/plan.ts';
import { findStream } from '../model/streams.ts';
import type { Job } from '../model/types.generated.ts';
import { makeBuilt, stages } from '../pipeline.ts';
import type { Ports } from '../ports.ts';
import type { Seen } from './make-release.ts';

/** What failed, by stream. */
export type Ahead = ReadonlyMap<string, AperiodicError>;

export const noneAhead: Ahead = new Map();

/**
 * Packages are fetched for one image at a time. Does nothing for a single image, or where only one may be built.
 * @param begun plans with the tree that they are of
 * @returns what failed: such a release need not try again
 */
export async function buildAhead(
  begun: readonly { plan: StreamPlan; now: Seen }[],
  atOnce: number,
  ports: Ports,
): Promise<Ahead> {
  if (atOnce < 2) return noneAhead;
  const jobs = withoutEqualNames(begun.flatMap(findJobs));
  if (jobs.length < 2) return noneAhead;
  const failed = new Map<string, AperiodicError>();
  let fetched: Promise<unknown> = Promise.resolve();
  const build = async (job: Job) => {
    const own = fetched.then(() => stages.fetch.run(job, ports));
    fetched = own.catch(() => undefined);
    await makeBuilt(await own, ports);
  };
  const queue = jobs.values();
  const work = async () => {
    for (const job of queue)
      await build(job).catch((error: unknown) => failed.set(job.stream, toAperiodicError(error)));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed;
}

/** Images of one name have one folder to be made in: only the first of them is built here. */
function withoutEqualNames(jobs: readonly Job[]): Job[] {
  return [...new Map([...jobs].reverse().map((job) => [baseName(job), job])).values()].reverse();
}

/** What of a release cannot be built at all is told in its own turn. */
function findJobs({ plan: { stream: id, action }, now }: { plan: StreamPlan; now: Seen }): Job[] {
  const stream = findStream(now.repository, id);
  if (action.kind !== 'release' || stream === undefined) return [];
  const settings = now.repository.targets?.aws?.launch;
  const { release } = action;
  try {
    return release.architectures.map((architecture) =>
      makeJob(stream, release, architecture, now.tree.commit, settings),
    );
  } catch {
    return [];
  }
}
