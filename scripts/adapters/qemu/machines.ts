/** Starts guests: the Machines port by QEMU. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Architecture } from '../../model/types.generated.ts';
import type { BootRequest, Machine, Machines } from '../../ports.ts';
import { exec } from '../host/exec.ts';
import { makeKey } from '../ssh/client.ts';
import { SshShell } from '../ssh/shell.ts';
import { guestArguments } from './arguments.ts';
import { type EchoServer, startEchoServer } from './echo-server.ts';
import { prepareFirmware } from './firmware.ts';
import { QemuMachine } from './machine.ts';
import { probeAccelerator } from './probe.ts';
import { findSshPort, qmpSocketName, startQemu } from './process.ts';
import { makeSeed } from './seed.ts';

export interface MachinesOptions {
  /** Takes this one without a probe. */
  accelerator?: 'kvm' | 'tcg';
}

const emulators: Partial<Record<Architecture, string>> = {
  amd64: 'qemu-system-x86_64',
  x86_64: 'qemu-system-x86_64',
};

export function createMachines(options: MachinesOptions = {}): Machines {
  let answer: Promise<'kvm' | 'tcg'> | undefined;
  const accelerator = () => {
    answer ??= options.accelerator === undefined ? choose() : Promise.resolve(options.accelerator);
    return answer;
  };
  return {
    accelerator,
    boot: async (request) => await boot(request, await accelerator()),
  };
}

async function choose(): Promise<'kvm' | 'tcg'> {
  return (await probeAccelerator('kvm', 'qemu-system-x86_64')) ? 'kvm' : 'tcg';
}

/**
 * @throws AperiodicError `unsupported` for an architecture that has no emulator here, `missing-tool`, `disk-full`
 */
async function boot(request: BootRequest, accelerator: 'kvm' | 'tcg'): Promise<Machine> {
  const emulator = emulators[request.architecture];
  if (emulator === undefined) {
    throw new AperiodicError(
      'unsupported',
      `guests of architecture ${request.architecture} cannot be tested yet`,
    );
  }
  const folder = path.resolve(request.folder);
  await mkdir(folder, { recursive: true });
  const secrets = await mkdtemp(path.join(folder, 'guest-'));
  let echo: EchoServer | undefined;
  try {
    echo = await startEchoServer();
    const overlay = path.join(secrets, 'disk.qcow2');
    await createOverlay(request, overlay);
    const publicKey = await makeKey(secrets);
    const instanceId = `iid-${path.basename(secrets)}`;
    const seed = await makeSeed(secrets, { instanceId, hostname: request.hostname, publicKey });
    const firmware = request.firmware === 'uefi' ? await prepareFirmware(secrets) : undefined;
    const serialLog = path.join(folder, 'serial.log');
    await rm(serialLog, { force: true });
    const args = guestArguments({
      accelerator,
      firmware: request.firmware,
      overlay,
      seed,
      serialLog,
      qmpSocket: qmpSocketName,
      firmwareCode: firmware?.code,
      firmwareVariables: firmware?.variables,
    });
    const qemu = await startQemu({ emulator, args, folder: secrets, log: path.join(folder, 'qemu.log') });
    const port = await findSshPort(qemu.qmp).catch(async (error: unknown) => {
      await qemu.stop();
      throw error;
    });
    const target = { host: '127.0.0.1', port, user: request.user ?? 'debian', folder: secrets };
    return new QemuMachine({
      qemu,
      echo,
      shell: new SshShell(target),
      serialLog,
      folder,
      temporary: secrets,
    });
  } catch (error) {
    await echo?.stop();
    await rm(secrets, { recursive: true, force: true });
    throw error;
  }
}

/** A layer over the image that takes all writes; as large as the guest's disk shall be. */
async function createOverlay({ disk, diskFormat, diskSize }: BootRequest, overlay: string): Promise<void> {
  await exec('qemu-img', [
    ...['create', '-q', '-f', 'qcow2', '-F', diskFormat, '-b', path.resolve(disk)],
    ...['--', overlay, String(diskSize)],
  ]);
}
