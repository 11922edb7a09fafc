/** Root folder → disk image: partition table, boot loader, file systems; no loop device and no mount. */
import { open, readFile, rm } from 'node:fs/promises';
import { type BootFiles, makeEsp, writeBiosBoot } from './bootloader.ts';
import type { BuildContext } from './context.ts';
import { type DiskLayout, findPartition, partitionOf, sectorSize, sfdiskScript } from './disk-layout.ts';
import { writeExt4 } from './ext4.ts';
import { inside } from './sandbox.ts';
import { splitBoot } from './split-boot.ts';
import { makeSwap } from './swap.ts';

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
    const swap = findPartition(layout, 'swap');
    if (swap !== undefined)
      await disk.write(await makeSwap(context, swap), 0, null, swap.startSector * sectorSize);
    const bootPart = findPartition(layout, '/boot');
    if (bootPart !== undefined) await writeExt4(context, bootPart, await splitBoot(context), target);
    await writeExt4(context, partitionOf(layout, '/'), inside.root, target);
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
