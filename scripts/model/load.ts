/** Reads releases/ and kickstarts/ of a tree into one value, and gathers every problem on the way. */
import { checkImagesLookedAfter, checkTargetsCloud } from './check-cloud.ts';
import type { AperiodicError } from './errors.ts';
import { isKeyPath } from './keyring.ts';
import { type LoadedFile, Problems, readYaml, sortProblems } from './load-file.ts';
import { loadStatements } from './load-not-affected.ts';
import { loadStream } from './load-stream.ts';
import { loadPolicy } from './policy/load-policy.ts';
import type { Repository } from './streams.ts';
import type { Tree } from './tree.ts';
import type {
  AdvisoryFeeds,
  Architecture,
  KickstartLine,
  PackageRequest,
  Repositories,
  Stream,
  Targets,
} from './types.generated.ts';
import { locator } from './yaml.ts';

export interface LoadOptions {
  /** Puts every %include in place. */
  flatten(entry: string, read: (path: string) => Promise<string | undefined>): Promise<KickstartLine[]>;
  /**
   * What a flattened kickstart asks the solver for. Left out, pins are not compared with the kickstart.
   * @throws AperiodicError for what the kickstart may not ask: it becomes a problem of the stream
   */
  requestOf?(lines: KickstartLine[], stream: Stream, architecture: Architecture): Promise<PackageRequest>;
}

export interface Loaded {
  repository: Repository;
  /** All problems, of the shared files and of every stream, by file and line. */
  problems: AperiodicError[];
}

/** Files directly below releases/ that have a meaning. */
const sharedFiles = [
  'repositories.yaml',
  'targets.yaml',
  'policy.yaml',
  'advisories.yaml',
  'not-affected.yaml',
  'README.md',
];
const streamId = /^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * @throws AperiodicError only for what is not the repository's fault (a missing tool, a bug): what a file gets wrong is
 *   in `problems`
 */
export async function loadRepository(tree: Tree, options: LoadOptions): Promise<Loaded> {
  const problems = new Problems();
  const repositories = await loadRepositories(tree, problems);
  const targets = await loadTargets(tree, problems);
  const policy = await loadPolicy(tree, problems);
  const advisories = await loadAdvisoryFeeds(tree, problems);
  const folders = groupByStream(await tree.list('releases'), problems);
  const streams = [];
  for (const [id, files] of folders) {
    streams.push(await loadStream(tree, { id, files, repositories }, options));
  }
  checkImagesLookedAfter(targets, streams, problems);
  const notAffected = await loadStatements(tree, streams, problems);
  const shared = { repositories, targets: targets?.value, policy, advisories, notAffected };
  const repository = { ...shared, streams, problems: problems.list };
  const all = [...problems.list, ...streams.flatMap((stream) => stream.problems)];
  return { repository, problems: sortProblems(all) };
}

async function loadRepositories(tree: Tree, problems: Problems): Promise<Repositories | undefined> {
  const file = await readYaml(tree, 'Repositories', 'releases/repositories.yaml', problems);
  if (file === undefined) return undefined;
  const ids = file.value.repositories.map(({ id }) => id);
  return refuseRepeated(ids, 'repositories', file, problems) ? file.value : undefined;
}

async function loadTargets(tree: Tree, problems: Problems): Promise<LoadedFile<Targets> | undefined> {
  const file = await readYaml(tree, 'Targets', 'releases/targets.yaml', problems);
  if (file === undefined) return undefined;
  const ids = file.value.mirrors.map(({ id }) => id);
  const sound = [refuseRepeated(ids, 'mirrors', file, problems), checkTargetsCloud(file, problems)];
  return sound.every(Boolean) ? file : undefined;
}

/** The file may be missing: then only the streams' own rpm repositories tell of security updates. */
async function loadAdvisoryFeeds(tree: Tree, problems: Problems): Promise<AdvisoryFeeds | undefined> {
  const path = 'releases/advisories.yaml';
  if ((await tree.read(path)) === undefined) return undefined;
  const file = await readYaml(tree, 'AdvisoryFeeds', path, problems);
  if (file === undefined) return undefined;
  const ids = file.value.feeds.map(({ id }) => id);
  return refuseRepeated(ids, 'feeds', file, problems) ? file.value : undefined;
}

function refuseRepeated(
  ids: readonly string[],
  key: string,
  file: { path: string; text: string },
  problems: Problems,
): boolean {
  const lineOf = locator(file.text);
  const repeated = ids.flatMap((id, index) => (ids.indexOf(id) < index ? [index] : []));
  for (const index of repeated) {
    problems.add(file.path, lineOf([key, index, 'id']), `'${ids[index]}' is defined twice`);
  }
  return repeated.length === 0;
}

/** Names of the files of each stream folder, by stream id, sorted. */
export function groupByStream(paths: readonly string[], problems: Problems): [string, string[]][] {
  const folders = new Map<string, string[]>();
  for (const path of [...paths].sort()) {
    const [, distribution = '', image = '', ...rest] = path.split('/');
    if (isKeyPath(path)) continue;
    if (rest.length === 0) {
      if (image === '' && sharedFiles.includes(distribution)) continue;
      problems.add(path, undefined, 'is not a file that belongs into releases/: remove or rename it');
      continue;
    }
    const id = `${distribution}/${image}`;
    const files = folders.get(id) ?? [];
    if (files.length === 0 && !streamId.test(id)) {
      const text = `'${id}' is not a name for a stream: use lower-case letters, digits and single hyphens`;
      problems.add(`releases/${id}`, undefined, text);
    }
    files.push(rest.join('/'));
    folders.set(id, files);
  }
  return [...folders].filter(([id]) => streamId.test(id));
}
