/**
 * Reads what users choose from: streams, release files and records, and nothing else of a repository. Kickstarts and pins are
 * not read, so that a catalog of many releases comes quickly. Strict where `loadRepository` is patient: what is told to
 * users is whole or not told.
 */
import { Problems, readYaml, refuseProblems } from '../load-file.ts';
import { loadReleases } from '../load-releases.ts';
import type { FolderNames } from '../load-stream.ts';
import { type StreamState, streamFolder, streamPath } from '../streams.ts';
import type { Tree } from '../tree.ts';
import type { Targets } from '../types.generated.ts';
import { compareVersions, parseVersion } from '../version.ts';
import { type Catalog, type CatalogOptions, makeCatalog } from './catalog.ts';
import { checkRelease } from './check-catalog.ts';

const streamOf = /^releases\/([a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*)\/([^/]+)$/;
/** Looks like a release or a record: what is none of either is a matter of `aperiodic validate`. */
const versionFile = /^(\d[^/]*?)(\.published)?\.yaml$/;

export interface LoadedCatalog {
  catalog: Catalog;
  /** Undefined when the repository has none. */
  targets: Targets | undefined;
}

/**
 * @throws AperiodicError the first problem, by file and line; its `detail` has all of them
 */
export async function loadCatalog(tree: Tree, options: CatalogOptions = {}): Promise<LoadedCatalog> {
  const problems = new Problems();
  const file = 'releases/targets.yaml';
  const targets = (await tree.read(file)) && (await readYaml(tree, 'Targets', file, problems))?.value;
  const streams: StreamState[] = [];
  for (const [id, names] of groupByStream(await tree.list('releases'))) {
    const state = await loadCatalogStream(tree, id, names);
    problems.list.push(...state.problems);
    streams.push(state);
  }
  refuseProblems(problems.list);
  const shared = { streams, targets: targets === '' ? undefined : targets };
  return { catalog: makeCatalog(shared, options), targets: shared.targets };
}

/** Names of the files of each stream's folder, by id, sorted. */
export function groupByStream(paths: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const path of [...paths].sort()) {
    const [, id, name] = streamOf.exec(path) ?? [];
    // releases/keys and what lies deeper is no stream.
    if (id === undefined || name === undefined) continue;
    const names = folders.get(id);
    if (names === undefined) folders.set(id, [name]);
    else names.push(name);
  }
  return folders;
}

/** One stream's part of the catalog. `problems` has what is wrong with it, by file and line; nothing is thrown for that. */
async function loadCatalogStream(tree: Tree, id: string, files: readonly string[]): Promise<StreamState> {
  const problems = new Problems();
  const names = sortVersions(id, files, problems);
  const about = await readYaml(tree, 'Stream', streamPath(id), problems);
  const releases = await loadReleases(tree, id, names, problems);
  const state: StreamState = {
    id,
    stream: about?.value,
    kickstart: undefined,
    request: undefined,
    pins: [],
    content: undefined,
    releases,
    versions: [...new Set([...names.releases, ...names.records])].sort(compareVersions),
    problems: problems.list,
  };
  for (const release of releases) await checkRelease(tree, id, release, problems);
  return state;
}

/** A name that is no version has no place in the order of versions: nobody could say whether it is newer. */
function sortVersions(id: string, files: readonly string[], problems: Problems): FolderNames {
  const names: FolderNames = { pins: [], releases: [], records: [] };
  for (const file of files) {
    const [, version, published] = versionFile.exec(file) ?? [];
    if (version === undefined) continue;
    if (parseVersion(version) !== undefined)
      names[published === undefined ? 'releases' : 'records'].push(version);
    else {
      const text = `'${version}' is not a version, so that its place in their order is not known: write YYYYMMDD.N with a real date`;
      problems.add(`${streamFolder(id)}/${file}`, undefined, text);
    }
  }
  return names;
}
