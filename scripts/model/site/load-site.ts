/**
 * Reads what a site is made from: streams and releases of a tree. First what there is and what names its contents, then the files
 * themselves, stream by stream, of which those that were read before are not read again.
 */
import { createHash } from 'node:crypto';
import { checkRelease } from '../catalog/check-catalog.ts';
import type { Holdings } from '../catalog/holdings.ts';
import { groupByStream } from '../load.ts';
import { type Problems, readYaml } from '../load-file.ts';
import { loadReleases } from '../load-releases.ts';
import { type FolderNames, sortNames } from '../load-stream.ts';
import { type ReleaseState, recordPath, releasePath, streamPath } from '../streams.ts';
import type { Tree } from '../tree.ts';
import type { PublishedRecord, Release, Stream } from '../types.generated.ts';
import { compareVersions } from '../version.ts';

/** What must be known of a release before its files are read. */
export interface ReleaseSummary {
  withdrawn: boolean;
  /** Absent without a record. */
  recordedAt?: string;
  deprecateAt?: string;
  /** When its security updates are due (RFC 3339); absent when none is. */
  dues?: string[];
}

export interface StoredRelease {
  release: Release;
  record?: PublishedRecord;
}

/** What was read of one stream, by what names the contents of its files. It was valid when it was stored. */
export interface StreamCache {
  find(digest: string): ReleaseSummary | undefined;
  /** @throws AperiodicError `digest-mismatch` when what was kept is damaged */
  read(digest: string): StoredRelease;
  add(digest: string, release: StoredRelease): void;
  /** What the stream held when it was as this key says. */
  findHoldings(key: string): Holdings | undefined;
  addHoldings(key: string, holdings: Holdings): void;
  /** Keeps what was found or added since it was opened. */
  save(): Promise<void>;
  close(): void;
}

/** A stream by its name and what names its contents. Plain values, which another thread can be given. */
export interface ListedStream {
  id: string;
  stream: Stream;
  /** Of stream.yaml. */
  digest: string;
  names: FolderNames;
  /** Oldest first. */
  releases: { version: string; digest: string }[];
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

/** Streams whose own file cannot be read are left out, with a problem. */
export async function listSite(tree: Tree, problems: Problems): Promise<ListedStream[]> {
  const digests = await tree.digests?.('releases');
  const digestOf = async (path: string) => digests?.get(path) ?? (await digestText(tree, path));
  const folders = groupByStream(await tree.list('releases'), problems);
  tree.expect?.(folders.map(([id]) => streamPath(id)));
  const streams: ListedStream[] = [];
  for (const [id, files] of folders) {
    const file = await readYaml(tree, 'Stream', streamPath(id), problems);
    const names = sortNames({ id, files }, problems);
    const recorded = new Set(names.records);
    const releases = [];
    for (const version of [...names.releases].sort(compareVersions)) {
      const record = recorded.has(version) ? await digestOf(recordPath(id, version)) : 'none';
      const digest = `${version} ${await digestOf(releasePath(id, version))} ${record}`;
      releases.push({ version, digest });
    }
    if (file !== undefined)
      streams.push({ id, stream: file.value, digest: await digestOf(streamPath(id)), names, releases });
  }
  return streams;
}

/** Whether all of it was read before and found good. */
export function isRead({ names, releases }: ListedStream, cache: StreamCache): boolean {
  const asked = new Set(names.releases);
  return (
    names.records.every((version) => asked.has(version)) &&
    releases.every(({ digest }) => cache.find(digest) !== undefined)
  );
}

/** Releases that cannot be read are left out, with problems. */
export async function loadSiteStream(
  listed: ListedStream,
  tree: Tree,
  cache: StreamCache,
  problems: Problems,
): Promise<LoadedStream> {
  const { id, stream, digest, releases } = listed;
  if (!isRead(listed, cache)) await readReleases(listed, tree, cache, problems);
  const loaded = releases.flatMap((release) => {
    const summary = cache.find(release.digest);
    return summary === undefined ? [] : [loadRelease(id, release, summary, cache)];
  });
  return { id, stream, digest, releases: loaded };
}

async function readReleases(
  { id, names, releases }: ListedStream,
  tree: Tree,
  cache: StreamCache,
  problems: Problems,
): Promise<void> {
  const unknown = new Map(
    releases
      .filter(({ digest }) => cache.find(digest) === undefined)
      .map(({ version, digest }) => [version, digest]),
  );
  const wanted = {
    pins: [],
    releases: names.releases.filter((version) => unknown.has(version)),
    records: names.records.filter((version) => unknown.has(version) || !names.releases.includes(version)),
  };
  tree.expect?.([
    ...wanted.releases.map((version) => releasePath(id, version)),
    ...wanted.records.map((version) => recordPath(id, version)),
  ]);
  for (const state of await loadReleases(tree, id, wanted, problems)) {
    const { release, record } = state;
    const digest = unknown.get(release.version);
    if (digest === undefined || !(await checkRelease(tree, id, state, problems))) continue;
    cache.add(digest, { release, ...(record === undefined ? {} : { record }) });
  }
}

function loadRelease(
  id: string,
  { version, digest }: ListedStream['releases'][number],
  summary: ReleaseSummary,
  cache: StreamCache,
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
