/** When an update is due, how urgent it is, and who approves it: from the verdicts on what it fixes. */
import type { JudgedFix, Schedule } from './judged.ts';
import type { Urgency } from './names.ts';

/** Of one stream, or of several that are proposed together. */
export interface Deadline {
  urgency: Urgency;
  /** Earliest date of the verdicts. */
  due?: string;
  /** Most that a verdict or the cadence asks for. */
  approvals: number;
  /** The regular release is due, since this date of the cadence; `now` where a person said so. */
  regular?: string;
}

/** An update that is due within this many days of its proposal is urgent: nobody is to wait for a weekly look. */
const urgentDays = 3;

export interface Part {
  fixes: readonly (Pick<JudgedFix, 'verdict'> & { proposed: string })[];
  schedule: Schedule;
}

/**
 * Does not depend on the time that has passed since the proposal, so that looking again changes nothing.
 * @param now decides only whether the regular release is due
 * @param forced says that it is, whatever the cadence says
 */
export function findDeadline(parts: readonly Part[], now: string, forced: boolean): Deadline {
  const fixes = parts.flatMap((part) => part.fixes);
  const [due] = fixes.flatMap(({ verdict }) => (verdict.due === undefined ? [] : [verdict.due])).sort();
  const soon = fixes.some(
    ({ verdict, proposed }) =>
      verdict.due !== undefined && Date.parse(verdict.due) - Date.parse(proposed) <= urgentDays * 86_400_000,
  );
  const passed = parts.flatMap(({ schedule }) =>
    schedule.due !== undefined && schedule.due <= now ? [schedule.due] : [],
  );
  const regular = passed.sort()[0] ?? (forced ? 'now' : undefined);
  return {
    urgency: soon ? 'urgent' : fixes.length > 0 ? 'security' : 'routine',
    ...(due === undefined ? {} : { due }),
    approvals: Math.max(
      ...fixes.map(({ verdict }) => verdict.approvals),
      ...parts.map(({ schedule, fixes }) => (fixes.length === 0 ? (schedule.approvals ?? 1) : 0)),
    ),
    ...(regular === undefined ? {} : { regular }),
  };
}
