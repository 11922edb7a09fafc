/**
 * Golden cases of the plan: test/model/plan/golden/<case>/in.json says what the tree holds, out.json what is due. Content
 * is a letter from A to F, which stands for a digest of 64 of them.
 */
import { createHash } from 'node:crypto';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { type ReleaseState, type Repository, releasePath } from '../../../scripts/model/streams.ts';
import type {
  Architecture,
  AwsTargets,
  ImageState,
  PublishedRecord,
  RecordedImage,
  Retention,
} from '../../../scripts/model/types.generated.ts';
import { compareVersions } from '../../../scripts/model/version.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import { record, release, streamId } from '../repository-fixture.ts';

export interface GoldenRelease {
  version: string;
  content: string;
  /** Mirrors that the release must reach; `primary` when left out. */
  mirrors?: string[];
  /** Mirrors in its record; no record when left out. */
  recorded?: string[];
  architectures?: Architecture[];
  rebuild?: string;
  /** Reason of the withdrawal. */
  withdrawn?: string;
  /** Regions that the release must reach. */
  aws?: { home: string; regions: string[]; bestEffort: string[] };
  /** State of the images in its record, by region; needs `recorded`. */
  images?: Record<string, ImageState>;
  deprecateAt?: string;
  recordedAt?: string;
}

export interface GoldenCase {
  /** What the case is about, for readers. */
  about: string;
  mergedAt: string;
  /** Content of the tree. */
  content: string;
  /** Mirrors in targets.yaml; `null` when the file cannot be read. */
  targets: string[] | null;
  releases: GoldenRelease[];
  /** Problems of the stream's files. */
  problems?: { file: string; line: number; message: string }[];
  /** `aws` of targets.yaml. */
  aws?: AwsTargets;
  /** `aws.retention` of stream.yaml; the stream makes no AMIs when left out. */
  retention?: Retention;
  /** Reason why stream.yaml says that the stream is retired. */
  retired?: string;
  /** Time of the lifecycle plan, which is part of the output when this is there. */
  now?: string;
}

export function digestOf(letter: string): string {
  return letter.toLowerCase().repeat(64);
}

export function repositoryOf(golden: GoldenCase): Repository {
  const releases = golden.releases
    .map(releaseState)
    .sort((a, b) => compareVersions(a.release.version, b.release.version));
  const { targets } = golden;
  return {
    targets:
      targets === null
        ? undefined
        : {
            mirrors: targets.map((id) => ({ id, keep: 3 })),
            ...(golden.aws === undefined ? {} : { aws: golden.aws }),
          },
    repositories: { repositories: [] },
    streams: [
      {
        id: streamId,
        stream: {
          name: 'Testix-Cloud-Base-1',
          title: 'Testix',
          payload: 'deb',
          kickstart: 'kickstarts/testix.ks',
          repositories: ['main'],
          architectures: ['amd64'],
          formats: ['qcow2'],
          limits: { downloadMiB: 1, usedMiB: 1 },
          ...(golden.retention === undefined ? {} : { aws: { retention: golden.retention } }),
          ...(golden.retired === undefined
            ? {}
            : { retired: { reason: golden.retired, at: '2026-11-20T00:00:00Z' } }),
        },
        kickstart: [],
        request: undefined,
        pins: [],
        content: digestOf(golden.content),
        releases,
        versions: releases.map((state) => state.release.version),
        problems: (golden.problems ?? []).map(problemOf),
      },
    ],
    problems:
      targets === null
        ? [problemOf({ file: 'releases/targets.yaml', line: 1, message: 'is not valid YAML' })]
        : [],
  };
}

function problemOf({ file, line, message }: { file: string; line: number; message: string }): AperiodicError {
  return new AperiodicError('invalid', message, { file, line });
}

function releaseState(golden: GoldenRelease): ReleaseState {
  const { version, content, rebuild, withdrawn, architectures = ['amd64'] } = golden;
  const value = release(version, digestOf(content), {
    targets: {
      mirrors: golden.mirrors ?? ['primary'],
      ...(golden.aws === undefined ? {} : { aws: golden.aws }),
    },
    architectures,
    ...(rebuild === undefined ? {} : { rebuild }),
    ...(withdrawn === undefined ? {} : { withdrawn: { reason: withdrawn, at: '2026-11-20T00:00:00Z' } }),
  });
  return {
    path: releasePath(streamId, version),
    text: renderRelease(value),
    release: value,
    record: golden.recorded && { ...record(version, digestOf(content), golden.recorded), ...cloudOf(golden) },
  };
}

function cloudOf({ version, images, deprecateAt, recordedAt }: GoldenRelease): Partial<PublishedRecord> {
  return {
    ...(deprecateAt === undefined ? {} : { deprecateAt }),
    ...(recordedAt === undefined ? {} : { recordedAt }),
    ...(images === undefined
      ? {}
      : { images: Object.entries(images).map(([region, state]) => imageOf(version, region, state)) }),
  };
}

/** An image with ids that follow from version and region. */
export function imageOf(version: string, region: string, state: ImageState = 'public'): RecordedImage {
  const digits = createHash('sha256').update(`${version} ${region}`).digest('hex').slice(0, 17);
  return { architecture: 'amd64', region, ami: `ami-${digits}`, snapshot: `snap-${digits}`, state };
}
