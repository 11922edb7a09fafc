/** Makes the files of units, one unit after the other, so that only one is in memory. */
import type { Catalog, CatalogStream } from '../../model/catalog/catalog.ts';
import { AperiodicError } from '../../model/errors.ts';
import { computeExposure } from '../../model/exposure-clock.ts';
import type { PublishedFile } from '../../model/site/file.ts';
import type { LoadedStream } from '../../model/site/load-site.ts';
import type { SitePart, SiteSettings } from '../../model/site/part.ts';
import { changesWanted, type Unit } from '../../model/site/plan-site.ts';
import { type Knowledge, viewAllCurrent, viewRelease, viewStream } from '../../model/site/views.ts';
import type { ExposureClock, Policy } from '../../model/types.generated.ts';
import type { SiteSource } from '../../ports/site.ts';
import type { Task } from '../../ports.ts';

export interface RenderInputs {
  streams: readonly LoadedStream[];
  settings: SiteSettings;
  policy: Policy | undefined;
  policyProse: string | undefined;
  verifyProse: string | undefined;
  now: Date;
  datesOf: Awaited<ReturnType<SiteSource['dates']>>;
}

/** Pins of so many releases are in memory at once. */
const chunk = 500;

export async function* renderUnits(
  units: readonly Unit[],
  catalog: Catalog,
  inputs: RenderInputs,
  parts: readonly SitePart[],
  source: SiteSource,
  task: Task,
): AsyncGenerator<{ unit: Unit; files: PublishedFile[] }> {
  const loaded = new Map(inputs.streams.map((stream) => [stream.id, stream]));
  const listed = new Map(catalog.streams.map((stream) => [stream.id, stream]));
  const clocksOf = rememberClocks(loaded, inputs);
  let done = 0;
  task.note('rendering');
  for (let start = 0; start < units.length; start += chunk) {
    const some = units.slice(start, start + chunk);
    const changes = await source.changes(findWanted(some, loaded));
    const knowledge: Knowledge = {
      clocksOf,
      changesOf: (stream, version) => changes.get(`${stream} ${version}`) ?? [],
      now: inputs.now,
    };
    for (const unit of some) {
      const files = await renderUnit(unit, { catalog, listed, knowledge, inputs, parts, source });
      yield { unit, files };
      task.progress(++done, units.length, 'steps');
    }
  }
}

interface Rendering {
  catalog: Catalog;
  listed: ReadonlyMap<string, CatalogStream>;
  knowledge: Knowledge;
  inputs: RenderInputs;
  parts: readonly SitePart[];
  source: SiteSource;
}

async function renderUnit(unit: Unit, rendering: Rendering): Promise<PublishedFile[]> {
  const { catalog, listed, knowledge, inputs, parts, source } = rendering;
  const { settings, policy, policyProse, verifyProse } = inputs;
  switch (unit.kind) {
    case 'assets':
      return (await source.assets()).files;
    case 'index': {
      const current = viewAllCurrent(catalog, knowledge);
      const view = { catalog, current, policy, policyProse, verifyProse };
      return parts.flatMap((part) => part.indexFiles?.(view, settings) ?? []);
    }
    case 'stream': {
      const view = viewStream(find(listed, unit.stream), knowledge);
      return parts.flatMap((part) => part.streamFiles?.(view, settings) ?? []);
    }
    case 'release': {
      const stream = find(listed, unit.stream);
      const release = stream.releases.find(({ version }) => version === unit.version);
      if (release === undefined) throw new AperiodicError('internal', `${unit.id} is in no catalog`);
      const view = viewRelease(stream, release, knowledge);
      return parts.flatMap((part) => part.releaseFiles?.(view, settings) ?? []);
    }
  }
}

function find(listed: ReadonlyMap<string, CatalogStream>, id: string): CatalogStream {
  const stream = listed.get(id);
  if (stream === undefined) throw new AperiodicError('internal', `the stream ${id} is in no catalog`);
  return stream;
}

function findWanted(units: readonly Unit[], loaded: ReadonlyMap<string, LoadedStream>) {
  return units.flatMap((unit) => {
    const stream = unit.kind === 'release' ? loaded.get(unit.stream) : undefined;
    if (unit.kind !== 'release' || stream === undefined) return [];
    return changesWanted(stream, unit.version) ?? [];
  });
}

/** Looks at the releases of a stream when its clocks are first asked for; the last stream's are kept. */
function rememberClocks(
  loaded: ReadonlyMap<string, LoadedStream>,
  { datesOf, now }: RenderInputs,
): (stream: string) => readonly ExposureClock[] {
  let last: { id: string; clocks: readonly ExposureClock[] } | undefined;
  return (id) => {
    if (last?.id !== id) last = { id, clocks: clocksOf(loaded.get(id), datesOf, now) };
    return last.clocks;
  };
}

function clocksOf(
  loaded: LoadedStream | undefined,
  datesOf: RenderInputs['datesOf'],
  now: Date,
): readonly ExposureClock[] {
  if (loaded === undefined) return [];
  const { id, stream, releases } = loaded;
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
  const repository = { targets: undefined, repositories: undefined, problems: [], streams: [state] };
  return computeExposure(repository, datesOf, now);
}
