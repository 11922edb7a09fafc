/** Carries out `aperiodic advisories`. Writes nothing but what is kept of downloads. */
import { distributionOf, type PinnedStream, pinnedStream } from '../../model/advisories/installed.ts';
import { matchAdvisories } from '../../model/advisories/match.ts';
import { AperiodicError } from '../../model/errors.ts';
import { addStatements } from '../../model/not-affected.ts';
import { findStream, type StreamState } from '../../model/streams.ts';
import type { Finding } from '../../model/types.generated.ts';
import { nextVersion } from '../../model/version.ts';
import type { LoadedAdvisories, Log } from '../../ports.ts';
import { renderFindings } from '../../render/advisories.ts';
import type { Context, Outcome } from '../command.ts';
import { type Opened, openRepository } from '../open-repository.ts';

export async function runAdvisories(context: Context): Promise<Outcome> {
  const opened = await openRepository(context.root(), await context.config(), context.log);
  const { repository } = await opened.load(opened.workTree);
  const streams = choose(repository.streams, context.given.rest('stream'));
  const loaded = await loadAll(opened, streams, context.log);
  const now = opened.ports.clock.now();
  const findings = loaded
    .flatMap((known) => matchAdvisories(known, streams))
    .map((finding) => {
      const versions = findStream(repository, finding.stream)?.versions ?? [];
      return addStatements(finding, repository.notAffected ?? [], nextVersion(now, versions));
    });
  const feeds = loaded.flatMap(({ distribution, feeds: reports }) =>
    reports.map((report) => ({ distribution, ...report })),
  );
  for (const warning of new Set(loaded.flatMap(({ warnings }) => warnings))) context.log.warn(warning);
  const byStream = streams.map(({ id }) => ({ stream: id, findings: findings.filter(isOf(id)) }));
  return { json: { streams: byStream, feeds }, text: renderFindings(byStream, feeds) };
}

function isOf(id: string): (finding: Finding) => boolean {
  return ({ stream }) => stream === id;
}

/** Streams that have pins; a named one must have them. */
function choose(states: readonly StreamState[], wanted: readonly string[]): PinnedStream[] {
  const pinned = states.flatMap((state) => pinnedStream(state) ?? []);
  const missing = wanted.find((id) => !pinned.some((stream) => stream.id === id));
  if (missing !== undefined)
    throw new AperiodicError('not-found', `there is no stream '${missing}' with pins that can be read`);
  return wanted.length === 0 ? pinned : pinned.filter(({ id }) => wanted.includes(id));
}

/** Distribution by distribution. */
async function loadAll(
  { advisories }: Opened,
  streams: readonly PinnedStream[],
  log: Log,
): Promise<LoadedAdvisories[]> {
  const loaded: LoadedAdvisories[] = [];
  for (const distribution of new Set(streams.map(({ id }) => distributionOf(id)))) {
    const task = log.task(`advisories of ${distribution}`);
    const ours = streams.filter(({ id }) => distributionOf(id) === distribution);
    try {
      const known = await advisories.load(distribution, ours, task);
      task.done(`${known.advisories.length} advisories`);
      loaded.push(known);
    } catch (error) {
      task.failed(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }
  return loaded;
}
