/** The plan, for people and for programs. */
import type { DueDate } from '../model/cadence.ts';
import type { AperiodicError } from '../model/errors.ts';
import type { LifecycleAction } from '../model/plan/lifecycle.ts';
import type { Action, StreamPlan } from '../model/plan.ts';

const columns = ['STREAM', 'ACTION', 'VERSION', 'WHY'];

/**
 * A table with one row a stream, and below a row what else there is to say about it. Ends with a line break.
 * @param lifecycle what is due for images that were released before
 * @param dueDates when streams are to be released next
 */
export function renderPlan(
  plans: readonly StreamPlan[],
  lifecycle: readonly LifecycleAction[] = [],
  dueDates: readonly DueDate[] = [],
): string {
  if (plans.length === 0) return 'No streams: releases/ holds no folder with a stream.yaml.\n';
  const rows = plans.map(({ stream, action, why }) => [stream, action.kind, versionOf(action) ?? '-', why]);
  const widths = columns.map((_, i) => Math.max(...[columns, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const body = rows.flatMap((row, i) => [
    line(row),
    ...notes(plans[i], lifecycle, dueDates).map((note) => `  ${note}`),
  ]);
  return `${[line(columns), ...body].map(printable).join('\n')}\n`;
}

/** File names and reasons come from a repository: nothing in them may steer a terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}

/** The version that the action is about; undefined for those that name none. */
export function versionOf(action: Action): string | undefined {
  switch (action.kind) {
    case 'mint':
    case 'release':
    case 'continue':
    case 'extend':
      return action.release.version;
    case 'nothing':
    case 'held':
      return action.version;
    case 'unpinned':
    case 'retired':
    case 'blocked':
      return undefined;
  }
}

/** One line: `next release due 2026-12-22T00:00:00Z (scheduled): WHY`. */
export function describeDue({ kind, at, why }: DueDate): string {
  const when = at === undefined ? 'at once' : kind === 'change' ? `from ${at} on` : at;
  return `next release due ${when} (${kind}): ${why}`;
}

/** The plan as JSON has it: errors become plain values. `due` says when the stream is to be released next. */
export function planToJson(plans: readonly StreamPlan[], dueDates: readonly DueDate[] = []): unknown {
  const dueOf = new Map(dueDates.map(({ stream, ...due }) => [stream, due]));
  return plans.map(({ action, ...plan }) => ({
    ...plan,
    ...(dueOf.has(plan.stream) ? { due: dueOf.get(plan.stream) } : {}),
    action: action.kind === 'blocked' ? { ...action, problems: action.problems.map(plainProblem) } : action,
  }));
}

function plainProblem({ code, message, file, line }: AperiodicError): unknown {
  return { code, message, file, line };
}

function notes(
  plan: StreamPlan | undefined,
  lifecycle: readonly LifecycleAction[],
  dueDates: readonly DueDate[],
): string[] {
  if (plan === undefined) return [];
  const { stream, action, content, superseded } = plan;
  return [
    ...(content === undefined ? [] : [`content ${content}`]),
    ...(action.kind === 'mint' ? [`reason: ${action.release.reason}`] : []),
    ...dueDates.filter((due) => due.stream === stream && due.kind !== 'never').map(describeDue),
    ...(action.kind === 'blocked' ? action.problems.map((problem) => problem.located) : []),
    ...superseded.map(({ version, why }) => `${version} is superseded: ${why}`),
    ...lifecycle.filter((due) => due.stream === stream).map(describeLifecycle),
  ];
}

/** One line: `retire 20261101.0 in eu-central-1: WHY`. */
export function describeLifecycle(action: LifecycleAction): string {
  const { kind, version, images, why } = action;
  const places = kind === 'promote' ? [...action.pointers.put, ...action.pointers.remove] : images;
  const regions = [...new Set(places.map(({ region }) => region))].sort().join(', ');
  return [kind, ...(version === '' ? [] : [version]), 'in', `${regions}: ${why}`].join(' ');
}
