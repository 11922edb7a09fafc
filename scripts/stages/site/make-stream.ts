/**
 * In: one stream by its name and what names its contents. Out: its files in the draft of a site, those of its releases among them:
 * what changed is made, the rest is taken over. A stream whose files have problems gives these and nothing else.
 */
import { makeCatalogStream } from '../../model/catalog/catalog.ts';
import { AperiodicError } from '../../model/errors.ts';
import { Problems } from '../../model/load-file.ts';
import { type ListedStream, type LoadedStream, loadSiteStream } from '../../model/site/load-site.ts';
import type { SitePart, SiteSettings } from '../../model/site/part.ts';
import { digestOf, findStale, type PlanInputs, planStream, type Unit } from '../../model/site/plan-site.ts';
import type { Tree } from '../../model/tree.ts';
import type { SiteUnit } from '../../model/types.generated.ts';
import type { MadeStream, SiteDraft, SiteSource } from '../../ports/site.ts';
import { joinEntries } from './assemble.ts';
import { renderUnits } from './render-units.ts';

export interface StreamMaking extends PlanInputs {
  tree: Tree;
  source: SiteSource;
  draft: SiteDraft;
  settings: SiteSettings;
  parts: readonly SitePart[];
  /** When one more unit is made. */
  onUnit(): void;
}

export async function makeStream(
  listed: ListedStream,
  before: Readonly<Record<string, SiteUnit>>,
  making: StreamMaking,
): Promise<MadeStream> {
  const { id } = listed;
  const { tree, source, draft, settings, parts, keep, datesOf, now } = making;
  const problems = new Problems();
  const cache = source.openCache(id);
  try {
    const loaded = await loadSiteStream(listed, tree, cache, problems);
    await cache.save();
    if (problems.list.length > 0) return { id, problems: problems.list, units: [], siblings: [] };
    const units = planStream(loaded, making);
    const stream = listStream(loaded, making);
    const again = new Set(findStale(units, before));
    const made: MadeStream = { id, problems: [], units: [], siblings: [] };
    const stale: Unit[] = [];
    for (const unit of units) {
      const old = again.has(unit) ? undefined : before[unit.id];
      if (old !== undefined && draft.keep(old.files))
        made.units.push({ id: unit.id, unit: old, isNew: false });
      else stale.push(unit);
    }
    for await (const { unit, files } of renderUnits(stale, {
      loaded,
      stream,
      settings,
      parts,
      source,
      datesOf,
      now,
    })) {
      const entries = files.map((file) => [file.path, draft.write(file)] as const);
      made.units.push({ id: unit.id, unit: { key: unit.key, files: joinEntries(entries) }, isNew: true });
      for (const { signed } of files)
        if (signed !== undefined) made.siblings.push({ unit: unit.id, sibling: signed });
      making.onUnit();
    }
    // In the order of the plan, whatever was made when: the manifest is the same.
    const place = new Map(units.map((unit, index) => [unit.id, index]));
    made.units.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
    cache.addHoldings(holdingsKey(listed, keep), stream.holdings);
    await cache.save();
    return made;
  } finally {
    cache.close();
  }
}

/** As a catalog has it: nothing of a release is read before somebody looks at it. */
export function listStream(
  { id, stream, releases }: LoadedStream,
  { datesOf, keep }: Pick<PlanInputs, 'datesOf' | 'keep'>,
  holdings?: Parameters<typeof makeCatalogStream>[3]['holdings'],
) {
  const recorded = releases.flatMap((listed) => {
    if (listed.recordedAt === undefined) return [];
    return [
      {
        version: listed.version,
        withdrawn: listed.withdrawn,
        get release() {
          return listed.state.release;
        },
        get record() {
          const { record } = listed.state;
          if (record === undefined)
            throw new AperiodicError('internal', `${id} ${listed.version} lost its record`);
          return record;
        },
      },
    ];
  });
  const publishedAt = (name: string, version: string) => datesOf(name, version).public;
  return makeCatalogStream(id, stream, recorded, { keep, publishedAt, holdings });
}

/** All that the holdings of a stream follow from. */
export function holdingsKey({ digest, releases }: ListedStream, keep: PlanInputs['keep']): string {
  return digestOf([digest, releases, [...keep]]);
}
