/**
 * What users can choose from: every recorded release of a repository. From files of git alone, so that the site, the streams,
 * the API and `aperiodic find` say the same.
 */
import type { Repository, StreamState } from '../streams.ts';
import type { PublishedRecord, Release, Stream } from '../types.generated.ts';
import { compareVersions } from '../version.ts';

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
}

/** Current: the one that is offered. Superseded: a newer one is there. Withdrawn: nobody should use it. */
export type Standing = 'current' | 'superseded' | 'withdrawn';

export interface CatalogRelease {
  version: string;
  standing: Standing;
  release: Release;
  record: PublishedRecord;
}

/** Streams of which not even the title can be read are left out: their problems are for `aperiodic validate`. */
export function makeCatalog(repository: Pick<Repository, 'streams'>): Catalog {
  return { streams: repository.streams.flatMap((state) => describeStream(state) ?? []) };
}

function describeStream(state: StreamState): CatalogStream | undefined {
  const { stream } = state;
  if (stream === undefined) return undefined;
  const listed = state.releases.flatMap(({ release, record }) =>
    record === undefined
      ? []
      : [{ version: release.version, withdrawn: release.withdrawn !== undefined, release, record }],
  );
  return makeCatalogStream(state.id, stream, listed);
}

/** A recorded release. `release` and `record` may be getters: nothing looks at them before somebody needs them. */
export interface ListedRelease {
  readonly version: string;
  /** As the release file says. */
  readonly withdrawn: boolean;
  readonly release: Release;
  readonly record: PublishedRecord;
}

export function makeCatalogStream(
  id: string,
  stream: Stream,
  recorded: readonly ListedRelease[],
): CatalogStream {
  const [folder = '', image = ''] = id.split('/');
  const [, distribution = folder, distributionRelease = ''] = /^(.+)-([^-]+)$/.exec(folder) ?? [];
  const newestFirst = [...recorded].sort((a, b) => compareVersions(b.version, a.version));
  // A release that is asked for and not out yet is not offered.
  const latest = newestFirst.find(({ withdrawn }) => !withdrawn)?.version;
  return {
    id,
    distribution,
    distributionRelease,
    image,
    name: stream.name,
    title: stream.title,
    isContainer: stream.formats.includes('oci'),
    ...(stream.neverRun === undefined ? {} : { neverRun: stream.neverRun }),
    ...(stream.retired === undefined ? {} : { retired: stream.retired.reason }),
    ...(latest === undefined ? {} : { latest }),
    releases: newestFirst.map((listed) => ({
      version: listed.version,
      standing: standingOf(listed, latest),
      get release() {
        return listed.release;
      },
      get record() {
        return listed.record;
      },
    })),
  };
}

function standingOf({ version, withdrawn }: ListedRelease, latest: string | undefined): Standing {
  if (withdrawn) return 'withdrawn';
  return version === latest ? 'current' : 'superseded';
}
