/** Starts guests: the Machines port by QEMU. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { hasBios, processorOf } from '../../model/machine.ts';
import type { BootRequest, LocalMachine, Machines } from '../../ports.ts';
import { exec } from '../host/exec.ts';
import { makeKey, shareKey } from '../ssh/client.ts';
import { SshShell } from '../ssh/shell.ts';
import { createChooser } from './accelerator.ts';
import { emulatorOf, guestArguments } from './arguments.ts';
import { BootWatch } from './boot-watch.ts';
import { type EchoServer, startEchoServer } from './echo-server.ts';
import { prepareFirmware } from './firmware.ts';
import { watchHost } from './host-watch.ts';
import { QemuMachine } from './machine.ts';
import { findSshPort, qmpSocketName, startQemu } from './process.ts';
import { makeSeed } from './seed.ts';

export interface MachinesOptions {
  /** Takes this one without a probe. */
  accelerator?: 'kvm' | 'tcg';
}

export function createMachines(options: MachinesOptions = {}): Machines {
  const choose = createChooser(options.accelerator);
  return {
    accelerator: choose,
    boot: async (request) => await boot(request, await choose(request.architecture)),
  };
}

/**
 * @throws AperiodicError `missing-tool`, `disk-full`, `host-failed`
 */
async function boot(request: BootRequest, accelerator: 'kvm' | 'tcg'): Promise<LocalMachine> {
  const processor = processorOf(request.architecture);
  if (request.firmware === 'bios' && !hasBios(request.architecture)) {
    throw new AperiodicError('internal', `no machine of architecture ${request.architecture} has a BIOS`);
  }
  const folder = path.resolve(request.folder);
  await mkdir(folder, { recursive: true });
  const secrets = await mkdtemp(path.join(folder, 'guest-'));
  let echo: EchoServer | undefined;
  try {
    echo = await startEchoServer();
    const overlay = path.join(secrets, 'disk.qcow2');
    await createOverlay(request, overlay);
    const { hostname, keyFolder, dataDisk } = request;
    const publicKey =
      keyFolder === undefined ? await makeKey(secrets) : await shareKey(path.resolve(keyFolder), secrets);
    const instanceId = `iid-${path.basename(secrets)}`;
    const userData = request.userData?.(publicKey);
    const seed = await makeSeed(secrets, { instanceId, hostname, publicKey, userData });
    const firmware = request.firmware === 'uefi' ? await prepareFirmware(secrets, { processor }) : undefined;
    const serialLog = path.join(folder, 'serial.log');
    const firmwareLog = path.join(folder, 'firmware.log');
    for (const log of [serialLog, firmwareLog]) await rm(log, { force: true });
    const args = guestArguments({
      processor,
      accelerator,
      firmware: request.firmware,
      overlay,
      seed,
      dataDisk,
      serialLog,
      firmwareLog,
      qmpSocket: qmpSocketName,
      firmwareCode: firmware?.code,
      firmwareVariables: firmware?.variables,
    });
    const qemu = await startQemu({
      emulator: emulatorOf(processor),
      args,
      folder: secrets,
      log: path.join(folder, 'qemu.log'),
    });
    const port = await findSshPort(qemu.qmp).catch(async (error: unknown) => {
      await qemu.stop();
      throw error;
    });
    const target = { host: '127.0.0.1', port, user: request.user ?? 'debian', folder: secrets };
    return new QemuMachine({
      ...{ qemu, echo, publicKey, serialLog, folder },
      shell: new SshShell(target),
      watch: new BootWatch({
        qmp: qemu.qmp,
        serialLog,
        firmwareLog: request.firmware === 'bios' ? firmwareLog : undefined,
        folder: secrets,
      }),
      host: watchHost(),
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
  await exec(
    'qemu-img',
    [
      ...['create', '-q', '-f', 'qcow2', '-F', diskFormat, '-b', path.resolve(disk)],
      ...['--', overlay, String(diskSize)],
    ],
    { failure: 'host-failed', what: "the guest's disk could not be made" },
  );
}
