import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createRsyncMirror } from '../../../../scripts/adapters/mirror/rsync.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import { createFakeTask } from '../../../support/fake-log.ts';
import { makeMirrorFiles } from '../../../support/mirror-files.ts';
import { freePort, startGate, startRsyncDaemon } from '../../../support/rsync-daemon.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { testMirror } from './contract.ts';

const folder = 'd/i/20261122.0';
const task = createFakeTask();
const quick = { backoffMs: 20 };

testMirror('rsync', async (t, base) => {
  const daemon = await startRsyncDaemon(t, base);
  return { mirror: createRsyncMirror('primary', daemon.url, quick), root: daemon.root };
});

describe('rsync only', { concurrency: 8 }, () => {
  test('content is sent once', async (t) => {
    const base = await temporaryFolder(t);
    const daemon = await startRsyncDaemon(t, base);
    const gate = await startGate(t, daemon.port);
    const size = 2_000_000;
    const files = await makeMirrorFiles(base, { image: randomBytes(size), CHECKSUM: 'sums' });
    const mirror = createRsyncMirror('primary', `rsync://127.0.0.1:${gate.port}/pub`, quick);
    await mirror.publish(folder, files, task);
    assert.ok(gate.sent() < size * 1.02, `${gate.sent()} bytes were sent for ${size}`);
    const sent = gate.sent();
    await mirror.publish(folder, files, task);
    assert.equal(await mirror.holds(folder, files), true);
    assert.ok(gate.sent() - sent < 5000);
  });

  test('the daemon sees no write when it is asked, or when all is there', async (t) => {
    const base = await temporaryFolder(t);
    const daemon = await startRsyncDaemon(t, base);
    const files = await makeMirrorFiles(base, { image: 'image', CHECKSUM: 'sums' });
    const mirror = createRsyncMirror('primary', daemon.url, quick);
    const writes = async () => (await daemon.log()).match(/\] (recv|del\.) /g) ?? [];
    await mirror.holds(folder, files);
    assert.deepEqual(await writes(), []);
    await mirror.publish(folder, files, task);
    const published = (await writes()).length;
    assert.ok(published > 0);
    await mirror.publish(folder, files, task);
    await mirror.holds(folder, files);
    await mirror.list('d/i');
    assert.equal((await writes()).length, published);
  });

  test('a broken connection is taken up again from the part that arrived', async (t) => {
    const base = await temporaryFolder(t);
    const daemon = await startRsyncDaemon(t, base);
    const gate = await startGate(t, daemon.port);
    const size = 6_000_000;
    const files = await makeMirrorFiles(base, { image: randomBytes(size), CHECKSUM: 'sums' });
    const mirror = createRsyncMirror('primary', `rsync://127.0.0.1:${gate.port}/pub`, quick);
    gate.breakAfter(4_000_000);
    await mirror.publish(folder, files, task);
    assert.equal(await mirror.holds(folder, files), true);
    assert.ok(
      gate.sent() < size * 1.5,
      `${gate.sent()} bytes were sent for ${size}: nothing was taken up again`,
    );
  });

  test('a daemon that dies in the middle is met again by a later run', async (t) => {
    const base = await temporaryFolder(t);
    const daemon = await startRsyncDaemon(t, base);
    const gate = await startGate(t, daemon.port);
    const files = await makeMirrorFiles(base, { image: randomBytes(6_000_000), CHECKSUM: 'sums' });
    const mirror = createRsyncMirror('primary', `rsync://127.0.0.1:${gate.port}/pub`, {
      attempts: 2,
      backoffMs: 20,
    });
    gate.breakAfter(3_000_000, () => void daemon.stop());
    await assert.rejects(mirror.publish(folder, files, task), { code: 'unreachable' });
    assert.deepEqual(
      (await readdir(join(daemon.root, 'd/i'))).filter((name) => !name.startsWith('.')),
      [],
    );
    await daemon.stop();
    await startRsyncDaemon(t, base, { port: daemon.port });
    await mirror.publish(folder, files, task);
    assert.equal(await mirror.holds(folder, files), true);
    assert.deepEqual(await readdir(join(daemon.root, 'd/i')), ['20261122.0']);
  });

  test('killed between any two calls, the checksum file is shown last, and the next run finishes', async (t) => {
    const base = await temporaryFolder(t);
    const daemon = await startRsyncDaemon(t, base);
    const files = await makeMirrorFiles(base, { image: 'image', CHECKSUM: 'sums' });
    const publishAfterKill = async (calls: number) => {
      const gate = await startGate(t, daemon.port);
      const mirror = createRsyncMirror('primary', `rsync://127.0.0.1:${gate.port}/pub`, { attempts: 1 });
      const release = `d/i-${calls}/20261122.0`;
      gate.closeAfter(calls);
      const finished = await mirror.publish(release, files, task).then(
        () => true,
        () => false,
      );
      const seen = await readdir(join(daemon.root, release)).catch(() => []);
      gate.closeAfter(Number.POSITIVE_INFINITY);
      if (!finished) await mirror.publish(release, files, task);
      assert.deepEqual((await readdir(join(daemon.root, release))).sort(), ['CHECKSUM', 'image']);
      assert.deepEqual(await readdir(join(daemon.root, `d/i-${calls}`)), ['20261122.0']);
      return `${finished ? 'finished' : 'killed'} ${seen.sort().join('+')}`.trim();
    };
    const states = await Promise.all(Array.from({ length: 9 }, (_, calls) => publishAfterKill(calls)));
    assert.deepEqual(
      [...new Set(states)],
      ['killed', 'killed image', 'killed CHECKSUM+image', 'finished CHECKSUM+image'],
    );
  });

  test('a run killed while it showed the files is continued', async (t) => {
    const base = await temporaryFolder(t);
    const daemon = await startRsyncDaemon(t, base);
    const files = await makeMirrorFiles(base, { image: 'image', other: 'other', CHECKSUM: 'sums' });
    await mkdir(join(daemon.root, folder), { recursive: true });
    await writeFile(join(daemon.root, folder, 'image'), 'image');
    await writeFile(join(daemon.root, folder, '.other.Xa81Zq'), 'hal');
    const mirror = createRsyncMirror('primary', daemon.url, quick);
    assert.equal(await mirror.holds(folder, files), false);
    await mirror.publish(folder, files, task);
    assert.deepEqual((await readdir(join(daemon.root, folder))).sort(), ['CHECKSUM', 'image', 'other']);
  });

  test('staging that nobody continued goes after two days', async (t) => {
    const base = await temporaryFolder(t);
    const daemon = await startRsyncDaemon(t, base);
    const parent = join(daemon.root, 'd/i');
    for (const version of ['20261101.0', '20261121.0'])
      await mkdir(join(parent, `.staging-${version}`), { recursive: true });
    const old = new Date(Date.now() - 5 * 24 * 3600 * 1000);
    await utimes(join(parent, '.staging-20261101.0'), old, old);
    const mirror = createRsyncMirror('primary', daemon.url, quick);
    await mirror.publish(folder, await makeMirrorFiles(base, { CHECKSUM: 'sums' }), task);
    assert.deepEqual((await readdir(parent)).sort(), ['.staging-20261121.0', '20261122.0']);
  });

  test('a password file opens the module, a wrong or missing password is said plainly', async (t) => {
    const base = await temporaryFolder(t);
    await writeFile(join(base, 'secrets'), 'releng:right\n', { mode: 0o600 });
    await writeFile(join(base, 'right'), 'right\n', { mode: 0o600 });
    await writeFile(join(base, 'wrong'), 'wrong\n', { mode: 0o600 });
    const module = ['auth users = releng', `secrets file = ${join(base, 'secrets')}`];
    const daemon = await startRsyncDaemon(t, base, { module });
    const url = daemon.url.replace('rsync://', 'rsync://releng@');
    const files = await makeMirrorFiles(base, { CHECKSUM: 'sums' });
    const open = createRsyncMirror('primary', url, { ...quick, passwordFile: join(base, 'right') });
    await open.publish(folder, files, task);
    assert.equal(await open.holds(folder, files), true);
    for (const passwordFile of [join(base, 'wrong'), undefined]) {
      const closed = createRsyncMirror('primary', url, { ...quick, passwordFile });
      await assert.rejects(closed.list('d/i'), (error) => {
        assert.ok(error instanceof AperiodicError);
        assert.equal(error.code, 'unreachable');
        assert.match(error.message, /password/);
        assert.doesNotMatch(`${error.message} ${error.detail}`, /wrong\n|right/);
        return true;
      });
    }
  });

  test('a daemon that is gone, and a module that is not there, are told apart', async (t) => {
    const base = await temporaryFolder(t);
    const gone = createRsyncMirror('primary', `rsync://127.0.0.1:${await freePort()}/pub`, quick);
    await assert.rejects(gone.list('d/i'), { code: 'unreachable' });
    const daemon = await startRsyncDaemon(t, base);
    const other = createRsyncMirror('primary', daemon.url.replace(/pub$/, 'nothing'), quick);
    await assert.rejects(other.list('d/i'), { code: 'not-found' });
    const files = await makeMirrorFiles(base, { CHECKSUM: 'sums' });
    const below = createRsyncMirror('primary', `${daemon.url}/absent/too`, quick);
    await assert.rejects(below.publish(folder, files, task), { code: 'conflict' });
  });

  test('a module that may not be written refuses with its own words', async (t) => {
    const base = await temporaryFolder(t);
    const daemon = await startRsyncDaemon(t, base, { module: ['read only = yes'] });
    const files = await makeMirrorFiles(base, { CHECKSUM: 'sums' });
    const mirror = createRsyncMirror('primary', daemon.url, quick);
    await assert.rejects(mirror.publish(folder, files, task), (error) => {
      assert.ok(error instanceof AperiodicError);
      assert.match(`${error.detail}`, /read only/);
      return true;
    });
  });
});
