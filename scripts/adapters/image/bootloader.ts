/** GRUB for BIOS and UEFI from the image's own packages: the host's GRUB, if any, plays no part. */
import { access, chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { processorOf } from '../../model/machine.ts';
import { type BootPlatform, bootPlatforms } from './boot-platforms.ts';
import type { BuildContext } from './context.ts';
import { bootPlace, type DiskLayout, partitionOf, sectorSize } from './disk-layout.ts';
import { inside } from './sandbox.ts';
import { renderGrubConfig } from './settings.ts';

const biosModules = [
  'biosdisk',
  'part_gpt',
  'ext2',
  'search',
  'search_fs_uuid',
  'configfile',
  'normal',
  'linux',
  'echo',
  'test',
  'ls',
];
interface BiosFiles {
  /** The first 440 bytes of the disk. */
  bootSector: Buffer;
  /** What lies in the BIOS boot partition. */
  core: Buffer;
}

export interface BootFiles {
  /** Only where the machine may have a BIOS. */
  bios?: BiosFiles;
  /** Path in the EFI system partition → content. */
  esp: Map<string, Buffer>;
}

/** @throws AperiodicError `build-failed` naming the package that the kickstart lacks */
export async function makeBootFiles(
  context: BuildContext,
  layout: DiskLayout,
  kernel: string,
): Promise<BootFiles> {
  context.note('preparing the boot loader');
  const platform = bootPlatforms[processorOf(context.request.architecture)];
  for (const [file, name] of platform.needed) {
    const full = await context.followed(file);
    await access(full).catch(() => {
      throw new AperiodicError(
        'build-failed',
        `the image cannot be made bootable without ${name}: add it to %packages`,
      );
    });
  }
  await copyModules(context, platform);
  const config = await context.followed('/boot/grub/grub.cfg');
  const { spec, architecture } = context.request;
  await writeFile(config, renderGrubConfig(spec, layout, kernel, architecture));
  await chmod(config, 0o600);
  const esp = await makeEspFiles(context, layout, platform);
  return platform.modules.includes('i386-pc') ? { bios: await makeBiosFiles(context, layout), esp } : { esp };
}

/** Release of the newest kernel in the root. @throws AperiodicError `build-failed` when there is none */
export async function findKernel(context: BuildContext): Promise<string> {
  const names = await readdir(await context.followed('/lib/modules')).catch(() => []);
  const newest = names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (newest === undefined)
    throw new AperiodicError('build-failed', 'no kernel is installed: add one to %packages');
  return newest;
}

/** What grub-install puts into /boot/grub: the grub.cfg that update-grub writes in the guest loads modules from there. */
async function copyModules(context: BuildContext, { modules }: BootPlatform): Promise<void> {
  for (const platform of modules) {
    const from = await context.followed(`/usr/lib/grub/${platform}`);
    const to = await context.followed(`/boot/grub/${platform}`);
    await mkdir(to, { recursive: true });
    const names = await readdir(from).catch(() => []);
    for (const name of names.filter((n) => /\.(mod|lst)$/.test(n)))
      await cp(path.join(from, name), path.join(to, name));
  }
  const font = await context.followed('/usr/share/grub/unicode.pf2');
  await mkdir(await context.followed('/boot/grub/fonts'), { recursive: true });
  await cp(font, await context.followed('/boot/grub/fonts/unicode.pf2')).catch(() => undefined);
}

/**
 * boot.img and core.img joined as grub-bios-setup does it: boot.img gets the first sector of core.img at 0x5c and two
 * NOPs at 0x66 in place of its drive check; core.img's first sector gets a block list of the rest at byte 500
 * (GRUB's grub-core/boot/i386/pc/{boot,diskboot}.S).
 */
async function makeBiosFiles(context: BuildContext, layout: DiskLayout): Promise<BiosFiles> {
  const partition = partitionOf(layout, 'biosboot');
  const { fsid, folder } = bootPlace(layout);
  const scratch = '/.aperiodic-grub';
  await mkdir(await context.followed(scratch));
  const early = `search.fs_uuid ${fsid} root\nset prefix=($root)${folder}/grub\nconfigfile $prefix/grub.cfg\n`;
  await writeFile(await context.followed(`${scratch}/early.cfg`), early);
  const args = [
    '-O',
    'i386-pc',
    '-d',
    '/usr/lib/grub/i386-pc',
    '-c',
    `${scratch}/early.cfg`,
    '-p',
    `${folder}/grub`,
  ];
  await context.runInRoot(['grub-mkimage', ...args, '-o', `${scratch}/core.img`, ...biosModules]);
  const image = await readFile(await context.followed(`${scratch}/core.img`));
  await rm(await context.followed(scratch), { recursive: true });
  const sectors = Math.ceil(image.length / sectorSize);
  if (sectors > partition.sectors) {
    throw new AperiodicError(
      'build-failed',
      `biosboot is too small for GRUB: ${image.length} bytes are needed`,
      partition.spec.origin,
    );
  }
  const core = Buffer.alloc(sectors * sectorSize);
  image.copy(core);
  core.writeBigUInt64LE(BigInt(partition.startSector + 1), 500);
  core.writeUInt16LE(sectors - 1, 508);
  core.writeUInt16LE(0x820, 510);
  const bootSector = (await readFile(await context.followed('/usr/lib/grub/i386-pc/boot.img'))).subarray(
    0,
    440,
  );
  bootSector.writeBigUInt64LE(BigInt(partition.startSector), 0x5c);
  bootSector.writeUInt16LE(0x9090, 0x66);
  return { bootSector, core };
}

/** The signed chain: shim at the removable path, then Debian's GRUB, which looks for its grub.cfg in /EFI/debian. */
async function makeEspFiles(
  context: BuildContext,
  layout: DiskLayout,
  platform: BootPlatform,
): Promise<Map<string, Buffer>> {
  const { fsid, folder } = bootPlace(layout);
  const shim = await readFile(await context.followed(platform.shim));
  const grub = await readFile(await context.followed(platform.grub));
  const config = `search.fs_uuid ${fsid} root\nset prefix=($root)'${folder}/grub'\nconfigfile $prefix/grub.cfg\n`;
  return new Map([
    [`EFI/BOOT/${platform.removable}`, shim],
    [`EFI/BOOT/${platform.grubName}`, grub],
    [`EFI/debian/${platform.shimName}`, shim],
    [`EFI/debian/${platform.grubName}`, grub],
    ['EFI/debian/grub.cfg', Buffer.from(config)],
  ]);
}

/** Writes the BIOS parts into the disk; the partition table has its own part of the first sector. */
export async function writeBiosBoot(
  disk: import('node:fs/promises').FileHandle,
  layout: DiskLayout,
  { bios }: BootFiles,
): Promise<void> {
  if (bios === undefined) return;
  await disk.write(bios.bootSector, 0, bios.bootSector.length, 0);
  await disk.write(bios.core, 0, bios.core.length, partitionOf(layout, 'biosboot').startSector * sectorSize);
}

/** Makes the EFI system partition's file system as a file of its own. Returns its path. */
export async function makeEsp(context: BuildContext, layout: DiskLayout, boot: BootFiles): Promise<string> {
  const partition = partitionOf(layout, '/boot/efi');
  const image = path.join(inside.build, 'esp.img');
  const kib = String((partition.sectors * sectorSize) / 1024);
  const label = partition.spec.label ?? 'ESP';
  await context.run('mkfs.vfat', [
    '--invariant',
    '-F',
    '32',
    '-s',
    '1',
    '-i',
    partition.fsid,
    '-n',
    label,
    '-C',
    image,
    kib,
  ]);
  const folders = new Set<string>();
  for (const name of boot.esp.keys()) {
    const parts = name.split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) folders.add(parts.slice(0, depth).join('/'));
  }
  for (const folder of folders) await context.run('mmd', ['-i', image, `::/${folder}`]);
  for (const [name, content] of boot.esp) {
    const file = path.join(inside.build, 'esp.file');
    await writeFile(file, content);
    await context.run('mcopy', ['-i', image, '-o', file, `::/${name}`]);
  }
  return image;
}
