/** The replacement test: a guest of the release before, and one of the new release in its place. */
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import { failed, passed, type Verdict } from '../../model/qa/check.ts';
import { makeResult } from '../../model/qa/report.ts';
import { type Guests, replacementBoots, replacementChecks } from '../../model/replacement/checks.ts';
import { listDifferences } from '../../model/replacement/differences.ts';
import { findUnready } from '../../model/replacement/facts.ts';
import { volumeBytes } from '../../model/replacement/user-data.ts';
import type { Comparison, Replacement, ReplacementResult } from '../../model/types.generated.ts';
import type { LocalMachine, Task } from '../../ports.ts';
import { type Evidence, type GuestPorts, type GuestRequest, lookAt, type Seen, withGuest } from './guest.ts';

/** What differs between the guests that are started. */
type Place = Pick<GuestRequest, 'disk' | 'folder' | 'logFolder'>;

export interface ReplaceRequest extends Pick<GuestRequest, 'job' | 'format' | 'diskSize'> {
  previous: Place;
  now: Place;
  /** For the volume and the key, which go at the end. */
  folder: string;
}

export interface ReplaceOutcome extends Pick<Comparison, 'replacement' | 'checks' | 'differences'> {
  /** Of the guests that could be asked. */
  previous?: Seen;
  now?: Seen;
  evidence: Evidence;
}

/** A database that is busy takes minutes to stop; an image that was only booted does not. */
const shutdownSeconds = 180;

/**
 * A release before that does not start here is no fault of the new one: not compared. Two boots, one after the other.
 * @throws AperiodicError other than `qa-failed`: a bad guest is a result
 */
export async function replaceGuest(
  { previous, now, folder, ...same }: ReplaceRequest,
  ports: GuestPorts,
  task: Task,
): Promise<ReplaceOutcome> {
  const shared = { ...same, volume: path.join(folder, 'volume.raw'), keyFolder: path.join(folder, 'key') };
  const evidence: Evidence = { kept: [], serialTail: '' };
  try {
    await makeVolume(shared.volume);
    task.note('the release before: booting');
    const before = await orProblem(withGuest({ ...shared, ...previous }, ports, runPrevious, evidence));
    if ('problem' in before) {
      const reason = clip(`the release before does not work here: ${before.problem}`);
      return { replacement: { result: 'not-compared', reason }, evidence: { ...evidence, serialTail: '' } };
    }
    task.note('this release in its place: booting');
    const run = (machine: LocalMachine, login: number) => runNow(before, machine, login);
    const after = await orProblem(withGuest({ ...shared, ...now }, ports, run, evidence));
    const accelerator = await ports.machines.accelerator(same.job.architecture);
    if ('problem' in after) {
      const checks = [resultOf(replacementBoots.id, failed(after.problem))];
      const replacement: Replacement = { result: 'failed', accelerator, previous: before.seconds };
      return { replacement, checks, previous: before, evidence };
    }
    const { seen, checks } = after;
    const replacement: Replacement = {
      result: allPassed(checks) ? 'passed' : 'failed',
      accelerator,
      previous: before.seconds,
      now: seen.seconds,
    };
    const differences = listDifferences(before.facts, seen.facts);
    return { replacement, checks, differences, previous: before, now: seen, evidence };
  } finally {
    await rm(shared.volume, { force: true });
    await rm(shared.keyFolder, { recursive: true, force: true });
  }
}

async function makeVolume(file: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  await handle.truncate(volumeBytes);
  await handle.close();
}

/** Nothing can be said of a replacement when it was not there in the first place. */
async function runPrevious(machine: LocalMachine, login: number): Promise<{ good: boolean; value: Seen }> {
  const value = await lookAt(machine, login, true);
  const problem = findUnready(value.facts);
  if (problem !== undefined) throw new AperiodicError('qa-failed', problem);
  await machine.shutdown(shutdownSeconds);
  return { good: true, value };
}

interface NewGuest {
  seen: Seen;
  checks: ReplacementResult[];
}

async function runNow(
  previous: Seen,
  machine: LocalMachine,
  login: number,
): Promise<{ good: boolean; value: NewGuest }> {
  const seen = await lookAt(machine, login, false);
  const user = previous.facts.login.split(':', 1).join();
  const { stdout, stderr } = await machine.tryLogin(['-l', user], 'with-key');
  const guests: Guests = { previous: previous.facts, now: seen.facts, login: `${stdout}${stderr}`.trim() };
  const checks = [
    resultOf(replacementBoots.id, passed(`a login after ${login} s`)),
    ...replacementChecks.map(({ id, judge }) => resultOf(id, judge(guests))),
  ];
  return { good: allPassed(checks), value: { seen, checks } };
}

function allPassed(checks: readonly ReplacementResult[]): boolean {
  return checks.every(({ result }) => result === 'passed');
}

/** The bad guest as a text; anything else is not the guest's fault and stays an error. */
async function orProblem<T extends object>(work: Promise<T>): Promise<T | { problem: string }> {
  try {
    return await work;
  } catch (error) {
    const known = toAperiodicError(error);
    if (known.code !== 'qa-failed') throw error;
    return { problem: [known.message, known.detail ?? ''].join('\n').trim() };
  }
}

function resultOf(id: string, verdict: Verdict): ReplacementResult {
  const { result, seen } = makeResult(id, 'bios', verdict);
  return { id, result, seen };
}

function clip(text: string): string {
  return resultOf('text', passed(text)).seen;
}
