import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeCatalog } from '../../../scripts/model/catalog/catalog.ts';
import { renderStreamProducts, renderStreamsIndex } from '../../../scripts/render/simplestreams/render.ts';
import { base, container, loadFixture, versions } from '../../model/catalog/catalog-fixture.ts';
import { assertGolden } from '../../support/golden.ts';
import { renderSimplestreams } from '../../support/render-data.ts';

const options = { prefix: 'org.example' };
const catalog = await loadFixture();
const files = renderSimplestreams(catalog, options);
const golden = path.join(path.dirname(fileURLToPath(import.meta.url)), 'golden');

test('an index, and documents of downloads and AMIs of each stream that has some', () => {
  assert.deepEqual(
    files.map((file) => file.path),
    [
      'streams/v1/index.json',
      'streams/v1/org.example:download:testix-1:cloud-base.json',
      'streams/v1/org.example:aws:testix-1:cloud-base.json',
      'streams/v1/org.example:download:testix-1:container-base.json',
    ],
  );
  for (const file of files) assertGolden(path.join(golden, path.basename(file.path)), file.content);
});

test('signed documents lead to signed ones, and say the same otherwise', () => {
  const [index, ...documents] = files;
  const { signed } = index ?? assert.fail();
  assert.deepEqual([signed?.path, signed?.at], ['streams/v1/index.sjson', '2026-11-02T10:00:00Z']);
  assert.equal(signed?.text.replaceAll('.sjson"', '.json"'), index?.content);
  const led = Object.values(JSON.parse(signed?.text ?? '').index).map((entry) => Object(entry).path);
  assert.deepEqual(
    led,
    documents.map((document) => document.signed?.path),
  );
  for (const document of documents) assert.equal(document.signed?.text, document.content);
});

test('nothing of a withdrawn release, and what a version once had stays as it was', () => {
  const text = files.map(({ content }) => content).join('');
  assert.ok(!text.includes(versions.withdrawn) && !text.includes('othix'));
  const before = {
    streams: catalog.streams.map((stream) => ({ ...stream, releases: stream.releases.slice(1) })),
  };
  const older = renderSimplestreams(before, options);
  const itemsOf = (list: typeof files, id: string, version: string) => {
    const document = list.find((file) => file.path.includes(`:aws:${id}`));
    return Object.values(JSON.parse(document?.content ?? '{"products":{}}').products).map(
      (product) => Object(product).versions[version],
    );
  };
  const id = base.replace('/', ':');
  assert.deepEqual(itemsOf(files, id, versions.superseded), itemsOf(older, id, versions.superseded));
});

test('one stream and the index can be made alone', () => {
  const stream = catalog.streams.find(({ id }) => id === container);
  assert.ok(stream !== undefined);
  assert.deepEqual(
    [
      renderStreamsIndex(catalog, options),
      ...catalog.streams.flatMap((one) => renderStreamProducts(one, options)),
    ],
    files,
  );
  assert.equal(renderStreamProducts(stream, options).length, 1);
  const [index] = renderSimplestreams(makeCatalog({ streams: [] }), options);
  assert.deepEqual(JSON.parse(index?.content ?? ''), {
    format: 'index:1.0',
    updated: 'Thu, 01 Jan 1970 00:00:00 +0000',
    index: {},
  });
});
