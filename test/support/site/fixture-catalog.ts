/** Streams, releases and records that nobody made, for tests of pages. Nothing here is an image. */
import { createHash } from 'node:crypto';
import { assertValid } from '../../../scripts/model/schema.ts';
import type { ReleaseState, StreamState } from '../../../scripts/model/streams.ts';
import type {
  PublishedRecord,
  RecordedImage,
  Release,
  ReleasedFix,
} from '../../../scripts/model/types.generated.ts';
import { parseYaml } from '../../../scripts/model/yaml.ts';

export const fixtureRegions = [
  ...['ap-northeast-1', 'ap-southeast-2', 'eu-central-1', 'eu-west-1', 'sa-east-1', 'us-east-1', 'us-west-2'],
];

const hex = (seed: string, length: number) =>
  createHash('sha256').update(seed).digest('hex').slice(0, length);

export interface FixtureRelease {
  version: string;
  reason?: string;
  regions?: readonly string[];
  architectures?: readonly ('amd64' | 'arm64')[];
  withdrawn?: string;
  fixes?: ReleasedFix[];
  deprecateAt?: string;
  /** Release it was compared with. */
  previous?: string;
  sizeMiB?: number;
  bootSeconds?: number;
  commit?: string;
  container?: boolean;
  /** Id of a notice that was given of it. */
  notice?: string;
}

export function makeFixtureFix(advisory: string, available: string): ReleasedFix {
  return {
    advisory,
    feed: 'fixture',
    title: 'fixture: a flaw that does not exist',
    severity: 'important',
    cves: ['CVE-2099-0001'],
    reference: 'https://advisories.example.org/fixture',
    packages: [{ name: 'openssl', architecture: 'amd64', from: '3.0.1-1', to: '3.0.1-2' }],
    published: available,
    available,
    proposed: available,
    due: '2099-01-01T00:00:00Z',
    rule: 'important',
  };
}

function timestampOf(version: string): string {
  const day = `${version.slice(0, 4)}-${version.slice(4, 6)}-${version.slice(6, 8)}`;
  return `${day}T1${version.slice(9, 10)}:30:00Z`;
}

const checks = [
  ['disk-readable', 'image', 'GPT, root ext4'],
  ['no-host-keys', 'image', 'none'],
  ['setuid-files', 'image', '11 files, all known'],
  ['boots', 'bios', 'ssh answered'],
  ['system-running', 'bios', 'running'],
  ['packages-pinned', 'bios', '212 packages, all as pinned'],
  ['boots', 'uefi', 'ssh answered'],
  ['system-running', 'uefi', 'running'],
] as const;

function makeArchitecture(name: string, architecture: string, given: FixtureRelease) {
  const { version, previous, container } = given;
  // Lines of one chart that lie on each other would show nothing.
  const isArm = architecture === 'arm64';
  const sizeMiB = (given.sizeMiB ?? 320) + (isArm ? 24 : 0);
  const bootSeconds = (given.bootSeconds ?? 21) + (isArm ? 3 : 0);
  const base = `${name}-${version}.${architecture}`;
  const forms = container === true ? ['oci', 'docker-archive'] : ['qcow2', 'raw.zst'];
  const endings: Record<string, string> = { oci: 'oci.tar', 'docker-archive': 'docker.tar' };
  return {
    architecture,
    raw: { sha256: hex(`${base} raw`, 64), size: 2 * 1024 ** 3 },
    artifacts: forms.map((format, index) => ({
      name: `${base}.${endings[format] ?? format}`,
      format,
      sha256: hex(`${base}.${format}`, 64),
      size: Math.round((sizeMiB - index * 40) * 1024 ** 2),
    })),
    packages: 212,
    tools: { e2fsprogs: '1.47.0-2', mmdebstrap: '1.3.5-7' },
    qa: {
      accelerator: container === true ? 'none' : 'kvm',
      boots: container === true ? 0 : 3,
      results: checks.map(([id, where, seen]) => ({
        id,
        where,
        result: 'passed',
        seen,
        ...(id === 'boots' ? { figures: { sshSeconds: bootSeconds } } : {}),
      })),
    },
    ...(previous === undefined
      ? {}
      : {
          comparison: {
            previous,
            gates: [
              {
                id: 'download-size',
                result: 'passed',
                subject: 'qcow2',
                previous: sizeMiB - 1,
                now: sizeMiB,
                limit: sizeMiB + 20,
              },
              {
                id: 'boot-time',
                result: 'passed',
                previous: bootSeconds + 1,
                now: bootSeconds,
                limit: bootSeconds + 9,
              },
            ],
            replacement: {
              result: 'passed',
              accelerator: 'kvm',
              previous: { login: bootSeconds + 1 },
              now: { login: bootSeconds },
            },
          },
        }),
  };
}

/** One release and its record, both as their schemas want them. */
export function makeFixtureRelease(stream: string, name: string, given: FixtureRelease): ReleaseState {
  const { version, architectures = ['amd64'], regions = [], withdrawn, fixes, deprecateAt } = given;
  const content = hex(`${stream} ${version} content`, 64);
  const withdrawal =
    withdrawn === undefined ? {} : { withdrawn: { reason: withdrawn, at: '2026-11-20T08:00:00Z' } };
  const release: Release = assertValid('Release', {
    version,
    reason: given.reason ?? 'Regular release of the month',
    content,
    architectures,
    formats: given.container === true ? ['oci', 'docker-archive'] : ['qcow2', 'raw.zst'],
    targets: { mirrors: ['primary'] },
    ...(fixes === undefined ? {} : { fixes }),
    ...withdrawal,
  });
  const images: RecordedImage[] = regions.flatMap((region) =>
    architectures.map((architecture) => ({
      architecture,
      region,
      ami: `ami-${hex(`${stream} ${version} ${region} ${architecture}`, 17)}`,
      snapshot: `snap-${hex(`${stream} ${version} ${region} ${architecture}`, 17)}`,
      state: withdrawn === undefined ? 'public' : 'withdrawn',
    })),
  );
  const parts = architectures.map((architecture) => makeArchitecture(name, architecture, given));
  const document = (file: string, kind: string) => ({ name: file, kind, sha256: hex(file, 64), size: 4096 });
  const record: PublishedRecord = assertValid('PublishedRecord', {
    stream,
    version,
    content,
    commit: given.commit ?? hex(`${stream} ${version} commit`, 40),
    recordedAt: timestampOf(version),
    serial: 1,
    ...withdrawal,
    ...(deprecateAt === undefined ? {} : { deprecateAt }),
    architectures: parts,
    mirrors: [
      { id: 'primary', path: `${stream}/${version}`, checksum: hex(`${stream} ${version} checksum`, 64) },
    ],
    documents: [
      document(`${name}-${version}-CHECKSUM`, 'checksum'),
      ...parts.flatMap(({ architecture, artifacts }) => [
        document(`${name}-${version}.${architecture}.cdx.json`, 'sbom'),
        document(`${name}-${version}.${architecture}.spdx.json`, 'sbom'),
        document(`${name}-${version}.${architecture}.provenance.json`, 'provenance'),
        ...artifacts.map((file) => document(`${file.name}.asc`, 'signature')),
      ]),
    ],
    ...(given.notice === undefined
      ? {}
      : { notices: [{ id: given.notice, issuedAt: timestampOf(version) }] }),
    ...(images.length === 0 ? {} : { images }),
    ...(given.container === true
      ? {
          containers: [
            {
              registry: 'primary',
              repository: stream,
              digest: `sha256:${hex(`${stream} ${version} index`, 64)}`,
            },
          ],
        }
      : {}),
  });
  return { path: `releases/${stream}/${version}.yaml`, text: '', release, record };
}

export function makeFixtureStream(
  id: string,
  title: string,
  name: string,
  extra: string,
  releases: readonly FixtureRelease[],
): StreamState {
  const container = releases.some((release) => release.container === true) || extra.includes('oci');
  const stream = parseYaml(
    'Stream',
    `name: ${name}
title: ${title}
payload: deb
kickstart: kickstarts/fixture.ks
repositories: [fixture]
architectures: [amd64]
formats: [${container ? 'oci, docker-archive' : 'qcow2, raw.zst'}]
limits: {downloadMiB: 600, usedMiB: 1500}
${extra}`,
    `releases/${id}/stream.yaml`,
  );
  const states = releases.map((release) => makeFixtureRelease(id, name, release));
  return {
    id,
    stream,
    kickstart: undefined,
    request: undefined,
    pins: [],
    content: undefined,
    releases: states,
    versions: releases.map(({ version }) => version),
    problems: [],
  };
}

/** Every state that pages tell apart: current, superseded, withdrawn, deprecated, retired, never run, nothing yet. */
export function makeFixtureStreams(): StreamState[] {
  const both = ['amd64', 'arm64'] as const;
  const months = ['20260601.0', '20260701.0', '20260801.0', '20260901.0', '20261001.0', '20261101.0'];
  const base = months.map((version, index) => ({
    version,
    architectures: both,
    regions: fixtureRegions,
    sizeMiB: 310 + index * 3,
    bootSeconds: 24 - index * 0.6,
    ...(index === 0 ? {} : { previous: months[index - 1] ?? '' }),
    ...(index === 4 ? { withdrawn: 'cloud-init does not find its user data' } : {}),
    ...(index % 2 === 1
      ? {
          fixes: [
            makeFixtureFix(`FIX-${index}`, `${version.slice(0, 4)}-${version.slice(4, 6)}-0${1}T00:00:00Z`),
          ],
          reason: 'openssl may not wait',
          notice: `TESTIX-testix-1.cloud-base-${version}`,
        }
      : {}),
  }));
  return [
    makeFixtureStream('testix-1/cloud-base', 'Testix 1 Cloud Base', 'Testix-Cloud-Base-1', '', base),
    makeFixtureStream('testix-1/container-base', 'Testix 1 Container Base', 'Testix-Container-Base-1', '', [
      { version: '20261101.0', container: true, sizeMiB: 90 },
    ]),
    makeFixtureStream('testix-1/docker-host', 'Testix 1 Docker Host', 'Testix-Docker-Host-1', '', []),
    makeFixtureStream(
      'testix-0/cloud-base',
      'Testix 0 Cloud Base',
      'Testix-Cloud-Base-0',
      "retired: {reason: Testix 0 gets no updates any more, at: '2026-10-01T00:00:00Z'}\n",
      [{ version: '20260801.0', regions: ['eu-west-1'], deprecateAt: '2026-09-01T00:00:00Z' }],
    ),
    makeFixtureStream(
      'nowhere-2/cloud-base',
      'Nowhere 2 Cloud Base',
      'Nowhere-Cloud-Base-2',
      'neverRun: no mirror of this distribution could be reached\n',
      [],
    ),
  ];
}
