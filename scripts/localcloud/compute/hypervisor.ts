/** What runs guests, as localcloud sees it: QEMU, or a stand-in of a test. */

import type { Processor } from '../../model/machine.ts';

/** A disk of a guest. */
export interface GuestDisk {
  volumeId: string;
  /** Raw, absolute. */
  file: string;
}

export interface GuestPlan {
  /** Its own folder, absolute: serial log, sockets, variables of the firmware. Kept from one start to the next. */
  folder: string;
  processor: Processor;
  firmware: 'bios' | 'uefi';
  vcpus: number;
  /** MiB. */
  memory: number;
  instanceId: string;
  instanceType: string;
  mac: string;
  /** The root disk first. */
  disks: readonly GuestDisk[];
  /** Port on 127.0.0.1 where its metadata service is; the guest reaches it as 169.254.169.254:80. */
  metadataPort: number;
  /** Whether a port of the host's loopback leads to the guest's port 22. */
  forwardSsh: boolean;
}

/** How a guest ended: it switched itself off (or was asked to, and did), `kill` ended it, or the host did. */
export type GuestEnd = 'powered-off' | 'killed' | 'failed';

export interface Guest {
  readonly sshPort: number | undefined;
  /** Never rejects. */
  readonly ended: Promise<GuestEnd>;
  /** Presses the power button; the guest decides what follows. */
  pressPower(): Promise<void>;
  /** Asks the guest to shut down and starts it again; resets it when it does not within `graceSeconds`. */
  reboot(graceSeconds: number): Promise<void>;
  /** Ends it at once. Safe to repeat. */
  kill(): Promise<void>;
  /** The screen as a PNG picture; undefined when there is none. */
  screenshot(): Promise<Buffer | undefined>;
  attach(disk: GuestDisk): Promise<void>;
  /** Ends when the guest has let go of the disk. */
  detach(volumeId: string): Promise<void>;
}

export interface Hypervisor {
  /** @throws AperiodicError `missing-tool`, `disk-full`, `internal` */
  start(plan: GuestPlan): Promise<Guest>;
}

/** The guest's only address, given by DHCP, the same for every guest: each has a network of its own. */
export const GUEST_ADDRESS = '169.254.169.15';
export const GUEST_NETWORK = '169.254.0.0/16';
export const METADATA_ADDRESS = '169.254.169.254';

/** Name of the serial log in a guest's folder. */
export const SERIAL_LOG = 'serial.log';
