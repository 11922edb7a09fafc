/** Carries out `aperiodic watch`: pull requests with the next update of each stream, and nothing else. */
import path from 'node:path';
import { writeFileAtomic } from '../../adapters/host/files.ts';
import { withLock } from '../../adapters/host/lock.ts';
import { AperiodicError } from '../../model/errors.ts';
import { countChanges } from '../../model/update/packages.ts';
import type { StreamUpdate } from '../../model/update/update.ts';
import type { Watched } from '../../watch/outcome.ts';
import { watch } from '../../watch.ts';
import type { Context, Outcome } from '../command.ts';
import { openJudges } from '../judge-updates.ts';
import { openRepository } from '../open-repository.ts';
import { errorToJson } from '../report.ts';
import { setOutputs } from '../set-outputs.ts';

export async function runWatch(context: Context): Promise<Outcome> {
  const opened = await openRepository(context.root(), await context.config(), context.log);
  const { ports, proposals, load, config } = opened;
  const streams = context.given.rest('stream');
  const dryRun = context.given.flag('dry-run');
  const merge = context.given.flag('merge');
  if (dryRun && merge) throw new AperiodicError('usage', '--dry-run and --merge exclude each other');
  // A release that takes an hour holds up no watch: they share nothing but the solver's state, which `resolve` shares too.
  const outcomes = await withLock(path.join(config.work, 'watch'), async () =>
    watch(
      { ...ports, proposals },
      {
        ...openJudges(opened),
        load: async (tree) => (await load(tree)).repository,
        ...(streams.length === 0 ? {} : { streams }),
        dryRun,
        merge,
        now: context.given.flag('now'),
      },
    ),
  );
  const verdicts = outcomes.flatMap(({ updates = [] }) =>
    updates.flatMap(({ fixes, notAffected }) => [...fixes, ...notAffected].map(({ verdict }) => verdict)),
  );
  const failed = outcomes.flatMap(({ action, streams }) => (action === 'failed' ? streams : []));
  const file = context.given.text('verdicts');
  if (file !== undefined)
    await writeFileAtomic(path.resolve(file), `${JSON.stringify({ verdicts, failed }, null, 2)}\n`);
  const waits = outcomes.some(({ action, deadline }) => action === 'unchanged' && deadline?.approvals === 0);
  await setOutputs(context, { mergeable: String(waits) });
  return {
    json: { dryRun, verdicts, proposals: outcomes.map(outcomeToJson) },
    text: outcomes.map((outcome) => describeOutcome(outcome, dryRun || merge)).join('\n'),
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

function updateToJson({ before, after, release, fixes, notAffected }: StreamUpdate): unknown {
  return {
    stream: after.id,
    version: release?.version ?? null,
    packages: countChanges(before.pins, after.pins),
    fixes: fixes.map(({ released }) => released),
    notAffected: notAffected.map(({ finding: { advisory, notAffected: stated } }) => ({
      advisory: advisory.id,
      feed: advisory.feed,
      stated,
    })),
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
