/** Reads what a site is made from: streams and releases of a tree. Releases that were read before are not read again. */
import { createHash } from 'node:crypto';
import { neverReached } from '../cloud.ts';
import { AperiodicError } from '../errors.ts';
import { groupByStream } from '../load.ts';
import { Problems, readYaml } from '../load-file.ts';
import { loadReleases } from '../load-releases.ts';
import { type FolderNames, sortNames } from '../load-stream.ts';
import { type ReleaseState, recordPath, releasePath, streamPath } from '../streams.ts';
import type { Tree } from '../tree.ts';
import type { PublishedRecord, Release, Stream } from '../types.generated.ts';
import { compareVersions } from '../version.ts';
import { locator } from '../yaml.ts';

/** What must be known of a release before its files are read. */
export interface ReleaseSummary {
  withdrawn: boolean;
  /** Absent without a record. */
  recordedAt?: string;
  deprecateAt?: string;
}

export interface StoredRelease {
  release: Release;
  record?: PublishedRecord;
}

/** Releases by what names the contents of their files. They were valid when they were stored. */
export interface ReleaseCache {
  find(digest: string): ReleaseSummary | undefined;
  /** @throws AperiodicError `digest-mismatch` when what was kept is damaged */
  read(digest: string): StoredRelease;
  add(digest: string, release: StoredRelease): void;
}

export interface LoadedRelease extends ReleaseSummary {
  version: string;
  digest: string;
  /** Read when it is looked at. */
  readonly state: ReleaseState;
}

export interface LoadedStream {
  id: string;
  stream: Stream;
  digest: string;
  /** Oldest first. */
  releases: LoadedRelease[];
}

/**
 * @param onRelease told how many releases were read of how many
 * @throws AperiodicError `invalid` with file and line: a site is made from a repository without such problems, or not at all.
 *   Further ones are in `detail`.
 */
export async function loadSite(
  tree: Tree,
  cache: ReleaseCache,
  onRelease: (done: number, total: number) => void,
): Promise<LoadedStream[]> {
  const problems = new Problems();
  const digests = await tree.digests?.('releases');
  const folders = groupByStream(await tree.list('releases'), problems);
  const total = folders.reduce((sum, [, files]) => sum + files.length, 0);
  const streams: LoadedStream[] = [];
  let done = 0;
  for (const [id, files] of folders) {
    const file = await readYaml(tree, 'Stream', streamPath(id), problems);
    const names = sortNames({ id, files }, problems);
    const digestOf = async (path: string) => digests?.get(path) ?? (await digestText(tree, path));
    const releases = await loadStreamReleases(id, names, { tree, cache, problems, digestOf });
    done += files.length;
    onRelease(done, total);
    if (file !== undefined)
      streams.push({ id, stream: file.value, digest: await digestOf(streamPath(id)), releases });
  }
  const [first, ...others] = problems.list;
  if (first === undefined) return streams;
  const { code, message, file, line } = first;
  const detail = others.map(({ located }) => located).join('\n');
  throw new AperiodicError(code, message, { file, line, cause: first, ...(detail === '' ? {} : { detail }) });
}

interface Context {
  tree: Tree;
  cache: ReleaseCache;
  problems: Problems;
  digestOf(path: string): Promise<string>;
}

async function loadStreamReleases(
  id: string,
  names: FolderNames,
  context: Context,
): Promise<LoadedRelease[]> {
  const { cache, digestOf } = context;
  const recorded = new Set(names.records);
  const digests = new Map<string, string>();
  for (const version of [...names.releases].sort(compareVersions)) {
    const record = recorded.has(version) ? await digestOf(recordPath(id, version)) : 'none';
    digests.set(version, `${id}/${version} ${await digestOf(releasePath(id, version))} ${record}`);
  }
  const unknown = [...digests].filter(([, digest]) => cache.find(digest) === undefined).map(([one]) => one);
  await readReleases(id, names, new Set(unknown), digests, context);
  return [...digests].flatMap(([version, digest]) => {
    const summary = cache.find(digest);
    return summary === undefined ? [] : [listRelease(id, version, digest, summary, cache)];
  });
}

async function readReleases(
  id: string,
  names: FolderNames,
  unknown: ReadonlySet<string>,
  digests: ReadonlyMap<string, string>,
  { tree, cache, problems }: Context,
): Promise<void> {
  const orphans = names.records.filter((version) => !names.releases.includes(version));
  const wanted = {
    pins: [],
    releases: names.releases.filter((version) => unknown.has(version)),
    records: [...names.records.filter((version) => unknown.has(version)), ...orphans],
  };
  for (const state of await loadReleases(tree, id, wanted, problems)) {
    const { release, record } = state;
    const digest = digests.get(release.version);
    if (digest === undefined || !(await hasEveryRegion(id, state, tree, problems))) continue;
    cache.add(digest, { release, ...(record === undefined ? {} : { record }) });
  }
}

/** A record is written when every required region holds the release: one without is broken. */
async function hasEveryRegion(
  id: string,
  { release, record }: ReleaseState,
  tree: Tree,
  problems: Problems,
): Promise<boolean> {
  const missing = record === undefined ? [] : neverReached(release, record);
  if (missing.length === 0) return true;
  const path = recordPath(id, release.version);
  const text = await tree.read(path);
  const words = `names no image in ${missing.join(', ')}, which the release file asks for`;
  problems.add(path, text === undefined ? undefined : locator(text)(['images']), words);
  return false;
}

function listRelease(
  id: string,
  version: string,
  digest: string,
  summary: ReleaseSummary,
  cache: ReleaseCache,
): LoadedRelease {
  const path = releasePath(id, version);
  return {
    ...summary,
    version,
    digest,
    get state() {
      const { release, record } = cache.read(digest);
      return { path, text: '', release, record };
    },
  };
}

async function digestText(tree: Tree, path: string): Promise<string> {
  const text = (await tree.read(path)) ?? '';
  return createHash('sha256').update(text).digest('hex');
}
