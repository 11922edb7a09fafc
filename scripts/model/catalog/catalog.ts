/**
 * What users can choose from: every recorded release of a repository. From files of git alone, so that the site, the streams,
 * the API and `aperiodic find` say the same.
 */
import type { Repository, StreamState } from '../streams.ts';
import type { PublishedRecord, RecordedMirror, Release, Stream, Targets } from '../types.generated.ts';
import { compareVersions } from '../version.ts';
import { findHoldings, type Holdings } from './holdings.ts';

export interface Catalog {
  /** By id. Streams that nobody has run, and retired ones, are among them, and say so. */
  streams: CatalogStream[];
}

export interface CatalogStream {
  /** `debian-12/cloud-base` */
  id: string;
  /** `debian` */
  distribution: string;
  /** `12` */
  distributionRelease: string;
  /** `cloud-base` */
  image: string;
  /** First part of file names. */
  name: string;
  title: string;
  isContainer: boolean;
  /** Why no image of it was ever made. */
  neverRun?: string;
  /** Why nothing new is made. */
  retired?: string;
  /** The version that is offered; absent when there is none. */
  latest?: string;
  /** Recorded ones, newest first. */
  releases: CatalogRelease[];
  readonly holdings: Holdings;
}

/** Current: the one that is offered. Superseded: a newer one is there. Withdrawn: nobody should use it. */
export type Standing = 'current' | 'superseded' | 'withdrawn';

export interface CatalogRelease {
  version: string;
  standing: Standing;
  readonly release: Release;
  readonly record: PublishedRecord;
  /** Since when anybody could have it, as far as that is known: records are dated anew when they grow. */
  readonly publishedAt: string;
  /** Those that still have its files, by the number that each keeps. None of a withdrawn release. */
  readonly mirrors: RecordedMirror[];
}

export interface CatalogOptions {
  /** When the record of a release came to the main branch; undefined where that is not known. Default: nowhere. */
  publishedAt?: (stream: string, version: string) => string | undefined;
}

/** Streams of which not even the title can be read are left out: their problems are for `aperiodic validate`. */
export function makeCatalog(
  repository: Pick<Repository, 'streams'> & Partial<Pick<Repository, 'targets'>>,
  options: CatalogOptions = {},
): Catalog {
  const { streams, targets } = repository;
  const keep = keptBy(targets);
  return { streams: streams.flatMap((state) => describeStream(state, keep, options) ?? []) };
}

/** The same with the files of one mirror alone. */
export function heldBy({ streams }: Catalog, mirror: string): Catalog {
  return {
    streams: streams.map((stream) => {
      const releases = stream.releases.map((release) => ({
        ...release,
        mirrors: release.mirrors.filter(({ id }) => id === mirror),
      }));
      return { ...stream, releases, holdings: findHoldings(releases) };
    }),
  };
}

/** How many releases each mirror keeps, by its id. */
export function keptBy(targets: Pick<Targets, 'mirrors'> | undefined): Map<string, number> {
  return new Map(targets?.mirrors.map(({ id, keep }) => [id, keep]));
}

/** `debian-12` is release 12 of debian; a folder without a dash has a distribution alone. */
export function splitFolder(folder: string): { distribution: string; distributionRelease: string } {
  const [, distribution = folder, distributionRelease = ''] = /^(.+)-([^-]+)$/.exec(folder) ?? [];
  return { distribution, distributionRelease };
}

function describeStream(
  state: StreamState,
  keep: ReadonlyMap<string, number>,
  options: CatalogOptions,
): CatalogStream | undefined {
  if (state.stream === undefined) return undefined;
  const listed = state.releases.flatMap(({ release, record }) =>
    record === undefined
      ? []
      : [{ version: release.version, withdrawn: release.withdrawn !== undefined, release, record }],
  );
  return makeCatalogStream(state.id, state.stream, listed, { ...options, keep });
}

/** A recorded release. `release` and `record` may be getters: nothing looks at them before somebody needs them. */
export interface ListedRelease {
  readonly version: string;
  /** As the release file says. */
  readonly withdrawn: boolean;
  readonly release: Release;
  readonly record: PublishedRecord;
}

export interface StreamOptions extends CatalogOptions {
  /** How many releases each mirror keeps, by its id. */
  keep: ReadonlyMap<string, number>;
  /** As they were found in these releases before. */
  holdings?: Holdings | undefined;
}

/** @param recorded in any order */
export function makeCatalogStream(
  id: string,
  stream: Stream,
  recorded: readonly ListedRelease[],
  { keep, publishedAt, holdings }: StreamOptions,
): CatalogStream {
  const [folder = '', image = ''] = id.split('/');
  const newestFirst = [...recorded].sort((a, b) => compareVersions(b.version, a.version));
  // Mirrors keep the first of them. A release that is asked for and not out yet is not offered.
  const retained = newestFirst.filter(({ withdrawn }) => !withdrawn).map(({ version }) => version);
  const [latest] = retained;
  const releases = newestFirst.map((listed) => ({
    version: listed.version,
    standing: standingOf(listed, latest),
    get release() {
      return listed.release;
    },
    get record() {
      return listed.record;
    },
    get publishedAt() {
      return publishedAt?.(id, listed.version) ?? listed.record.recordedAt;
    },
    get mirrors() {
      return listed.record.mirrors.filter((one) => isKept(listed.version, retained, keep.get(one.id)));
    },
  }));
  let known = holdings;
  return {
    id,
    ...splitFolder(folder),
    image,
    name: stream.name,
    title: stream.title,
    isContainer: stream.formats.includes('oci'),
    ...(stream.neverRun === undefined ? {} : { neverRun: stream.neverRun }),
    ...(stream.retired === undefined ? {} : { retired: stream.retired.reason }),
    ...(latest === undefined ? {} : { latest }),
    releases,
    get holdings() {
      known ??= findHoldings(releases);
      return known;
    },
  };
}

/** @param keep undefined when releases/targets.yaml does not name the mirror any more: then nobody removes from it */
function isKept(version: string, retained: readonly string[], keep: number | undefined): boolean {
  const place = retained.indexOf(version);
  return place >= 0 && (keep === undefined || place < Math.max(1, keep));
}

function standingOf({ version, withdrawn }: ListedRelease, latest: string | undefined): Standing {
  if (withdrawn) return 'withdrawn';
  return version === latest ? 'current' : 'superseded';
}
