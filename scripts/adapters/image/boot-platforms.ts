/** What the boot loader of each processor is made of: files of the image's packages, and their names on the EFI partition. */
import type { Processor } from '../../model/machine.ts';

export interface BootPlatform {
  /** Folders of GRUB's modules, in /usr/lib/grub. */
  modules: readonly string[];
  /** Signed programs in the image. */
  shim: string;
  grub: string;
  /** Name of the program that UEFI starts from a disk it does not know (UEFI specification, 3.5.1.1), and of ours beside it. */
  removable: string;
  shimName: string;
  grubName: string;
  /** Files that must be there, with Debian's packages that have them. */
  needed: readonly (readonly [file: string, name: string])[];
}

const shim = (word: string) => `/usr/lib/shim/shim${word}.efi.signed`;
const grub = (platform: string, word: string) => `/usr/lib/grub/${platform}-signed/grub${word}.efi.signed`;

export const bootPlatforms: Record<Processor, BootPlatform> = {
  x86_64: {
    modules: ['i386-pc', 'x86_64-efi'],
    shim: shim('x64'),
    grub: grub('x86_64-efi', 'x64'),
    removable: 'BOOTX64.EFI',
    shimName: 'shimx64.efi',
    grubName: 'grubx64.efi',
    needed: [
      ['/usr/lib/grub/i386-pc/boot.img', 'grub-pc-bin'],
      ['/usr/bin/grub-mkimage', 'grub-common'],
      [grub('x86_64-efi', 'x64'), 'grub-efi-amd64-signed'],
      [shim('x64'), 'shim-signed'],
    ],
  },
  aarch64: {
    modules: ['arm64-efi'],
    shim: shim('aa64'),
    grub: grub('arm64-efi', 'aa64'),
    removable: 'BOOTAA64.EFI',
    shimName: 'shimaa64.efi',
    grubName: 'grubaa64.efi',
    needed: [
      [grub('arm64-efi', 'aa64'), 'grub-efi-arm64-signed'],
      [shim('aa64'), 'shim-signed'],
    ],
  },
};
