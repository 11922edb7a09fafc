/** Modes, owners, passwords and certificates of the image. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageChecks } from '../../../scripts/model/qa/checks.ts';
import type { DiskView } from '../../../scripts/ports.ts';
import { makeContext, makeDisk, trusted } from './context.ts';

async function inspect(id: string, disk: DiskView, context = makeContext()) {
  const check = imageChecks.find((one) => one.id === id);
  assert.ok(check, id);
  const { passed, seen, figures } = await check.inspect(disk, context);
  return { told: `${passed ? 'passed' : 'failed'}: ${seen}`, figures };
}

const programs = { ...trusted, '/usr/bin/sudo': '', '/usr/bin/odd': '', '/etc/passwd-copy': '' };

test('a setuid or setgid program that nobody decided on fails, and all are listed', async () => {
  const good = makeDisk(programs, 500, { '/usr/bin/sudo': 0o4755 });
  assert.deepEqual(await inspect('setuid-files', good), {
    told: 'passed: 1 files, all known',
    figures: { setuidFiles: ['/usr/bin/sudo'] },
  });
  const bad = makeDisk(programs, 500, { '/usr/bin/sudo': 0o4755, '/usr/bin/odd': 0o2755 });
  assert.deepEqual(await inspect('setuid-files', bad), {
    told: 'failed: /usr/bin/odd (2755, 0:0)',
    figures: { setuidFiles: ['/usr/bin/odd', '/usr/bin/sudo'] },
  });
});

const entry = (path: string, mode: number, kind: 'file' | 'folder' | 'link' | 'other' = 'folder') => {
  return { path, kind, size: 0, mode, uid: 0, gid: 0 };
};
const walked = (...entries: ReturnType<typeof entry>[]): DiskView => ({
  ...makeDisk(trusted),
  walk: async () => entries,
});

test('folders for everybody need the sticky bit; links and devices are no matter', async () => {
  const fine = [entry('/tmp', 0o1777), entry('/bin', 0o777, 'link'), entry('/dev/null', 0o666, 'other')];
  assert.deepEqual(await inspect('world-writable', walked(...fine)), {
    told: 'passed: with the sticky bit: /tmp',
    figures: { sharedFolders: ['/tmp'] },
  });
  const { told } = await inspect(
    'world-writable',
    walked(...fine, entry('/etc', 0o777), entry('/etc/motd', 0o646, 'file')),
  );
  assert.equal(told, 'failed: /etc (0777, 0:0)\n/etc/motd (0646, 0:0)');
  assert.equal((await inspect('world-writable', walked())).told, 'passed: none');
});

test('an owner that is no account fails', async () => {
  assert.equal((await inspect('unowned-files', walked(entry('/a', 0o755)))).told, 'passed: all files');
  const { told } = await inspect(
    'unowned-files',
    walked({ ...entry('/a', 0o755), uid: 1000 }, { ...entry('/b', 0o644, 'file'), gid: 7 }),
  );
  assert.equal(told, 'failed: /a (0755, 1000:0)\n/b (0644, 0:7)');
});

test('passwords in the image fail by their kind, and never show', async () => {
  const shadow = (root: string) => ({
    ...trusted,
    '/etc/shadow': `root:${root}:20000:::::\ndaemon:*:2:::::\n`,
  });
  const told = async (files: Record<string, string>) => (await inspect('no-passwords', makeDisk(files))).told;
  assert.equal(await told(trusted), 'passed: root locked, 2 accounts');
  assert.equal(await told(shadow('!')), 'passed: root locked, 2 accounts');
  assert.equal(await told(shadow('$y$j9T$secret')), 'failed: root: usable password');
  assert.equal(await told(shadow('')), 'failed: root: empty password');
  assert.equal(
    await told({ ...trusted, '/etc/shadow': '' }),
    'failed: /etc/shadow cannot be read or has no root',
  );
  assert.equal(
    await told({ ...trusted, '/etc/passwd': 'root::0:0::/root:/bin/sh\n' }),
    'failed: root: not shadowed in /etc/passwd',
  );
  const { '/etc/shadow': _, ...without } = trusted;
  assert.equal(await told(without), 'failed: there is no /etc/shadow');
});

test('a store of certificates that is missing, empty or cut short fails', async () => {
  const path = '/etc/ssl/certs/ca-certificates.crt';
  assert.deepEqual(await inspect('ca-bundle', makeDisk(trusted)), {
    told: `passed: 100 in ${path}`,
    figures: { certificates: 100 },
  });
  const few = '-----BEGIN CERTIFICATE-----\n'.repeat(99);
  assert.equal((await inspect('ca-bundle', makeDisk({ [path]: few }))).told, `failed: only 99 in ${path}`);
  assert.equal((await inspect('ca-bundle', makeDisk({ [path]: '' }))).told, 'failed: none');
  const fedora = makeDisk({ '/etc/pki/tls/certs/ca-bundle.crt': trusted[path] });
  assert.match((await inspect('ca-bundle', fedora)).told, /^passed/);
});

test('sizes are figures by format', async () => {
  const context = makeContext({ artifacts: [{ name: 'a.raw.zst', size: 100.04 * 1024 ** 2 }] });
  context.job.formats = ['qcow2', 'raw.zst'];
  assert.deepEqual((await inspect('download-size', makeDisk(trusted), context)).figures, { rawZstMiB: 100 });
  assert.deepEqual((await inspect('used-size', makeDisk(trusted, 500.2))).figures, { usedMiB: 501 });
});
