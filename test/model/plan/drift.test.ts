import assert from 'node:assert/strict';
import test from 'node:test';
import { findDrift } from '../../../scripts/model/plan/drift.ts';
import type { Observed, ObservedImage } from '../../../scripts/model/plan/observed.ts';
import { streamId } from '../repository-fixture.ts';
import { type GoldenRelease, imageOf, repositoryOf } from './golden-case.ts';

const home = 'eu-central-1';
const east = 'us-east-1';
const deprecateAt = '2027-01-30T00:00:00Z';
const now = new Date('2026-11-22T10:00:00Z');
const latest = `/aperiodic/${streamId}/amd64/latest`;
const versioned = (version: string) => `/aperiodic/${streamId}/${version}/amd64`;

const released: GoldenRelease = {
  version: '20261101.0',
  content: 'A',
  recorded: ['primary'],
  images: { [home]: 'public', [east]: 'public' },
  deprecateAt,
};

function seen(version: string, region: string, more: Partial<ObservedImage> = {}): ObservedImage {
  const { ami, snapshot } = imageOf(version, region);
  return {
    region,
    ami,
    snapshot,
    public: true,
    createdAt: '2026-11-01T12:00:00Z',
    deprecateAt: '2027-01-30T00:00:00Z',
    stream: streamId,
    version,
    architecture: 'amd64',
    ...more,
  };
}

function find(
  images: ObservedImage[],
  more: { releases?: GoldenRelease[]; regions?: string[]; pointers?: Observed['pointers'] } = {},
): string[] {
  const { releases = [released], regions = [home, east] } = more;
  const repository = repositoryOf({
    about: '',
    mergedAt: '',
    content: 'A',
    targets: ['primary'],
    releases,
    aws: { home, regions: [{ id: home }, { id: east }], pointers: '/aperiodic' },
    retention: { public: 1, deprecateAfterDays: 90, removeAfterDays: 365 },
  });
  const own = regions.flatMap((region) =>
    [latest, versioned('20261101.0')].map((name) => ({
      region,
      name,
      ami: imageOf('20261101.0', region).ami,
    })),
  );
  const pointers = more.pointers ?? own;
  return findDrift(repository, { regions, images, pointers }, now).map(
    ({ repair, region, what, image }) => `${repair} ${region} ${image?.ami ?? what} ${image?.state ?? '-'}`,
  );
}

const ami = (region: string, version = '20261101.0') => imageOf(version, region).ami;
const both = [seen('20261101.0', home), seen('20261101.0', east)];

test('nothing drifts when the cloud is as the records say', () => {
  assert.deepEqual(find(both), []);
});

test('nothing is said of a region that did not answer', () => {
  assert.deepEqual(find([seen('20261101.0', home)], { regions: [home] }), []);
});

test('an image that vanished is forgotten, while others of the account are seen', () => {
  assert.deepEqual(find([seen('20261101.0', home)]), [`forget ${east} ${ami(east)} removed`]);
  assert.deepEqual(find([]), [`report ${home} ${ami(home)} -`, `report ${east} ${ami(east)} -`]);
});

test('permissions and dates become those of the record', () => {
  const [first, second] = both;
  assert.ok(first && second);
  assert.deepEqual(find([{ ...first, public: false }, second]), [`share ${home} ${ami(home)} public`]);
  const late = { ...first, deprecateAt: '2028-01-01T00:00:00Z' };
  assert.deepEqual(find([late, second]), [`deprecate ${home} ${ami(home)} public`]);
  const other = { ...first, snapshot: 'snap-12345678' };
  assert.deepEqual(find([other, second]), [`report ${home} ${ami(home)} -`]);
});

test('a withdrawn image is not shared again because its record is behind', () => {
  const releases = [{ ...released, withdrawn: 'bad' }];
  const closed = both.map((image) => ({ ...image, public: false }));
  assert.deepEqual(find(closed, { releases, pointers: [] }), []);
});

test('one that should be private or gone, and is not, is put right', () => {
  const images = { [home]: 'withdrawn', [east]: 'removed' } as const;
  const releases = [{ ...released, images, withdrawn: 'bad', recordedAt: '2026-11-21T00:00:00Z' }];
  assert.deepEqual(find(both, { releases, pointers: [] }), [
    `unshare ${home} ${ami(home)} withdrawn`,
    `remove ${east} ${ami(east)} removed`,
  ]);
});

test('leftovers: private doubles go, public ones are reported', () => {
  const double = seen('20261101.0', home, { ami: 'ami-12345678', snapshot: 'snap-12345678' });
  assert.deepEqual(find([...both, { ...double, public: false }]), [`remove ${home} ami-12345678 removed`]);
  assert.deepEqual(find([...both, double]), [`report ${home} ami-12345678 -`]);
});

test('images that no record names: in the making, withdrawn, superseded, unknown', () => {
  const stray = seen('20261115.0', home, { createdAt: '2026-11-15T12:00:00Z' });
  const asked = (more: Partial<GoldenRelease> = {}): GoldenRelease[] => [
    released,
    { version: '20261115.0', content: 'A', ...more },
  ];
  const id = ami(home, '20261115.0');
  assert.deepEqual(find([...both, stray], { releases: asked() }), []);
  assert.deepEqual(find([...both, stray], { releases: asked({ withdrawn: 'bad' }) }), [
    `remove ${home} ${id} removed`,
  ]);
  const newer: GoldenRelease = { version: '20261120.0', content: 'A' };
  assert.deepEqual(find([...both, stray], { releases: [...asked(), newer] }), [`report ${home} ${id} -`]);
  const old = { ...stray, createdAt: '2026-11-01T12:00:00Z' };
  assert.deepEqual(find([...both, old], { releases: [...asked(), newer] }), [`remove ${home} ${id} removed`]);
  assert.deepEqual(find([...both, stray]), [`report ${home} ${id} -`]);
  const foreign = { ...stray, stream: 'other-1/thing' };
  assert.deepEqual(find([...both, foreign]), [`report ${home} ${id} -`]);
});

test('pointers: wrong and missing ones are written, own ones too many deleted, others left alone', () => {
  const pointers = [
    { region: home, name: latest, ami: 'ami-12345678' },
    { region: home, name: versioned('20261101.0'), ami: ami(home) },
    { region: home, name: versioned('20200101.0'), ami: 'ami-12345678' },
    { region: east, name: `/aperiodic/${streamId}/arm64/latest`, ami: 'ami-12345678' },
    { region: east, name: versioned('20261101.0'), ami: ami(east) },
  ];
  assert.deepEqual(
    find(both, { pointers }).sort(),
    [
      `point ${home} ${latest} -`,
      `point ${east} ${latest} -`,
      `point ${east} /aperiodic/${streamId}/arm64/latest -`,
    ].sort(),
  );
});
