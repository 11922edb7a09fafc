import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { createGit } from '../../../../scripts/adapters/git/git.ts';
import { readChanges } from '../../../../scripts/adapters/site/pins-history.ts';
import { commitFiles, git } from '../../../support/git.ts';
import { pinsText } from '../../../support/site/pins-text.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const stream = 'testix-1/cloud-base';
const file = `releases/${stream}/pins.amd64.yaml`;
const other = `releases/${stream}/pins.arm64.yaml`;

async function makeClone(t: TestContext) {
  const root = await temporaryFolder(t);
  await git(root, 'init', '-q', '-b', 'main');
  const first = await commitFiles(root, { [file]: pinsText({ bash: '5.2-1', openssl: '3.0-1' }) }, 'One');
  const second = await commitFiles(
    root,
    { [file]: pinsText({ bash: '5.2-1', openssl: '3.0-2', zlib: '1-1' }) },
    'Two',
  );
  return { root, run: createGit(root), first, second };
}

const wanted = (
  version: string,
  commit: string,
  previous?: string,
  architectures: ('amd64' | 'arm64')[] = ['amd64'],
) => ({
  stream,
  version,
  architectures,
  commit,
  previous,
});

test('pins of two commits are compared, and those of a first release counted', async (t) => {
  const { run, first, second } = await makeClone(t);
  const changes = await readChanges(run, [
    wanted('1', first),
    wanted('2', second, first),
    wanted('3', second, second),
  ]);
  const packagesOf = (version: string) => changes.get(`${stream} ${version}`)?.[0]?.packages;
  assert.deepEqual([packagesOf('1')?.total, packagesOf('1')?.added.length], [2, 2]);
  const { total, added, removed, changed } = packagesOf('2') ?? assert.fail();
  assert.deepEqual(
    [total, added.map(({ name }) => name), removed, changed],
    [3, ['zlib'], [], [{ name: 'openssl', architecture: 'amd64', from: '3.0-1', to: '3.0-2' }]],
  );
  assert.deepEqual(packagesOf('3'), { total: 3, added: [], removed: [], changed: [] });
});

test('commits that are not there, and pins that nobody can read, are left out; others are not', async (t) => {
  const { root, run, first, second } = await makeClone(t);
  const broken = await commitFiles(root, { [file]: 'packages: [' }, 'Broken');
  const both = await commitFiles(
    root,
    { [file]: pinsText({ bash: '5.2-2' }), [other]: pinsText({ bash: '5.2-2' }, 'arm64') },
    'Both',
  );
  const changes = await readChanges(run, [
    wanted('gone', '0'.repeat(40), first),
    wanted('before-gone', second, 'f'.repeat(40)),
    wanted('broken', broken, second),
    wanted('both', both, second, ['amd64', 'arm64']),
  ]);
  // The other architecture had no pins before: nothing can be said of it.
  assert.deepEqual([...changes.keys()], [`${stream} both`]);
  assert.deepEqual(
    changes.get(`${stream} both`)?.map(({ architecture }) => architecture),
    ['amd64'],
  );
  assert.deepEqual(await readChanges(run, []), new Map());
});

test('pins that are not UTF-8 are left out, and others of that time are as they were', async (t) => {
  const { root, run, first, second } = await makeClone(t);
  // Latin-1: each byte becomes three when it is decoded.
  await writeFile(
    path.join(root, file),
    Buffer.from(`# ${'\xe9'.repeat(40)}\n${pinsText({ bash: '5.2-1' })}`, 'latin1'),
  );
  const foreign = await commitFiles(root, {}, 'Not UTF-8');
  const third = await commitFiles(root, { [file]: pinsText({ bash: '5.2-1', openssl: '3.0-3' }) }, 'Three');
  const changes = await readChanges(run, [
    wanted('foreign', foreign),
    wanted('after-foreign', third, foreign),
    wanted('2', second, first),
    wanted('3', third, second),
  ]);
  assert.deepEqual([...changes.keys()], [`${stream} 2`, `${stream} 3`]);
  assert.deepEqual(changes.get(`${stream} 3`)?.[0]?.packages.changed, [
    { name: 'openssl', architecture: 'amd64', from: '3.0-2', to: '3.0-3' },
  ]);
});

test('hundreds of releases are read a few at a time, each with its own pins', async (t) => {
  const { root, run, first } = await makeClone(t);
  const commits = [first];
  for (let index = 0; index < 55; index++)
    commits.push(await commitFiles(root, { [file]: pinsText({ bash: `5.2-${index + 10}` }) }, `${index}`));
  const all = commits.map((commit, index) => wanted(`${index}`, commit, commits[index - 1]));
  const changes = await readChanges(run, all);
  assert.equal(changes.size, 56);
  for (let index = 2; index < 56; index++)
    assert.deepEqual(changes.get(`${stream} ${index}`)?.[0]?.packages.changed, [
      { name: 'bash', architecture: 'amd64', from: `5.2-${index + 8}`, to: `5.2-${index + 9}` },
    ]);
});
