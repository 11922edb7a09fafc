/** What every kind of mirror must do. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import type { Mirror } from '../../../../scripts/ports.ts';
import { createFakeTask } from '../../../support/fake-log.ts';
import { makeMirrorFiles, snapshot } from '../../../support/mirror-files.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

export interface MirrorUnderTest {
  mirror: Mirror;
  /** Folder that the mirror shows. */
  root: string;
}

const stream = 'debian-12/cloud-base';
const folder = `${stream}/20261122.0`;
const task = createFakeTask();

const contents = {
  'Image-20261122.0.amd64.qcow2': Buffer.alloc(300_000, 'image'),
  'Image-20261122.0.amd64.raw.zst': Buffer.alloc(100_000, 'raw'),
  'Image-20261122.0-CHECKSUM': 'checksums\n',
};

export function testMirror(
  kind: string,
  make: (t: TestContext, folder: string) => Promise<MirrorUnderTest>,
): void {
  // rsync waits more than it works.
  describe(kind, { concurrency: 8 }, () => testAll(make));
}

function testAll(make: (t: TestContext, folder: string) => Promise<MirrorUnderTest>): void {
  async function setUp(t: TestContext) {
    const base = await temporaryFolder(t);
    return { ...(await make(t, base)), files: await makeMirrorFiles(join(base, 'artifacts'), contents) };
  }

  test('a release appears whole, readable for all, and nothing hidden stays', async (t) => {
    const { mirror, root, files } = await setUp(t);
    assert.equal(await mirror.holds(folder, files), false);
    assert.deepEqual(await mirror.list(stream), []);
    await mirror.publish(folder, files, task);
    assert.equal(await mirror.holds(folder, files), true);
    assert.deepEqual(await mirror.list(stream), ['20261122.0']);
    assert.deepEqual(await readdir(join(root, stream)), ['20261122.0']);
    assert.deepEqual(await readdir(join(root, folder)), Object.keys(contents).sort());
    for (const file of files) {
      const path = join(root, folder, file.name);
      assert.equal((await stat(path)).mode & 0o777, 0o644);
      assert.deepEqual(await readFile(path), await readFile(file.path));
    }
    for (const path of ['debian-12', stream, folder]) {
      assert.equal((await stat(join(root, path))).mode & 0o777, 0o755);
    }
  });

  test('the second run writes nothing', async (t) => {
    const { mirror, root, files } = await setUp(t);
    await mirror.publish(folder, files, task);
    const before = await snapshot(root);
    await mirror.publish(folder, files, task);
    assert.equal(await mirror.holds(folder, files), true);
    assert.deepEqual(await snapshot(root), before);
  });

  test('asking writes nothing, not even folders', async (t) => {
    const { mirror, root, files } = await setUp(t);
    assert.equal(await mirror.holds(folder, files), false);
    assert.deepEqual(await mirror.list(stream), []);
    await mirror.remove(folder);
    assert.deepEqual(await readdir(root), []);
  });

  test('a damaged, a missing and a strange file are found, and nothing is overwritten', async (t) => {
    const { mirror, root, files } = await setUp(t);
    await mirror.publish(folder, files, task);
    const path = join(root, folder, 'Image-20261122.0.amd64.qcow2');
    const bytes = await readFile(path);
    bytes[150_000] = (bytes[150_000] ?? 0) ^ 1;
    await writeFile(path, bytes);
    assert.equal(await mirror.holds(folder, files), false);
    await assertConflict(mirror.publish(folder, files, task), /Image-20261122\.0\.amd64\.qcow2/);
    assert.deepEqual(await readFile(path), bytes);

    await writeFile(path, await readFile(files[0]?.path ?? ''));
    await writeFile(join(root, folder, 'strange'), 'x');
    assert.equal(await mirror.holds(folder, files), false);
    await assertConflict(mirror.publish(folder, files, task), /strange/);

    await rm(join(root, folder, 'strange'));
    await rm(path);
    assert.equal(await mirror.holds(folder, files), false);
    await mirror.publish(folder, files, task);
    assert.equal(await mirror.holds(folder, files), true);
  });

  test('other content under the same version is refused and changes nothing', async (t) => {
    const { mirror, root, files } = await setUp(t);
    await mirror.publish(folder, files, task);
    const others = await makeMirrorFiles(join(root, '../others'), {
      ...contents,
      'Image-20261122.0-CHECKSUM': 'checksumZ\n',
    });
    const before = await snapshot(root);
    await assertConflict(mirror.publish(folder, others, task), /CHECKSUM.*never overwritten/);
    assert.deepEqual(await snapshot(root), before);
    assert.equal(await mirror.holds(folder, files), true);
  });

  test('what a killed run staged is continued or replaced, and foreign leftovers go', async (t) => {
    const { mirror, root, files } = await setUp(t);
    const staging = join(root, stream, '.staging-20261122.0');
    await mkdir(staging, { recursive: true });
    await chmod(join(root, 'debian-12'), 0o755);
    await writeFile(join(staging, 'Image-20261122.0.amd64.qcow2'), 'half');
    await writeFile(join(staging, 'from-another-build'), 'x');
    await mirror.publish(folder, files, task);
    assert.equal(await mirror.holds(folder, files), true);
    assert.deepEqual(await readdir(join(root, stream)), ['20261122.0']);
    assert.equal((await readdir(join(root, folder))).length, 3);
  });

  test('a run killed after the release was shown leaves a staging folder, which goes', async (t) => {
    const { mirror, root, files } = await setUp(t);
    await mirror.publish(folder, files, task);
    await mkdir(join(root, stream, '.staging-20261122.0'));
    await mirror.publish(folder, files, task);
    assert.deepEqual(await readdir(join(root, stream)), ['20261122.0']);
  });

  test('only the folder that is named is removed', async (t) => {
    const { mirror, root, files } = await setUp(t);
    const others = [`${stream}/20261122.0`, `${stream}/20261122.10`, 'debian-12/other/20261122.1'];
    for (const other of others) {
      await mkdir(join(root, other), { recursive: true });
      await writeFile(join(root, other, 'image'), 'x');
    }
    await mirror.publish(`${stream}/20261122.1`, files, task);
    await writeFile(join(root, stream, 'notes'), 'by hand');
    await mirror.remove(`${stream}/20261122.1`);
    assert.deepEqual(await mirror.list(stream), ['20261122.0', '20261122.10']);
    assert.deepEqual((await readdir(join(root, stream))).sort(), ['20261122.0', '20261122.10', 'notes']);
    assert.deepEqual(await mirror.list('debian-12/other'), ['20261122.1']);
    const before = await snapshot(root);
    await mirror.remove(`${stream}/20261122.1`);
    assert.deepEqual(await snapshot(root), before);
  });

  test('a published file is brought back, and one that is not there is named', async (t) => {
    const { mirror, root, files } = await setUp(t);
    await mirror.publish(folder, files, task);
    const target = join(root, '../brought-back');
    await mirror.retrieve(folder, 'Image-20261122.0.amd64.qcow2', target);
    assert.deepEqual(await readFile(target), contents['Image-20261122.0.amd64.qcow2']);
    await symlink('/etc/passwd', join(root, folder, 'link'));
    for (const [path, name] of [
      [folder, 'absent'],
      [folder, 'link'],
      [`${stream}/20261231.0`, 'absent'],
      ['debian-99/none/20261231.0', 'absent'],
    ] as const) {
      await assert.rejects(mirror.retrieve(path, name, target), { code: 'not-found' });
    }
    await assert.rejects(mirror.retrieve(folder, '../../notes', target), { code: 'internal' });
  });

  test('a small file is replaced whole, and written only when it differs', async (t) => {
    const { mirror, root, files } = await setUp(t);
    const name = 'stream.sjson';
    assert.equal(await mirror.read(stream, name, 100), undefined);
    assert.deepEqual(await readdir(root), [], 'asking writes nothing');
    await mirror.replace(stream, name, 'first\n');
    assert.equal(await mirror.read(stream, name, 100), 'first\n');
    assert.equal((await stat(join(root, stream, name))).mode & 0o777, 0o644);
    const before = await snapshot(root);
    await mirror.replace(stream, name, 'first\n');
    assert.deepEqual(await snapshot(root), before);
    await mirror.replace(stream, name, 'other\n');
    await mirror.replace('.well-known/csaf', name, 'well known\n');
    assert.equal(await mirror.read('.well-known/csaf', name, 100), 'well known\n');
    const ids = 'org.example:download:debian-12:cloud-base.json';
    await mirror.replace('streams/v1', ids, 'as ids of simplestreams are\n');
    assert.equal(await mirror.read('streams/v1', ids, 100), 'as ids of simplestreams are\n');
    for (const bad of ['.hidden/csaf', 'csaf/.well-known', '.well-known/../csaf'])
      await assert.rejects(mirror.replace(bad, name, 'x'), { code: 'internal' }, bad);
    assert.equal(await mirror.read(stream, name, 6), 'other\n');
    await assert.rejects(mirror.read(stream, name, 5), { code: 'invalid' });
    await mirror.publish(folder, files, task);
    assert.deepEqual(await mirror.list(stream), ['20261122.0']);
    await mirror.remove(folder);
    assert.deepEqual(await readdir(join(root, stream)), [name], 'nothing hidden stays');
    for (const bad of ['../x', '-rf', '.hidden', 'a/b', '']) {
      await assert.rejects(mirror.replace(stream, bad, 'x'), { code: 'internal' });
      await assert.rejects(mirror.read(stream, bad, 10), { code: 'internal' });
    }
  });

  test('readers see the old content or the new one, whoever writes at once', async (t) => {
    const { mirror, root } = await setUp(t);
    const texts = ['a', 'b'].map((letter) => letter.repeat(400_000));
    await mirror.replace(stream, 'stream.sjson', texts[0] ?? '');
    let writing = true;
    const reader = (async () => {
      while (writing) assert.ok(texts.includes(await readFile(join(root, stream, 'stream.sjson'), 'utf8')));
    })();
    for (const text of [...texts, ...texts]) await mirror.replace(stream, 'stream.sjson', text);
    writing = false;
    await reader;
    assert.deepEqual(await readdir(join(root, stream)), ['stream.sjson']);
  });

  test('the folder of signatures of a container is one like others', async (t) => {
    const { mirror, root, files } = await setUp(t);
    const signatures = `lookaside/primary/images/${stream}@sha256=${'a'.repeat(64)}`;
    assert.equal(await mirror.read(signatures, 'signature-1', 100), undefined);
    await mirror.publish(signatures, files, task);
    assert.equal(await mirror.holds(signatures, files), true);
    assert.deepEqual(await readdir(join(root, signatures)), Object.keys(contents).sort());
    const [, , checksum] = files;
    assert.equal(await mirror.read(signatures, checksum?.name ?? '', 100), 'checksums\n');
  });

  test('names that lead elsewhere are refused', async (t) => {
    const { mirror, files } = await setUp(t);
    for (const bad of ['../x/y', 'a/../b', '/etc/x', 'a', 'a/*', 'a/-b', 'a/.b', 'a/b\n', 'a//b']) {
      await assert.rejects(mirror.publish(bad, files, task), { code: 'internal' });
      await assert.rejects(mirror.remove(bad), { code: 'internal' });
      await assert.rejects(mirror.holds(bad, files), { code: 'internal' });
    }
    const [file] = files;
    assert.ok(file !== undefined);
    for (const name of ['../x', '-rf', '.hidden', 'a/b', '']) {
      await assert.rejects(mirror.publish(folder, [{ ...file, name }], task), { code: 'internal' });
    }
    await assert.rejects(mirror.publish(folder, [file, file], task), { code: 'internal' });
  });
}

async function assertConflict(promise: Promise<unknown>, words: RegExp): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof AperiodicError);
    assert.equal(error.code, 'conflict');
    assert.match(error.message, words);
    return true;
  });
}
