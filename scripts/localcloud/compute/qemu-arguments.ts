/** The command line of QEMU for an instance. */
import { createHash } from 'node:crypto';
import { firmwareArguments, machineArguments, quoteValue } from '../../adapters/qemu/arguments.ts';
import { qmpSocketName } from '../../adapters/qemu/process.ts';
import {
  GUEST_ADDRESS,
  GUEST_NETWORK,
  type GuestDisk,
  type GuestPlan,
  METADATA_ADDRESS,
} from './hypervisor.ts';

/** Slots for disks that are attached while the guest runs. */
export const hotPlugSlots = ['slot1', 'slot2', 'slot3', 'slot4'];

export interface QemuFiles {
  accelerator: 'kvm' | 'tcg';
  serialLog: string;
  /** Port of this machine that leads to the guest's ssh, 0 for any. */
  sshPort: number;
  firmwareCode?: string | undefined;
  firmwareVariables?: string | undefined;
}

/**
 * A machine as EC2's Nitro shows it, as far as QEMU can: EC2's SMBIOS, disks on NVMe whose serials are the ids of their
 * volumes, a serial console, a metadata service. The network card is virtio, for QEMU has no ENA. Sources: EC2 User Guide,
 * "Identify EC2 Linux instances" (vendor, uuid and serial that begin with ec2, asset tag), EBS User Guide, "Identify the
 * EBS device" (serial of a volume: its id without the dash).
 *
 * Neither `spawn=deny` nor `elevateprivileges=deny` in the sandbox: the network starts a process, in a session of its own,
 * for each connection to the metadata service, and the latter forbids sessions too.
 */
export function instanceArguments(plan: GuestPlan, files: QemuFiles): string[] {
  const { firmwareCode, firmwareVariables } = files;
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-name', quoteValue(plan.instanceId)],
    ...machineArguments(plan.processor, plan.firmware, files.accelerator),
    ...['-smp', String(plan.vcpus), '-m', String(plan.memory), '-rtc', 'base=utc'],
    ...['-sandbox', 'on,obsolete=deny,resourcecontrol=deny'],
    // A guest that switches itself off is held, so that a reboot can be told from an end.
    ...['-action', 'shutdown=pause'],
    ...firmwareArguments({ firmware: plan.firmware, firmwareCode, firmwareVariables }),
    ...smbiosArguments(plan),
    ...(plan.firmware === 'uefi' ? hotPlugSlots.flatMap(rootPort) : []),
    ...plan.disks.flatMap(diskArguments),
    ...[
      '-netdev',
      networkOptions(plan, files.sshPort),
      '-device',
      `virtio-net-pci,netdev=net,romfile=,mac=${plan.mac}`,
    ],
    ...['-device', 'virtio-rng-pci'],
    // Appended to: the log of an instance goes on over stops and starts.
    ...[
      '-chardev',
      `file,id=serial,append=on,path=${quoteValue(files.serialLog)}`,
      '-serial',
      'chardev:serial',
    ],
    ...['-qmp', `unix:${qmpSocketName},server=on,wait=off`],
  ];
}

function smbiosArguments({ instanceId, instanceType }: GuestPlan): string[] {
  const uuid = systemUuid(instanceId);
  const vendor = 'Amazon EC2';
  return [
    `type=0,vendor=${vendor},version=1.0,date=10/16/2017,release=1.0`,
    `type=1,manufacturer=${vendor},product=${quoteValue(instanceType)},uuid=${uuid},serial=${uuid}`,
    `type=2,manufacturer=${vendor},asset=${quoteValue(instanceId)}`,
    `type=3,manufacturer=${vendor},asset=${vendor}`,
  ].flatMap((options) => ['-smbios', options]);
}

/** A UUID of version 4 that begins with ec2, always the same for an instance. */
export function systemUuid(instanceId: string): string {
  const hex = `ec2${createHash('sha256').update(instanceId).digest('hex').slice(3)}`;
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** What a disk is called in QEMU, by its volume. */
export function diskNode({ volumeId }: Pick<GuestDisk, 'volumeId'>): string {
  return volumeId.replace('-', '');
}

function diskArguments(disk: GuestDisk, index: number): string[] {
  const node = diskNode(disk);
  const file = quoteValue(disk.file);
  return [
    ...['-blockdev', `driver=file,node-name=${node}-file,filename=${file},cache.no-flush=on,discard=unmap`],
    ...['-blockdev', `driver=raw,node-name=${node},file=${node}-file,cache.no-flush=on,discard=unmap`],
    ...['-device', `nvme,drive=${node},serial=${node},id=${node}-device${index === 0 ? ',bootindex=0' : ''}`],
  ];
}

function rootPort(id: string, index: number): string[] {
  return ['-device', `pcie-root-port,id=${id},chassis=${index + 1},slot=${index + 1}`];
}

function networkOptions({ metadataPort, forwardSsh }: GuestPlan, sshPort: number): string {
  return [
    `user,id=net,net=${GUEST_NETWORK},dhcpstart=${GUEST_ADDRESS}`,
    ...(forwardSsh ? [`hostfwd=tcp:127.0.0.1:${sshPort}-:22`] : []),
    `guestfwd=tcp:${METADATA_ADDRESS}:80-cmd:${quoteValue(relayCommand(metadataPort))}`,
  ].join(',');
}

/**
 * What the network starts for a connection to the metadata service. It splits the text into words as a shell would and
 * starts it without one (libslirp, fork_exec).
 */
export function relayCommand(port: number): string {
  return `/bin/bash --norc --noprofile -c '${relayScript(port)}'`;
}

/**
 * Joins standard input and output, the guest's connection, with the metadata service. bash, because it is everywhere and
 * quick to start. It ends when the service ends the connection, which it does after each answer.
 * @param port a number that we chose, so nothing can hide in it
 */
export function relayScript(port: number): string {
  return `exec 3<>/dev/tcp/127.0.0.1/${Math.trunc(port)} 4<&0 || exit 1; cat <&4 >&3 & cat <&3; kill $!`;
}
