/** Command lines of QEMU, as values. */
import type { Processor } from '../../model/machine.ts';
import type { DataDisk, Firmware } from '../../ports.ts';

export interface GuestPlan {
  processor: Processor;
  accelerator: 'kvm' | 'tcg';
  firmware: Firmware;
  /** Absolute paths. */
  overlay: string;
  seed: string;
  dataDisk?: DataDisk | undefined;
  serialLog: string;
  /** What a BIOS says of itself. */
  firmwareLog?: string | undefined;
  /** Relative to the folder that QEMU works in. */
  qmpSocket: string;
  /** Both for uefi. */
  firmwareCode?: string | undefined;
  firmwareVariables?: string | undefined;
}

export function emulatorOf(processor: Processor): string {
  return `qemu-system-${processor}`;
}

/** Fixed, so that guests do not change with the default of the QEMU that is installed. */
const machineTypes: Record<Firmware, string> = { bios: 'pc-i440fx-7.2', uefi: 'pc-q35-7.2' };

/** The machine, its processor and its screen. An ARM machine has UEFI and no screen: nothing of a cloud's has one. */
export function machineArguments(
  processor: Processor,
  firmware: Firmware,
  accelerator: 'kvm' | 'tcg',
): string[] {
  if (processor === 'x86_64')
    return ['-vga', 'std', '-machine', machineTypes[firmware], ...acceleration[accelerator]];
  const model = accelerator === 'tcg' ? ['-cpu', 'cortex-a72'] : [];
  return ['-machine', 'virt-7.2,gic-version=max', ...acceleration[accelerator], ...model];
}

const acceleration = {
  kvm: ['-accel', 'kvm', '-cpu', 'host'],
  // A large translation buffer: with the default one a boot translates the same code again and again.
  tcg: ['-accel', 'tcg,thread=multi,tb-size=1024'],
};

/** A value inside an option: a comma would begin the next one (qemu-system(1)). */
export function quoteValue(text: string): string {
  return text.replaceAll(',', ',,');
}

/**
 * Arguments of a guest with a serial console, a screen for screenshots, and a user network, where the host's loopback
 * is 10.0.2.2. The port for ssh is chosen by the kernel (0), so that no other program can take it first. The network
 * is not `restrict`ed: QEMU then leaves route and name server out of its DHCP answers, which are tested.
 */
export function guestArguments(plan: GuestPlan): string[] {
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none'],
    ...machineArguments(plan.processor, plan.firmware, plan.accelerator),
    ...['-smp', '2', '-m', '2048', '-rtc', 'base=utc'],
    // An image may come from a pull request: QEMU itself may start nothing and gain nothing.
    ...['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
    ...firmwareArguments(plan),
    ...['-drive', `if=none,id=root,format=qcow2,cache=unsafe,discard=unmap,file=${quoteValue(plan.overlay)}`],
    ...['-device', 'virtio-blk-pci,drive=root,bootindex=0'],
    ...['-drive', `if=none,id=seed,format=raw,readonly=on,file=${quoteValue(plan.seed)}`],
    ...['-device', 'virtio-blk-pci,drive=seed'],
    ...dataArguments(plan),
    ...['-netdev', 'user,id=net,hostfwd=tcp:127.0.0.1:0-:22'],
    ...['-device', 'virtio-net-pci,netdev=net,romfile='],
    ...['-device', 'virtio-rng-pci'],
    ...['-chardev', `file,id=serial,path=${quoteValue(plan.serialLog)}`, '-serial', 'chardev:serial'],
    ...firmwareLogArguments(plan),
    ...['-qmp', `unix:${quoteValue(plan.qmpSocket)},server=on,wait=off`],
  ];
}

/** Written through to the host's cache only when the guest asks for it, as on a real disk: a shutdown must flush it. */
function dataArguments({ dataDisk }: GuestPlan): string[] {
  if (dataDisk === undefined) return [];
  return [
    ...['-drive', `if=none,id=data,format=raw,discard=unmap,file=${quoteValue(dataDisk.file)}`],
    ...['-device', `virtio-blk-pci,drive=data,serial=${quoteValue(dataDisk.serial)}`],
  ];
}

export function firmwareArguments({
  firmware,
  firmwareCode,
  firmwareVariables,
}: Pick<GuestPlan, 'firmware' | 'firmwareCode' | 'firmwareVariables'>): string[] {
  if (firmware === 'bios' || firmwareCode === undefined || firmwareVariables === undefined) return [];
  return [
    ...['-drive', `if=pflash,format=raw,readonly=on,file=${quoteValue(firmwareCode)}`],
    ...['-drive', `if=pflash,format=raw,file=${quoteValue(firmwareVariables)}`],
  ];
}

/** SeaBIOS writes to this port when something listens there (SeaBIOS: docs/Debugging.md); the guest does not notice. */
function firmwareLogArguments({ firmware, firmwareLog }: GuestPlan): string[] {
  if (firmware !== 'bios' || firmwareLog === undefined) return [];
  return [
    ...['-chardev', `file,id=firmware,path=${quoteValue(firmwareLog)}`],
    ...['-device', 'isa-debugcon,iobase=0x402,chardev=firmware'],
  ];
}
