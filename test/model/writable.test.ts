import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tree } from '../../scripts/model/tree.ts';
import { assertProposable, assertWritable } from '../../scripts/model/writable.ts';

const there = 'releases/debian-12/cloud-base/20261122.0';
const tree: Tree = {
  commit: '0'.repeat(40),
  date: new Date(0),
  read: async (path) => (path.startsWith(there) ? 'text' : undefined),
  list: async () => [],
};

test('records, and release files that are not there yet, may be written', async () => {
  await assertWritable([`${there}.published.yaml`, 'releases/debian-12/cloud-base/20261123.0.yaml'], tree);
  await assertWritable([], tree);
});

test('a release file that is there may not', async () => {
  await assert.rejects(assertWritable([`${there}.yaml`], tree), { code: 'conflict', file: `${there}.yaml` });
});

test('nothing else may', async () => {
  const paths = [
    'README.md',
    'releases/targets.yaml',
    'releases/debian-12/cloud-base/stream.yaml',
    'releases/debian-12/cloud-base/pins.amd64.yaml',
    'releases/debian-12/20261123.0.yaml',
    'releases/debian-12/a/b/20261123.0.yaml',
    'releases/debian-12/cloud-base/20261323.0.yaml',
    'releases/debian-12/cloud-base/20261123.01.yaml',
    'releases/debian-12/cloud-base/20261123.0.yml',
    'releases/debian-12/cloud-base/20261123.0.yaml\n',
    'releases/../cloud-base/20261123.0.yaml',
    '/releases/debian-12/cloud-base/20261123.0.yaml',
    'releases/debian-12/cloud-base/../../x/20261123.0.published.yaml',
    '.github/workflows/20261123.0.yaml',
  ];
  for (const path of paths) await assert.rejects(assertWritable([path], tree), { code: 'internal' }, path);
});

test('pins and new release files may be proposed, and nothing else', async () => {
  const folder = 'releases/debian-12/cloud-base';
  await assertProposable([`${folder}/pins.amd64.yaml`, `${folder}/20261123.0.yaml`], tree);
  await assert.rejects(assertProposable([`${there}.yaml`], tree), { code: 'conflict' });
  for (const path of [
    `${folder}/20261123.0.published.yaml`,
    `${folder}/stream.yaml`,
    `${folder}/pins..yaml`,
    `${folder}/../x/pins.amd64.yaml`,
    'releases/pins.amd64.yaml',
    '.github/workflows/ci.yml',
    'kickstarts/a.ks',
  ])
    await assert.rejects(assertProposable([path], tree), { code: 'internal' }, path);
});
