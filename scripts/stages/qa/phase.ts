/** Runs the checks of one phase in a guest, all in one ssh session. */
import { randomBytes } from 'node:crypto';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import type { GuestCheck, GuestContext } from '../../model/qa/check.ts';
import { composeScript, type Frame, parseFrame } from '../../model/qa/frame.ts';
import { judgeFrame } from '../../model/qa/report.ts';
import type { CheckResult } from '../../model/types.generated.ts';
import type { Clock, Machine } from '../../ports.ts';

/** What a session takes besides its scripts, under emulation. */
const sessionSeconds = 120;

export interface PhaseProgress {
  starting(id: string): void;
  answered(): void;
}

/**
 * A result for each check, in their order: one whose answer did not come, because the session broke or a check took
 * the guest down, has failed.
 */
export async function runPhase(
  machine: Pick<Machine, 'run'>,
  checks: readonly GuestCheck[],
  context: GuestContext,
  clock: Clock,
  progress: PhaseProgress,
): Promise<CheckResult[]> {
  const token = randomBytes(16).toString('hex');
  const fragments = checks.map((check) => ({
    id: check.id,
    script: check.script(context),
    seconds: check.seconds,
  }));
  const answers = new Map<string, { frame: Frame; receivedAt: number }>();
  const takeLine = (line: string) => {
    const frame = parseFrame(line, token);
    if (frame === undefined || answers.has(frame.id)) return;
    answers.set(frame.id, { frame, receivedAt: clock.now().getTime() });
    progress.answered();
    progress.starting(checks[answers.size]?.id ?? 'end of session');
  };
  const limit = fragments.reduce((sum, { seconds }) => sum + seconds, sessionSeconds);
  progress.starting('session');
  const problem = await machine.run(composeScript(fragments, token), limit, takeLine).then(
    ({ exitCode, stderr }) =>
      exitCode === 0 ? undefined : `exit code ${exitCode}: ${stderr.trim().slice(-300)}`,
    (error: unknown) => sessionProblem(error),
  );
  return checks.map((check) => {
    const answer = answers.get(check.id);
    const result = judgeFrame(check, context, answer?.frame, answer?.receivedAt ?? 0);
    return answer === undefined && problem !== undefined
      ? { ...result, seen: `${result.seen} (${problem})` }
      : result;
  });
}

/** A session that breaks is the guest's failure and so a result; anything else is ours. */
function sessionProblem(error: unknown): string {
  const known = toAperiodicError(error);
  if (known.code !== 'qa-failed') throw new AperiodicError(known.code, known.message, { cause: error });
  return known.message;
}
