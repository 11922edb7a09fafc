import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256OfFile } from '../../../../scripts/adapters/host/digest.ts';
import { diskFull, moveFile, writeFileAtomic } from '../../../../scripts/adapters/host/files.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

test('a file is written whole, with its mode whatever the umask, and nothing else is left', async (t) => {
  const folder = await temporaryFolder(t);
  const before = process.umask(0o077);
  t.after(() => process.umask(before));
  await writeFileAtomic(join(folder, 'a'), 'one');
  await writeFileAtomic(join(folder, 'a'), 'two');
  assert.equal(await readFile(join(folder, 'a'), 'utf8'), 'two');
  assert.equal((await stat(join(folder, 'a'))).mode & 0o777, 0o644);
  assert.deepEqual(await readdir(folder), ['a']);
});

test('a failed write leaves nothing behind', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'a/b'), { recursive: true });
  await assert.rejects(writeFileAtomic(join(folder, 'a'), 'text'));
  assert.deepEqual(await readdir(folder), ['a']);
});

test('a full disk is told from other errors', () => {
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
  const told = diskFull(full, '/a/b');
  assert.ok(told instanceof AperiodicError);
  assert.equal(told.code, 'disk-full');
  const other = new Error('x');
  assert.equal(diskFull(other, '/a/b'), other);
});

test('a file moves to another device whole, and its holes stay holes', async (t) => {
  const folder = await temporaryFolder(t);
  const elsewhere = await mkdtemp('/dev/shm/aperiodic-test-');
  t.after(() => rm(elsewhere, { recursive: true, force: true }));
  assert.notEqual((await stat(folder)).dev, (await stat(elsewhere)).dev);
  await writeFile(join(folder, 'a'), 'bytes');
  await truncate(join(folder, 'a'), 16 * 1024 * 1024);
  const { sha256 } = await sha256OfFile(join(folder, 'a'));
  await moveFile(join(folder, 'a'), join(elsewhere, 'b'));
  assert.deepEqual(await readdir(folder), []);
  assert.deepEqual(await readdir(elsewhere), ['b']);
  assert.deepEqual(await sha256OfFile(join(elsewhere, 'b')), { sha256, size: 16 * 1024 * 1024 });
  assert.ok((await stat(join(elsewhere, 'b'))).blocks * 512 < 1024 * 1024);
});
