/** Honoured commands about the disk: part, partition, which is another name of it, reqpart and autopart. */
import { type CommandSupport, type CommandTable, each, honoured, ignored, refused } from './standing.ts';

const oneDisk = ignored('the image is one disk');
const encryption = refused('encrypted disks need a secret at boot: remove it');
const existing = refused('the image is a new, empty disk: remove it');

const sizeDecides = refused('the size decides what the image is: write --size');
const secrets = each(
  [
    '--encrypted',
    '--passphrase',
    '--escrowcert',
    '--backuppassphrase',
    '--cipher',
    '--luks-version',
    '--pbkdf',
    '--pbkdf-memory',
    '--pbkdf-time',
    '--pbkdf-iterations',
    '--hw-passphrase',
  ],
  encryption,
);

const part: CommandSupport = {
  ...honoured(
    'biosboot, /boot/efi and /, and where wanted /boot and swap, each once; they lie on the disk in the order biosboot, /boot/efi, /boot, swap, /, in whichever order they are written',
  ),
  options: {
    '--fstype': honoured(
      'or --type; biosboot for biosboot, efi or vfat for /boot/efi, ext4 for / and /boot, swap for swap, where it may be left out',
    ),
    '--size': honoured('in MiB; at least 1 for biosboot and swap, 33 for /boot/efi, 64 for / and /boot'),
    '--grow': honoured('on / only: the file system grows to the disk of the machine at its first boot'),
    '--label': honoured(
      'of the file system: up to 16 characters for ext4, 15 for swap, 11 capitals, digits, - or _ for efi',
    ),
    '--mkfsoptions': honoured(
      'on / and /boot only: -i, -I, -m and -N of mke2fs; block size and features are such that GRUB can read them',
    ),
    '--fsoptions': honoured('options for /etc/fstab'),
    '--asprimary': ignored('GPT knows no other partitions'),
    '--ondisk': oneDisk,
    '--onbiosdisk': oneDisk,
    '--maxsize': refused('only whole disks are grown to: remove it'),
    '--recommended': sizeDecides,
    '--hibernation': sizeDecides,
    '--fsprofile': refused('profiles depend on the building machine: write --mkfsoptions'),
    ...each(['--noformat', '--onpart', '--resize'], existing),
    ...secrets,
  },
};

const reqpart: CommandSupport = {
  ...honoured('biosboot of 1 MiB and /boot/efi of 64 MiB'),
  options: { '--add-boot': honoured('and /boot of 1024 MiB with ext4') },
};

const autopart: CommandSupport = {
  ...honoured(
    'with --type=plain and --noswap: biosboot of 1 MiB, /boot/efi of 64 MiB, /boot of 1024 MiB and / of 4096 MiB, which grows to the disk of the machine at its first boot; other sizes need part lines',
  ),
  options: {
    '--type': honoured('plain only; what other types make is no plain partition'),
    '--nolvm': honoured('the older way to say --type=plain'),
    '--fstype': honoured('ext4 only, which is what is made anyway'),
    '--noboot': honoured('/boot lies on the root file system'),
    '--noswap': honoured('needed: how much swap there would be depends on the memory of the machine'),
    '--nohome': ignored('an image has no partition for /home'),
    '--hibernation': refused('the size of swap depends on the memory of the machine: remove it'),
    ...secrets,
  },
};

export const storageCommands: CommandTable = { autopart, part, partition: part, reqpart };
