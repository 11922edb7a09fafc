/** Reads the folder of one stream and its kickstart. */
import { checkStreamCloud } from './check-cloud.ts';
import { contentDigest } from './digest.ts';
import { toAperiodicError } from './errors.ts';
import { kindOfFormats } from './image-formats.ts';
import type { ImageKind } from './kickstart/image-spec.ts';
import type { LoadOptions } from './load.ts';
import { type LoadedFile, Problems, readYaml } from './load-file.ts';
import { loadKickstarts } from './load-kickstarts.ts';
import { loadPins } from './load-pins.ts';
import { loadReleases } from './load-releases.ts';
import { findBadFreezes } from './policy/review.ts';
import { kickstartPathOf, pinsPath, type StreamState, streamFolder, streamPath } from './streams.ts';
import type { Tree } from './tree.ts';
import type { PackageRequest, Pins, Repositories, Stream } from './types.generated.ts';
import { compareVersions, parseVersion } from './version.ts';
import { locator } from './yaml.ts';

export interface StreamFolder {
  id: string;
  /** Names of all files in the folder. */
  files: readonly string[];
  /** Undefined when they could not be read: then ids are not looked up. */
  repositories: Repositories | undefined;
}

const versionFile = /^(\d{8}\.\d+)(\.published)?\.yaml$/;
const pinsFile = /^pins\.([a-z0-9_]+)\.yaml$/;

export async function loadStream(
  tree: Tree,
  folder: StreamFolder,
  options: LoadOptions,
): Promise<StreamState> {
  const problems = new Problems();
  const names = sortNames(folder, problems);
  const file = await loadDescription(tree, folder, problems);
  const stream = file?.value;
  const kickstarts = file && (await loadKickstarts(tree, file, options, problems));
  const { kickstart, others } = kickstarts ?? {};
  const requests = new Map<string, PackageRequest | undefined>();
  // Pins of a retired stream are never resolved again, so they may lag behind the files that streams share.
  for (const architecture of stream?.retired === undefined ? (stream?.architectures ?? []) : []) {
    const lines = others?.[architecture] ?? kickstart;
    if (stream === undefined || lines === undefined) continue;
    const path = kickstartPathOf(stream, architecture);
    // Machines differ in what they need of a disk. What is wrong for one of them need not be said again for the next.
    if (requests.has(path) && requests.get(path) === undefined) continue;
    const ask = async () => options.requestOf?.(lines, stream, architecture);
    requests.set(path, await problems.gather(ask));
  }
  const pins = stream ? await loadAllPins(tree, { id: folder.id, stream, requests, names }, problems) : [];
  const complete = stream !== undefined && pins.length === stream.architectures.length;
  return {
    id: folder.id,
    stream,
    kickstart,
    ...(others === undefined ? {} : { kickstarts: others }),
    request: stream && requests.get(stream.kickstart),
    pins,
    content:
      kickstarts && complete
        ? contentDigest({ ...stream, kickstart: kickstarts.kickstart, kickstartsOf: others, pins })
        : undefined,
    releases: await loadReleases(tree, folder.id, names, problems),
    versions: [...new Set([...names.releases, ...names.records])].sort(compareVersions),
    problems: problems.list,
  };
}

export interface FolderNames {
  /** Words between `pins.` and `.yaml`. */
  pins: string[];
  /** Versions that have a release file. */
  releases: string[];
  /** Versions that have a record. */
  records: string[];
}

/** What a stream's folder holds; files that do not belong there become problems. */
export function sortNames(
  { id, files }: Pick<StreamFolder, 'id' | 'files'>,
  problems: Problems,
): FolderNames {
  const names: FolderNames = { pins: [], releases: [], records: [] };
  for (const file of files) {
    const path = `${streamFolder(id)}/${file}`;
    const [, version, published] = versionFile.exec(file) ?? [];
    const [, pinned] = pinsFile.exec(file) ?? [];
    if (version !== undefined && parseVersion(version) === undefined)
      problems.add(path, undefined, `'${version}' is not a version: write YYYYMMDD.N with a real date`);
    else if (version !== undefined) names[published === undefined ? 'releases' : 'records'].push(version);
    else if (pinned !== undefined) names.pins.push(pinned);
    else if (file !== 'stream.yaml')
      problems.add(
        path,
        undefined,
        'is not a file of a stream: stream.yaml, pins.<architecture>.yaml, <version>.yaml and <version>.published.yaml are',
      );
  }
  return names;
}

async function loadDescription(
  tree: Tree,
  { id, repositories }: StreamFolder,
  problems: Problems,
): Promise<LoadedFile<Stream> | undefined> {
  const file = await readYaml(tree, 'Stream', streamPath(id), problems);
  if (file === undefined) return undefined;
  const lineOf = locator(file.text);
  const known = new Set(repositories?.repositories.map((repository) => repository.id));
  for (const [index, repository] of file.value.repositories.entries()) {
    if (repositories === undefined || known.has(repository)) continue;
    const text = `repository '${repository}' is not in releases/repositories.yaml`;
    problems.add(file.path, lineOf(['repositories', index]), text);
  }
  checkStreamCloud(file, problems);
  checkFormats(file, problems);
  checkCadence(file, problems);
  if (file.value.builder !== undefined && file.value.payload !== 'rpm') {
    const text = "only streams of rpms have a builder: take out 'builder'";
    problems.add(file.path, lineOf(['builder']), text);
  }
  return file;
}

function checkCadence({ path, text, value }: LoadedFile<Stream>, problems: Problems): void {
  for (const bad of findBadFreezes(value.cadence?.freezes ?? [], ['cadence', 'freezes']))
    problems.add(path, locator(text)(bad.path), `'to' ${bad.message}`);
}

/** Formats of one kind; AMIs are made of disks only. */
function checkFormats({ path, text, value }: LoadedFile<Stream>, problems: Problems): void {
  const lineOf = locator(text);
  let kind: ImageKind;
  try {
    kind = kindOfFormats(value.formats);
  } catch (error) {
    problems.add(path, lineOf(['formats']), toAperiodicError(error).message);
    return;
  }
  if (kind === 'disk') return;
  if (!value.formats.includes('oci')) {
    const words =
      "a container is tested and brought to registries from its OCI archive: add 'oci' to 'formats'";
    problems.add(path, lineOf(['formats']), words);
  }
  if (value.aws !== undefined) {
    problems.add(path, lineOf(['aws']), "a container makes no AMIs: take out 'aws'");
  }
}

/** What a kickstart asks for, by its path; undefined when that is not known. */
type Requests = ReadonlyMap<string, PackageRequest | undefined>;

async function loadAllPins(
  tree: Tree,
  context: { id: string; stream: Stream; requests: Requests; names: FolderNames },
  problems: Problems,
): Promise<Pins[]> {
  const { id, stream, names } = context;
  const wanted: readonly string[] = stream.architectures;
  for (const name of names.pins.filter((architecture) => !wanted.includes(architecture))) {
    const text = `'${name}' is not an architecture of the stream: [${wanted.join(', ')}] are`;
    problems.add(`${streamFolder(id)}/pins.${name}.yaml`, undefined, text);
  }
  if (stream.neverRun !== undefined) {
    const [first] = names.pins;
    if (first !== undefined) {
      const text = "pins are committed: take 'neverRun' out of stream.yaml";
      problems.add(`${streamFolder(id)}/pins.${first}.yaml`, undefined, text);
    }
    return [];
  }
  const all: Pins[] = [];
  for (const architecture of stream.architectures) {
    const path = pinsPath(id, architecture);
    if (!names.pins.includes(architecture)) {
      problems.add(path, undefined, `does not exist: run 'aperiodic resolve ${id}'`);
      continue;
    }
    const request = context.requests.get(kickstartPathOf(stream, architecture));
    const pins = await loadPins(tree, path, { id, stream, request, architecture }, problems);
    if (pins !== undefined) all.push(pins);
  }
  return all;
}
