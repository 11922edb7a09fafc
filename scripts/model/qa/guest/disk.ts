/** The guest's disk: the root has grown, the EFI system partition is there. */
import { everyGuest, failed, type GuestCheck, judgeFindings, passed, readFields } from '../check.ts';
import { diskTailBytes, fileSystemShare } from '../limits.ts';

const mebibyte = 1024 * 1024;

/** Sizes in bytes; /sys counts in sectors of 512 bytes whatever the disk's own (kernel: Documentation/block/stat). */
const rootScript = `source=$(findmnt -nvo SOURCE /)
partition=$(basename "$(readlink -f "$source")")
disk=$(basename "$(dirname "$(readlink -f "/sys/class/block/$partition")")")
echo "source=$source"
echo "disk=$(( $(cat "/sys/class/block/$disk/size") * 512 ))"
echo "start=$(( $(cat "/sys/class/block/$partition/start") * 512 ))"
echo "size=$(( $(cat "/sys/class/block/$partition/size") * 512 ))"
echo "offered=$(( $(stat -f -c '%b * %S' /) ))"`;

export const rootGrown: GuestCheck = {
  id: 'root-grown',
  title: 'The root file system has grown',
  purpose: 'An instance with a larger disk than the image must be able to use it.',
  expectation: `The root partition ends within ${diskTailBytes / mebibyte} MiB of the disk's end and its file system offers at least ${fileSystemShare * 100}% of it.`,
  guests: everyGuest,
  phase: 'after-boot',
  seconds: 30,
  script: () => rootScript,
  judge({ stdout }, { diskSize }) {
    const fields = readFields(stdout);
    const [disk, start, size, offered] = ['disk', 'start', 'size', 'offered'].map((name) =>
      Number(fields.get(name) ?? Number.NaN),
    );
    if (disk === undefined || start === undefined || size === undefined || offered === undefined) {
      return failed('the sizes cannot be read');
    }
    if (![disk, start, size, offered].every(Number.isFinite)) return failed('the sizes cannot be read');
    const sizes = `disk ${inMiB(disk)}, root partition ${inMiB(size)}, file system ${inMiB(offered)}`;
    return judgeFindings(
      [
        ...(disk === diskSize ? [] : [`the guest sees a disk of ${inMiB(disk)}, not ${inMiB(diskSize)}`]),
        ...(disk - (start + size) <= diskTailBytes
          ? []
          : [`the root partition leaves ${inMiB(disk - start - size)} unused: ${sizes}`]),
        ...(offered >= fileSystemShare * size ? [] : [`the file system did not grow: ${sizes}`]),
      ],
      sizes,
    );
  },
};

function inMiB(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(0)} MiB`;
}

export const efiMounted: GuestCheck = {
  id: 'efi-partition-mounted',
  title: 'The EFI system partition is mounted',
  purpose: 'Updates of the boot loader write to it.',
  expectation: 'A vfat file system is mounted on /boot/efi, whatever the firmware.',
  guests: everyGuest,
  phase: 'after-boot',
  seconds: 30,
  script: () => 'ls /boot/efi >/dev/null; findmnt -nro SOURCE,FSTYPE,OPTIONS --real /boot/efi | tail -n 1',
  judge({ stdout }) {
    const line = stdout.trim();
    return line.split(' ')[1] === 'vfat' ? passed(line) : failed(line === '' ? 'not mounted' : line);
  },
};
