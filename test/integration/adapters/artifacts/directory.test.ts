import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import {
  chmod,
  cp,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createDirectoryArtifacts } from '../../../../scripts/adapters/artifacts/directory.ts';
import { parseArtifactUri } from '../../../../scripts/adapters/artifacts/uri.ts';
import { copyFileSparse } from '../../../../scripts/adapters/host/files.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

async function setUp(t: Parameters<typeof temporaryFolder>[0]) {
  const folder = await temporaryFolder(t);
  const artifacts = createDirectoryArtifacts(join(folder, 'work'));
  const put = async (name: string, content: string) => {
    await writeFile(join(folder, 'source'), content);
    return artifacts.put(join(folder, 'source'), name);
  };
  return { folder, artifacts, put };
}

test('a file is taken over and found again by its reference', async (t) => {
  const { folder, artifacts, put } = await setUp(t);
  const ref = await put('image.raw', 'bytes');
  assert.deepEqual(ref, { sha256: ref.sha256, size: 5, uri: `artifact:${ref.sha256}/image.raw` });
  assert.equal(existsSync(join(folder, 'source')), false);
  assert.equal(await readFile(await artifacts.get(ref), 'utf8'), 'bytes');
});

test('a reference holds in another folder that files/ was carried to', async (t) => {
  const { folder, artifacts, put } = await setUp(t);
  const ref = await put('image.raw', 'bytes');
  await cp(join(folder, 'work/files'), join(folder, 'other/files'), { recursive: true });
  const path = await createDirectoryArtifacts(join(folder, 'other')).get(ref);
  assert.notEqual(path, await artifacts.get(ref));
  assert.equal(await readFile(path, 'utf8'), 'bytes');
});

test('putting the same file again leaves the first as it is', async (t) => {
  const { artifacts, put } = await setUp(t);
  const ref = await put('image.raw', 'bytes');
  const before = await stat(await artifacts.get(ref), { bigint: true });
  assert.deepEqual(await put('image.raw', 'bytes'), ref);
  const after = await stat(await artifacts.get(ref), { bigint: true });
  assert.deepEqual([after.ino, after.ctimeNs], [before.ino, before.ctimeNs]);
});

test('a changed file is found although it was verified before, and a put mends it', async (t) => {
  const { artifacts, put } = await setUp(t);
  const ref = await put('image.raw', 'bytes');
  const path = await artifacts.get(ref);
  await writeFile(path, 'byteS');
  await assert.rejects(artifacts.get(ref), { code: 'digest-mismatch', file: path });
  await writeFile(path, 'bytes and more');
  await assert.rejects(artifacts.get(ref), { code: 'digest-mismatch' });
  await put('image.raw', 'bytes');
  assert.equal(await artifacts.get(ref), path);
});

test('a symbolic link in the place of a file is not followed', async (t) => {
  const { folder, artifacts, put } = await setUp(t);
  const ref = await put('image.raw', 'bytes');
  const path = await artifacts.get(ref);
  await rm(path);
  await writeFile(join(folder, 'outside'), 'bytes');
  await symlink(join(folder, 'outside'), path);
  await assert.rejects(artifacts.get(ref), { code: 'digest-mismatch' });
});

test('a file that is gone is named', async (t) => {
  const { artifacts, put } = await setUp(t);
  const ref = await put('image.raw', 'bytes');
  await rm(await artifacts.get(ref));
  await assert.rejects(artifacts.get(ref), { code: 'not-found' });
});

test('references and names that lead elsewhere are refused', async (t) => {
  const { artifacts, put } = await setUp(t);
  const ref = await put('image.raw', 'bytes');
  const bad = [
    `artifact:${ref.sha256}/../../../../etc/passwd`,
    `artifact:${ref.sha256}/..`,
    `artifact:${ref.sha256}/.hidden`,
    `artifact:${ref.sha256}/a/b`,
    `artifact:${ref.sha256}/a\n`,
    `artifact:${'0'.repeat(64)}/image.raw`,
    'file:///etc/passwd',
    '/etc/passwd',
  ];
  for (const uri of bad) await assert.rejects(artifacts.get({ ...ref, uri }), { code: 'invalid' });
  for (const name of ['../x', 'a/b', '', '.x', '-rf', 'a\0']) {
    await assert.rejects(put(name, 'x'), { code: 'internal' });
  }
  for (const name of ['../x', '/etc', 'a//b', 'a/..', '']) {
    await assert.rejects(artifacts.workFolder(name), { code: 'internal' });
    await assert.rejects(artifacts.logFolder(name), { code: 'internal' });
  }
});

test('no uri names a file with a slash or a leading dot', () => {
  const sha256 = 'ab'.repeat(32);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (tail) => {
      try {
        const { name } = parseArtifactUri({ sha256, size: 1, uri: `artifact:${sha256}/${tail}` });
        assert.match(name, /^[A-Za-z0-9][^/\\\0\n]*$/);
      } catch (error) {
        assert.equal(error instanceof Error && 'code' in error && error.code, 'invalid');
      }
    }),
  );
});

test('a work folder is empty at each call, even when its folders were made read-only', async (t) => {
  const { artifacts } = await setUp(t);
  const path = await artifacts.workFolder('debian-12/cloud-base/1');
  await mkdir(join(path, 'root/closed'), { recursive: true });
  await writeFile(join(path, 'root/closed/file'), 'x');
  await chmod(join(path, 'root/closed'), 0o500);
  assert.equal(await artifacts.workFolder('debian-12/cloud-base/1'), path);
  assert.deepEqual(await readdir(path), []);
});

test('a log folder keeps what is in it', async (t) => {
  const { artifacts } = await setUp(t);
  await writeFile(join(await artifacts.logFolder('qa'), 'serial.log'), 'x');
  assert.deepEqual(await readdir(await artifacts.logFolder('qa')), ['serial.log']);
});

test('holes of a sparse file stay holes, moved or copied', async (t) => {
  const { folder, artifacts } = await setUp(t);
  const source = join(folder, 'disk.raw');
  await truncate(await touch(source), 64 * 1024 * 1024);
  const ref = await artifacts.put(source, 'disk.raw');
  assert.equal(ref.size, 64 * 1024 * 1024);
  const path = await artifacts.get(ref);
  assert.ok((await stat(path)).blocks * 512 < 1024 * 1024);
  await copyFileSparse(path, join(folder, 'copy.raw'));
  const copy = await stat(join(folder, 'copy.raw'));
  assert.equal(copy.size, ref.size);
  assert.ok(copy.blocks * 512 < 1024 * 1024);
  assert.deepEqual((await readdir(folder)).sort(), ['copy.raw', 'work']);
});

async function touch(path: string): Promise<string> {
  await (await open(path, 'w')).close();
  return path;
}
