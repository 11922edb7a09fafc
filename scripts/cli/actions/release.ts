/** Carries out `aperiodic release`: makes what is due on the main branch. */

import { countBuilds } from '../../adapters/host/capacity.ts';
import { withLock } from '../../adapters/host/lock.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { Recorded } from '../../model/types.generated.ts';
import { type Outcome as Reconciled, reconcile } from '../../reconcile.ts';
import { versionOf } from '../../render/plan.ts';
import type { Context, Outcome } from '../command.ts';
import { type Opened, openRepository } from '../open-repository.ts';
import { errorToJson } from '../report.ts';

export async function runRelease(context: Context): Promise<Outcome> {
  const stream = context.given.optional('stream');
  const version = context.given.optional('version');
  if (stream === undefined && !context.given.flag('all')) {
    throw new AperiodicError('usage', 'name a stream, or say --all');
  }
  const opened = await openRepository(context.root(), await context.config(), context.log, context);
  const outcomes = await releaseStreams(
    opened,
    stream === undefined ? undefined : [stream],
    version,
    context.given.flag('without-build'),
  );
  return {
    json: { streams: outcomes.map(outcomeToJson) },
    text: outcomes
      .filter(({ error }) => error === undefined)
      .map(describeOutcome)
      .join('\n'),
    errors: outcomes.flatMap(({ error }) => (error === undefined ? [] : [error])),
    tables: outcomes.flatMap(({ recorded }) =>
      recorded === undefined ? [] : [artifactTable(recorded), ...imageTable(recorded)],
    ),
  };
}

/** @param version refuses to do anything when another version is due */
export async function releaseStreams(
  opened: Opened,
  streams?: readonly string[],
  version?: string,
  withoutBuild = false,
): Promise<Reconciled[]> {
  const { ports, config, load, catchUp } = opened;
  return await withLock(config.work, async () => {
    const outcomes = await reconcile(ports, {
      load: async (tree) => (await load(tree)).repository,
      ...(streams === undefined ? {} : { streams }),
      ...(version === undefined ? {} : { version }),
      withoutBuild,
      buildsAtOnce: await countBuilds(),
    });
    await catchUp();
    return outcomes;
  });
}

function outcomeToJson({ stream, plan, recorded, minted, tended, error }: Reconciled): unknown {
  return {
    stream,
    action: plan.action.kind,
    version: versionOf(plan.action) ?? null,
    why: plan.why,
    minted: minted ?? null,
    recorded: recorded ?? null,
    ...(tended === undefined ? {} : { tended }),
    error: error === undefined ? null : errorToJson(error),
  };
}

function describeOutcome({ stream, plan, recorded, tended = [] }: Reconciled): string {
  const images = tended.map((line) => `${stream}: ${line}`);
  if (recorded === undefined) {
    const what = images.length === 0 ? 'nothing to do' : 'nothing to build';
    return [`${stream}: ${what}: ${plan.why}`, ...images].join('\n');
  }
  const files = recorded.record.architectures.flatMap(({ artifacts }) => artifacts);
  return [
    `${stream}: ${recorded.record.version} is recorded in ${recorded.path} (commit ${recorded.commit.slice(0, 12)})`,
    ...files.map(({ name, size, sha256 }) => `  ${name}  ${size} bytes  sha256 ${sha256}`),
    ...imageRows(recorded).map((row) => `  ${row.join('  ')}`),
    ...images,
  ].join('\n');
}

function imageRows({ record: { images = [] } }: Recorded): string[][] {
  return images.map(({ region, architecture, ami, state }) => [region, architecture, ami, state]);
}

function imageTable(recorded: Recorded) {
  const rows = imageRows(recorded);
  const { stream, version } = recorded.record;
  const columns = ['region', 'architecture', 'AMI', 'state'];
  return rows.length === 0 ? [] : [{ title: `AMIs of ${stream} ${version}`, columns, rows }];
}

function artifactTable({ record }: Recorded) {
  return {
    title: `${record.stream} ${record.version}`,
    columns: ['file', 'bytes', 'SHA-256'],
    rows: record.architectures.flatMap(({ artifacts }) =>
      artifacts.map(({ name, size, sha256 }) => [name, String(size), sha256]),
    ),
  };
}
