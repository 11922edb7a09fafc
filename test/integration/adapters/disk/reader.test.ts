import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { parseFolder, parseUsedMiB } from '../../../../scripts/adapters/disk/debugfs-output.ts';
import { parseOffsets } from '../../../../scripts/adapters/disk/partitions.ts';
import { createDiskReader } from '../../../../scripts/adapters/disk/reader.ts';
import { exec } from '../../../../scripts/adapters/host/exec.ts';

const top = await mkdtemp(path.join(tmpdir(), 'aperiodic-disk-'));
after(async () => await rm(top, { recursive: true }));

const longTarget = `${'../'.repeat(30)}etc/${'../etc/'.repeat(5)}hostname`;
const oddName = 'odd "name"; <2>\nls -p';

/** A GPT disk whose second partition is the root, made as an image is made: without mount and loop device. */
async function makeImage(name: string, type = '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709'): Promise<string> {
  const root = path.join(top, `${name}.root`);
  for (const folder of ['etc/ssh', 'usr/bin', 'var/log/apt', 'run'])
    await mkdir(path.join(root, folder), { recursive: true });
  await writeFile(path.join(root, 'etc/hostname'), 'localhost\n');
  await writeFile(path.join(root, 'etc', oddName), 'odd');
  await writeFile(path.join(root, 'var/log/large'), '');
  await truncate(path.join(root, 'var/log/large'), 2 * 1024 * 1024);
  await chmod(path.join(root, 'etc/ssh'), 0o755);
  await chmod(path.join(root, 'var/log/large'), 0o4751);
  await symlink('usr/bin', path.join(root, 'bin'));
  await symlink('/etc/hostname', path.join(root, 'usr/bin/name'));
  await symlink(longTarget, path.join(root, 'usr/bin/long'));
  await symlink('loop', path.join(root, 'loop'));
  await symlink('../run', path.join(root, 'var/run'));
  const image = path.join(top, `${name}.raw`);
  await writeFile(image, '');
  await truncate(image, 24 * 1024 * 1024);
  const layout = `label: gpt\nstart=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649\nstart=4096, size=40960, type=${type}\n`;
  await exec('sfdisk', ['-q', '--', image], { input: layout });
  await exec('mke2fs', [
    '-q',
    '-F',
    '-t',
    'ext4',
    '-E',
    `offset=${4096 * 512}`,
    '-d',
    root,
    '--',
    image,
    '20m',
  ]);
  return image;
}

const image = await makeImage('good');

test('folders and files are read by path', async () => {
  const disk = await createDiskReader().open(image);
  assert.deepEqual((await disk.list('/'))?.sort(), ['bin', 'etc', 'loop', 'lost+found', 'run', 'usr', 'var']);
  assert.equal(await disk.read('/etc/hostname'), 'localhost\n');
  assert.deepEqual(await disk.list('/etc/ssh'), []);
  assert.equal(await disk.list('/etc/hostname'), undefined);
  assert.equal(await disk.read('/etc'), undefined);
  assert.equal(await disk.list('/nothing'), undefined);
  assert.equal(await disk.read('/etc/hostname/below'), undefined);
});

test('links are followed inside the image, short and long, relative and absolute', async () => {
  const disk = await createDiskReader().open(image);
  assert.deepEqual((await disk.list('/bin'))?.sort(), ['long', 'name']);
  assert.equal(await disk.read('/bin/name'), 'localhost\n');
  assert.equal(await disk.read('/bin/long'), 'localhost\n');
  assert.equal(await disk.read('/var/run/../etc/./hostname'), 'localhost\n');
  assert.equal(await disk.read('/../../etc/hostname'), 'localhost\n');
  assert.equal(await disk.read('/loop'), undefined);
});

test('a walk lists everything below with kind and size', async () => {
  const disk = await createDiskReader().open(image);
  const entries = await disk.walk('/var/');
  assert.deepEqual(
    entries.map(({ path: name, kind, size }) => ({ path: name, kind, size })),
    [
      { path: '/var/log', kind: 'folder', size: 0 },
      { path: '/var/run', kind: 'link', size: 0 },
      { path: '/var/log/apt', kind: 'folder', size: 0 },
      { path: '/var/log/large', kind: 'file', size: 2 * 1024 * 1024 },
    ],
  );
  const large = entries.at(-1);
  assert.deepEqual([large?.mode, large?.uid], [0o4751, process.getuid?.()]);
  assert.deepEqual(await disk.walk('/nothing'), []);
  assert.equal((await disk.walk('/')).filter(({ path: name }) => name === '/etc/hostname').length, 1);
});

test('a file that is too large is refused', async () => {
  const disk = await createDiskReader().open(image);
  await assert.rejects(disk.read('/var/log/large'), { code: 'invalid', message: /larger than/ });
});

test('used space is what is not free', async () => {
  const used = await (await createDiskReader().open(image)).usedMiB();
  assert.ok(used > 1 && used < 20, String(used));
});

test('what is no disk, has no root, or has no file system there is refused and not taken for empty', async () => {
  const open = async (file: string) => await createDiskReader().open(file);
  const noDisk = path.join(top, 'zero.raw');
  await writeFile(noDisk, Buffer.alloc(1024 * 1024));
  await assert.rejects(open(noDisk), { code: 'invalid' });
  await assert.rejects(open(path.join(top, 'missing.raw')), { code: 'invalid' });
  await assert.rejects(open(await makeImage('swap', '0657FD6D-A4AB-43C4-84E5-0933C84B4F4F')), {
    code: 'invalid',
    message: /no root partition/,
  });
  const blank = path.join(top, 'blank.raw');
  await writeFile(blank, '');
  await truncate(blank, 24 * 1024 * 1024);
  await exec('sfdisk', ['-q', '--', blank], {
    input: 'label: gpt\nstart=4096, size=40960, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709\n',
  });
  await assert.rejects(open(blank), { code: 'invalid', message: /cannot be read/ });
});

test('entries of a folder are taken apart', () => {
  const answer =
    '/2/040755/0/0/.//\n/2/040755/0/0/..//\n/12/120777/0/0/bin/7/\n/13/104644/8/50/a b/5/\n/14/060600/0/0/sda/0/\n/0/000000/0/0//0/\n';
  assert.deepEqual(parseFolder(answer), [
    { number: 12, kind: 'link', size: 7, mode: 0o777, uid: 0, gid: 0, name: 'bin' },
    { number: 13, kind: 'file', size: 5, mode: 0o4644, uid: 8, gid: 50, name: 'a b' },
    { number: 14, kind: 'other', size: 0, mode: 0o600, uid: 0, gid: 0, name: 'sda' },
  ]);
});

test('a /boot of its own is read where it belongs', async () => {
  const root = path.join(top, 'split.root');
  const boot = path.join(top, 'split.boot');
  for (const name of ['root/etc', 'root/boot', 'boot/grub'])
    await mkdir(path.join(top, `split.${name}`), { recursive: true });
  await writeFile(path.join(root, 'etc/hostname'), 'localhost\n');
  await symlink('boot/vmlinuz-1', path.join(root, 'vmlinuz'));
  await writeFile(path.join(boot, 'vmlinuz-1'), 'a kernel');
  await symlink('../etc/hostname', path.join(boot, 'name'));
  const image = path.join(top, 'split.raw');
  await writeFile(image, '');
  await truncate(image, 24 * 1024 * 1024);
  const [start, size] = [4096, 20480];
  const input = `label: gpt\nstart=${start}, size=${size}, type=BC13C2FF-59E6-4262-A352-B275FD6F7172\nstart=${start + size}, size=${size}, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709\n`;
  await exec('sfdisk', ['-q', '--', image], { input });
  for (const [folder, sector] of [
    [boot, start],
    [root, start + size],
  ] as const)
    await exec('mke2fs', [
      '-q',
      '-F',
      '-t',
      'ext4',
      '-E',
      `offset=${sector * 512}`,
      '-d',
      folder,
      '--',
      image,
      '10m',
    ]);
  const disk = await createDiskReader().open(image);
  assert.deepEqual((await disk.list('/boot'))?.sort(), ['grub', 'lost+found', 'name', 'vmlinuz-1']);
  assert.equal(await disk.read('/vmlinuz'), 'a kernel');
  assert.equal(await disk.read('/boot/name'), 'localhost\n');
  assert.equal(await disk.read('/boot/../etc/hostname'), 'localhost\n');
  const found = (await disk.walk('/'))
    .map((entry) => entry.path)
    .filter((name) => !name.includes('lost+found'));
  assert.deepEqual(found.sort(), [
    '/boot',
    '/boot/grub',
    '/boot/name',
    '/boot/vmlinuz-1',
    '/etc',
    '/etc/hostname',
    '/vmlinuz',
  ]);
  assert.ok((await disk.usedMiB()) > 2);
});

test('output that is not as expected is an error', () => {
  assert.throws(() => parseUsedMiB('Block count: many'), { code: 'invalid' });
  assert.throws(() => parseOffsets('{}'), { code: 'invalid' });
});
