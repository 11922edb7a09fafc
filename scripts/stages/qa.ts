/**
 * In: an image that was built, and its published forms. Out: the same with what the tests said, all of them good.
 *
 * Reads the image without booting it, then boots it by BIOS and by UEFI at the same time and runs the declared
 * checks. Safe to run twice: guests write to layers of their own that go with them, work folders begin empty, and the
 * logs of the run before are replaced.
 */
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../model/errors.ts';
import { interpretKickstart } from '../model/kickstart/interpret.ts';
import type { Context } from '../model/qa/check.ts';
import { countChecks, imageChecks, reboots } from '../model/qa/checks.ts';
import { findDefaultUser } from '../model/qa/default-user.ts';
import { diskGrowthBytes } from '../model/qa/limits.ts';
import { describeFailures, failedResults, makeResult, nameResults, summarize } from '../model/qa/report.ts';
import { qaHostname } from '../model/qa/user-data.ts';
import { assertValid } from '../model/schema.ts';
import type { Built, CheckResult, QaReport, Tested } from '../model/types.generated.ts';
import type { DiskView, Firmware, Machine, Ports } from '../ports.ts';
import { renderJunit } from '../render/junit.ts';
import { type GuestOutcome, testGuest } from './qa/guest.ts';
import { createProgress, type Progress } from './qa/progress.ts';

type QaPorts = Pick<Ports, 'artifacts' | 'clock' | 'disks' | 'kickstarts' | 'log' | 'machines'>;

const firmwares: readonly Firmware[] = ['bios', 'uefi'];

/** Files of an earlier run that this one may not write again. */
const ownLog = /^(qa\.json|junit\.xml|(bios|uefi)-(serial\.log|journal\.txt|screen\.png))$/;

/**
 * @throws AperiodicError `qa-failed` naming each failed check, after all were run; `missing-tool` without QEMU
 */
export async function testImage(built: Built, ports: QaPorts): Promise<Tested> {
  const { job } = built;
  const logFolder = await freshLogs(await ports.artifacts.logFolder(folderOf(built, 'qa')));
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

function folderOf({ job }: Built, part: string): string {
  return `${job.stream}/${job.version}/${part}-${job.architecture}`;
}

async function freshLogs(folder: string): Promise<string> {
  for (const name of await readdir(folder)) {
    if (ownLog.test(name)) await rm(path.join(folder, name), { force: true });
  }
  return folder;
}

async function specOf({ job }: Built, ports: QaPorts) {
  const parsed = await ports.kickstarts.parse(job.kickstart);
  const { repositories } = job.pins.request;
  return interpretKickstart(parsed, job.kickstart, { payload: job.payload, repositories }).spec;
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
      hostname: qaHostname,
      ...(user === undefined ? {} : { user }),
    } as const;
    const machine = await ports.machines.boot(boot);
    machines.push(machine);
    // Another guest could not be tested while this one was being started: its error is the one to tell.
    if (problem !== undefined) throw problem.error;
    const guestContext = { ...context, guest: firmware, diskSize, echoPort: machine.echoPort };
    const request = {
      boot,
      context: guestContext,
      accelerator,
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
  const bad = failedResults(report);
  const kept = guests.flatMap((guest) => guest.kept);
  const detail = [
    describeFailures(bad),
    ...guests
      .filter(({ serialTail }) => serialTail !== '')
      .map(({ results, serialTail }) => `Serial console (${results[0]?.where}):\n${serialTail}`),
    ['Kept:', ...kept, path.join(logFolder, 'qa.json'), path.join(logFolder, 'junit.xml')].join('\n  '),
  ].join('\n\n');
  return new AperiodicError('qa-failed', `the image failed ${nameResults(bad)}: see ${logFolder}`, {
    detail,
  });
}
