/** Honoured commands about the disk: part, partition, which is another name of it, and reqpart. */
import { type CommandSupport, type CommandTable, each, honoured, ignored, refused } from './standing.ts';

const oneDisk = ignored('the image is one disk');
const encryption = refused('encrypted disks need a secret at boot: remove it');
const existing = refused('the image is a new, empty disk: remove it');

const part: CommandSupport = {
  ...honoured('biosboot, /boot/efi and /, each exactly once, / last'),
  options: {
    '--fstype': honoured('or --type; biosboot for biosboot, efi for /boot/efi, ext4 for /'),
    '--size': honoured('in MiB; at least 1 for biosboot, 33 for /boot/efi, 64 for /'),
    '--grow': honoured('on / only: the file system grows to the disk of the machine at its first boot'),
    '--label': honoured(
      'of the file system: up to 16 characters for ext4, 11 capitals, digits, - or _ for efi',
    ),
    '--mkfsoptions': honoured(
      'on / only: -i, -I, -m and -N of mke2fs; block size and features are such that GRUB can read them',
    ),
    '--fsoptions': honoured('options for /etc/fstab'),
    '--asprimary': ignored('GPT knows no other partitions'),
    '--ondisk': oneDisk,
    '--onbiosdisk': oneDisk,
    '--maxsize': refused('only whole disks are grown to: remove it'),
    '--recommended': refused('the size decides what the image is: write --size'),
    '--hibernation': refused('the size decides what the image is: write --size'),
    '--fsprofile': refused('profiles depend on the building machine: write --mkfsoptions'),
    ...each(['--noformat', '--onpart', '--resize'], existing),
    ...each(
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
    ),
  },
};

const reqpart: CommandSupport = {
  ...honoured('biosboot of 1 MiB and /boot/efi of 64 MiB, before all other partitions'),
  options: { '--add-boot': refused('/boot lies on the root file system, where GRUB reads it: remove it') },
};

export const storageCommands: CommandTable = { part, partition: part, reqpart };
