/** Carries out `aperiodic watch`: pull requests with the next update of each stream, and nothing else. */
import { withLock } from '../../adapters/host/lock.ts';
import { countChanges } from '../../model/update/packages.ts';
import type { StreamUpdate } from '../../model/update/update.ts';
import type { Watched } from '../../watch/outcome.ts';
import { watch } from '../../watch.ts';
import type { Context, Outcome } from '../command.ts';
import { openJudges } from '../judge-updates.ts';
import { openRepository } from '../open-repository.ts';
import { errorToJson } from '../report.ts';

export async function runWatch(context: Context): Promise<Outcome> {
  const opened = await openRepository(context.root(), await context.config(), context.log);
  const { ports, proposals, load, config } = opened;
  const streams = context.given.rest('stream');
  const dryRun = context.given.flag('dry-run');
  const outcomes = await withLock(config.work, async () =>
    watch(
      { ...ports, proposals },
      {
        ...openJudges(),
        load: async (tree) => (await load(tree)).repository,
        ...(streams.length === 0 ? {} : { streams }),
        dryRun,
        now: context.given.flag('now'),
      },
    ),
  );
  return {
    json: { dryRun, proposals: outcomes.map(outcomeToJson) },
    text: outcomes.map((outcome) => describeOutcome(outcome, dryRun)).join('\n'),
    errors: outcomes.flatMap(({ error }) => (error === undefined ? [] : [error])),
  };
}

function outcomeToJson({ updates = [], deadline, error, name, title, ...outcome }: Watched): unknown {
  return {
    ...outcome,
    name: name ?? null,
    title: title ?? null,
    deadline: deadline ?? null,
    updates: updates.map(updateToJson),
    error: error === undefined ? null : errorToJson(error),
  };
}

function updateToJson({ before, after, release, fixes }: StreamUpdate): unknown {
  return {
    stream: after.id,
    version: release?.version ?? null,
    packages: countChanges(before.pins, after.pins),
    fixes: fixes.map(({ released }) => released),
  };
}

function describeOutcome({ branch, streams, action, name, title, why }: Watched, dryRun: boolean): string {
  const subject = streams.length === 0 ? branch : streams.join(', ');
  const acts = ['opened', 'updated', 'closed'].includes(action);
  const done = acts && dryRun ? `would be ${action}` : action;
  const named = name === undefined ? '' : ` ${name}`;
  const titled = title === undefined ? '' : `\n  ${title}`;
  return `${subject}: ${done}${named}: ${why}${titled}`;
}
