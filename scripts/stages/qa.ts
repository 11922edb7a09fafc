/**
 * In: an image that was built, and its published forms. Out: the same with what the tests said, all of them good.
 *
 * Reads the image without booting it, then boots it by BIOS and by UEFI at the same time and runs the declared
 * checks, also when some failed before: the report is whole. A guest under which this machine failed is started once
 * more; a bad image never is. Safe to run twice: guests write to layers of their own that go with them, work folders begin empty, and the
 * logs of the run before are replaced.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type AperiodicError, toAperiodicError } from '../model/errors.ts';
import { kindOfFormats } from '../model/image-formats.ts';
import { type Context, failed, type Verdict } from '../model/qa/check.ts';
import { countChecks, diskReadable, imageChecks } from '../model/qa/checks.ts';
import { firmwaresOf } from '../model/qa/firmwares.ts';
import { failedResults, makeResult, summarize } from '../model/qa/report.ts';
import { assertValid } from '../model/schema.ts';
import type { Built, CheckResult, QaReport, Retry, Tested } from '../model/types.generated.ts';
import type { DiskView, Firmware, Ports } from '../ports.ts';
import { renderJunit } from '../render/junit.ts';
import { testContainer } from './qa/container.ts';
import { describeFailure } from './qa/failure.ts';
import type { GuestOutcome } from './qa/guest.ts';
import { testGuests } from './qa/guests.ts';
import { folderOf, freshLogs } from './qa/logs.ts';
import { createProgress, type Progress } from './qa/progress.ts';
import { tryTwice } from './qa/retry.ts';
import { specOf } from './qa/spec.ts';

type QaPorts = Pick<
  Ports,
  'artifacts' | 'clock' | 'containers' | 'disks' | 'kickstarts' | 'log' | 'machines'
>;

/** Files of an earlier run that this one may not write again. */
const ownLog =
  /^(qa\.json|junit\.xml|(bios|uefi)-(serial\.log|journal\.txt|screen\.png|qemu\.log|firmware\.log))$/;

/** For those who try the stage itself; a release tests everything. */
export interface QaOptions {
  /** Guests to start, all when left out. */
  firmwares?: readonly Firmware[];
  /** Seconds until a shell must answer. */
  loginSeconds?: number;
  /** IDs of the checks to run in guests besides starting them, all when left out. */
  only?: readonly string[];
  /** Whether guests are restarted, where they are at all. Default true. */
  reboot?: boolean;
}

/**
 * @throws AperiodicError `qa-failed` naming each failed check, after all were run; `missing-tool` without QEMU;
 *   `host-failed` and `disk-full` when this machine failed twice, which says nothing of the image
 */
export async function testImage(built: Built, ports: QaPorts, options: QaOptions = {}): Promise<Tested> {
  if (kindOfFormats(built.job.formats) === 'container') return await testContainer(built, ports);
  const { firmwares = firmwaresOf(built.job.architecture), loginSeconds, only, reboot = true } = options;
  const { job } = built;
  const logFolder = await freshLogs(await ports.artifacts.logFolder(folderOf(built, 'qa')), ownLog);
  const disk = await ports.artifacts.get(built.raw);
  const context: Context = {
    job,
    spec: await specOf(built, ports),
    artifacts: built.artifacts.map(({ name, file }) => ({ name, size: file.size })),
  };
  const accelerator = await ports.machines.accelerator(job.architecture);
  const task = ports.log.task(`Testing ${job.name} ${job.version} ${job.architecture} (${accelerator})`);
  try {
    const total = firmwares.reduce((sum, firmware) => sum + countChecks(firmware, job), imageChecks.length);
    const progress = createProgress(task, total);
    const retries: Retry[] = [];
    const { view, results: before } = await tryTwice(() => inspectImage(disk, context, ports, progress), {
      where: 'image',
      retries,
      log: ports.log,
    });
    // What cannot even be read is not started: there is more to learn of every other image.
    const request = {
      built,
      context,
      disk,
      accelerator,
      logFolder,
      firmwares,
      loginSeconds,
      only,
      reboot,
      retries,
    };
    const guests = view === undefined ? [] : await testGuests({ ...request, view }, ports, progress);
    const report = assertValid('QaReport', {
      accelerator,
      boots: guests.reduce((sum, guest) => sum + guest.boots, 0),
      ...(retries.length === 0 ? {} : { retries }),
      results: [...before, ...guests.flatMap(({ results }) => results)],
    });
    await writeReport(report, guests, built, logFolder);
    if (failedResults(report).length > 0) throw failureOf(report, guests, logFolder);
    task.done(summarize(report));
    return { built, qa: report };
  } catch (error) {
    task.failed(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

async function inspectImage(
  disk: string,
  context: Context,
  { disks }: Pick<Ports, 'disks'>,
  progress: Progress,
): Promise<{ view?: DiskView; results: CheckResult[] }> {
  const opened = await disks.open(disk).catch(refusalOf);
  if ('passed' in opened) return { results: [makeResult(diskReadable.id, 'image', opened)] };
  return { view: opened, results: await checkImage(opened, context, progress) };
}

async function checkImage(view: DiskView, context: Context, progress: Progress): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of imageChecks) {
    progress.doing('image', check.id);
    results.push(makeResult(check.id, 'image', await check.inspect(view, context).catch(refusalOf)));
    progress.checked();
  }
  progress.doing('image', 'done');
  return results;
}

/** Content that breaks the reader is the image's fault; anything else is thrown again. */
function refusalOf(error: unknown): Verdict {
  const known = toAperiodicError(error);
  if (known.code !== 'invalid') throw error;
  return failed([known.message, known.detail ?? ''].join('\n').trim());
}

async function writeReport(
  report: QaReport,
  guests: readonly GuestOutcome[],
  { job }: Built,
  folder: string,
): Promise<void> {
  await writeFile(path.join(folder, 'qa.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  const subject = `${job.name}-${job.version}.${job.architecture}`;
  await writeFile(path.join(folder, 'junit.xml'), renderJunit(report, subject, guests));
}

function failureOf(report: QaReport, guests: readonly GuestOutcome[], logFolder: string): AperiodicError {
  const files = ['qa.json', 'junit.xml'].map((name) => path.join(logFolder, name));
  return describeFailure('the image', failedResults(report), guests, logFolder, files);
}
