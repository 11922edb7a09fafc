/** What runs images of each processor: emulated machines with their firmware, and programs one by one. */
import type { Processor } from '../../model/machine.ts';
import type { HostPackage } from './packages.ts';

/** A machine to boot images in; KVM or emulation, it is the same program. */
export const machinePackages: Record<Processor, readonly HostPackage[]> = {
  x86_64: [
    {
      name: 'qemu-system-x86',
      provides: ['qemu-system-x86_64'],
      why: 'boots images to test them',
      neededBy: ['qa'],
    },
    {
      name: 'ovmf',
      provides: ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'],
      why: 'is the UEFI firmware of test machines',
      neededBy: ['qa'],
    },
  ],
  aarch64: [
    {
      name: 'qemu-system-arm',
      provides: ['qemu-system-aarch64'],
      why: 'boots images for 64-bit ARM to test them',
      neededBy: ['qa'],
    },
    {
      name: 'qemu-efi-aarch64',
      provides: ['/usr/share/AAVMF/AAVMF_CODE.fd', '/usr/share/AAVMF/AAVMF_VARS.fd'],
      why: 'is the UEFI firmware of test machines for 64-bit ARM',
      neededBy: ['qa'],
    },
  ],
};

/**
 * What a machine needs for images of other processors than its own: large, and of no use where each architecture has a machine
 * of its own, as in CI. Installed when asked for.
 */
export function foreignPackages(own: Processor): readonly HostPackage[] {
  const others = own === 'x86_64' ? machinePackages.aarch64 : machinePackages.x86_64;
  return [
    {
      name: 'qemu-user-static',
      provides: [own === 'x86_64' ? 'qemu-aarch64-static' : 'qemu-x86_64-static'],
      why: 'runs programs of images for other processors',
      neededBy: ['build', 'qa'],
    },
    ...others,
  ];
}
