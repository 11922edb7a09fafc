/** A stream with a release, one that fixes what it had, and one that was withdrawn. Nothing in it is real. */
import { listNotices, type Notice } from '../../scripts/model/notices/notice.ts';
import { makeRecord } from '../../scripts/model/record.ts';
import type { ReleaseState } from '../../scripts/model/streams.ts';
import type {
  NoticeTargets,
  PublishedRecord,
  Release,
  ReleasedFix,
} from '../../scripts/model/types.generated.ts';
import { renderYaml } from '../../scripts/model/yaml.ts';
import { renderRecord } from '../../scripts/render/record.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { makeReleaseFile, makeSigned, stream } from './candidate.ts';

export const first = '20261122.0';
export const second = '20261201.0';

export const image: Notice['image'] = {
  name: 'Debian-Cloud-Base-12',
  title: 'Debian 12 (bookworm) Cloud Base',
  payload: 'deb',
};

export const noticeTargets: NoticeTargets = {
  prefix: 'TEST',
  publisher: {
    name: 'Test images',
    namespace: 'https://images.example.org',
    contact: 'security@example.org',
  },
  from: { name: 'Test images', address: 'images@lists.example.org' },
  to: ['announce@lists.example.org'],
  site: 'https://mirror.example.org/images',
};

/** Invented: DSA-0000-1 is none of Debian's. */
export const fixes: ReleasedFix[] = [
  {
    advisory: 'DSA-0000-1',
    feed: 'debian-security',
    title: 'invented - security update',
    severity: 'important',
    cvss: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', score: 7.5 },
    cves: ['CVE-2099-10001'],
    reference: 'https://advisories.example.org/DSA-0000-1',
    packages: [
      { name: 'libinvented3', architecture: 'amd64', from: '3.0.1-1', to: '3.0.1-1+deb12u1' },
      { name: 'libinvented3', architecture: 'arm64', from: '3.0.1-1', to: '3.0.1-1+deb12u1' },
      { name: 'invented-tools', architecture: 'amd64', from: '1:3.0.1-1', to: '1:3.0.1-1+deb12u1' },
    ],
    published: '2026-11-29T08:00:00Z',
    available: '2026-11-29T10:00:00Z',
    proposed: '2026-11-29T12:00:00Z',
    due: '2026-12-02T08:00:00Z',
    rule: 'important',
  },
  {
    advisory: 'DSA-0000-2',
    feed: 'debian-security',
    title: 'made-up - security update',
    severity: 'moderate',
    cves: ['CVE-2099-0002', 'CVE-2099-10001'],
    packages: [{ name: 'made-up', architecture: 'amd64', from: '1.0', to: '1.1' }],
    proposed: '2026-11-29T12:00:00Z',
    rule: 'moderate',
  },
  {
    advisory: 'TEST-2026:1',
    feed: 'testix',
    title: 'an advisory without a CVE',
    severity: 'unknown',
    cves: [],
    packages: [{ name: 'plain', architecture: 'amd64', from: '0.9~rc1-1', to: '1.0-1' }],
    proposed: '2026-11-29T12:00:00Z',
    rule: 'scheduled',
  },
];

export function makeState(
  version: string,
  release: Partial<Release> = {},
  record: Partial<PublishedRecord> = {},
): ReleaseState {
  const signed = JSON.parse(JSON.stringify(makeSigned()).replaceAll(first, version));
  const mirrors = [{ id: 'primary', path: `${stream}/${version}`, checksum: 'a'.repeat(64) }];
  const date = new Date(`${version.slice(0, 4)}-${version.slice(4, 6)}-${version.slice(6, 8)}T12:00:00Z`);
  return {
    path: `releases/${stream}/${version}.yaml`,
    text: '',
    release: makeReleaseFile({ version, ...release }),
    record: { ...makeRecord({ candidate: signed, mirrors }, date), serial: 1, ...record },
  };
}

export const images = ['eu-central-1', 'us-east-1'].flatMap((region, index) =>
  (['amd64', 'arm64'] as const).map((architecture, other) => ({
    architecture,
    region,
    ami: `ami-0${index}${other}456789abcdef01`,
    snapshot: `snap-0${index}${other}456789abcdef01`,
    state: 'public' as const,
  })),
);

const reason = 'Security updates: invented, made-up, plain';
/** The release before, and one that fixes. */
export const states = [makeState(first), makeState(second, { reason, fixes }, { images })];

const withdrawn = { reason: 'It loses its network when it restarts', at: '2026-12-03T09:00:00Z' };
/** The same, withdrawn since. */
export const withdrawnStates = [
  makeState(first),
  makeState(
    second,
    { reason, fixes, withdrawn },
    {
      images,
      withdrawn,
      recordedAt: '2026-12-03T10:00:00Z',
      notices: [
        {
          id: 'TEST-debian-12.cloud-base-20261201.0',
          issuedAt: '2026-12-01T12:00:00Z',
          messageId: '<TEST-debian-12.cloud-base-20261201.0@lists.example.org>',
          sentAt: '2026-12-01T12:01:00Z',
        },
      ],
    },
  ),
];

export function noticesOf(releases = states, targets = noticeTargets, of = image): Notice[] {
  return listNotices(targets, of, { id: stream, releases });
}

export const hostile =
  '</title><script>alert(1)</script>&amp;"\'>]]><!-- `x` | [a](javascript:b) \u202e\u200b\u2028\ud800 -----BEGIN PGP SIGNATURE-----';

/** Everything that people or feeds may write freely is as bad as its schema allows. */
export function hostileNotices(): Notice[] {
  const bad = fixes.map((fix) => ({ ...fix, title: hostile }));
  const gone = { reason: hostile, at: '2026-12-03T09:00:00Z' };
  const releases = [
    makeState(first),
    makeState(second, { reason: hostile, fixes: bad, withdrawn: gone }, { images, withdrawn: gone }),
    makeState('20261202.0', { reason: hostile, fixes: bad }),
  ];
  return noticesOf(releases, hostileTargets, { ...image, title: hostile });
}

export const hostileTargets: NoticeTargets = {
  ...noticeTargets,
  publisher: { name: hostile, namespace: 'https://images.example.org', contact: hostile },
  from: { name: hostile, address: 'images@lists.example.org' },
};

/** A repository that has them. @param targets null for none */
export function noticeFiles(
  releases: readonly ReleaseState[],
  targets: NoticeTargets | null = noticeTargets,
): Record<string, string> {
  const files: Record<string, string> = {
    'releases/targets.yaml': renderYaml({
      mirrors: [
        { id: 'primary', keep: 2 },
        { id: 'other', keep: 2 },
      ],
      ...(targets === null ? {} : { notices: targets }),
    }),
    [`releases/${stream}/stream.yaml`]: renderYaml({
      ...image,
      kickstart: 'kickstarts/debian-cloud-base.ks',
      repositories: ['debian-12'],
      architectures: ['amd64', 'arm64'],
      formats: ['qcow2', 'raw.zst'],
      limits: { downloadMiB: 400, usedMiB: 1200 },
    }),
  };
  for (const { path, release, record } of releases) {
    files[path] = renderRelease(release);
    if (record !== undefined) files[path.replace('.yaml', '.published.yaml')] = renderRecord(record);
  }
  return files;
}
