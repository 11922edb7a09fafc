/** The repository as one value: what releases/ and kickstarts/ say, with every problem that was found in them. */
import { missingOwnRegions, neverReached } from './cloud.ts';
import type { AperiodicError } from './errors.ts';
import type {
  AdvisoryFeeds,
  Architecture,
  KickstartLine,
  NotAffectedStatement,
  PackageRequest,
  Pins,
  Policy,
  PublishedRecord,
  Release,
  Repositories,
  Stream,
  Targets,
} from './types.generated.ts';
import { compareVersions } from './version.ts';

export interface Repository {
  /** Undefined when releases/targets.yaml cannot be read; `problems` says why. */
  targets: Targets | undefined;
  /** Undefined when releases/repositories.yaml cannot be read; `problems` says why. */
  repositories: Repositories | undefined;
  /** releases/policy.yaml; undefined when there is none, or it has problems. */
  policy?: Policy | undefined;
  /** Undefined when there is no releases/advisories.yaml, or it cannot be read. */
  advisories?: AdvisoryFeeds | undefined;
  /** releases/not-affected.yaml; undefined when it has problems: then it states nothing. */
  notAffected?: readonly NotAffectedStatement[] | undefined;
  /** By id. */
  streams: StreamState[];
  /** Of files that belong to no stream. */
  problems: AperiodicError[];
}

export type KickstartsByArchitecture = Readonly<Partial<Record<Architecture, KickstartLine[]>>>;

/** One stream as its folder and its kickstart describe it. What could not be read is undefined or left out. */
export interface StreamState {
  /** `debian-12/cloud-base`. */
  id: string;
  stream: Stream | undefined;
  /** Flattened. */
  kickstart: KickstartLine[] | undefined;
  /** Likewise, of architectures that have one of their own. */
  kickstarts?: KickstartsByArchitecture;
  /** What the kickstart asks the solver for; undefined also when nobody asked for it to be found out. */
  request: PackageRequest | undefined;
  /** Of the stream's architectures, in its order. */
  pins: Pins[];
  /** Content digest of the tree; undefined when the kickstart or pins are missing. */
  content: string | undefined;
  /** Oldest first. */
  releases: ReleaseState[];
  /** Every version that a file name in the folder speaks of, oldest first: none of them may be given again. */
  versions: string[];
  problems: AperiodicError[];
}

export interface ReleaseState {
  /** Of the release file. */
  path: string;
  /** Of the release file, to find lines in. */
  text: string;
  release: Release;
  record: PublishedRecord | undefined;
}

/** Path of the kickstart that makes the images of an architecture. */
export function kickstartPathOf(
  { kickstart, kickstarts }: Pick<Stream, 'kickstart' | 'kickstarts'>,
  architecture: Architecture,
): string {
  return kickstarts?.[architecture] ?? kickstart;
}

export function streamFolder(stream: string): string {
  return `releases/${stream}`;
}

export function streamPath(stream: string): string {
  return `releases/${stream}/stream.yaml`;
}

export function pinsPath(stream: string, architecture: Architecture): string {
  return `releases/${stream}/pins.${architecture}.yaml`;
}

export function releasePath(stream: string, version: string): string {
  return `releases/${stream}/${version}.yaml`;
}

export function recordPath(stream: string, version: string): string {
  return `releases/${stream}/${version}.published.yaml`;
}

/** Releases that are not withdrawn, newest first. */
export function liveReleases(stream: StreamState): ReleaseState[] {
  return newestFirst(stream.releases.filter(({ release }) => release.withdrawn === undefined));
}

/** The one release that counts. */
export function newestLive(stream: StreamState): ReleaseState | undefined {
  return liveReleases(stream)[0];
}

/**
 * The release with which this content was withdrawn, while nothing newer took that back: a live release of the same
 * content does when it came out, or says why it is built again. A file that merely asks for the content does not.
 */
export function findWithdrawal(stream: StreamState, content: string): ReleaseState | undefined {
  const verdicts = stream.releases.filter(
    ({ release, record }) =>
      release.content === content &&
      (release.withdrawn !== undefined || release.rebuild !== undefined || record !== undefined),
  );
  const last = newestFirst(verdicts)[0];
  return last?.release.withdrawn === undefined ? undefined : last;
}

/** Mirrors of the list that the record does not hold; all of them when there is no record. */
export function missingMirrors(mirrors: readonly string[], record: PublishedRecord | undefined): string[] {
  const held = new Set(record?.mirrors.map(({ id }) => id));
  return mirrors.filter((id) => !held.has(id));
}

/** Container registries of the list that the record does not hold; all of them when there is no record. */
export function missingRegistries(
  registries: readonly string[] | undefined,
  record: PublishedRecord | undefined,
): string[] {
  const held = new Set(record?.containers?.map(({ registry }) => registry));
  return (registries ?? []).filter((id) => !held.has(id));
}

/** The container registries that a release of the stream is to reach; undefined when it makes no containers. */
export function wantedRegistries(stream: Stream | undefined, targets: Targets): string[] | undefined {
  const ids = targets.registries?.map(({ id }) => id) ?? [];
  return ids.length > 0 && stream?.formats.includes('oci') === true ? ids : undefined;
}

/** Mirrors, registries and required regions of the release file that it never came to; what was removed later does not count. */
export function unreachedTargets({ release, record }: ReleaseState): string[] {
  const { mirrors, registries } = release.targets;
  return [
    ...missingMirrors(mirrors, record),
    ...missingRegistries(registries, record),
    ...neverReached(release, record),
  ];
}

/** Whether a record is there and it came to all that the release file asks for. */
export function isComplete(state: ReleaseState): boolean {
  return state.record !== undefined && unreachedTargets(state).length === 0;
}

/** Mirrors, registries and required regions of the release file that do not hold it, as the record says. */
export function missingTargets(release: Release, record: PublishedRecord | undefined): string[] {
  const { mirrors, registries } = release.targets;
  return [
    ...missingMirrors(mirrors, record),
    ...missingRegistries(registries, record),
    ...missingOwnRegions(release, record),
  ];
}

/** The stream of this id, or undefined. */
export function findStream(repository: Pick<Repository, 'streams'>, id: string): StreamState | undefined {
  return repository.streams.find((stream) => stream.id === id);
}

function newestFirst(releases: ReleaseState[]): ReleaseState[] {
  return releases.sort((a, b) => compareVersions(b.release.version, a.release.version));
}
