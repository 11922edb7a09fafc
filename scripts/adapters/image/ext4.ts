/** A folder → an ext4 file system, straight into its place in the disk image. */
import { lstat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { PartitionSpec } from '../../model/kickstart/image-spec.ts';
import type { BuildContext } from './context.ts';
import { type PlacedPartition, sectorSize } from './disk-layout.ts';
import { inside } from './sandbox.ts';

/**
 * Features that GRUB 2.06 and older e2fsprogs do not know are left out.
 * @param folder what the file system gets
 * @param target the disk image
 * @throws AperiodicError `build-failed` at the partition's line when it is too small
 */
export async function writeExt4(
  context: BuildContext,
  { spec, startSector, sectors, fsid }: PlacedPartition,
  folder: string,
  target: string,
): Promise<void> {
  const offset = startSector * sectorSize;
  const extended = [
    `offset=${offset}`,
    `hash_seed=${fsid}`,
    'root_owner=0:0',
    'lazy_itable_init=1',
    'nodiscard',
  ].join(',');
  const label = spec.label ?? (spec.mount === '/' ? 'root' : 'boot');
  const args = ['-q', '-F', '-t', 'ext4', '-b', '4096', '-U', fsid, '-L', label];
  args.push('-O', '^orphan_file,^metadata_csum_seed', '-E', extended, ...spec.mkfsOptions, '-d', folder);
  try {
    await context.run('mke2fs', [...args, target, `${(sectors * sectorSize) / 1024}k`]);
  } catch (error) {
    // mke2fs says the same words when the file system is too small as when the host's disk is full.
    if (error instanceof AperiodicError && /Could not allocate block|ext2_alloc/i.test(error.detail ?? ''))
      throw tooSmall(spec, error);
    throw error;
  }
  await settle(context, `${target}?offset=${offset}`, (await lstat(folder)).mode);
}

function tooSmall({ mount, sizeMiB, standardOf, origin }: PartitionSpec, cause: AperiodicError) {
  const advice =
    standardOf === undefined
      ? `raise its --size of ${sizeMiB}`
      : `${standardOf} makes it of ${sizeMiB} MiB: write part lines with other sizes`;
  return new AperiodicError('build-failed', `part ${mount} is too small for its content: ${advice}`, {
    ...origin,
    cause,
    ...(cause.detail === undefined ? {} : { detail: cause.detail }),
  });
}

/**
 * mke2fs -d copies access and change times of the staging tree, and no mode of its top: one debugfs batch sets the times to the
 * build's date, and the mode.
 */
async function settle(context: BuildContext, device: string, mode: number): Promise<void> {
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
  lines.push(`sif <2> mode 0${mode.toString(8)}`, `sif <2> mtime @${epoch}`, 'sif <2> mtime_extra 0', '');
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
    throw new AperiodicError('build-failed', 'times and modes of files could not be set', {
      detail: complaints.slice(0, 2000),
    });
  }
}
