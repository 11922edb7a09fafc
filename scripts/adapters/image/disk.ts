/** Root folder → disk image: partition table, boot loader, file systems; no loop device and no mount. */
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { type BootFiles, makeEsp, writeBiosBoot } from './bootloader.ts';
import type { BuildContext } from './context.ts';
import { type DiskLayout, partitionOf, sectorSize, sfdiskScript } from './disk-layout.ts';
import { inside } from './sandbox.ts';

export async function writeDisk(
  context: BuildContext,
  layout: DiskLayout,
  boot: BootFiles,
  target: string,
): Promise<void> {
  context.note('writing the disk');
  const disk = await open(target, 'wx+', 0o644);
  try {
    await disk.truncate(layout.size);
    await context.run('sfdisk', ['--quiet', target], {
      input: sfdiskScript(layout),
      what: 'the disk could not be partitioned',
    });
    const esp = await makeEsp(context, layout, boot);
    await copySparse(esp, disk, partitionOf(layout, '/boot/efi').startSector * sectorSize);
    await rm(esp);
    await writeBiosBoot(disk, layout, boot);
    await writeRoot(context, layout, target);
    await disk.sync();
  } finally {
    await disk.close();
  }
}

async function copySparse(
  from: string,
  disk: import('node:fs/promises').FileHandle,
  offset: number,
): Promise<void> {
  const content = await readFile(from);
  const step = 1024 * 1024;
  for (let at = 0; at < content.length; at += step) {
    const block = content.subarray(at, at + step);
    if (block.some((byte) => byte !== 0)) await disk.write(block, 0, block.length, offset + at);
  }
}

/** ext4 straight into its place. Features that GRUB 2.06 and older e2fsprogs do not know are left out. */
async function writeRoot(context: BuildContext, layout: DiskLayout, target: string): Promise<void> {
  const { spec, startSector, sectors, fsid } = partitionOf(layout, '/');
  const offset = startSector * sectorSize;
  const extended = [
    `offset=${offset}`,
    `hash_seed=${fsid}`,
    'root_owner=0:0',
    'lazy_itable_init=1',
    'nodiscard',
  ].join(',');
  const args = ['-q', '-F', '-t', 'ext4', '-b', '4096', '-U', fsid, '-L', spec.label ?? 'root'];
  args.push('-O', '^orphan_file,^metadata_csum_seed', '-E', extended, ...spec.mkfsOptions, '-d', inside.root);
  try {
    await context.run('mke2fs', [...args, target, `${(sectors * sectorSize) / 1024}k`]);
  } catch (error) {
    // mke2fs says the same words when the file system is too small as when the host's disk is full.
    if (error instanceof AperiodicError && /Could not allocate block|ext2_alloc/i.test(error.detail ?? '')) {
      throw new AperiodicError(
        'build-failed',
        `part / is too small for its content: raise its --size of ${spec.sizeMiB}`,
        {
          ...spec.origin,
          cause: error,
          ...(error.detail === undefined ? {} : { detail: error.detail }),
        },
      );
    }
    throw error;
  }
  await settleTimes(context, `${target}?offset=${offset}`);
}

/** mke2fs -d copies access and change times of the staging tree: one debugfs batch sets them all to the build's date. */
async function settleTimes(context: BuildContext, device: string): Promise<void> {
  const { epoch } = context.request;
  const header = await context.run('dumpe2fs', ['-h', device]);
  const number = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)$`, 'm').exec(header.stdout)?.[1] ?? Number.NaN);
  const used = number('Inode count') - number('Free inodes');
  if (!Number.isSafeInteger(used))
    throw new AperiodicError('internal', 'dumpe2fs did not say how many inodes are used');
  const lines: string[] = [];
  for (const inode of [2, ...Array.from({ length: Math.max(0, used - 10) }, (_, i) => i + 11)]) {
    for (const field of ['ctime', 'atime', 'crtime'])
      lines.push(`sif <${inode}> ${field} @${epoch}`, `sif <${inode}> ${field}_extra 0`);
  }
  lines.push(`sif <2> mtime @${epoch}`, 'sif <2> mtime_extra 0', '');
  const batch = path.join(inside.build, 'times.debugfs');
  await writeFile(batch, lines.join('\n'));
  const result = await context.run('sh', [
    '-c',
    'debugfs -w -f "$1" "$2" 2>&1 | grep -v "^debugfs" || true',
    'sh',
    batch,
    device,
  ]);
  const complaints = result.stdout.trim();
  if (complaints !== '' && !/^debugfs \d/.test(complaints)) {
    throw new AperiodicError('build-failed', 'the times of files could not be set', {
      detail: complaints.slice(0, 2000),
    });
  }
}
