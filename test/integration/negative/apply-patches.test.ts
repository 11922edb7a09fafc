import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { createDiskReader } from '../../../scripts/adapters/disk/reader.ts';
import { exec } from '../../../scripts/adapters/host/exec.ts';
import { imageChecks } from '../../../scripts/model/qa/checks.ts';
import { expectationOf } from '../../../scripts/model/qa/report.ts';
import { patchCopy } from '../../negative/apply-patches.ts';
import { bootFaults } from '../../negative/boot-faults.ts';
import { guestFaults } from '../../negative/guest-faults.ts';
import { imageFaults } from '../../negative/image-faults.ts';
import type { Patch } from '../../negative/patch.ts';

const top = await mkdtemp(path.join(tmpdir(), 'aperiodic-patches-'));
after(async () => await rm(top, { recursive: true }));

const mib = 1024 * 1024;
const layout = `label: gpt
start=2048, size=8192, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B
start=10240, size=40960, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709
`;
const rootOffset = 10_240 * 512;
const espOffset = 2048 * 512;

/** A disk with an EFI system partition and a root, made as images are: without mount and loop device. */
async function makeImage(): Promise<string> {
  const root = path.join(top, 'root');
  await mkdir(path.join(root, 'etc/ssh'), { recursive: true });
  await mkdir(path.join(root, 'boot'));
  await writeFile(path.join(root, 'etc/name'), 'one two one\n');
  await writeFile(path.join(root, 'boot/initrd.img-6.1'), 'x');
  const image = path.join(top, 'good.raw');
  await writeFile(image, '');
  await truncate(image, 28 * mib);
  await exec('sfdisk', ['-q', '--', image], { input: layout });
  await exec('mkfs.vfat', ['--offset', '2048', '--', image, '4096']);
  await writeFile(path.join(top, 'loader'), 'loader');
  await exec('mcopy', ['-i', `${image}@@${espOffset}`, path.join(top, 'loader'), '::/LOADER.EFI']);
  await exec('mke2fs', [
    '-q',
    '-F',
    '-t',
    'ext4',
    '-E',
    `offset=${rootOffset}`,
    '-d',
    root,
    '--',
    image,
    '20m',
  ]);
  return image;
}

const good = await makeImage();

async function patched(name: string, ...patches: Patch[]) {
  const copy = path.join(top, `${name}.raw`);
  await patchCopy(good, copy, patches);
  return { copy, disk: await createDiskReader().open(copy) };
}

async function check(copy: string): Promise<void> {
  await exec('e2fsck', ['-fn', `${copy}?offset=${rootOffset}`]);
}

test('files are written, replaced, removed and linked, and the file system stays whole', async () => {
  const { copy, disk } = await patched(
    'files',
    { kind: 'write', path: '/etc/ssh/a key', content: 'new\n', mode: 0o100600 },
    { kind: 'write', path: '/etc/ssh/a key', content: 'newer\n', mode: 0o100600 },
    { kind: 'replace', path: '/etc/name', from: 'one', to: 'three' },
    { kind: 'replace', path: '/etc/name', from: /$/g, to: 'end\n' },
    { kind: 'remove', path: '/boot/initrd.img-*' },
    { kind: 'folder', path: '/etc/new' },
    { kind: 'link', path: '/etc/new/name', target: '../name' },
    { kind: 'mode', path: '/etc', mode: 0o040777 },
  );
  assert.equal(await disk.read('/etc/ssh/a key'), 'newer\n');
  assert.equal(await disk.read('/etc/new/name'), 'three two three\nend\n');
  assert.deepEqual(await disk.list('/boot'), []);
  const modes = new Map((await disk.walk('/')).map(({ path: file, mode, uid }) => [file, [mode, uid]]));
  assert.deepEqual(modes.get('/etc/ssh/a key'), [0o600, 0]);
  assert.deepEqual(modes.get('/etc'), [0o777, 0]);
  await check(copy);
});

test('space is taken without being written', async () => {
  const before = await (await createDiskReader().open(good)).usedMiB();
  const { copy, disk } = await patched('space', { kind: 'allocate', path: '/etc/large', blocks: 2560 });
  assert.ok((await disk.usedMiB()) - before >= 2.5, 'blocks of 1 KiB in a file system as small as this one');
  await check(copy);
});

test('bytes of the disk and of the root, files of the ESP and the id of the file system are changed', async () => {
  const { copy } = await patched(
    'disk',
    { kind: 'bytes', offset: 100, data: Buffer.from('boot') },
    { kind: 'bytes', offset: 10, of: 'root', data: Buffer.from('root') },
    { kind: 'remove-from-esp', path: '/LOADER.EFI' },
    { kind: 'file-system-id', uuid: '11111111-2222-4333-8444-555555555555' },
  );
  const bytes = await readFile(copy);
  assert.equal(bytes.toString('latin1', 100, 104), 'boot');
  assert.equal(bytes.toString('latin1', rootOffset + 10, rootOffset + 14), 'root');
  const { stdout } = await exec('mdir', ['-b', '-i', `${copy}@@${espOffset}`, '::'], { accept: [0, 1] });
  assert.doesNotMatch(stdout, /LOADER/);
  const { stdout: about } = await exec('dumpe2fs', ['-h', `${copy}?offset=${rootOffset}`]);
  assert.match(about, /11111111-2222-4333-8444-555555555555/);
  await check(copy);
});

test('a patch that does nothing is an error, and the good image is as it was', async () => {
  const nothing: Patch[] = [
    { kind: 'replace', path: '/etc/name', from: 'four', to: '' },
    { kind: 'replace', path: '/etc/nothing', from: 'a', to: 'b' },
    { kind: 'remove', path: '/etc/nothing' },
    { kind: 'remove', path: '/etc/nothing*' },
    { kind: 'link', path: '/etc/name', target: '/x' },
    { kind: 'write', path: '/nothing/name', content: '' },
  ];
  const before = await readFile(good);
  for (const patch of nothing) await assert.rejects(patched('nothing', patch), JSON.stringify(patch));
  assert.deepEqual(await readFile(good), before);
});

test('every fault has a name of its own and is refused by a check that exists', () => {
  const all = [...imageFaults, ...bootFaults, ...guestFaults];
  assert.ok(all.length >= 12);
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  for (const { name, refusedBy } of all) {
    assert.notEqual(expectationOf(refusedBy.id), expectationOf('no check of this name'), name);
    assert.equal(
      imageChecks.some(({ id }) => id === refusedBy.id),
      refusedBy.where === 'image',
      name,
    );
  }
});
