/** Results of checks: made from verdicts, counted, and told to people. */
import type { CheckResult, QaReport } from '../types.generated.ts';
import { failed, type GuestCheck, type GuestContext, type Verdict, type Where } from './check.ts';
import { boots, guestChecks, imageChecks, outsideChecks, reboots } from './checks.ts';
import { containerForms } from './container-checks.ts';
import { type Frame, ranOutOfTime } from './frame.ts';

/** Longest `seen` that the schema takes, in characters. */
const maxSeen = 2000;

export function makeResult(id: string, where: Where, verdict: Verdict, seconds?: number): CheckResult {
  return {
    id,
    where,
    result: verdict.passed ? 'passed' : 'failed',
    seen: clip(verdict.seen),
    ...(seconds === undefined ? {} : { seconds: Math.round(seconds * 10) / 10 }),
    ...(verdict.figures === undefined ? {} : { figures: verdict.figures }),
  };
}

/** What a guest says is untrusted: control characters go, and it is cut to what the schema takes. */
function clip(text: string): string {
  // All control characters but line feed and tab.
  const clean = text
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(/\p{Cs}/gu, '\uFFFD')
    .trim();
  const characters = [...clean];
  return characters.length <= maxSeen ? clean : `${characters.slice(0, maxSeen - 3).join('')}...`;
}

/** The result of a guest check from its frame; a missing one means that the session ended before. */
export function judgeFrame(
  check: GuestCheck,
  context: GuestContext,
  frame: Frame | undefined,
  receivedAt: number,
): CheckResult {
  if (frame === undefined) {
    return makeResult(check.id, context.guest, failed('no answer: the session ended before'));
  }
  const answer = { ...frame, receivedAt };
  const verdict = ranOutOfTime(frame.exitCode)
    ? failed(
        `did not end within ${check.seconds} s${frame.stdout === '' ? '' : `: ${frame.stdout.trim().slice(-500)}`}`,
      )
    : check.judge(answer, context);
  return makeResult(check.id, context.guest, verdict, frame.seconds);
}

export function failedResults(report: Pick<QaReport, 'results'>): CheckResult[] {
  return report.results.filter(({ result }) => result === 'failed');
}

/** `root-grown (bios), boots (uefi)`. */
export function nameResults(results: readonly CheckResult[]): string {
  return results.map(({ id, where }) => `${id} (${where})`).join(', ');
}

const texts = new Map(
  [...imageChecks, containerForms, boots, ...guestChecks, ...outsideChecks, reboots].map((check) => [
    check.id,
    check,
  ]),
);

/** What was expected of each failed check and what was seen instead. */
export function describeFailures(results: readonly CheckResult[]): string {
  return results
    .map(({ id, where, seen }) => {
      const expected = expectationOf(id);
      const lines = seen.split('\n').map((line) => `    ${line}`);
      return [`${id} (${where})`, `  expected: ${expected}`, '  seen:', ...lines].join('\n');
    })
    .join('\n');
}

export function expectationOf(id: string): string {
  return texts.get(id)?.expectation ?? 'a check of this name to exist';
}

/** `32 checks passed in 3 boots (tcg)`, for the last line of a run. */
export function summarize(report: QaReport): string {
  const bad = failedResults(report).length;
  const counts =
    bad === 0 ? `${report.results.length} checks passed` : `${bad} of ${report.results.length} checks failed`;
  const again = report.retries?.length ?? 0;
  const told = again === 0 ? '' : `, ${again} tested once more because this machine failed`;
  return `${counts} in ${describeBoots(report)}${told}`;
}

/** `3 boots (tcg)`, or `a container`. */
export function describeBoots({
  accelerator,
  boots: times,
}: Pick<QaReport, 'accelerator' | 'boots'>): string {
  return accelerator === 'none' ? 'a container' : `${times} boots (${accelerator})`;
}
