/** Telling people why an image is bad: expected, seen, the end of the console, and what was kept. */
import { AperiodicError } from '../../model/errors.ts';
import { describeFailures, nameResults } from '../../model/qa/report.ts';
import type { CheckResult } from '../../model/types.generated.ts';
import type { GuestOutcome } from './guest.ts';

/** @param what failed, such as "the image". @param files kept besides those of the guests */
export function describeFailure(
  what: string,
  bad: readonly CheckResult[],
  guests: readonly GuestOutcome[],
  logFolder: string,
  files: readonly string[],
): AperiodicError {
  const kept = guests.flatMap((guest) => guest.kept);
  const detail = [
    describeFailures(bad),
    ...guests
      .filter(({ serialTail }) => serialTail !== '')
      .map(({ where, serialTail }) => `Serial console (${where}):\n${serialTail}`),
    ...guests.flatMap(({ where, trouble }) =>
      trouble === undefined ? [] : [`This machine failed after that (${where}): ${trouble}`],
    ),
    ['Kept:', ...kept, ...files].join('\n  '),
  ].join('\n\n');
  return new AperiodicError('qa-failed', `${what} failed ${nameResults(bad)}: see ${logFolder}`, { detail });
}
