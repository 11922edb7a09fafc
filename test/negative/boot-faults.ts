/** Faults that keep an image from starting: seen on the consoles long before the time for a login is over. */
import type { Fault } from './fault.ts';
import type { Patch } from './patch.ts';

const otherId = '11111111-2222-4333-8444-555555555555';

/** As when the boot loader was not installed. */
export const noLoaderAtAll: readonly Patch[] = [
  { kind: 'bytes', offset: 0, data: new Uint8Array(440) },
  { kind: 'remove-from-esp', path: '/EFI/BOOT/BOOTX64.EFI' },
];

export const bootFaults: readonly Fault[] = [
  {
    name: 'no-boot-loader',
    broken: 'The disk has no boot loader for a BIOS.',
    patches: [{ kind: 'bytes', offset: 0, data: new Uint8Array(440) }],
    refusedBy: { id: 'boots', where: 'bios' },
  },
  {
    name: 'no-efi-loader',
    broken: 'The EFI system partition has nothing that the firmware starts.',
    patches: [{ kind: 'remove-from-esp', path: '/EFI/BOOT/BOOTX64.EFI' }],
    refusedBy: { id: 'boots', where: 'uefi' },
  },
  {
    name: 'other-file-system-id',
    broken: 'The root file system has another UUID than the boot loader seeks.',
    patches: [{ kind: 'file-system-id', uuid: otherId }],
    refusedBy: { id: 'boots', where: 'bios' },
  },
  {
    name: 'wrong-root-in-menu',
    broken: 'The boot menu names a root that does not exist.',
    patches: [
      {
        kind: 'replace',
        path: '/boot/grub/grub.cfg',
        from: /root=UUID=\S+/g,
        to: `root=UUID=${otherId}`,
        mode: 0o100600,
      },
    ],
    refusedBy: { id: 'boots', where: 'bios' },
  },
  {
    name: 'kernel-panics',
    broken: 'The kernel is told to start a program of the initial RAM disk that is not there, and panics.',
    patches: [
      {
        kind: 'replace',
        path: '/boot/grub/grub.cfg',
        from: ' ro ',
        to: ' ro rdinit=/nothing ',
        mode: 0o100600,
      },
    ],
    refusedBy: { id: 'boots', where: 'bios' },
  },
  {
    name: 'fstab-wants-another-disk',
    broken: 'A file system that must be mounted is not there.',
    patches: [
      {
        kind: 'replace',
        path: '/etc/fstab',
        from: /$/g,
        to: `UUID=${otherId} /srv ext4 x-systemd.device-timeout=20 0 2\n`,
      },
    ],
    refusedBy: { id: 'boots', where: 'bios' },
  },
];
