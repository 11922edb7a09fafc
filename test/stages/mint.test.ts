import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitMinted } from '../../scripts/stages/mint.ts';
import { createFakeForge } from '../support/fake-forge.ts';

const base = { path: 'releases/debian-12/cloud-base/20261122.0.yaml', content: 'base\n' };
const docker = { path: 'releases/debian-12/docker-host/20261122.0.yaml', content: 'docker\n' };

test('minted files are committed together, once', async () => {
  const forge = createFakeForge({});
  const commit = await commitMinted([base, docker], 'Mint\n', { forge });
  assert.equal(commit, (await forge.head()).commit);
  assert.equal(await commitMinted([base, docker], 'Mint\n', { forge }), commit);
  assert.deepEqual(forge.messages, ['Mint\n']);
  assert.deepEqual([...forge.files.values()], ['base\n', 'docker\n']);
});

test('what another run minted meanwhile is left alone, and the rest is added', async () => {
  const forge = createFakeForge({});
  forge.pushedFirst.push((files) => files.set(base.path, base.content));
  await commitMinted([base, docker], 'Mint\n', { forge });
  assert.equal(forge.files.size, 2);
});

test('a version that somebody used for something else is a conflict, and nothing is written', async () => {
  const forge = createFakeForge({});
  forge.pushedFirst.push((files) => files.set(docker.path, 'by hand\n'));
  await assert.rejects(commitMinted([base, docker], 'Mint\n', { forge }), {
    code: 'conflict',
    file: docker.path,
  });
  assert.deepEqual([...forge.files.values()], ['by hand\n']);
});

test('nothing else can be minted', async () => {
  const forge = createFakeForge({});
  const bad = ['README.md', 'releases/policy.yaml', 'releases/debian-12/cloud-base/stream.yaml', '../x.yaml'];
  for (const path of bad) {
    await assert.rejects(commitMinted([{ path, content: 'x' }], 'Mint\n', { forge }), { code: 'internal' });
  }
  assert.equal(forge.files.size, 0);
});
