/**
 * What users can choose from: every recorded release of a repository. From files of git alone, so that the site, the streams,
 * the API and `aperiodic find` say the same.
 */
import { newestLive, type Repository, type StreamState } from '../streams.ts';
import type { PublishedRecord, Release } from '../types.generated.ts';
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
  const [folder = '', image = ''] = state.id.split('/');
  const [, distribution = folder, distributionRelease = ''] = /^(.+)-([^-]+)$/.exec(folder) ?? [];
  const latest = newestRecorded(state);
  return {
    id: state.id,
    distribution,
    distributionRelease,
    image,
    name: stream.name,
    title: stream.title,
    isContainer: stream.formats.includes('oci'),
    ...(stream.neverRun === undefined ? {} : { neverRun: stream.neverRun }),
    ...(stream.retired === undefined ? {} : { retired: stream.retired.reason }),
    ...(latest === undefined ? {} : { latest }),
    releases: state.releases
      .flatMap(({ release, record }) =>
        record === undefined
          ? []
          : [{ version: release.version, standing: standingOf(release, latest), release, record }],
      )
      .sort((a, b) => compareVersions(b.version, a.version)),
  };
}

/** A release that is asked for and not out yet is not offered. */
function newestRecorded(state: StreamState): string | undefined {
  const recorded = { ...state, releases: state.releases.filter(({ record }) => record !== undefined) };
  return newestLive(recorded)?.release.version;
}

function standingOf({ version, withdrawn }: Release, latest: string | undefined): Standing {
  if (withdrawn !== undefined) return 'withdrawn';
  return version === latest ? 'current' : 'superseded';
}
