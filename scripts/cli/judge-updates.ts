/** Advisories and policy as a watch asks for them. */
import { distributionOf, pinnedStream } from '../model/advisories/installed.ts';
import { findDueDate } from '../model/cadence.ts';
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import { findStream, type Repository } from '../model/streams.ts';
import { judgeUpdate } from '../model/update/judge.ts';
import type { JudgeUpdate, ScheduleOf } from '../model/update/judged.ts';
import { nextVersion } from '../model/version.ts';
import type { LoadedAdvisories, Ports } from '../ports.ts';
import type { Opened } from './open-repository.ts';

export interface Judges {
  judge: JudgeUpdate;
  schedule: ScheduleOf;
}

export type JudgePorts = Pick<Opened, 'advisories' | 'load'> & {
  ports: Pick<Ports, 'clock' | 'forge' | 'log'>;
};

/**
 * By the policy of the main branch. Feeds are read when the first update of a distribution is judged, once: with nothing new to
 * propose none is asked.
 */
export function openJudges({ advisories, load, ports: { clock, forge, log } }: JudgePorts): Judges {
  let opened: Promise<Repository> | undefined;
  const main = async () => {
    opened ??= forge.head().then(async (tree) => (await load(tree)).repository);
    return await opened;
  };
  const read = new Map<string, Promise<LoadedAdvisories>>();
  const known = (distribution: string, { streams }: Repository) => {
    const loading = read.get(distribution) ?? loadKnown(distribution, streams);
    read.set(distribution, loading);
    return loading;
  };
  const loadKnown = async (distribution: string, streams: Repository['streams']) => {
    const ours = streams.flatMap((state) => pinnedStream(state) ?? []);
    const task = log.task(`advisories of ${distribution}`);
    try {
      const loaded = await advisories.load(
        distribution,
        ours.filter(({ id }) => distributionOf(id) === distribution),
        task,
      );
      task.done(`${loaded.advisories.length} advisories`);
      for (const warning of loaded.warnings) log.warn(warning);
      return loaded;
    } catch (error) {
      task.failed(toAperiodicError(error).message);
      throw error;
    }
  };
  return {
    judge: async (update) => {
      const repository = await main();
      const state = findStream(repository, update.stream);
      const stream = state?.stream;
      if (state === undefined || stream === undefined)
        throw new AperiodicError('not-found', `there is no stream '${update.stream}'`);
      const loaded = await known(distributionOf(update.stream), repository);
      const statements = repository.notAffected ?? [];
      const version = nextVersion(clock.now(), state.versions);
      return judgeUpdate(update, stream, loaded, repository.policy, { statements, version });
    },
    schedule: async (id) => {
      const repository = await main();
      const state = findStream(repository, id);
      const due = state === undefined ? undefined : findDueDate(repository, state, []).at;
      return due === undefined ? {} : { due };
    },
  };
}
