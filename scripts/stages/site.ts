/**
 * In: a tree of the repository. Out: its web site in a folder, with a manifest of what each file was made from and a CHECKSUM of
 * all files, signed when a key is there.
 *
 * Safe to run twice: what the manifest says was made from the same is taken over, and when that is everything nothing is
 * written. The folder shows the new site when it is complete, and the last one until then, also when this fails.
 */
import { keptBy, makeCatalogStream, type StreamOptions } from '../model/catalog/catalog.ts';
import { AperiodicError } from '../model/errors.ts';
import { Problems, readYaml } from '../model/load-file.ts';
import { loadPolicy } from '../model/policy/load-policy.ts';
import { signingDate } from '../model/signing-date.ts';
import type { PublishedFile } from '../model/site/file.ts';
import { type LoadedStream, loadSite } from '../model/site/load-site.ts';
import type { SitePart, SiteSettings } from '../model/site/part.ts';
import { findStale, planUnits, type Unit } from '../model/site/plan-site.ts';
import { readSettings } from '../model/site/site-settings.ts';
import type { Tree } from '../model/tree.ts';
import type { Policy, SiteManifest, SiteUnit } from '../model/types.generated.ts';
import type { SiteDraft, SiteFolder, SiteSource } from '../ports/site.ts';
import type { Ports, SigningKey, Task } from '../ports.ts';
import { renderChecksums } from '../render/checksum.ts';
import { renderPolicyDoc } from '../render/policy-doc.ts';
import { dataFiles } from '../render/site/data-files.ts';
import { webPages } from '../render/site/web-pages.ts';
import { hasKey } from './show-stream.ts';
import { renderUnits } from './site/render-units.ts';

export type GeneratorPorts = Pick<Ports, 'log' | 'signer'> & { source: SiteSource };

/** Every part of a site. Its files may not be those of another part. */
export const siteParts: readonly SitePart[] = [webPages, dataFiles];

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

/** @throws AperiodicError `invalid` with file and line for what is wrong with the repository's files */
export async function generateSite(
  tree: Tree,
  folder: SiteFolder,
  ports: GeneratorPorts,
  parts: readonly SitePart[] = siteParts,
): Promise<SiteSummary> {
  const task = ports.log.task('site');
  try {
    const inputs = await readInputs(tree, parts, ports.source, task);
    const keys = (await hasKey(ports)) ? await ports.signer.keys() : [];
    const units = planUnits({ ...inputs, signedBy: keys.map(({ fingerprint }) => fingerprint) });
    const before = await folder.manifest();
    const stale = findStale(units, before);
    const releases = units.filter(({ kind }) => kind === 'release').length;
    if (before !== undefined && stale.length === 0 && isSame(before, units, keys)) {
      await ports.source.save();
      task.done('nothing changed');
      return { ...sumUp(before, new Set()), releases, signed: keys.length > 0 };
    }
    const draft = await folder.begin();
    const again = new Set(stale.map(({ id }) => id));
    const manifest = await fill(draft, { inputs, units, again, before, keys, parts }, ports, task).catch(
      async (error: unknown) => {
        await draft.discard();
        throw error;
      },
    );
    await ports.source.save();
    const summary = { ...sumUp(manifest, again), releases, signed: keys.length > 0 };
    if (keys.length === 0) ports.log.warn('the site is not signed: no key is configured (docs/signing.md)');
    task.done(`${summary.written} files made, ${summary.kept} as before`);
    return summary;
  } catch (error) {
    task.failed(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

export interface Inputs {
  streams: LoadedStream[];
  settings: SiteSettings;
  generator: string;
  parts: string[];
  documents: (string | undefined)[];
  policy: Policy | undefined;
  policyProse: string | undefined;
  verifyProse: string | undefined;
  /** How many releases each mirror keeps. */
  keep: ReadonlyMap<string, number>;
  now: Date;
  datesOf: Awaited<ReturnType<SiteSource['dates']>>;
}

async function readInputs(
  tree: Tree,
  parts: readonly SitePart[],
  source: SiteSource,
  task: Task,
): Promise<Inputs> {
  task.note('reading releases');
  const streams = await loadSite(tree, source.cache, (done, total) => task.progress(done, total, 'steps'));
  const problems = new Problems();
  const targets = await readYaml(tree, 'Targets', 'releases/targets.yaml', problems);
  const policy = await loadPolicy(tree, problems);
  const [problem] = problems.list;
  if (problem !== undefined) throw problem;
  if (targets === undefined) throw new AperiodicError('internal', 'no targets were read');
  const policyProse = await tree.read('docs/policy.md');
  const verifyProse = await tree.read('docs/verify.md');
  const rendered =
    policy === undefined || policyProse === undefined ? undefined : renderPolicyDoc(policyProse, policy);
  const assets = await source.assets();
  return {
    streams,
    settings: readSettings(targets.value, assets.names),
    generator: await source.generator(),
    parts: parts.map(({ name }) => name),
    documents: [rendered ?? JSON.stringify(policy), verifyProse],
    policy,
    policyProse,
    verifyProse,
    keep: keptBy(targets.value),
    now: tree.date,
    datesOf: await source.dates(tree),
  };
}

interface Making {
  inputs: Inputs;
  units: readonly Unit[];
  again: ReadonlySet<string>;
  before: SiteManifest | undefined;
  keys: readonly SigningKey[];
  parts: readonly SitePart[];
}

async function fill(
  draft: SiteDraft,
  { inputs, units, again, before, keys, parts }: Making,
  ports: GeneratorPorts,
  task: Task,
): Promise<SiteManifest> {
  const made = new Map<string, SiteUnit>();
  const stale: Unit[] = [];
  for (const unit of units) {
    const old = again.has(unit.id) ? undefined : before?.units[unit.id];
    if (old !== undefined && draft.keep(Object.keys(old.files))) made.set(unit.id, old);
    else stale.push(unit);
  }
  const publishedAt = (stream: string, version: string) => inputs.datesOf(stream, version).public;
  const options = { keep: inputs.keep, publishedAt };
  const catalog = { streams: inputs.streams.map((stream) => listStream(stream, options)) };
  for await (const { unit, files } of renderUnits(stale, catalog, inputs, parts, ports.source, task)) {
    const all = [...files, ...(await signSiblings(files, keys, ports))];
    const written = all.map((file) => [file.path, draft.write(file)] as const);
    made.set(unit.id, { key: unit.key, files: Object.fromEntries(written) });
  }
  const manifest: SiteManifest = {
    format: 'aperiodic:site:1',
    signedBy: keys.map(({ fingerprint }) => fingerprint),
    units: Object.fromEntries(
      units.flatMap(({ id }) => (made.has(id) ? [[id, made.get(id) ?? { key: '', files: {} }]] : [])),
    ),
  };
  task.note('signing');
  const own = draft.write({ path: manifestName, content: `${JSON.stringify(manifest)}\n` });
  const text = renderChecksums([...entriesOf(manifest), { name: manifestName, ...own }]);
  const content = keys.length === 0 ? text : await ports.signer.clearSign(text, dateOf(inputs.streams, keys));
  draft.write({ path: checksumName, content });
  await draft.show();
  return manifest;
}

/** None without a key. */
async function signSiblings(
  files: readonly PublishedFile[],
  keys: readonly SigningKey[],
  { signer }: Pick<Ports, 'signer'>,
): Promise<PublishedFile[]> {
  const signed: PublishedFile[] = [];
  for (const { signed: sibling } of keys.length === 0 ? [] : files) {
    if (sibling === undefined) continue;
    const { path, text, at } = sibling;
    signed.push({ path, content: await signer.clearSign(text, signingDate(new Date(at), keys)) });
  }
  return signed;
}

export const manifestName = 'manifest.json';
export const checksumName = 'CHECKSUM';

function listStream({ id, stream, releases }: LoadedStream, options: StreamOptions) {
  return makeCatalogStream(
    id,
    stream,
    releases.flatMap((listed) => {
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
    }),
    options,
  );
}

/** When the newest of it was recorded: the same content is signed to the same bytes. */
function dateOf(streams: readonly LoadedStream[], keys: readonly SigningKey[]): Date {
  const dates = streams.flatMap(({ releases }) =>
    releases.map(({ recordedAt }) => Date.parse(recordedAt ?? '1970-01-01')),
  );
  return signingDate(new Date(dates.reduce((newest, date) => Math.max(newest, date), 0)), keys);
}

function entriesOf({ units }: SiteManifest) {
  return Object.values(units).flatMap(({ files }) =>
    Object.entries(files).map(([name, { sha256, size }]) => ({ name, sha256, size })),
  );
}

function isSame(
  { units, signedBy }: SiteManifest,
  wanted: readonly Unit[],
  keys: readonly SigningKey[],
): boolean {
  const same = signedBy.join() === keys.map(({ fingerprint }) => fingerprint).join();
  return same && Object.keys(units).length === wanted.length;
}

function sumUp({ units }: SiteManifest, again: ReadonlySet<string>) {
  const summary = { written: 0, kept: 0, bytes: 0 };
  for (const [id, { files }] of Object.entries(units)) {
    const sizes = Object.values(files).map(({ size }) => size);
    summary[again.has(id) ? 'written' : 'kept'] += sizes.length;
    summary.bytes += sizes.reduce((sum, size) => sum + size, 0);
  }
  return summary;
}
