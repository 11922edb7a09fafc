/** All guests of an image at the same time: each from power on to power off, and none left running. */
import type { Context } from '../../model/qa/check.ts';
import { belongs, reboots } from '../../model/qa/checks.ts';
import { findDefaultUser } from '../../model/qa/default-user.ts';
import { diskGrowthBytes, loginSeconds as usualSeconds } from '../../model/qa/limits.ts';
import { qaHostname } from '../../model/qa/user-data.ts';
import type { Built, Retry } from '../../model/types.generated.ts';
import type { BootRequest, DiskView, Firmware, Machine, Ports } from '../../ports.ts';
import { keepHostLogs, keepSerialLog } from './evidence.ts';
import { type GuestOutcome, testGuest } from './guest.ts';
import { folderOf } from './logs.ts';
import type { Progress } from './progress.ts';
import { tryTwice } from './retry.ts';

export interface GuestsRequest {
  built: Built;
  context: Context;
  disk: string;
  view: DiskView;
  accelerator: 'kvm' | 'tcg';
  logFolder: string;
  firmwares: readonly Firmware[];
  /** Seconds until a shell must answer. */
  loginSeconds?: number | undefined;
  /** IDs of the checks to run in guests, all when left out. */
  only?: readonly string[] | undefined;
  /** Whether those are restarted that usually are. */
  reboot: boolean;
  /** Gets the guests that were started once more. */
  retries: Retry[];
}

type GuestPorts = Pick<Ports, 'artifacts' | 'clock' | 'log' | 'machines'>;

/**
 * Each guest is stopped whatever happens to it or to another.
 * @throws AperiodicError other than `qa-failed`: a bad guest is a result
 */
export async function testGuests(
  request: GuestsRequest,
  ports: GuestPorts,
  progress: Progress,
): Promise<GuestOutcome[]> {
  const { built, disk, view, firmwares, logFolder, retries } = request;
  const user = findDefaultUser((await view.read('/etc/cloud/cloud.cfg')) ?? '');
  const machines: Machine[] = [];
  let problem: { error: unknown } | undefined;
  const stopAll = async () => await Promise.all(machines.map(async (machine) => await machine.stop()));
  const testOne = async (firmware: Firmware) => {
    const boot = {
      disk,
      diskFormat: 'raw',
      diskSize: built.raw.size + diskGrowthBytes,
      firmware,
      architecture: built.job.architecture,
      folder: await ports.artifacts.workFolder(folderOf(built, `qa-${firmware}`)),
      hostname: qaHostname,
      ...(user === undefined ? {} : { user }),
    } as const;
    try {
      const machine = await ports.machines.boot(boot);
      machines.push(machine);
      try {
        // Another guest could not be tested while this one was being started: its error is the one to tell.
        if (problem !== undefined) throw problem.error;
        return await testMachine(request, boot, machine, ports, progress);
      } finally {
        await machine.stop();
      }
    } catch (error) {
      await keepSerialLog(firmware, boot.folder, logFolder);
      await keepHostLogs(firmware, boot.folder, logFolder);
      throw error;
    }
  };
  const runs = firmwares.map((firmware) =>
    tryTwice(() => testOne(firmware), {
      where: firmware,
      retries,
      log: ports.log,
      mayRetry: () => problem === undefined,
    }).catch(async (error: unknown) => {
      problem ??= { error };
      await stopAll();
      return undefined;
    }),
  );
  const outcomes = (await Promise.all(runs)).filter((outcome) => outcome !== undefined);
  await stopAll();
  if (problem !== undefined) throw problem.error;
  return outcomes;
}

async function testMachine(
  { accelerator, built, context, logFolder, loginSeconds, only, reboot }: GuestsRequest,
  boot: BootRequest,
  machine: Machine,
  ports: GuestPorts,
  progress: Progress,
): Promise<GuestOutcome> {
  const { diskSize, firmware } = boot;
  const request = {
    folder: boot.folder,
    context: { ...context, guest: firmware, diskSize, echoPort: machine.echoPort },
    reboot: reboot && belongs(reboots, firmware, built.job),
    logFolder,
    loginSeconds: loginSeconds ?? usualSeconds[accelerator],
    only,
  };
  return await testGuest(request, machine, ports, progress);
}
