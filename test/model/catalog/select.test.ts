import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Catalog } from '../../../scripts/model/catalog/catalog.ts';
import { describeStream } from '../../../scripts/model/catalog/describe-stream.ts';
import { type Query, selectFrom } from '../../../scripts/model/catalog/select.ts';
import { assertValid } from '../../../scripts/model/schema.ts';
import { compareVersions } from '../../../scripts/model/version.ts';
import { selectOffers } from '../../support/render-data.ts';
import { base, container, idle, loadFixture, now, regions, versions } from './catalog-fixture.ts';

const catalog = await loadFixture();
const about = (query: Query, date = now) =>
  selectOffers(catalog, query, date).map((offer) => [
    offer.version,
    offer.machine,
    offer.kind === 'ami' ? offer.region : offer.kind,
  ]);

test('the newest of an image in a region, by processor', () => {
  const wanted = {
    distribution: 'testix',
    image: 'cloud-base',
    machine: 'x86_64',
    region: 'eu-west-1',
  } as const;
  const [offer, ...rest] = selectOffers(catalog, wanted, now);
  assert.deepEqual(rest, []);
  assert.ok(offer?.kind === 'ami');
  assert.deepEqual(
    [offer.stream, offer.version, offer.region, offer.ami, offer.deprecated],
    [base, versions.current, 'eu-west-1', 'ami-20261101000000001', false],
  );
  assert.deepEqual(about({ distribution: 'testix-1', region: 'eu-west-1' }), [
    [versions.current, 'x86_64', 'eu-west-1'],
    [versions.current, 'aarch64', 'eu-west-1'],
  ]);
});

test('where a region missed the newest, the one before it is offered', () => {
  assert.deepEqual(about({ region: 'us-east-1' }), [
    [versions.superseded, 'x86_64', 'us-east-1'],
    [versions.superseded, 'aarch64', 'us-east-1'],
  ]);
});

test('without a region files come after AMIs, each with what checks it', () => {
  const offers = selectOffers(
    catalog,
    { distribution: 'testix', image: 'cloud-base', machine: 'x86_64' },
    now,
  );
  assert.deepEqual(
    offers.map(({ kind }) => kind),
    ['ami', 'ami', 'download'],
  );
  const [file] = offers.slice(-1);
  assert.ok(file?.kind === 'download');
  const folder = `${base}/${versions.current}/Testix-cloud-base-1-${versions.current}`;
  assert.deepEqual(
    [file.path, file.checksum, file.signature],
    [`${folder}.amd64.qcow2`, `${folder}-CHECKSUM`, `${folder}.amd64.qcow2.asc`],
  );
  assert.deepEqual(
    selectOffers(catalog, { image: 'container-base', machine: 'aarch64' }, now).map(({ stream, kind }) => [
      stream,
      kind,
    ]),
    [
      [container, 'download'],
      [container, 'container'],
    ],
  );
});

test('what was withdrawn is not offered, even to who asks for it; what never ran has nothing', () => {
  assert.deepEqual(about({ version: versions.withdrawn }), []);
  assert.deepEqual(
    about({ at: new Date('2026-10-20T12:00:00Z'), region: 'eu-west-1' })[0]?.[0],
    versions.superseded,
  );
  assert.deepEqual(about({ distribution: 'othix' }), []);
  assert.equal(catalog.streams[0]?.id, idle);
});

test('deprecated AMIs are for those who name them', () => {
  const late = new Date('2097-06-01T00:00:00Z');
  assert.deepEqual(about({ region: 'eu-west-1' }, late), []);
  const asked = selectOffers(catalog, { region: 'eu-west-1', version: versions.current }, late);
  assert.deepEqual(
    asked.map(({ deprecated }) => deprecated),
    [true, true],
  );
  // The files of the same release are what they are.
  assert.deepEqual(
    about({ distribution: 'testix', image: 'cloud-base' }, late).map(([, , what]) => what),
    ['download', 'download'],
  );
});

test('each stream of the API fits its schema, and choosing from it is the same', () => {
  const streams = catalog.streams.map((stream) =>
    assertValid(
      'ApiStream',
      JSON.parse(JSON.stringify(describeStream(stream, { downloads: 'https://example.org/images' }))),
    ),
  );
  for (const query of [{}, { region: 'us-east-1' }, { image: 'cloud-base', machine: 'aarch64' as const }])
    assert.deepEqual(selectFrom(streams, query, now), selectOffers(catalog, query, now));
});

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const queries: fc.Arbitrary<Query> = fc.record({
  distribution: optional(fc.constantFrom('testix', 'testix-1', 'othix', 'debian')),
  image: optional(fc.constantFrom('cloud-base', 'container-base', 'none')),
  machine: optional(fc.constantFrom('x86_64' as const, 'aarch64' as const)),
  region: optional(fc.constantFrom(...regions, 'ap-south-1')),
  version: optional(fc.constantFrom(...Object.values(versions))),
  at: optional(fc.date({ min: new Date('2026-07-01'), max: new Date('2027-12-31'), noInvalidDate: true })),
});
const dates = fc.date({ min: new Date('2026-07-01'), max: new Date('2099-12-31'), noInvalidDate: true });

/** The same catalog with releases withdrawn by a mask. */
function withdraw(mask: readonly boolean[]): Catalog {
  let index = 0;
  return {
    streams: catalog.streams.map((stream) => ({
      ...stream,
      releases: stream.releases.map((release) =>
        mask[index++] === true ? { ...release, standing: 'withdrawn' as const } : release,
      ),
    })),
  };
}

test('whatever is asked: nothing withdrawn, nothing that does not fit, no stream twice', () => {
  fc.assert(
    fc.property(
      queries,
      dates,
      fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      (query, date, mask) => {
        const some = withdraw(mask);
        const offers = selectOffers(some, query, date);
        const standing = new Map(
          some.streams.flatMap(({ id, releases }) =>
            releases.map((one) => [`${id} ${one.version}`, one.standing]),
          ),
        );
        for (const offer of offers) {
          assert.notEqual(standing.get(`${offer.stream} ${offer.version}`), 'withdrawn');
          assert.ok(query.machine === undefined || offer.machine === query.machine);
          assert.ok(query.region === undefined || (offer.kind === 'ami' && offer.region === query.region));
          assert.ok(query.version === undefined || offer.version === query.version);
          assert.ok(query.at === undefined || Date.parse(offer.publishedAt) <= query.at.getTime());
          assert.ok(!offer.deprecated || query.version !== undefined || query.at !== undefined);
        }
        const groups = offers.map(({ stream, version, machine }) => `${stream} ${machine} ${version}`);
        const versionsOf = new Set(groups.map((group) => group.split(' ').slice(0, 2).join(' ')));
        assert.equal(new Set(groups).size, versionsOf.size);
      },
    ),
  );
});

test('a later date never brings an older version', () => {
  fc.assert(
    fc.property(queries, dates, dates, (query, one, two) => {
      const [early, late] = one < two ? [one, two] : [two, one];
      const versionOf = (at: Date) => {
        const offers = selectOffers(catalog, { ...query, at }, now);
        return new Map(offers.map(({ stream, machine, version }) => [`${stream} ${machine}`, version]));
      };
      const later = versionOf(late);
      for (const [key, version] of versionOf(early))
        assert.ok(compareVersions(later.get(key) ?? '00010101.0', version) >= 0);
    }),
  );
});
