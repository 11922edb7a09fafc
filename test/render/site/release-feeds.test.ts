import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseAtomFeed } from 'feedsmith';
import type { CatalogRelease, CatalogStream } from '../../../scripts/model/catalog/catalog.ts';
import { makeCatalog } from '../../../scripts/model/catalog/catalog.ts';
import { renderAllFeed, renderStreamFeed } from '../../../scripts/render/site/release-feeds.ts';
import { makeFixtureStream, makeFixtureStreams } from '../../support/site/fixture-catalog.ts';
import { fixtureSettings } from '../../support/site/fixture-site.ts';

const { streams } = makeCatalog({ streams: makeFixtureStreams() });
const base = streams.find(({ id }) => id === 'testix-1/cloud-base') ?? assert.fail();

test('the feed of a stream has its releases, newest first; what was withdrawn says so and offers nothing', () => {
  const { path, content } = renderStreamFeed(base, fixtureSettings);
  assert.equal(path, 'testix-1/cloud-base/releases.atom');
  const { entries = [], links, updated, title } = parseAtomFeed(content);
  assert.equal(title?.value, 'Releases of Testix 1 Cloud Base');
  assert.equal(updated, '2026-11-20T08:00:00Z');
  assert.deepEqual(
    links?.map(({ rel, href }) => [rel, href]),
    [['self', 'https://images.example.org/testix-1/cloud-base/releases.atom']],
  );
  assert.deepEqual(
    entries.map(({ links: [link] = [] }) => link?.href),
    base.releases.map(({ version }) => `https://images.example.org/testix-1/cloud-base/${version}.html`),
  );
  assert.equal(new Set(entries.map(({ id }) => id)).size, base.releases.length);
  const [first, withdrawn] = entries;
  assert.match(
    first?.content?.value ?? '',
    /Fixes FIX-5.*CVE-2099-0001.*SHA-256 [0-9a-f]{64}.*AMIs in 7 regions/s,
  );
  assert.match(withdrawn?.title?.value ?? '', /20261001\.0: withdrawn, cloud-init does not find/);
  assert.doesNotMatch(withdrawn?.content?.value ?? 'none', /SHA-256|AMIs/);
});

test('the feed of all has the newest of all streams; without an address links are relative', () => {
  const { address: _, ...settings } = fixtureSettings;
  const feed = renderAllFeed(streams, settings);
  const { entries = [], links } = parseAtomFeed(feed.content);
  assert.equal(links, undefined);
  assert.equal(entries.length, 8);
  assert.deepEqual(
    entries.slice(0, 2).map(({ links: [link] = [] }) => link?.href),
    ['testix-1/cloud-base/20261101.0.html', 'testix-1/container-base/20261101.0.html'],
  );
});

test('of thousands of releases only the newest are read', () => {
  let read = 0;
  const [sample] = base.releases;
  assert.ok(sample !== undefined);
  const many: CatalogStream[] = Array.from({ length: 20 }, (_, stream) => ({
    ...base,
    id: `testix-1/image-${stream}`,
    releases: Array.from(
      { length: 100 },
      (_, index): CatalogRelease => ({
        ...sample,
        version: `20261101.${stream * 100 + 99 - index}`,
        get record() {
          read++;
          return sample.record;
        },
      }),
    ),
  }));
  const { entries = [] } = parseAtomFeed(renderAllFeed(many, fixtureSettings).content);
  assert.match(entries[0]?.title?.value ?? '', /20261101\.1999/);
  assert.ok(read <= 40 * 4, `${read} were read`);
});

test('hostile words of release files stay words', () => {
  const words = fc.oneof(
    fc.constantFrom(']]><x>', '</title><link href="https://evil.example"/>', '&lt;script&gt;', '&#0;'),
    fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => /^[^\p{Cc}]*\S[^\p{Cc}]*$/u.test(text)),
  );
  fc.assert(
    fc.property(words, (reason) => {
      const states = [
        makeFixtureStream('testix-1/cloud-base', 'Testix', 'Testix', '', [{ version: '20260101.0', reason }]),
      ];
      const [stream] = makeCatalog({ streams: states }).streams;
      const { entries = [] } = parseAtomFeed(
        renderStreamFeed(stream ?? assert.fail(), fixtureSettings).content,
      );
      assert.equal(entries.length, 1);
      assert.equal(entries[0]?.links?.length, 1);
      assert.ok(entries[0]?.title?.value.startsWith('Testix 1 Cloud Base 20260101.0:'));
    }),
    { numRuns: 50 },
  );
});
