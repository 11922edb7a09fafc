/** Where the partitions of a kickstart lie on the disk. Pure arithmetic, in sectors of 512 bytes. */
import type { PartitionSpec } from '../../model/kickstart/image-spec.ts';
import type { Processor } from '../../model/machine.ts';
import { deriveUuid, deriveVolumeId } from './identifiers.ts';

export const sectorSize = 512;
const sectorsPerMiB = 2048;

export interface PlacedPartition {
  spec: PartitionSpec;
  number: number;
  startSector: number;
  sectors: number;
  /** GPT type, from the Discoverable Partitions Specification and the UEFI and GRUB manuals. */
  type: string;
  /** PARTUUID. */
  uuid: string;
  /** Id of the file system: a UUID for ext4 and swap, 8 digits for FAT. */
  fsid: string;
}

export interface DiskLayout {
  /** Bytes. */
  size: number;
  diskId: string;
  partitions: PlacedPartition[];
}

/** By place. /boot's is the one that discoverable partitions call XBOOTLDR. */
const types: Readonly<Record<string, string>> = {
  biosboot: '21686148-6449-6E6F-744E-656564454649',
  '/boot/efi': 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  '/boot': 'BC13C2FF-59E6-4262-A352-B275FD6F7172',
  swap: '0657FD6D-A4AB-43C4-84E5-0933C84B4F4F',
};

/** Of the root, which says what machine it is for. */
const rootTypes: Record<Processor, string> = {
  x86_64: '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
  aarch64: 'B921B045-1DF0-41C3-AF44-4C6F280D3FAE',
};

/** The usual ids of file systems. */
export function fileSystemId(seed: string, mount: string): string {
  const purpose = `file system ${mount}`;
  return mount === '/boot/efi' ? deriveVolumeId(seed, purpose) : deriveUuid(seed, purpose);
}

/**
 * Partitions one after the other from 1 MiB on, in the order given, root last so that it can grow. One MiB at
 * the end holds the backup of the partition table.
 */
export function layOut(
  partitions: readonly PartitionSpec[],
  seed: string,
  fsidOf: (mount: string) => string,
  processor: Processor = 'x86_64',
): DiskLayout {
  let next = sectorsPerMiB;
  const placed = partitions.map((spec, index) => {
    const sectors = spec.sizeMiB * sectorsPerMiB;
    const result: PlacedPartition = {
      spec,
      number: index + 1,
      startSector: next,
      sectors,
      type: typeOf(spec.mount, processor),
      uuid: deriveUuid(seed, `partition ${spec.mount}`),
      fsid: fsidOf(spec.mount),
    };
    next += sectors;
    return result;
  });
  return { size: (next + sectorsPerMiB) * sectorSize, diskId: deriveUuid(seed, 'disk'), partitions: placed };
}

function typeOf(mount: string, processor: Processor): string {
  if (mount === '/') return rootTypes[processor];
  const type = Object.hasOwn(types, mount) ? types[mount] : undefined;
  if (type === undefined) throw new Error(`no partition type for ${mount}`);
  return type;
}

/** The input of sfdisk(8). */
export function sfdiskScript(layout: DiskLayout): string {
  const lines = layout.partitions.map(
    (p) => `start=${p.startSector}, size=${p.sectors}, type=${p.type}, uuid=${p.uuid}`,
  );
  return ['label: gpt', `label-id: ${layout.diskId}`, 'first-lba: 34', ...lines, ''].join('\n');
}

/** The partition of a mount point; the interpreter of kickstarts has made sure that it is there. */
export function partitionOf(layout: DiskLayout, mount: string): PlacedPartition {
  const found = findPartition(layout, mount);
  if (found === undefined) throw new Error(`no partition for ${mount}`);
  return found;
}

/** A partition that not every image has. */
export function findPartition(layout: DiskLayout, mount: string): PlacedPartition | undefined {
  return layout.partitions.find((partition) => partition.spec.mount === mount);
}

/** The file system that GRUB reads kernels and its own files from, and the path of /boot on it. */
export function bootPlace(layout: DiskLayout): { fsid: string; folder: '' | '/boot' } {
  const own = findPartition(layout, '/boot');
  if (own !== undefined) return { fsid: own.fsid, folder: '' };
  return { fsid: partitionOf(layout, '/').fsid, folder: '/boot' };
}
