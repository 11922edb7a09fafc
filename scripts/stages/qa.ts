/**
 * In: an image that was built, and its published forms. Out: the same with what the tests said, all of them good.
 *
 * Reads the image without booting it, then boots it by BIOS and by UEFI at the same time and runs the declared
 * checks. Safe to run twice: guests write to layers of their own that go with them, work folders begin empty, and the
 * logs of the run before are replaced.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AperiodicError } from '../model/errors.ts';
import type { Context } from '../model/qa/check.ts';
import { countChecks, imageChecks, reboots } from '../model/qa/checks.ts';
import { findDefaultUser } from '../model/qa/default-user.ts';
import { diskGrowthBytes, loginSeconds } from '../model/qa/limits.ts';
import { failedResults, makeResult, summarize } from '../model/qa/report.ts';
import { assertValid } from '../model/schema.ts';
import type { Built, CheckResult, QaReport, Tested } from '../model/types.generated.ts';
import type { DiskView, Firmware, Machine, Ports } from '../ports.ts';
import { renderJunit } from '../render/junit.ts';
import { describeFailure } from './qa/failure.ts';
import { type GuestOutcome, testGuest } from './qa/guest.ts';
import { folderOf, freshLogs } from './qa/logs.ts';
import { createProgress, type Progress } from './qa/progress.ts';
import { specOf } from './qa/spec.ts';

type QaPorts = Pick<Ports, 'artifacts' | 'clock' | 'disks' | 'kickstarts' | 'log' | 'machines'>;

const firmwares: readonly Firmware[] = ['bios', 'uefi'];

/** Files of an earlier run that this one may not write again. */
const ownLog = /^(qa\.json|junit\.xml|(bios|uefi)-(serial\.log|journal\.txt|screen\.png))$/;

/**
 * @throws AperiodicError `qa-failed` naming each failed check, after all were run; `missing-tool` without QEMU
 */
export async function testImage(built: Built, ports: QaPorts): Promise<Tested> {
  const { job } = built;
  const logFolder = await freshLogs(await ports.artifacts.logFolder(folderOf(built, 'qa')), ownLog);
  const disk = await ports.artifacts.get(built.raw);
  const context: Context = {
    job,
    spec: await specOf(built, ports),
    artifacts: built.artifacts.map(({ name, file }) => ({ name, size: file.size })),
  };
  const accelerator = await ports.machines.accelerator();
  const task = ports.log.task(`Testing ${job.name} ${job.version} ${job.architecture} (${accelerator})`);
  try {
    const total = firmwares.reduce((sum, firmware) => sum + countChecks(firmware), imageChecks.length);
    const progress = createProgress(task, total);
    const view = await ports.disks.open(disk);
    const before = await checkImage(view, context, progress);
    const guests = await testGuests({ built, context, disk, view, accelerator, logFolder }, ports, progress);
    const report = assertValid('QaReport', {
      accelerator,
      boots: guests.reduce((sum, guest) => sum + guest.boots, 0),
      results: [...before, ...guests.flatMap(({ results }) => results)],
    });
    await writeReport(report, built, logFolder);
    if (failedResults(report).length > 0) throw failureOf(report, guests, logFolder);
    task.done(summarize(report));
    return { built, qa: report };
  } catch (error) {
    task.failed(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

async function checkImage(view: DiskView, context: Context, progress: Progress): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of imageChecks) {
    progress.doing('image', check.id);
    results.push(makeResult(check.id, 'image', await check.inspect(view, context)));
    progress.checked();
  }
  progress.doing('image', 'done');
  return results;
}

interface GuestsRequest {
  built: Built;
  context: Context;
  disk: string;
  view: DiskView;
  accelerator: 'kvm' | 'tcg';
  logFolder: string;
}

/** All guests at the same time; each is stopped whatever happens to it or to another. */
async function testGuests(
  { built, context, disk, view, accelerator, logFolder }: GuestsRequest,
  ports: QaPorts,
  progress: Progress,
): Promise<GuestOutcome[]> {
  const user = findDefaultUser((await view.read('/etc/cloud/cloud.cfg')) ?? '');
  const diskSize = built.raw.size + diskGrowthBytes;
  const machines: Machine[] = [];
  let problem: { error: unknown } | undefined;
  const stopAll = async () => await Promise.all(machines.map(async (machine) => await machine.stop()));
  const testOne = async (firmware: Firmware) => {
    const boot = {
      disk,
      diskFormat: 'raw',
      diskSize,
      firmware,
      architecture: built.job.architecture,
      folder: await ports.artifacts.workFolder(folderOf(built, `qa-${firmware}`)),
      hostname: 'aperiodic-qa',
      ...(user === undefined ? {} : { user }),
    } as const;
    const machine = await ports.machines.boot(boot);
    machines.push(machine);
    // Another guest could not be tested while this one was being started: its error is the one to tell.
    if (problem !== undefined) throw problem.error;
    const guestContext = { ...context, guest: firmware, diskSize, echoPort: machine.echoPort };
    const request = {
      folder: boot.folder,
      context: guestContext,
      loginSeconds: loginSeconds[accelerator],
      reboot: reboots.guests.includes(firmware),
      logFolder,
    };
    const outcome = await testGuest(request, machine, ports, progress);
    await machine.stop();
    return outcome;
  };
  const runs = firmwares.map((firmware) =>
    testOne(firmware).catch(async (error: unknown) => {
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

async function writeReport(report: QaReport, { job }: Built, folder: string): Promise<void> {
  await writeFile(path.join(folder, 'qa.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  const subject = `${job.name}-${job.version}.${job.architecture}`;
  await writeFile(path.join(folder, 'junit.xml'), renderJunit(report, subject));
}

function failureOf(report: QaReport, guests: readonly GuestOutcome[], logFolder: string): AperiodicError {
  const files = ['qa.json', 'junit.xml'].map((name) => path.join(logFolder, name));
  return describeFailure('the image', failedResults(report), guests, logFolder, files);
}
