/** From a root folder to a disk image behind the real walls, with stand-ins for kernel and GRUB; and what can go wrong. */
import assert from 'node:assert/strict';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { sha256OfFile } from '../../../../scripts/adapters/host/digest.ts';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import { allPartitions, epoch, post, smallRequest } from '../../../adapters/image/small-spec.ts';
import { mountSmallDisk } from '../../../support/small-disk.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { runBehindWalls } from './walls.ts';

test('a disk has its partitions, boot files, file systems and logs, and is the same again', async (t) => {
  const folder = await temporaryFolder(t);
  const scripts = [post(10, 'echo hello; mkdir /var/mail', { log: '/var/log/post.log' })];
  const digests: string[] = [];
  for (const name of ['a', 'b']) {
    const end = await runBehindWalls(path.join(folder, name), smallRequest({ scripts }), 'disk');
    assert.equal(end.code, undefined, end.stack);
    digests.push((await sha256OfFile(path.join(end.out, 'small.raw'))).sha256);
  }
  assert.equal(digests[0], digests[1]);

  const raw = path.join(folder, 'a/out/small.raw');
  const { size, mode } = await stat(raw);
  assert.equal(size, (1 + 1 + 33 + 64 + 1) * 1024 * 1024);
  assert.equal(mode & 0o777, 0o644);
  const table = JSON.parse((await exec('sfdisk', ['--json', raw])).stdout).partitiontable;
  assert.equal(table.label, 'gpt');
  assert.deepEqual(
    table.partitions.map(({ start, size: sectors }: { start: number; size: number }) => [start, sectors]),
    [
      [2048, 2048],
      [4096, 33 * 2048],
      [4096 + 33 * 2048, 64 * 2048],
    ],
  );
  await exec('sfdisk', ['--verify', raw]);

  const bytes = await readFile(raw);
  assert.ok(
    bytes.subarray(0, 0x5c).every((byte) => byte === 0xb0),
    'boot.img is in the first sector',
  );
  assert.equal(bytes.readBigUInt64LE(0x5c), 2048n);
  assert.equal(bytes.readUInt16LE(0x66), 0x9090);
  const core = 2048 * 512;
  assert.equal(bytes.readBigUInt64LE(core + 500), 2049n);
  assert.equal(bytes.readUInt16LE(core + 508), Math.ceil(40_000 / 512) - 1);

  const esp = `${raw}@@${4096 * 512}`;
  const grub = await exec('mtype', ['-i', esp, '::/EFI/debian/grub.cfg']);
  assert.match(grub.stdout, /^search\.fs_uuid [0-9a-f-]{36} root\n/);
  assert.equal((await exec('mtype', ['-i', esp, '::/EFI/BOOT/BOOTX64.EFI'])).stdout, 'signed shim');

  const root = `${raw}?offset=${(4096 + 33 * 2048) * 512}`;
  const ask = async (request: string) => (await exec('debugfs', ['-R', request, root])).stdout;
  assert.equal(await ask('cat /var/log/post.log'), 'hello\n');
  assert.match(
    await ask('cat /boot/grub/grub.cfg'),
    /linux \/boot\/vmlinuz-6\.1\.0-10-cloud-amd64 root=UUID=/,
  );
  assert.equal(await ask('cat /etc/machine-id'), '');
  for (const gone of [
    '/var/log/dpkg.log',
    '/etc/apt/apt.conf.d/99mmdebstrap',
    '/.aperiodic-post',
    '/.aperiodic-grub',
  ])
    assert.doesNotMatch(await ask(`stat ${gone}`), /Inode:/, gone);
  const hex = `0x${epoch.toString(16)}`;
  for (const name of ['/', '/etc', '/var/log/post.log', '/usr/bin/sh']) {
    const shown = await ask(`stat ${name}`);
    for (const time of ['ctime', 'atime', 'crtime'])
      assert.match(shown, new RegExp(`${time}: ${hex}:00000000`), name);
  }
  const checked = path.join(folder, 'root.img');
  await exec('dd', [`if=${raw}`, `of=${checked}`, 'bs=1M', 'skip=35', 'count=64', 'status=none']);
  await exec('e2fsck', ['-f', '-n', checked]);

  await exec('qemu-img', [
    'compare',
    '-f',
    'raw',
    '-F',
    'qcow2',
    raw,
    path.join(folder, 'a/out/small.qcow2'),
  ]);
  const unpacked = path.join(folder, 'unpacked');
  await exec('zstd', ['-q', '-d', '-o', unpacked, path.join(folder, 'a/out/small.raw.zst')]);
  assert.equal((await sha256OfFile(unpacked)).sha256, digests[0]);
});

test('/boot and swap of their own are filled, and the same again', async (t) => {
  const folder = await temporaryFolder(t);
  const scripts = [post(10, 'mkdir -m 700 /boot; mkdir /boot/efi; echo kernel > /boot/vmlinuz-6')];
  const request = smallRequest({ scripts, partitions: allPartitions() });
  const digests: string[] = [];
  for (const name of ['a', 'b']) {
    const end = await runBehindWalls(path.join(folder, name), request, 'disk');
    assert.equal(end.code, undefined, end.stack);
    digests.push((await sha256OfFile(path.join(end.out, 'small.raw'))).sha256);
  }
  assert.equal(digests[0], digests[1]);
  const raw = path.join(folder, 'a/out/small.raw');
  await exec('sfdisk', ['--verify', raw]);
  const boot = 35;
  const swap = boot + 64;
  const root = swap + 16;
  const ask = async (at: number, request: string) =>
    (await exec('debugfs', ['-R', request, `${raw}?offset=${at * 1024 * 1024}`])).stdout;
  assert.equal(await ask(boot, 'cat /vmlinuz-6'), 'kernel\n');
  assert.match(await ask(boot, 'stat /efi'), /Type: directory/);
  const uuid =
    /UUID:\s+(\S+)/.exec(
      (await exec('dumpe2fs', ['-h', `${raw}?offset=${boot * 1024 * 1024}`])).stdout,
    )?.[1] ?? '';
  const config = await ask(boot, 'cat /grub/grub.cfg');
  assert.match(
    config,
    new RegExp(`--set=root ${uuid}\n  linux /vmlinuz-6\\.1\\.0-10-cloud-amd64 root=UUID=(?!${uuid})`),
  );
  const hex = `0x${epoch.toString(16)}`;
  const left = await ask(root, 'stat /boot');
  assert.match(left, /Mode: {2}0700/);
  assert.match(await ask(boot, 'stat /'), /Type: directory {4}Mode: {2}0700/);
  for (const time of ['ctime', 'atime', 'mtime', 'crtime'])
    assert.match(left, new RegExp(`${time}: ${hex}:0`));
  assert.doesNotMatch(await ask(root, 'ls /boot'), /vmlinuz|grub/);
  const early = await exec('mtype', ['-i', `${raw}@@${4096 * 512}`, '::/EFI/debian/grub.cfg']);
  assert.equal(
    early.stdout,
    `search.fs_uuid ${uuid} root\nset prefix=($root)'/grub'\nconfigfile $prefix/grub.cfg\n`,
  );
  const probed = await exec('blkid', [
    '--probe',
    '--offset',
    String(swap * 1024 * 1024),
    '--output',
    'export',
    raw,
  ]);
  assert.match(probed.stdout, /^LABEL=swap$/m);
  assert.match(probed.stdout, /^TYPE=swap$/m);
  for (const [at, size] of [
    [boot, 64],
    [root, 64],
  ] as const) {
    const checked = path.join(folder, `${at}.img`);
    await exec('dd', [`if=${raw}`, `of=${checked}`, 'bs=1M', `skip=${at}`, `count=${size}`, 'status=none']);
    await exec('e2fsck', ['-f', '-n', checked]);
  }
});

test('partitions of a standard size that are too small say whose size it is', async (t) => {
  const folder = await temporaryFolder(t);
  const partitions = allPartitions().map((part) =>
    part.mount === '/boot' ? { ...part, standardOf: 'reqpart' as const } : part,
  );
  const fill =
    'mkdir -p /boot; i=0; while [ $i -lt 60 ]; do cat /usr/bin/bash >> /boot/big; i=$((i+1)); done';
  const end = await runBehindWalls(folder, smallRequest({ partitions, scripts: [post(10, fill)] }), 'disk');
  assert.deepEqual([end.code, end.line], ['build-failed', 5], end.stack);
  assert.match(
    end.message ?? '',
    /part \/boot is too small for its content: reqpart makes it of 64 MiB: write part/,
  );
});

test('a root that is too small for its content is told at its part line', async (t) => {
  const folder = await temporaryFolder(t);
  const fill = 'i=0; while [ $i -lt 60 ]; do cat /usr/bin/bash >> /big; i=$((i+1)); done';
  const scripts = [post(10, fill)];
  const end = await runBehindWalls(folder, smallRequest({ scripts }), 'disk');
  assert.deepEqual([end.code, end.file, end.line], ['build-failed', 'kickstarts/small.ks', 4], end.stack);
  assert.match(end.message ?? '', /too small for its content: raise its --size of 64/);
});

test('a BIOS boot partition that is too small for GRUB is told at its part line', async (t) => {
  const folder = await temporaryFolder(t);
  const big = post(10, 'echo 2000000 > /etc/core-size');
  const end = await runBehindWalls(folder, smallRequest({ scripts: [big] }), 'disk');
  assert.deepEqual([end.code, end.file, end.line], ['build-failed', 'kickstarts/small.ks', 2], end.stack);
  assert.match(end.message ?? '', /biosboot is too small/);
});

test('an image without a kernel or a part of GRUB names what is missing', async (t) => {
  const folder = await temporaryFolder(t);
  const without = async (name: string, what: string) =>
    await runBehindWalls(
      path.join(folder, name),
      smallRequest({ scripts: [post(10, `rm -r ${what}`)] }),
      'disk',
    );
  const kernel = await without('a', '/lib/modules/*');
  assert.deepEqual(
    [kernel.code, kernel.message],
    ['build-failed', 'no kernel is installed: add one to %packages'],
  );
  const shim = await without('b', '/usr/lib/shim/shimx64.efi.signed');
  assert.equal(shim.code, 'build-failed');
  assert.match(shim.message ?? '', /without shim-signed: add it to %packages/);
});

test('links that a script left do not lead the build out of the image', async (t) => {
  const folder = await temporaryFolder(t);
  const lead = async (name: string, script: string) =>
    await runBehindWalls(
      path.join(folder, name),
      smallRequest({ scripts: [post(10, script, { log: '/var/log/post.log' })] }),
      'disk',
    );
  for (const [name, script, place] of [
    ['a', 'rm -r /var/log; ln -s /out /var/log', '/var/log'],
    [
      'c',
      'ln -sf /etc/alternatives/README /usr/lib/shim/shimx64.efi.signed',
      '/usr/lib/shim/shimx64.efi.signed',
    ],
  ] as const) {
    const end = await lead(name, script);
    assert.equal(end.code, 'build-failed', `${name}: ${end.stack}`);
    assert.equal(end.message, `${place} of the image is a link that leads out of it`);
    assert.match(end.log, /^== cleaning|^== %post/m, 'the log was not emptied');
    await assert.rejects(stat(path.join(end.out, 'caught')));
  }
});

test('a disk that is full while the image is written, or while the log is, is told as that', async (t) => {
  const folder = await temporaryFolder(t);
  for (const [name, size, script] of [
    ['log', 64, 'i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done'],
    ['image', 4096, 'true'],
  ] as const) {
    const place = path.join(folder, name);
    await mkdir(path.join(place, 'out'), { recursive: true });
    const unmount = await mountSmallDisk(path.join(place, 'out'), size);
    try {
      const end = await runBehindWalls(place, smallRequest({ scripts: [post(10, script)] }), 'disk');
      assert.equal(end.code, 'disk-full', end.stack);
    } finally {
      await unmount();
    }
  }
});
