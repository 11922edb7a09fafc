/**
 * What users can choose from: every recorded release of a repository. From files of git alone, so that the site, the streams,
 * the API and `aperiodic find` say the same.
 */
import { newestLive, type Repository, type StreamState } from '../streams.ts';
import type { PublishedRecord, RecordedMirror, Release } from '../types.generated.ts';
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
  /** Since when anybody could have it, as far as that is known: records are dated anew when they grow. */
  publishedAt: string;
  /** Those that still have its files, by the number that each keeps. None of a withdrawn release. */
  mirrors: RecordedMirror[];
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
  const keep = new Map(targets?.mirrors.map((mirror) => [mirror.id, mirror.keep]));
  return { streams: streams.flatMap((state) => describeStream(state, keep, options) ?? []) };
}

/** `debian-12` is release 12 of debian; a folder without a dash has a distribution alone. */
export function splitFolder(folder: string): { distribution: string; distributionRelease: string } {
  const [, distribution = folder, distributionRelease = ''] = /^(.+)-([^-]+)$/.exec(folder) ?? [];
  return { distribution, distributionRelease };
}

function describeStream(
  state: StreamState,
  keep: ReadonlyMap<string, number>,
  { publishedAt }: CatalogOptions,
): CatalogStream | undefined {
  const { stream } = state;
  if (stream === undefined) return undefined;
  const [folder = '', image = ''] = state.id.split('/');
  const latest = newestRecorded(state);
  const retained = retainedVersions(state);
  return {
    id: state.id,
    ...splitFolder(folder),
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
          : [
              {
                version: release.version,
                standing: standingOf(release, latest),
                release,
                record,
                publishedAt: publishedAt?.(state.id, release.version) ?? record.recordedAt,
                mirrors: record.mirrors.filter(({ id }) => isKept(release.version, retained, keep.get(id))),
              },
            ],
      )
      .sort((a, b) => compareVersions(b.version, a.version)),
  };
}

/** A release that is asked for and not out yet is not offered. */
function newestRecorded(state: StreamState): string | undefined {
  const recorded = { ...state, releases: state.releases.filter(({ record }) => record !== undefined) };
  return newestLive(recorded)?.release.version;
}

/** Live and recorded ones, newest first: mirrors keep the first of them. */
function retainedVersions({ releases }: StreamState): string[] {
  return releases
    .filter(({ release, record }) => record !== undefined && release.withdrawn === undefined)
    .map(({ release }) => release.version)
    .sort((a, b) => compareVersions(b, a));
}

/** @param keep undefined when releases/targets.yaml does not name the mirror any more: then nobody removes from it */
function isKept(version: string, retained: readonly string[], keep: number | undefined): boolean {
  const place = retained.indexOf(version);
  return place >= 0 && (keep === undefined || place < Math.max(1, keep));
}

function standingOf({ version, withdrawn }: Release, latest: string | undefined): Standing {
  if (withdrawn !== undefined) return 'withdrawn';
  return version === latest ? 'current' : 'superseded';
}
