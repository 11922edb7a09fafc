/** The files that carry a kickstart's settings into the root. Pure: path, content and mode. */
import type { ImageSpec } from '../../model/kickstart/image-spec.ts';
import { hasBios } from '../../model/machine.ts';
import type { Architecture } from '../../model/types.generated.ts';
import { bootPlace, type DiskLayout, findPartition, partitionOf } from './disk-layout.ts';

export interface RootFile {
  /** Absolute in the image. */
  path: string;
  content: string;
  /** Default 0o644. */
  mode?: number;
}

/** @param layout left out for a container: a runtime gives it host name, hosts and file systems, and it has no console */
export function settingsFiles(
  spec: ImageSpec,
  layout?: DiskLayout,
  architecture: Architecture = 'amd64',
): RootFile[] {
  const both = [
    { path: '/etc/default/locale', content: `LANG=${spec.lang}\n` },
    { path: '/etc/timezone', content: `${spec.timezone}\n` },
  ];
  if (layout === undefined) return both;
  const hostname = spec.hostname ?? 'localhost';
  return [
    ...both,
    { path: '/etc/fstab', content: renderFstab(layout) },
    { path: '/etc/default/keyboard', content: renderKeyboard(spec.keyboard) },
    { path: '/etc/hostname', content: `${hostname}\n` },
    { path: '/etc/hosts', content: renderHosts(hostname) },
    ...timeFiles(spec),
    { path: '/etc/default/grub.d/10_cloud.cfg', content: renderGrubDefaults(spec, architecture) },
    // Tells grub-cloud-amd64 that it may write the boot loader again when it or GRUB is upgraded in the guest.
    ...(hasBios(architecture) ? [{ path: '/etc/grub.d/enable_cloud', content: '' }] : []),
  ];
}

/** fstab(5): file systems by UUID, the root first, and each after the one that it is mounted on. */
export function renderFstab(layout: DiskLayout): string {
  const root = partitionOf(layout, '/');
  const boot = findPartition(layout, '/boot');
  const esp = partitionOf(layout, '/boot/efi');
  const swap = findPartition(layout, 'swap');
  const volume = `${esp.fsid.slice(0, 4)}-${esp.fsid.slice(4)}`;
  const rootOptions =
    root.spec.mountOptions ?? `rw,discard,errors=remount-ro${root.spec.grow ? ',x-systemd.growfs' : ''}`;
  const lines = [
    `UUID=${root.fsid} / ext4 ${rootOptions} 0 1`,
    boot && `UUID=${boot.fsid} /boot ext4 ${boot.spec.mountOptions ?? 'rw,discard,errors=remount-ro'} 0 2`,
    `UUID=${volume} /boot/efi vfat ${esp.spec.mountOptions ?? 'umask=0077,nofail'} 0 2`,
    swap && `UUID=${swap.fsid} none swap ${swap.spec.mountOptions ?? 'sw'} 0 0`,
  ];
  return lines.map((line) => (line === undefined ? '' : `${line}\n`)).join('');
}

function renderKeyboard(layout: string): string {
  return `XKBMODEL="pc105"\nXKBLAYOUT="${layout}"\nXKBVARIANT=""\nXKBOPTIONS=""\nBACKSPACE="guess"\n`;
}

export function renderHosts(hostname: string): string {
  const names = hostname === 'localhost' ? 'localhost' : `localhost ${hostname}`;
  return `127.0.0.1 ${names}\n::1 localhost ip6-localhost ip6-loopback\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\n`;
}

/** timesyncd.conf(5): a file of ours, after those of packages. */
function timeFiles({ timeServers }: ImageSpec): RootFile[] {
  if (timeServers === undefined) return [];
  const content = `[Time]\nNTP=${timeServers.join(' ')}\n`;
  return [{ path: '/etc/systemd/timesyncd.conf.d/60-kickstart.conf', content }];
}

/** Where there is no BIOS, the console of UEFI is the serial port, and GRUB knows no other way to it. */
export function grubTerminal(architecture: Architecture): string[] {
  if (!hasBios(architecture)) return ['GRUB_TERMINAL="console"'];
  return ['GRUB_TERMINAL="console serial"', 'GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"'];
}

/** What update-grub in the guest reads, so that the grub.cfg it writes says the same as the first one. */
function renderGrubDefaults(spec: ImageSpec, architecture: Architecture): string {
  return [
    'GRUB_CMDLINE_LINUX_DEFAULT=""',
    `GRUB_CMDLINE_LINUX="${spec.bootloader.append}"`,
    `GRUB_TIMEOUT=${spec.bootloader.timeoutSeconds}`,
    ...grubTerminal(architecture),
    'GRUB_DISABLE_OS_PROBER=true',
    '',
  ].join('\n');
}

const serialTerminal = `serial --unit=0 --speed=115200
terminal_input console serial
terminal_output console serial
`;

/** As grubTerminal says it. */
const efiTerminal = `terminal_input console
terminal_output console
`;

/**
 * The first grub.cfg: update-grub cannot run where there is no block device.
 * @param kernel release of the newest installed kernel, such as 6.1.0-56-cloud-amd64
 */
export function renderGrubConfig(
  spec: ImageSpec,
  layout: DiskLayout,
  kernel: string,
  architecture: Architecture = 'amd64',
): string {
  const root = partitionOf(layout, '/').fsid;
  const { fsid, folder } = bootPlace(layout);
  return `${hasBios(architecture) ? serialTerminal : efiTerminal}set default=0
set timeout=${spec.bootloader.timeoutSeconds}
menuentry 'Linux ${kernel}' {
  insmod part_gpt
  insmod ext2
  search --no-floppy --fs-uuid --set=root ${fsid}
  linux ${folder}/vmlinuz-${kernel} root=UUID=${root} ro ${spec.bootloader.append}
  initrd ${folder}/initrd.img-${kernel}
}
`;
}
