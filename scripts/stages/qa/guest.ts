/** One guest from power on to power off, and what the checks said of it. */
import { toAperiodicError } from '../../model/errors.ts';
import type { Guest } from '../../model/inspection.ts';
import { failed, type GuestContext, type Phase, passed, type Verdict } from '../../model/qa/check.ts';
import { boots, checksOf, guestChecks, outsideChecks, reboots } from '../../model/qa/checks.ts';
import { makeResult } from '../../model/qa/report.ts';
import type { CheckResult } from '../../model/types.generated.ts';
import type { Clock, Machine, Ports } from '../../ports.ts';
import { keepEvidence, keepSerialLog } from './evidence.ts';
import { runPhase } from './phase.ts';
import type { Progress } from './progress.ts';

export interface GuestRequest {
  /** Holds serial.log, the guest's whole console. */
  folder: string;
  context: GuestContext;
  /** Until a shell must answer over ssh. */
  loginSeconds: number;
  /** Whether the guest is restarted and looked at again. */
  reboot: boolean;
  logFolder: string;
  /** IDs of the checks to run besides starting the guest; all of the guest's when left out. */
  only?: readonly string[] | undefined;
}

export interface GuestOutcome {
  where: Guest;
  results: CheckResult[];
  /** Times a kernel was started. */
  boots: number;
  /** Files that were kept because something failed. */
  kept: string[];
  /** The end of the serial console when something failed, else empty. */
  serialTail: string;
  /** How this machine failed when the guest had failed already. */
  trouble?: string;
}

/** Lines of the serial console that are told: it matters most where it is all there is. */
const tailLines = { reachable: 15, unreachable: 60 };

/**
 * @param machine already started; stopped by the caller
 * @throws AperiodicError other than `qa-failed`: a bad guest is a result
 */
export async function testGuest(
  request: GuestRequest,
  machine: Machine,
  ports: Pick<Ports, 'clock'>,
  progress: Progress,
): Promise<GuestOutcome> {
  const { context, logFolder } = request;
  const { guest } = context;
  const results: CheckResult[] = [];
  const outcome: GuestOutcome = { where: guest, results, boots: 1, kept: [], serialTail: '' };
  const reachable = await runChecks(request, machine, ports, progress, outcome).catch((error: unknown) => {
    // A guest that had failed before is bad all the same, and gets no second try.
    if (!results.some(({ result }) => result === 'failed')) throw error;
    outcome.trouble = toAperiodicError(error).message;
    return false;
  });
  // Asked for before it is copied: a machine somewhere else is then asked for its console.
  const tail = await machine.serialTail(reachable ? tailLines.reachable : tailLines.unreachable);
  const serial = await keepSerialLog(guest, request.folder, logFolder);
  if (results.some(({ result }) => result === 'failed')) {
    progress.doing(guest, 'keeping logs');
    outcome.serialTail = tail;
    outcome.kept = await keepEvidence(guest, machine, logFolder, reachable);
    if (serial !== undefined) outcome.kept.unshift(serial);
  }
  progress.doing(guest, 'done');
  return outcome;
}

/** Adds to the outcome as it goes. Returns whether somebody can log in at the end. */
async function runChecks(
  { context, loginSeconds: seconds, reboot, only }: GuestRequest,
  machine: Machine,
  { clock }: Pick<Ports, 'clock'>,
  progress: Progress,
  outcome: GuestOutcome,
): Promise<boolean> {
  const { guest } = context;
  const asked = ({ id }: { id: string }) => only === undefined || only.includes(id);
  const take = (result: CheckResult) => {
    outcome.results.push(result);
    progress.checked();
  };
  const runFragments = async (phase: Phase) => {
    const starting = (id: string) => progress.doing(guest, id);
    const hooks = { starting, answered: () => progress.checked() };
    const checks = checksOf(guestChecks, guest, phase, context.job).filter(asked);
    outcome.results.push(...(await runPhase(machine, checks, context, clock, hooks)));
  };
  progress.doing(guest, 'booting');
  const up = await timed(clock, async () => await machine.waitForLogin(seconds), 'ssh answered after');
  const figures = up.verdict.passed ? { figures: { sshSeconds: Math.round(up.seconds * 10) / 10 } } : {};
  take(makeResult(boots.id, guest, { ...up.verdict, ...figures }, up.seconds));
  if (!up.verdict.passed) return false;

  await runFragments('after-boot');
  progress.doing(guest, 'logins');
  const outside = checksOf(outsideChecks, guest, 'after-boot', context.job)
    .filter(asked)
    .map(async (check) => {
      const verdict = await check.probe(machine).catch((error: unknown) => verdictOf(error));
      return makeResult(check.id, guest, verdict);
    });
  for (const result of await Promise.all(outside)) take(result);
  if (!reboot) return true;

  progress.doing(guest, 'rebooting');
  const again = await timed(
    clock,
    async () => await machine.reboot(seconds),
    'ssh answered from another boot after',
  );
  take(makeResult(reboots.id, guest, again.verdict, again.seconds));
  if (!again.verdict.passed) return false;
  outcome.boots++;
  await runFragments('after-reboot');
  return true;
}

async function timed(clock: Clock, work: () => Promise<void>, what: string) {
  const began = clock.now().getTime();
  const problem = await work().then(
    () => undefined,
    (error: unknown) => verdictOf(error),
  );
  const seconds = Math.max(0, (clock.now().getTime() - began) / 1000);
  return { seconds, verdict: problem ?? passed(`${what} ${seconds.toFixed(0)} s`) };
}

function verdictOf(error: unknown): Verdict {
  const known = toAperiodicError(error);
  if (known.code !== 'qa-failed') throw error;
  return failed([known.message, known.detail ?? ''].join('\n').trim());
}
