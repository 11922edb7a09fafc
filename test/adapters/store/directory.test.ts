import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createDirectoryStore } from '../../../scripts/adapters/store/directory.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { createFakeLog } from '../../support/fake-log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const content = 'a package\n';
const sha256 = createHash('sha256').update(content).digest('hex');

async function setUp(t: Parameters<typeof temporaryFolder>[0]) {
  const folder = await temporaryFolder(t);
  const log = createFakeLog();
  const store = createDirectoryStore(join(folder, 'store'), log);
  const file = async (name: string, text = content) => {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  return { folder, store, log, file };
}

test('a file is moved in under its digest, for all to read', async (t) => {
  const { folder, store, file } = await setUp(t);
  const source = await file('a.deb');
  assert.equal(await store.find(sha256), undefined);
  const path = await store.add(source, sha256);
  assert.equal(path, join(folder, 'store/sha256', sha256.slice(0, 2), sha256));
  assert.equal(await readFile(path, 'utf8'), content);
  assert.equal((await stat(path)).mode & 0o777, 0o644);
  assert.equal(existsSync(source), false);
  assert.equal(await store.find(sha256), path);
  assert.equal(await store.verify(sha256), path);
});

test('adding the same again writes nothing and takes the source away', async (t) => {
  const { store, file } = await setUp(t);
  const path = await store.add(await file('a'), sha256);
  const before = await stat(path, { bigint: true });
  const again = await file('b');
  assert.equal(await store.add(again, sha256), path);
  const after = await stat(path, { bigint: true });
  assert.deepEqual([after.ino, after.mtimeNs, after.ctimeNs], [before.ino, before.mtimeNs, before.ctimeNs]);
  assert.equal(existsSync(again), false);
});

test('a file with another digest is refused and stays where it was', async (t) => {
  const { store, file } = await setUp(t);
  const source = await file('a', 'something else');
  await assert.rejects(store.add(source, sha256), (error) => {
    assert.ok(error instanceof AperiodicError);
    assert.equal(error.code, 'digest-mismatch');
    assert.equal(error.file, source);
    return true;
  });
  assert.equal(existsSync(source), true);
  assert.equal(await store.find(sha256), undefined);
});

test('a damaged file is found, removed with a warning, and can be added again', async (t) => {
  const { store, file, log } = await setUp(t);
  const path = await store.add(await file('a'), sha256);
  await writeFile(path, 'A package\n');
  assert.equal(await store.verify(sha256), undefined);
  assert.equal(existsSync(path), false);
  assert.match(log.lines.join('\n'), /^warn .*was damaged/);
  await store.add(await file('b'), sha256);
  assert.equal(await store.verify(sha256), path);
});

test('a truncated file is replaced by an add', async (t) => {
  const { store, file } = await setUp(t);
  const path = await store.add(await file('a'), sha256);
  await writeFile(path, '');
  await store.add(await file('b'), sha256);
  assert.equal(await readFile(path, 'utf8'), content);
});

test('many adds of the same bytes at once all succeed', async (t) => {
  const { folder, store, file } = await setUp(t);
  const sources = await Promise.all(Array.from({ length: 16 }, (_, i) => file(`copy-${i}`)));
  const paths = await Promise.all(sources.map((source) => store.add(source, sha256)));
  assert.equal(new Set(paths).size, 1);
  assert.equal(await store.verify(sha256), paths[0]);
  assert.deepEqual(await readdir(join(folder, 'store/sha256', sha256.slice(0, 2))), [sha256]);
});

test('a digest that would lead elsewhere is refused', async (t) => {
  const { store } = await setUp(t);
  for (const bad of ['../../etc/passwd', '', sha256.toUpperCase(), `${sha256}\n`]) {
    await assert.rejects(store.find(bad), { code: 'internal' });
  }
});

test('temporary folders of dead processes go, those of living ones stay', async (t) => {
  const { folder, store } = await setUp(t);
  const tmp = join(folder, 'store/tmp');
  const host = hostname().replaceAll(/[^A-Za-z0-9]/g, '_');
  const dead = join(tmp, `${host}-4194999-abc`);
  const elsewhere = join(tmp, 'another-4194999-abc');
  await mkdir(join(dead, 'partial'), { recursive: true });
  await mkdir(elsewhere);
  const first = await store.temporaryFolder();
  const second = await store.temporaryFolder();
  assert.equal(existsSync(dead), false);
  assert.equal(existsSync(elsewhere), true);
  assert.equal(existsSync(first), true);
  assert.notEqual(first, second);
});
