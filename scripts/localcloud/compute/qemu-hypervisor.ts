/** Instances as QEMU processes, tied to this one: they die when it dies, even by SIGKILL. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createChooser } from '../../adapters/qemu/accelerator.ts';
import { emulatorOf } from '../../adapters/qemu/arguments.ts';
import { prepareFirmware } from '../../adapters/qemu/firmware.ts';
import { findSshPort, type QemuProcess, startQemu } from '../../adapters/qemu/process.ts';
import type { Guest, GuestDisk, GuestEnd, GuestPlan, Hypervisor } from './hypervisor.ts';
import { SERIAL_LOG } from './hypervisor.ts';
import { diskNode, hotPlugSlots, instanceArguments } from './qemu-arguments.ts';

/** A guest that has booted takes seconds; one that has not never answers. */
const letGoMilliseconds = 120_000;

export interface QemuHypervisorOptions {
  /** Takes this one without a probe. */
  accelerator?: 'kvm' | 'tcg';
}

export function createQemuHypervisor(options: QemuHypervisorOptions = {}): Hypervisor {
  const choose = createChooser(options.accelerator);
  return { start: async (plan) => await startGuest(plan, await choose(plan.processor)) };
}

async function startGuest(plan: GuestPlan, accelerator: 'kvm' | 'tcg'): Promise<Guest> {
  const { folder } = plan;
  await mkdir(folder, { recursive: true });
  const firmware =
    plan.firmware === 'uefi'
      ? await prepareFirmware(folder, { processor: plan.processor, keepVariables: true })
      : undefined;
  const start: StartQemu = async (sshPort) => {
    await rm(path.join(folder, 'qmp'), { force: true });
    const args = instanceArguments(plan, {
      accelerator,
      serialLog: path.join(folder, SERIAL_LOG),
      sshPort,
      firmwareCode: firmware?.code,
      firmwareVariables: firmware?.variables,
    });
    return await startQemu({
      ...unprivileged(emulatorOf(plan.processor), args),
      folder,
      log: path.join(folder, 'qemu.log'),
    });
  };
  const qemu = await start(0);
  try {
    const sshPort = plan.forwardSsh ? await findSshPort(qemu.qmp) : undefined;
    return new QemuGuest(qemu, start, plan, sshPort);
  } catch (error) {
    await qemu.stop();
    throw error;
  }
}

/** @param sshPort of this machine, 0 for any */
type StartQemu = (sshPort: number) => Promise<QemuProcess>;

/** QEMU, and what it starts, gain nothing by set-user-ID programs. */
export function unprivileged(
  emulator: string,
  args: readonly string[],
): { emulator: string; args: string[] } {
  return { emulator: 'setpriv', args: ['--no-new-privs', '--', emulator, ...args] };
}

class QemuGuest implements Guest {
  readonly sshPort: number | undefined;
  readonly ended: Promise<GuestEnd>;
  readonly #start: StartQemu;
  readonly #plan: GuestPlan;
  #qemu: QemuProcess;
  /** Under way, while one QEMU follows another. */
  #restarting: Promise<void> | undefined;
  /** The one before: what it still says counts no more. */
  #left: QemuProcess | undefined;
  #finish: () => void = () => undefined;
  readonly #slots = new Map<string, string>();
  /** Disks that came while it ran. */
  readonly #attached = new Map<string, GuestDisk>();
  #end: GuestEnd = 'failed';
  #rebooting: NodeJS.Timeout | undefined;
  #detached = new Map<string, () => void>();

  constructor(qemu: QemuProcess, start: StartQemu, plan: GuestPlan, sshPort: number | undefined) {
    this.#qemu = qemu;
    this.#start = start;
    this.#plan = plan;
    this.sshPort = sshPort;
    this.ended = new Promise((resolve) => {
      this.#finish = () => {
        clearTimeout(this.#rebooting);
        for (const done of this.#detached.values()) done();
        resolve(this.#end);
      };
    });
    this.#watch(qemu);
  }

  #watch(qemu: QemuProcess): void {
    qemu.qmp.onEvent((event, data) => {
      if (qemu !== this.#left) this.#take(event, data);
    });
    void qemu.ended.then(() => {
      if (this.#restarting === undefined) this.#finish();
    });
  }

  /** Of the QEMU that runs; made again by the one that follows it, if that came between. */
  async #command<T>(make: (qemu: QemuProcess) => Promise<T>): Promise<T> {
    await this.#restarting;
    const qemu = this.#qemu;
    try {
      return await make(qemu);
    } catch (error) {
      await this.#restarting;
      if (qemu === this.#qemu) throw error;
      return await make(this.#qemu);
    }
  }

  async pressPower(): Promise<void> {
    await this.#command(async ({ qmp }) => await qmp.execute('system_powerdown'));
  }

  async reboot(graceSeconds: number): Promise<void> {
    if (this.#rebooting !== undefined || this.#restarting !== undefined) return;
    const { qmp } = this.#qemu;
    this.#rebooting = setTimeout(() => this.#restart(), graceSeconds * 1000);
    try {
      await qmp.execute('system_powerdown');
    } catch (error) {
      // Its time was up before it answered.
      if (this.#restarting === undefined && qmp === this.#qemu.qmp) throw error;
    }
  }

  async kill(): Promise<void> {
    const lives = this.#qemu.running || this.#restarting !== undefined;
    if (lives && this.#end === 'failed') this.#end = 'killed';
    await this.#qemu.stop();
    // It sees the end, and stops what it started meanwhile.
    await this.#restarting;
  }

  /** QEMU writes the picture itself, into the guest's folder. */
  async screenshot(): Promise<Buffer | undefined> {
    const file = path.join(this.#plan.folder, 'screen.png');
    try {
      return await this.#command(async ({ qmp }) => {
        await qmp.execute('screendump', { filename: file, format: 'png' });
        return await readFile(file);
      });
    } catch {
      return undefined;
    } finally {
      await rm(file, { force: true });
    }
  }

  async attach(disk: GuestDisk): Promise<void> {
    await this.#command(async (qemu) => await this.#attachTo(qemu, disk));
  }

  async #attachTo({ qmp }: QemuProcess, disk: GuestDisk): Promise<void> {
    const node = diskNode(disk);
    const taken = new Set(this.#slots.values());
    const slot = hotPlugSlots.find((one) => !taken.has(one));
    if (slot === undefined) throw new Error('all slots for disks are taken');
    const cache = { 'no-flush': true };
    const file = {
      driver: 'file',
      'node-name': `${node}-file`,
      filename: disk.file,
      cache,
      discard: 'unmap',
    };
    await qmp.execute('blockdev-add', file);
    await qmp.execute('blockdev-add', {
      ...{ driver: 'raw', 'node-name': node, file: `${node}-file`, cache, discard: 'unmap' },
    });
    // A BIOS machine has one bus for all; the other gives each disk a slot of its own.
    const bus = this.#plan.firmware === 'uefi' ? { bus: slot } : {};
    await qmp.execute('device_add', {
      driver: 'nvme',
      id: `${node}-device`,
      drive: node,
      serial: node,
      ...bus,
    });
    this.#slots.set(node, slot);
    this.#attached.set(node, disk);
  }

  async detach(volumeId: string): Promise<void> {
    await this.#command(async (qemu) => await this.#detachFrom(qemu, volumeId));
  }

  async #detachFrom(qemu: QemuProcess, volumeId: string): Promise<void> {
    const { qmp } = qemu;
    const node = diskNode({ volumeId });
    const device = `${node}-device`;
    let timer: NodeJS.Timeout | undefined;
    const gone = new Promise<void>((resolve, reject) => {
      this.#detached.set(device, resolve);
      timer = setTimeout(() => reject(new Error('the guest did not let go of the disk')), letGoMilliseconds);
    });
    try {
      await Promise.all([gone, qmp.execute('device_del', { id: device })]);
    } finally {
      clearTimeout(timer);
      this.#detached.delete(device);
    }
    if (qemu === this.#left) throw new Error('the guest was rebooted');
    if (!qemu.running) return;
    await qmp.execute('blockdev-del', { 'node-name': node });
    await qmp.execute('blockdev-del', { 'node-name': `${node}-file` });
    this.#slots.delete(node);
    this.#attached.delete(node);
  }

  /** Events: QEMU QMP reference, SHUTDOWN, BLOCK_IO_ERROR, DEVICE_DELETED. */
  #take(event: string, data: Record<string, unknown>): void {
    if (event === 'SHUTDOWN' && data.guest === true) {
      if (this.#rebooting !== undefined) this.#restart();
      else {
        this.#end = 'powered-off';
        void this.#qemu.stop();
      }
    } else if (event === 'BLOCK_IO_ERROR' && data.nospace === true) {
      // The host's disk is full: a guest that waits for ever would look like a bad image.
      void this.#qemu.stop();
    } else if (event === 'DEVICE_DELETED') {
      this.#detached.get(String(data.device))?.();
    }
  }

  /**
   * By a QEMU of its own: after a reset the firmware overwrites what the guest before ran, page by page, and an emulator
   * that has translated it takes minutes for that (seen with QEMU 7.2: five and a half, silent).
   */
  #restart(): void {
    clearTimeout(this.#rebooting);
    this.#rebooting = undefined;
    this.#restarting ??= this.#follow().finally(() => {
      this.#restarting = undefined;
      if (!this.#qemu.running) this.#finish();
    });
  }

  async #follow(): Promise<void> {
    try {
      this.#left = this.#qemu;
      await this.#qemu.stop();
      for (const done of this.#detached.values()) done();
      if (this.#end !== 'failed') return;
      this.#qemu = await this.#start(this.sshPort ?? 0);
      this.#watch(this.#qemu);
      const disks = [...this.#attached.values()];
      this.#slots.clear();
      this.#attached.clear();
      for (const disk of disks) await this.#attachTo(this.#qemu, disk);
    } catch {
      await this.#qemu.stop();
    }
    // Somebody ended it meanwhile.
    if (this.#end !== 'failed') await this.#qemu.stop();
  }
}
