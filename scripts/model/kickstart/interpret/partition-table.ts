/** Which partitions an image may have, in which order they lie on the disk, and why there are no others. */
import type { PartitionSpec } from '../image-spec.ts';

export interface Place {
  fstype: PartitionSpec['fstype'];
  leastMiB: number;
  /** Without it the disk would not boot through BIOS and UEFI. */
  required: boolean;
}

/** By mount point, in the order of the disk: the root is last, so that it can grow. */
export const places: Readonly<Record<string, Place>> = {
  biosboot: { fstype: 'biosboot', leastMiB: 1, required: true },
  // FAT32 needs more than 65,525 clusters of at least 512 bytes.
  '/boot/efi': { fstype: 'efi', leastMiB: 33, required: true },
  '/boot': { fstype: 'ext4', leastMiB: 64, required: false },
  swap: { fstype: 'swap', leastMiB: 1, required: false },
  '/': { fstype: 'ext4', leastMiB: 64, required: true },
};

export function placeOf(mount: string): Place | undefined {
  return Object.hasOwn(places, mount) ? places[mount] : undefined;
}

/** As they lie on the disk, in whichever order they were written. */
export function inDiskOrder(partitions: readonly PartitionSpec[]): PartitionSpec[] {
  return Object.keys(places).flatMap((mount) => partitions.filter((spec) => spec.mount === mount));
}

/** Why there is no partition for something. */
export function whyNoPlace(mount: string): string {
  if (/^(pv|raid|btrfs)\./.test(mount))
    return 'only plain partitions for now: write part lines for biosboot, /boot/efi, / and, where wanted, /boot and swap';
  if (/^(prepboot|appleboot)$/i.test(mount))
    return 'for machines of a kind that no image is made for: remove it';
  const known = Object.keys(places);
  return `only ${known.slice(0, -1).join(', ')} and / are honoured: leave it to the machine or to cloud-init`;
}

/** What was measured with the tools of Debian 12: mkfs.xfs 6.1 with a prototype, mkfs.btrfs 6.2 with --rootdir. */
const unfit: Readonly<Record<string, string>> = {
  xfs: 'mkfs.xfs can fill it only with files dated now, without hard links, capabilities and names with blanks',
  btrfs:
    "mkfs.btrfs fills it with inode numbers, order and times of the building machine's own files, so that no two builds would be equal",
};

/** Why a file system cannot be had in a place, and what to write. */
export function whyNotOn(place: Place, given: string, shown: string): string {
  const why = Object.hasOwn(unfit, given) && place.fstype === 'ext4' ? `: ${unfit[given]}` : '';
  return `--fstype=${shown} is not honoured there${why}: write --fstype=${place.fstype}`;
}
