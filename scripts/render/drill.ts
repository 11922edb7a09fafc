/** The report of a drill, for people. */
import type { DrillReport } from '../model/types.generated.ts';
import { describeDate } from './update/words.ts';

const outcomes: Record<DrillReport['outcome'], string> = {
  'in-time': 'in time',
  late: 'TOO LATE',
  failed: 'FAILED',
};

export function renderDrill({
  advisory,
  stream,
  rule,
  started,
  due,
  ended,
  outcome,
  steps,
}: DrillReport): string {
  const took = (Date.parse(ended) - Date.parse(started)) / 1000;
  const limit = due === undefined ? 'the rule sets no deadline' : `due ${describeDate(due)}`;
  const rows = steps.flatMap(({ name, status, seconds, what, parts }) => [
    `${name.padEnd(11)} ${status.padEnd(11)} ${duration(seconds).padStart(9)}  ${what}`,
    ...parts.map((part) => `${' '.repeat(24)}${duration(part.seconds).padStart(9)}    ${part.title}`),
  ]);
  return [
    `${advisory} in ${stream}: ${outcomes[outcome]}: ${duration(took)}; ${limit} by the rule '${rule}'`,
    ...rows,
  ].join('\n');
}

/** `1 h 02 min`, `3 min 04 s` or `5.6 s`. */
function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

function pad(n: number): string {
  return String(Math.floor(n)).padStart(2, '0');
}
