/** In: all streams, each made. Out: the pages and documents of all of them together, and what pages are shown with. */
import type { Catalog } from '../../model/catalog/catalog.ts';
import { Problems } from '../../model/load-file.ts';
import type { PublishedFile } from '../../model/site/file.ts';
import { type ListedStream, loadSiteStream } from '../../model/site/load-site.ts';
import type { SitePart } from '../../model/site/part.ts';
import type { Unit } from '../../model/site/plan-site.ts';
import { viewAllCurrent } from '../../model/site/views.ts';
import type { Tree } from '../../model/tree.ts';
import type { SiteSource } from '../../ports/site.ts';
import { holdingsKey, listStream } from './make-stream.ts';
import type { SiteInputs } from './read-inputs.ts';

/** Runs `work` with all streams, of which a release is read when somebody looks at it. */
export async function withCatalog<T>(
  streams: readonly ListedStream[],
  { tree, source, inputs }: { tree: Tree; source: SiteSource; inputs: SiteInputs },
  work: (catalog: Catalog) => Promise<T>,
): Promise<T> {
  const opened = streams.map((listed) => ({ listed, cache: source.openCache(listed.id) }));
  try {
    const catalog: Catalog = { streams: [] };
    for (const { listed, cache } of opened) {
      // Everything was read when its stream was made: nothing new can be wrong.
      const loaded = await loadSiteStream(listed, tree, cache, new Problems());
      const held = cache.findHoldings(holdingsKey(listed, inputs.keep));
      catalog.streams.push(listStream(loaded, inputs, held));
    }
    return await work(catalog);
  } finally {
    for (const { cache } of opened) cache.close();
  }
}

/** @param unit of no stream */
export async function renderIndexUnit(
  { kind }: Unit,
  catalog: Catalog,
  { inputs, parts, source }: { inputs: SiteInputs; parts: readonly SitePart[]; source: SiteSource },
): Promise<PublishedFile[]> {
  if (kind === 'assets') return (await source.assets()).files;
  const { settings, policy, policyProse, verifyProse, now } = inputs;
  const documents = { policy, policyProse, verifyProse };
  if (kind === 'documents') return parts.flatMap((part) => part.documentFiles?.(documents, settings) ?? []);
  // The pages of all streams say nothing of what changed, and of no single update.
  const current = viewAllCurrent(catalog, { now, clocksOf: () => [], changesOf: () => [] });
  return parts.flatMap((part) => part.indexFiles?.({ catalog, current }, settings) ?? []);
}
