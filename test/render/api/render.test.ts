import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { latestImages } from '../../../scripts/model/catalog/latest.ts';
import { assertValid } from '../../../scripts/model/schema.ts';
import { bundleSchemas } from '../../../scripts/render/api/bundle-schemas.ts';
import { renderOpenapi, renderSchema } from '../../../scripts/render/api/openapi.ts';
import {
  renderApiDescriptions,
  renderApiIndexes,
  renderApiRelease,
  renderApiStream,
} from '../../../scripts/render/api/render.ts';
import { base, loadFixture, versions } from '../../model/catalog/catalog-fixture.ts';
import { assertGolden } from '../../support/golden.ts';
import { renderApi, selectOffers } from '../../support/render-data.ts';

const golden = path.join(path.dirname(fileURLToPath(import.meta.url)), 'golden');
const catalog = await loadFixture();
const options = { downloads: 'https://images.example.org' };
const files = [...renderApi(catalog, options)];
const contentOf = (name: string) => files.find((file) => file.path === name)?.content;
const latest = `api/v1/streams/${base}/latest`;
const isDocument = ({ path: name }: { path: string }) =>
  name.endsWith('.json') && !/(openapi|schema)\.json$/.test(name);

test('the newest AMI of an image in a region has an address that stays, for programs with JSON and without', () => {
  assert.equal(contentOf(`${latest}/x86_64/aws/eu-west-1.txt`), 'ami-20261101000000001\n');
  assert.equal(contentOf(`${latest}/aarch64/aws/us-east-1.txt`), 'ami-20261001001000002\n');
  const image = assertValid('ApiImage', JSON.parse(contentOf(`${latest}/x86_64/aws/eu-west-1.json`) ?? ''));
  assert.deepEqual(
    [image.version, image.ami, image.region],
    [versions.current, 'ami-20261101000000001', 'eu-west-1'],
  );
  assert.ok(contentOf(image.release) !== undefined);
  assert.equal(
    contentOf(`${latest}/x86_64/download/qcow2.txt`),
    `https://images.example.org/${base}/${versions.current}/Testix-cloud-base-1-${versions.current}.amd64.qcow2\n`,
  );
  const [plain] = [...renderApi(catalog)].filter(
    (file) => file.path === `${latest}/x86_64/download/qcow2.txt`,
  );
  assert.match(plain?.content ?? '', /^testix-1\/cloud-base\//);
});

test('documents are as they were read last', () => {
  for (const name of [
    'catalog.json',
    'regions/us-east-1.json',
    `streams/${base}/stream.json`,
    `streams/${base}/history.json`,
    `streams/${base}/releases/${versions.withdrawn}.json`,
    `streams/${base}/latest/release.json`,
    `streams/${base}/latest/x86_64/aws/eu-west-1.json`,
    `streams/${base}/latest/x86_64/download/qcow2.json`,
  ])
    assertGolden(path.join(golden, name.replaceAll('/', '_')), contentOf(`api/v1/${name}`) ?? 'missing');
  const paths = files.map(
    (file) => `${file.path}${file.signed === undefined ? '' : ` ${file.signed.path}`}\n`,
  );
  assertGolden(path.join(golden, 'paths.txt'), paths.join(''));
});

test('its parts are all of it: of releases, of streams, of all, and what describes them', () => {
  const parts = [
    ...renderApiIndexes(catalog, options),
    ...renderApiDescriptions(),
    ...catalog.streams.flatMap((stream) => [
      ...renderApiStream(stream, options),
      ...stream.releases.map((release) => renderApiRelease(stream, release, options)),
    ]),
  ];
  assert.deepEqual(parts, files);
  assert.equal(new Set(files.map((file) => file.path)).size, files.length);
});

test('what is newest is what a query finds', () => {
  for (const stream of catalog.streams)
    for (const { image, release } of latestImages(stream)) {
      const { region, machine, ami } = image;
      const [distribution = '', name] = stream.id.split('/');
      const query = { distribution, image: name, region, machine };
      const found = selectOffers(catalog, query, new Date(0));
      assert.deepEqual(
        found.map((offer) => [offer.version, offer.kind === 'ami' && offer.ami]),
        [[release.version, ami]],
      );
    }
});

test('nothing of a withdrawn release is offered, and history still knows it', () => {
  const offering = files.filter(({ path: name }) => /latest|regions/.test(name));
  assert.ok(offering.length > 10 && offering.every(({ content }) => !content.includes(versions.withdrawn)));
  const release = JSON.parse(contentOf(`api/v1/streams/${base}/releases/${versions.withdrawn}.json`) ?? '');
  assert.deepEqual([release.standing, release.offers, release.documents], ['withdrawn', [], []]);
  const history = assertValid(
    'ApiHistory',
    JSON.parse(contentOf(`api/v1/streams/${base}/history.json`) ?? ''),
  );
  const known = history.images.filter(({ version }) => version === versions.withdrawn);
  assert.deepEqual([known.length, known[0]?.standing], [6, 'withdrawn']);
});

test('every document fits the schema that is published beside them', () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, discriminator: true });
  const validate = ajv.compile(Object(renderSchema()));
  for (const { path: name, content } of files.filter(isDocument))
    assert.ok(validate(JSON.parse(content)), `${name}: ${ajv.errorsText(validate.errors)}`);
  const [document] = files.filter(isDocument);
  assert.ok(!validate({ ...JSON.parse(document?.content ?? ''), more: 1 }));
});

test('the description is OpenAPI 3.1, and has a path for every document and no other', async () => {
  const result = await new Validator().validate(JSON.parse(JSON.stringify(renderOpenapi())));
  assert.ok(result.valid, JSON.stringify(result.errors));
  const paths = Object.keys(Object(renderOpenapi()).paths);
  const shapes = paths.map(
    (name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  );
  const used = new Set<number>();
  for (const { path: name } of files.filter((file) => !/(openapi|schema)\.json$/.test(file.path))) {
    const fitting = shapes.flatMap((shape, index) => (shape.test(`/${name}`) ? [index] : []));
    assert.equal(fitting.length, 1, name);
    used.add(fitting[0] ?? -1);
  }
  assert.deepEqual(
    paths.filter((_, index) => !used.has(index)),
    ['/api/v1/find'],
  );
});

test('schemas are put together whole, or not at all', () => {
  const bundle = bundleSchemas(['ApiImage'], '#/x/');
  assert.deepEqual(Object.keys(bundle).sort(), Object.keys(bundle));
  assert.ok(JSON.stringify(bundle).includes('"#/x/region"') && bundle.region !== undefined);
  assert.throws(() => bundleSchemas(['Nothing'], '#'), /no definition is titled Nothing/);
});
