import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCatalog } from '../../../scripts/model/catalog/load-catalog.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { fakeTree, sha } from '../repository-fixture.ts';
import {
  base,
  catalogFiles,
  container,
  idle,
  loadFixture,
  makeRecordOf,
  makeReleaseOf,
  put,
  versions,
} from './catalog-fixture.ts';

/** All that is wrong, `file:line: message` each. */
async function problemsOf(files: Record<string, string | null>): Promise<string[]> {
  try {
    await loadCatalog(fakeTree(files));
    return [];
  } catch (error) {
    assert.ok(error instanceof AperiodicError, String(error));
    assert.equal(error.detail?.split('\n')[0], error.located);
    return error.detail?.split('\n') ?? [];
  }
}

function change(path: string, from: string | RegExp, to: string): Record<string, string> {
  const files = catalogFiles();
  const text = files[path] ?? '';
  assert.match(text, from instanceof RegExp ? from : new RegExp(from.replaceAll('.', '\\.')));
  return { ...files, [path]: text.replace(from, to) };
}

const recordOf = (version: string) => `releases/${base}/${version}.published.yaml`;

test('the catalog has every stream, and of its releases those that are out, newest first', async () => {
  const { streams } = await loadFixture();
  assert.deepEqual(
    streams.map(({ id, latest, neverRun, isContainer }) => [id, latest, neverRun, isContainer]),
    [
      [idle, undefined, 'no mirror was reached', false],
      [base, versions.current, undefined, false],
      [container, versions.current, undefined, true],
    ],
  );
  const { distribution, distributionRelease, image, title, releases } = streams[1] ?? assert.fail();
  assert.deepEqual(
    [distribution, distributionRelease, image, title],
    ['testix', '1', 'cloud-base', 'Testix 1 Cloud Base'],
  );
  assert.deepEqual(
    releases.map(({ version, standing, mirrors, publishedAt }) => [
      version,
      standing,
      mirrors.length,
      publishedAt,
    ]),
    [
      [versions.current, 'current', 1, '2026-11-01T10:00:00Z'],
      [versions.withdrawn, 'withdrawn', 0, '2026-10-20T10:00:00Z'],
      [versions.superseded, 'superseded', 1, '2026-10-01T10:00:00Z'],
      // The mirror keeps two.
      [versions.deprecated, 'superseded', 0, '2026-08-01T10:00:00Z'],
    ],
  );
});

test('who knows when records came says so, and the rest keep their own date', async () => {
  const { catalog } = await loadCatalog(fakeTree(catalogFiles()), {
    publishedAt: (stream, version) =>
      stream === base && version === versions.current ? '2026-10-31T00:00:00Z' : undefined,
  });
  const dates = catalog.streams.find(({ id }) => id === base)?.releases.map(({ publishedAt }) => publishedAt);
  assert.deepEqual(dates?.slice(0, 2), ['2026-10-31T00:00:00Z', '2026-10-20T10:00:00Z']);
});

test('a release that lacks a region it must reach is told to nobody', async () => {
  const files = put(
    catalogFiles(),
    base,
    makeReleaseOf('20261102.0'),
    makeRecordOf(base, '20261102.0', '2026-11-02T10:00:00Z', { images: [] }),
  );
  const [first, second, ...rest] = await problemsOf(files);
  assert.match(
    first ?? '',
    /20261102\.0\.published\.yaml:\d+: names no image for each architecture in eu-central-1, /,
  );
  assert.match(second ?? '', /in eu-west-1, which the release file requires: run 'aperiodic release /);
  assert.deepEqual(rest, []);
});

test('broken records have file and line', async () => {
  const path = recordOf(versions.current);
  assert.match(
    (await problemsOf(change(path, /region: eu-west-1, /, '')))[0] ?? '',
    /:\d+: 'images\[1\]' lacks the key 'region'$/,
  );
  assert.match(
    (await problemsOf(change(path, new RegExp(sha('2')), 'abc')))[0] ?? '',
    /published\.yaml:\d+: 'architectures\[0\]\.artifacts\[0\]\.sha256' does not look right/,
  );
  const twice = await problemsOf(change(path, /\.arm64\.qcow2/g, '.amd64.qcow2'));
  assert.match(twice.join('\n'), /published\.yaml:\d+: names '.*' twice: a file has one digest/);
  const files = catalogFiles();
  assert.deepEqual(await problemsOf({ ...files, 'releases/targets.yaml': 'mirrors: 3\n' }), [
    "releases/targets.yaml:1: 'mirrors' must be array, not the number 3",
  ]);
});

test('a version that has no place in their order stops all', async () => {
  const files = catalogFiles();
  for (const name of ['20261399.0', '20261101', '20261101.01', '2026-11-01']) {
    const found = await problemsOf({ ...files, [`releases/${base}/${name}.published.yaml`]: 'x: 1\n' });
    assert.match(
      found.join('\n'),
      new RegExp(`${name.replaceAll('.', '\\.')}.*' is not a version, so that its place`),
    );
  }
});

test('links and files that are gone are problems of theirs', async () => {
  const files = { ...catalogFiles(), [recordOf(versions.current)]: null };
  assert.match((await problemsOf(files))[0] ?? '', /published\.yaml: is a symbolic link/);
  const { [`releases/${base}/stream.yaml`]: _, ...rest } = catalogFiles();
  assert.match((await problemsOf(rest))[0] ?? '', /stream\.yaml: does not exist/);
});
