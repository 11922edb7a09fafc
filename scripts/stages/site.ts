/**
 * In: a tree of the repository. Out: its web site in a folder, with a manifest of what each file was made from and a CHECKSUM of
 * all files, signed when a key is there.
 *
 * Safe to run twice: what the manifest says was made from the same is taken over, and when that is everything nothing is
 * written. The folder shows the new site when it is complete, and the last one until then, also when this fails.
 */
import { updatedAt } from '../model/catalog/holdings.ts';
import { Problems, refuseProblems } from '../model/load-file.ts';
import { signingDate } from '../model/signing-date.ts';
import { manifestName } from '../model/site/file.ts';
import { isRead, type ListedStream, listSite, loadSiteStream } from '../model/site/load-site.ts';
import type { SitePart } from '../model/site/part.ts';
import { findStale, planIndex, planStream, streamUnitId, type Unit } from '../model/site/plan-site.ts';
import type { Tree } from '../model/tree.ts';
import type { SiteManifest } from '../model/types.generated.ts';
import type { SiteFolder } from '../ports/site.ts';
import type { Ports, Task } from '../ports.ts';
import { renderChecksums } from '../render/checksum.ts';
import { hasKey } from './show-stream.ts';
import { checksumName, joinEntries, listFiles } from './site/assemble.ts';
import { renderIndexUnit, withCatalog } from './site/make-index.ts';
import type { StreamMaking } from './site/make-stream.ts';
import {
  makeStreams,
  type StreamsMaking,
  type StreamsPorts,
  signAll,
  siteParts,
} from './site/make-streams.ts';
import { readInputs } from './site/read-inputs.ts';

export type GeneratorPorts = Pick<Ports, 'log'> & StreamsPorts;

export interface SiteSummary {
  /** Files that were made; of those that are the same, none. */
  written: number;
  kept: number;
  /** Bytes of all files. */
  bytes: number;
  /** Recorded releases. */
  releases: number;
  signed: boolean;
}

/** @throws AperiodicError `invalid` with file and line for what is wrong with the repository's files; all of it in `detail` */
export async function generateSite(
  tree: Tree,
  folder: SiteFolder,
  ports: GeneratorPorts,
  parts: readonly SitePart[] = siteParts,
): Promise<SiteSummary> {
  const task = ports.log.task('site');
  try {
    const summary = await generate(tree, folder, ports, parts, task);
    task.done(
      summary.written === 0 ? 'nothing changed' : `${summary.written} files made, ${summary.kept} as before`,
    );
    if (!summary.signed) ports.log.warn('the site is not signed: no key is configured (docs/signing.md)');
    return summary;
  } catch (error) {
    task.failed(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

async function generate(
  tree: Tree,
  folder: SiteFolder,
  ports: GeneratorPorts,
  parts: readonly SitePart[],
  task: Task,
): Promise<SiteSummary> {
  task.note('reading releases');
  const problems = new Problems();
  const streams = await listSite(tree, problems);
  const inputs = await readInputs(tree, parts, ports.source, problems);
  const keys = (await hasKey(ports)) ? await ports.signer.keys() : [];
  const signedBy = keys.map(({ fingerprint }) => fingerprint);
  const before = await folder.manifest();
  const planning = { ...inputs, signedBy };
  const same = new Map<string, Unit[]>();
  for (const listed of streams) {
    const units = await planKnown(listed, { ...planning, tree, source: ports.source });
    if (units !== undefined && findStale(units, before?.units ?? {}).length === 0) same.set(listed.id, units);
  }
  refuseProblems(problems.list);
  const all = { streams, inputs, parts, keys, signedBy, before, same };
  const unchanged = before !== undefined && isUnchanged(all, before);
  const manifest = unchanged ? before : await makeSite(folder, { ...all, tree, task }, ports);
  const releases = Object.keys(manifest.units).filter((id) => id.startsWith('release ')).length;
  return { ...sumUp(manifest, before), releases, signed: keys.length > 0 };
}

async function makeSite(
  folder: SiteFolder,
  filling: Omit<StreamsMaking, 'draft'>,
  ports: GeneratorPorts,
): Promise<SiteManifest> {
  const draft = await folder.begin();
  try {
    return await fill({ ...filling, draft }, ports);
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** Undefined when a release of it was never read. */
async function planKnown(
  listed: ListedStream,
  planning: Omit<StreamMaking, 'draft' | 'parts' | 'onUnit'>,
): Promise<Unit[] | undefined> {
  const cache = planning.source.openCache(listed.id);
  try {
    if (!isRead(listed, cache)) return undefined;
    return planStream(await loadSiteStream(listed, planning.tree, cache, new Problems()), planning);
  } finally {
    cache.close();
  }
}

type Making = Omit<StreamsMaking, 'tree' | 'draft' | 'task'>;

function isUnchanged({ streams, inputs, signedBy, same }: Making, before: SiteManifest): boolean {
  if (before.signedBy.join() !== signedBy.join() || streams.some(({ id }) => !same.has(id))) return false;
  const index = planIndex(keysOf(streams, before.units), inputs.documents, { ...inputs, signedBy });
  const count = [...same.values()].reduce((sum, units) => sum + units.length, index.length);
  return findStale(index, before.units).length === 0 && Object.keys(before.units).length === count;
}

function keysOf(streams: readonly ListedStream[], units: SiteManifest['units']): string[] {
  return streams.map(({ id }) => units[streamUnitId(id)]?.key ?? '');
}

async function fill(filling: StreamsMaking, ports: GeneratorPorts): Promise<SiteManifest> {
  const { streams, inputs, signedBy, before, draft, keys, task, parts } = filling;
  const units = await makeStreams(filling, ports);
  task.note('making what all streams share');
  return await withCatalog(streams, { ...filling, source: ports.source }, async (catalog) => {
    for (const unit of planIndex(keysOf(streams, units), inputs.documents, { ...inputs, signedBy })) {
      const old = before?.units[unit.id];
      if (old?.key === unit.key && draft.keep(old.files)) {
        units[unit.id] = old;
        continue;
      }
      const files = await renderIndexUnit(unit, catalog, { inputs, parts, source: ports.source });
      const siblings = files.flatMap(({ signed }) => signed ?? []);
      const all = [...files, ...(await signAll(siblings, keys, ports))];
      const entries = joinEntries(all.map((file) => [file.path, draft.write(file)] as const));
      units[unit.id] = { key: unit.key, files: entries };
    }
    const manifest: SiteManifest = { format: 'aperiodic:site:1', signedBy, units };
    task.note('signing');
    const own = { path: manifestName, content: `${JSON.stringify(manifest)}\n` };
    const files = listFiles(manifest).set(manifestName, draft.write(own));
    const text = renderChecksums([...files].map(([name, entry]) => ({ name, ...entry })));
    // Of the newest record, so that the same content is signed to the same bytes.
    const date = signingDate(new Date(updatedAt(catalog.streams)), keys);
    const content = keys.length === 0 ? text : await ports.signer.clearSign(text, date);
    draft.write({ path: checksumName, content });
    await draft.show(new Set([...files.keys(), checksumName]));
    return manifest;
  });
}

/** What was made, and what is as it was, unit by unit. */
function sumUp({ units }: SiteManifest, before: SiteManifest | undefined) {
  const summary = { written: 0, kept: 0, bytes: 0 };
  for (const [id, unit] of Object.entries(units)) {
    const sizes = Object.values(unit.files).map(({ size }) => size);
    summary[before?.units[id] === unit ? 'kept' : 'written'] += sizes.length;
    summary.bytes += sizes.reduce((sum, size) => sum + size, 0);
  }
  return summary;
}
