/** Verdicts and replays as text for a terminal. Control characters are taken out where text is printed. */
import type { Replay, ReplayedEvent } from '../model/policy/replay.ts';
import type { Verdict } from '../model/types.generated.ts';

export function renderVerdict({ rule, due, approvals, because }: Verdict): string {
  const lines = [
    `due:       ${due ?? 'with the next scheduled update'}`,
    `rule:      ${rule}`,
    `approvals: ${approvals === 0 ? 'none: it merges itself when its QA has passed' : approvals}`,
    'because:',
    ...because.map((line) => `  - ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

const columns = ['STREAM', 'ADVISORY', 'RULE', 'FIX', 'DUE', 'CAME', 'RESULT'];

/** A table with one row for each advisory and stream, and the sums below. */
export function renderReplay({ events, summary }: Replay): string {
  const rows = events.map((event) => [
    event.stream,
    event.advisory,
    event.rule,
    dayOf(event.available),
    event.due === undefined ? '-' : dayOf(event.due),
    event.came === undefined ? '-' : `${dayOf(event.came)} (${event.version ?? '-'})`,
    describeResult(event),
  ]);
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const sums = [
    `${summary.events} updates: ${summary.inTime} in time, ${summary.late} late, ${summary.open} open, ${summary.overdue} overdue`,
    `${summary.forced} forced out of cycle, by ${summary.extraReleases} releases at least: ${summary.confirmed} confirmed, ${summary.precautions} precautions, ${summary.falseAlarms} false alarms`,
    `${summary.exploitedBefore} known to be exploited before the update was public`,
  ];
  return `${[line(columns), ...rows.map(line), '', ...sums].join('\n')}\n`;
}

function dayOf(timestamp: string): string {
  return timestamp.slice(0, 10);
}

function describeResult({ state, lateSeconds, outcome, exploitedBefore }: ReplayedEvent): string {
  const late = lateSeconds > 0 ? ` by ${describeDuration(lateSeconds)}` : '';
  const words = [`${state}${late}`, ...(outcome === undefined ? [] : [outcome])];
  return [...words, ...(exploitedBefore ? ['exploited before'] : [])].join(', ');
}

/** `3 d`, `5 h`: one unit is enough to read. */
export function describeDuration(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? '-' : '';
  if (size >= 48 * 3600) return `${sign}${Math.floor(size / 86_400)} d`;
  if (size >= 3600) return `${sign}${Math.floor(size / 3600)} h`;
  return `${sign}${Math.floor(size / 60)} min`;
}
