import assert from 'node:assert/strict';
import { mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createDirectoryMirror } from '../../../../scripts/adapters/mirror/directory.ts';
import { createFakeTask } from '../../../support/fake-log.ts';
import { makeMirrorFiles } from '../../../support/mirror-files.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { testMirror } from './contract.ts';

const task = createFakeTask();

testMirror('directory', async (_, folder) => {
  const root = join(folder, 'mirror');
  await mkdir(root);
  return { mirror: createDirectoryMirror('primary', root), root };
});

test('a mirror that is not mounted is not made', async (t) => {
  const folder = await temporaryFolder(t);
  const mirror = createDirectoryMirror('primary', join(folder, 'absent'));
  const files = await makeMirrorFiles(folder, { a: 'a' });
  await assert.rejects(mirror.publish('d/i/20261122.0', files, task), { code: 'unreachable' });
  await assert.rejects(mirror.list('d/i'), { code: 'unreachable' });
});

test('a symbolic link does not lead out of the mirror', async (t) => {
  const folder = await temporaryFolder(t);
  const root = join(folder, 'mirror');
  await mkdir(root);
  await mkdir(join(folder, 'outside'));
  await symlink(join(folder, 'outside'), join(root, 'd'));
  const mirror = createDirectoryMirror('primary', root);
  const files = await makeMirrorFiles(folder, { a: 'a' });
  await assert.rejects(mirror.publish('d/i/20261122.0', files, task), { code: 'conflict' });
  await assert.rejects(mirror.remove('d/i/20261122.0'), { code: 'conflict' });
  await assert.rejects(mirror.list('d/i'), { code: 'conflict' });
  assert.deepEqual(await readdir(join(folder, 'outside')), []);

  await rm(join(root, 'd'));
  await mkdir(join(root, 'd/i'), { recursive: true });
  await symlink(join(folder, 'outside'), join(root, 'd/i/20261122.0'));
  await assert.rejects(mirror.publish('d/i/20261122.0', files, task), { code: 'conflict' });
  await mkdir(join(root, 'd/i/.staging-20261122.1'));
  await writeFile(join(folder, 'outside/target'), 'keep');
  await symlink(join(folder, 'outside/target'), join(root, 'd/i/.staging-20261122.1/a'));
  await mirror.publish('d/i/20261122.1', files, task);
  assert.deepEqual(await readdir(join(folder, 'outside')), ['target']);
  assert.equal(await mirror.holds('d/i/20261122.1', files), true);
});

test('a source that is not what it should be never appears', async (t) => {
  const folder = await temporaryFolder(t);
  const files = await makeMirrorFiles(folder, { a: 'a' });
  await writeFile(files[0]?.path ?? '', 'b');
  await mkdir(join(folder, 'mirror'));
  const mirror = createDirectoryMirror('primary', join(folder, 'mirror'));
  await assert.rejects(mirror.publish('d/i/20261122.0', files, task), { code: 'digest-mismatch' });
  assert.deepEqual(await mirror.list('d/i'), []);
});

test('two runs at once end with one release', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'mirror'));
  const files = await makeMirrorFiles(folder, { a: Buffer.alloc(1_000_000, 'a'), b: 'b' });
  const mirror = createDirectoryMirror('primary', join(folder, 'mirror'));
  const runs = await Promise.allSettled(
    Array.from({ length: 4 }, () => mirror.publish('d/i/20261122.0', files, task)),
  );
  assert.ok(runs.some(({ status }) => status === 'fulfilled'));
  await mirror.publish('d/i/20261122.0', files, task);
  assert.equal(await mirror.holds('d/i/20261122.0', files), true);
  assert.deepEqual(await readdir(join(folder, 'mirror/d/i')), ['20261122.0']);
});

test('staging that nobody continued goes after two days, younger staging stays', async (t) => {
  const folder = await temporaryFolder(t);
  const parent = join(folder, 'mirror/d/i');
  for (const version of ['20261101.0', '20261121.0'])
    await mkdir(join(parent, `.staging-${version}`), { recursive: true });
  const old = new Date(Date.now() - 3 * 24 * 3600 * 1000);
  await utimes(join(parent, '.staging-20261101.0'), old, old);
  const mirror = createDirectoryMirror('primary', join(folder, 'mirror'));
  await mirror.publish('d/i/20261122.0', await makeMirrorFiles(folder, { a: 'a' }), task);
  assert.deepEqual((await readdir(parent)).sort(), ['.staging-20261121.0', '20261122.0']);
});
