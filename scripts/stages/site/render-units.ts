/** Makes the files of a stream's units, one unit after the other, so that only one is in memory. */
import type { CatalogStream } from '../../model/catalog/catalog.ts';
import { AperiodicError } from '../../model/errors.ts';
import { computeExposure } from '../../model/exposure-clock.ts';
import type { PublishedFile } from '../../model/site/file.ts';
import type { LoadedStream } from '../../model/site/load-site.ts';
import type { SitePart, SiteSettings } from '../../model/site/part.ts';
import { changesWanted, type PlanInputs, type Unit } from '../../model/site/plan-site.ts';
import { type Knowledge, viewRelease, viewStream } from '../../model/site/views.ts';
import type { ExposureClock } from '../../model/types.generated.ts';
import type { SiteSource } from '../../ports/site.ts';

export interface StreamRendering extends Pick<PlanInputs, 'datesOf' | 'now'> {
  loaded: LoadedStream;
  stream: CatalogStream;
  settings: SiteSettings;
  parts: readonly SitePart[];
  source: SiteSource;
}

/** Pins of so many releases are in memory at once. */
const chunk = 500;

export async function* renderUnits(
  units: readonly Unit[],
  rendering: StreamRendering,
): AsyncGenerator<{ unit: Unit; files: PublishedFile[] }> {
  const { loaded, source, now, datesOf } = rendering;
  const clocksOf = readClocks(loaded, datesOf, now);
  for (let start = 0; start < units.length; start += chunk) {
    const some = units.slice(start, start + chunk);
    const wanted = some.flatMap((unit) =>
      unit.kind === 'release' ? (changesWanted(loaded, unit.version) ?? []) : [],
    );
    const changes = await source.changes(wanted);
    const knowledge: Knowledge = {
      clocksOf,
      changesOf: (stream, version) => changes.get(`${stream} ${version}`) ?? [],
      now,
    };
    for (const unit of some) yield { unit, files: renderUnit(unit, knowledge, rendering) };
  }
}

function renderUnit(
  unit: Unit,
  knowledge: Knowledge,
  { stream, settings, parts }: StreamRendering,
): PublishedFile[] {
  if (unit.kind === 'stream') {
    const view = viewStream(stream, knowledge);
    return parts.flatMap((part) => part.streamFiles?.(view, settings) ?? []);
  }
  const release =
    unit.kind === 'release' ? stream.releases.find(({ version }) => version === unit.version) : undefined;
  if (release === undefined) throw new AperiodicError('internal', `${unit.id} is in no catalog`);
  const view = viewRelease(stream, release, knowledge);
  return parts.flatMap((part) => part.releaseFiles?.(view, settings) ?? []);
}

/** Looks at the releases when clocks are first asked for. */
function readClocks(
  { id, stream, releases }: LoadedStream,
  datesOf: PlanInputs['datesOf'],
  now: Date,
): () => readonly ExposureClock[] {
  let clocks: readonly ExposureClock[] | undefined;
  return () => {
    if (clocks !== undefined) return clocks;
    const state = {
      id,
      stream,
      kickstart: undefined,
      request: undefined,
      pins: [],
      content: undefined,
      releases: releases.map((release) => release.state),
      versions: releases.map(({ version }) => version),
      problems: [],
    };
    const rest = { repositories: undefined, targets: undefined, problems: [] };
    clocks = computeExposure({ ...rest, streams: [state] }, datesOf, now);
    return clocks;
  };
}
