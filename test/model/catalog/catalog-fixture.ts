/** A repository with something of everything that a catalog tells: made up, and named so. */
import { loadCatalog } from '../../../scripts/model/catalog/load-catalog.ts';
import type {
  Architecture,
  ImageState,
  PublishedRecord,
  RecordedDocument,
  RecordedImage,
  Release,
} from '../../../scripts/model/types.generated.ts';
import { renderRecord } from '../../../scripts/render/record.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import { fakeTree, record, release, sha, streamYaml } from '../repository-fixture.ts';

export const base = 'testix-1/cloud-base';
export const container = 'testix-1/container-base';
export const idle = 'othix-2/cloud-base';
export const now = new Date('2026-12-01T00:00:00Z');
export const regions = ['eu-central-1', 'eu-west-1', 'us-east-1'];

/** Versions of `base`, by what they are. */
export const versions = {
  deprecated: '20260801.0',
  superseded: '20261001.0',
  withdrawn: '20261020.0',
  current: '20261101.0',
} as const;

const architectures: Architecture[] = ['amd64', 'arm64'];

function imagesOf(version: string, states: Record<string, ImageState>): RecordedImage[] {
  const digits = version.replace('.', '0');
  return Object.entries(states).flatMap(([region, state]) =>
    architectures.map((architecture, index) => {
      const id = `${digits}${index}${String(regions.indexOf(region)).padStart(6, '0')}`;
      return { architecture, region, ami: `ami-${id}`, snapshot: `snap-${id}`, state };
    }),
  );
}

/** @param recordedAt of the record */
export function makeRecordOf(
  stream: string,
  version: string,
  recordedAt: string,
  changes: Partial<PublishedRecord> = {},
): PublishedRecord {
  const made = record(version, sha('9'));
  const [image = ''] = stream.split('/').slice(1);
  const [part] = made.architectures;
  if (part === undefined) throw new Error('the fixture has no architecture');
  const name = (architecture: string) => `Testix-${image}-1-${version}.${architecture}.qcow2`;
  return {
    ...made,
    stream,
    recordedAt,
    architectures: architectures.map((architecture, index) => ({
      ...part,
      architecture,
      artifacts: [
        {
          name: name(architecture),
          format: 'qcow2' as const,
          sha256: sha(String(index + 2)),
          size: 5000 + index,
        },
      ],
    })),
    mirrors: [{ id: 'primary', path: `${stream}/${version}`, checksum: sha('3') }],
    documents: [
      { name: `Testix-${image}-1-${version}-CHECKSUM`, kind: 'checksum', sha256: sha('4'), size: 900 },
      ...architectures.map((architecture) => ({
        name: `${name(architecture)}.asc`,
        kind: 'signature' as const,
        sha256: sha('5'),
        size: 200,
      })),
    ],
    ...changes,
  };
}

/** Releases before the newest have none, as those that were signed by an older version. */
function lxdDocuments(version: string): RecordedDocument[] {
  return architectures.map((architecture, index) => ({
    name: `Testix-cloud-base-1-${version}.${architecture}.lxd.tar.xz`,
    kind: 'lxd-metadata',
    sha256: sha('6'),
    size: 1700 + index,
    fingerprint: sha(index === 0 ? 'a' : 'b'),
  }));
}

export function makeReleaseOf(version: string, changes: Partial<Release> = {}): Release {
  return release(version, sha('9'), {
    reason: `Why ${version} was made`,
    architectures,
    targets: {
      mirrors: ['primary'],
      aws: { home: 'eu-central-1', regions: regions.slice(0, 2), bestEffort: ['us-east-1'] },
    },
    ...changes,
  });
}

type Files = Record<string, string>;

export function put(files: Files, stream: string, asked: Release, recorded?: PublishedRecord): Files {
  const path = `releases/${stream}/${asked.version}`;
  return {
    ...files,
    [`${path}.yaml`]: renderRelease(asked),
    ...(recorded === undefined ? {} : { [`${path}.published.yaml`]: renderRecord(recorded) }),
  };
}

export function catalogFiles(): Files {
  const { deprecated, superseded, withdrawn, current } = versions;
  const aws = 'aws: {retention: {public: 3, deprecateAfterDays: 90, removeAfterDays: 365}}\n';
  const stream = streamYaml.replace('[amd64]', '[amd64, arm64]');
  let files: Files = {
    'releases/targets.yaml': 'mirrors: [{id: primary, keep: 2}]\n',
    'releases/keys/2026.asc': 'a key\n',
    [`releases/${base}/stream.yaml`]: stream + aws,
    [`releases/${container}/stream.yaml`]: stream
      .replace('Testix 1 Cloud Base', 'Testix 1 Container Base')
      .replace('[qcow2]', '[oci]'),
    [`releases/${idle}/stream.yaml`]: `${stream.replace('Testix 1', 'Othix 2')}neverRun: no mirror was reached\n`,
  };
  const all = (state: ImageState) => Object.fromEntries(regions.map((region) => [region, state]));
  files = put(
    files,
    base,
    makeReleaseOf(deprecated),
    makeRecordOf(base, deprecated, '2026-08-01T10:00:00Z', {
      serial: 1,
      deprecateAt: '2026-11-01T00:00:00Z',
      images: imagesOf(deprecated, { ...all('public'), 'eu-west-1': 'private' }),
    }),
  );
  files = put(
    files,
    base,
    makeReleaseOf(superseded),
    makeRecordOf(base, superseded, '2026-10-01T10:00:00Z', {
      serial: 2,
      deprecateAt: '2027-01-01T00:00:00Z',
      images: imagesOf(superseded, all('public')),
    }),
  );
  const withdrawal = { reason: 'It does not boot', at: '2026-10-21T12:00:00Z' };
  files = put(
    files,
    base,
    makeReleaseOf(withdrawn, { withdrawn: withdrawal }),
    makeRecordOf(base, withdrawn, '2026-10-20T10:00:00Z', {
      serial: 4,
      withdrawn: withdrawal,
      images: imagesOf(withdrawn, all('public')),
    }),
  );
  // The region of best effort was not reached.
  const newest = makeRecordOf(base, current, '2026-11-01T10:00:00Z', {
    serial: 5,
    deprecateAt: '2096-02-01T00:00:00Z',
    images: imagesOf(current, { 'eu-central-1': 'public', 'eu-west-1': 'public' }),
  });
  files = put(files, base, makeReleaseOf(current), {
    ...newest,
    documents: [...(newest.documents ?? []), ...lxdDocuments(current)],
  });
  // Asked for, and not out yet.
  files = put(files, base, makeReleaseOf('20261130.0'));
  const oci = makeRecordOf(container, current, '2026-11-02T10:00:00Z', { serial: 1 });
  return put(files, container, makeReleaseOf(current, { targets: { mirrors: ['primary'] } }), {
    ...oci,
    architectures: oci.architectures.map((part) => ({
      ...part,
      artifacts: part.artifacts.map((one) => ({
        ...one,
        name: one.name.replace('qcow2', 'oci.tar'),
        format: 'oci',
      })),
    })),
    containers: [{ registry: 'hub', repository: container, digest: `sha256:${sha('7')}` }],
  });
}

export const loadFixture = async (files: Files = catalogFiles()) =>
  (await loadCatalog(fakeTree(files))).catalog;
