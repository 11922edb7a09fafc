/**
 * In: an image that was built and tested. Out: the same beside the release before, within the limits or accepted.
 *
 * A guest of the release before is replaced by one of this release with the same user data and volume, and the figures
 * of both are held against each other. Without a release before there is nothing to do. Safe to run twice: guests write
 * to layers of their own, the volume is made anew each time, and what is brought back of the release before is kept by digest.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describeComparison, failureOf } from '../model/comparison.ts';
import { toAperiodicError } from '../model/errors.ts';
import type { Side } from '../model/gates/gate.ts';
import { judgeGates, unneededAcceptances } from '../model/gates/judge.ts';
import { gateLimits } from '../model/gates/limits.ts';
import { figuresByCheck, formatArtifactUri } from '../model/job.ts';
import { diskGrowthBytes } from '../model/qa/limits.ts';
import { assertValid } from '../model/schema.ts';
import { releasePath } from '../model/streams.ts';
import type { Compared, Comparison, Format, Job, PreviousRelease, Tested } from '../model/types.generated.ts';
import type { Ports, Task } from '../ports.ts';
import { type ReplaceOutcome, replaceGuest } from './compare/replace.ts';
import { bringBack } from './mirror/bring-back.ts';

type ComparePorts = Pick<Ports, 'artifacts' | 'clock' | 'log' | 'machines' | 'mirror'>;

/** The form that guests are started from, of both releases: decompressing the other would take as long as a boot. */
const bootable: Format = 'qcow2';

/**
 * @throws AperiodicError `qa-failed` naming each gate with the line that would accept it, and each check of the
 *   replacement test, after all were run; `unreachable` when a mirror that may have the release before does not answer
 */
export async function compareImage(tested: Tested, ports: ComparePorts): Promise<Compared> {
  const { job } = tested.built;
  const { previous } = job;
  if (previous === undefined) {
    warnUnneeded(job, [], ports);
    return tested;
  }
  const folder = `${job.stream}/${job.version}/compare-${job.architecture}`;
  const logFolder = await freshLogs(await ports.artifacts.logFolder(folder));
  const task = ports.log.task(
    `Comparing ${job.name} ${job.version} ${job.architecture} with ${previous.version}`,
  );
  try {
    const outcome = await replace(tested, previous, { folder, logFolder }, ports, task);
    const gates = judgeGates(sidesOf(tested, previous, outcome), gateLimits(job.gates), job.accepted);
    const { replacement, checks, differences } = outcome;
    const comparison = assertValid('Comparison', {
      previous: previous.version,
      gates,
      replacement,
      ...(checks === undefined ? {} : { checks }),
      ...(differences === undefined ? {} : { differences }),
    });
    const report = path.join(logFolder, 'compare.json');
    await writeFile(report, `${JSON.stringify(comparison, undefined, 2)}\n`);
    warnUnneeded(job, gates, ports);
    const failure = failureOf(comparison, job, { ...outcome.evidence, report, logFolder });
    if (failure !== undefined) throw failure;
    tellRest(comparison, job, ports);
    task.done(describeComparison(comparison));
    return { ...tested, comparison };
  } catch (error) {
    task.failed(toAperiodicError(error).message);
    throw error;
  }
}

async function freshLogs(folder: string): Promise<string> {
  for (const name of ['compare.json', 'previous', 'now']) {
    await rm(path.join(folder, name), { recursive: true, force: true });
  }
  for (const name of ['previous', 'now']) await mkdir(path.join(folder, name), { recursive: true });
  return folder;
}

async function replace(
  { built: { job, raw, artifacts } }: Tested,
  previous: PreviousRelease,
  { folder, logFolder }: { folder: string; logFolder: string },
  ports: ComparePorts,
  task: Task,
): Promise<ReplaceOutcome> {
  task.note(`looking for ${previous.version}`);
  const before = await findPrevious(previous, ports);
  const mine = artifacts.find(({ format }) => format === bootable);
  if ('reason' in before || mine === undefined) {
    const reason = 'reason' in before ? before.reason : `this release has no ${bootable}`;
    return { replacement: { result: 'not-compared', reason }, evidence: { kept: [], serialTail: '' } };
  }
  const placeOf = async (which: 'previous' | 'now', disk: string) => ({
    disk,
    folder: await ports.artifacts.workFolder(`${folder}-${which}`),
    logFolder: path.join(logFolder, which),
  });
  const request = {
    job,
    format: bootable,
    diskSize: Math.max(raw.size, previous.raw.size) + diskGrowthBytes,
    previous: await placeOf('previous', before.disk),
    now: await placeOf('now', await ports.artifacts.get(mine.file)),
    folder: await ports.artifacts.workFolder(folder),
  };
  return await replaceGuest(request, ports, task);
}

/** Retention and withdrawals remove files of earlier releases: that is no reason to hold this one back. */
async function findPrevious(
  { artifacts, mirrors, version }: PreviousRelease,
  ports: ComparePorts,
): Promise<{ disk: string } | { reason: string }> {
  const wanted = artifacts.find(({ format }) => format === bootable);
  if (wanted === undefined) return { reason: `${version} has no ${bootable}` };
  const { name, sha256, size } = wanted;
  const file = { sha256, size, uri: formatArtifactUri(sha256, name) };
  try {
    await bringBack(name, file, mirrors, ports);
    return { disk: await ports.artifacts.get(file) };
  } catch (error) {
    const known = toAperiodicError(error);
    if (known.code !== 'not-found') throw error;
    return { reason: known.message };
  }
}

function sidesOf({ built, qa }: Tested, previous: PreviousRelease, outcome: ReplaceOutcome) {
  const both = outcome.previous !== undefined && outcome.now !== undefined;
  const seenOf = (which: 'previous' | 'now'): Pick<Side, 'bootSeconds' | 'services'> => {
    const seen = outcome[which];
    if (!both || seen === undefined) return {};
    return { bootSeconds: seen.seconds.login, services: seen.facts.lists['active-services'] };
  };
  const now = {
    artifacts: built.artifacts.map(({ format, file }) => ({ format, size: file.size })),
    packages: built.job.pins.packages.length,
    figures: figuresByCheck(qa),
  };
  return { previous: { ...previous, ...seenOf('previous') }, now: { ...now, ...seenOf('now') } };
}

function warnUnneeded(job: Job, gates: Comparison['gates'], { log }: ComparePorts): void {
  for (const gate of unneededAcceptances(gates, job.accepted)) {
    log.warn(
      `${releasePath(job.stream, job.version)}: the line that accepts ${gate} is not needed, take it out`,
    );
  }
}

/** What passed but should be seen. */
function tellRest({ replacement, differences }: Comparison, job: Job, { log }: ComparePorts): void {
  const { result, reason } = replacement;
  if (result === 'not-compared')
    log.warn(`${job.stream} ${job.version}: no replacement test, ${reason?.split('\n', 1).join()}`);
  for (const difference of differences ?? []) log.info(`  ${difference}`);
}
