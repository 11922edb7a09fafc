/** Where the partitions of a kickstart lie on the disk. Pure arithmetic, in sectors of 512 bytes. */
import type { PartitionSpec } from '../../model/kickstart/image-spec.ts';
import type { Processor } from '../../model/machine.ts';
import { deriveUuid } from './identifiers.ts';

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
  /** Id of the file system: a UUID for ext4, 8 digits for FAT. */
  fsid: string;
}

export interface DiskLayout {
  /** Bytes. */
  size: number;
  diskId: string;
  partitions: PlacedPartition[];
}

const types = {
  biosboot: '21686148-6449-6E6F-744E-656564454649',
  efi: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
} as const;

/** Of the root, which says what machine it is for. */
const rootTypes: Record<Processor, string> = {
  x86_64: '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
  aarch64: 'B921B045-1DF0-41C3-AF44-4C6F280D3FAE',
};

/**
 * Partitions one after the other from 1 MiB on, in the kickstart's order, root last so that it can grow. One MiB at
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
      type: spec.fstype === 'ext4' ? rootTypes[processor] : types[spec.fstype],
      uuid: deriveUuid(seed, `partition ${spec.mount}`),
      fsid: fsidOf(spec.mount),
    };
    next += sectors;
    return result;
  });
  return { size: (next + sectorsPerMiB) * sectorSize, diskId: deriveUuid(seed, 'disk'), partitions: placed };
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
  const found = layout.partitions.find((partition) => partition.spec.mount === mount);
  if (found === undefined) throw new Error(`no partition for ${mount}`);
  return found;
}
