/** Deadlines that are at risk or were missed: what an issue and a mail are about. Pure. */
import { createHash } from 'node:crypto';
import type { DueDate, Pending } from './cadence.ts';
import { findStatements, type Place } from './not-affected.ts';
import { compareText } from './order.ts';
import { day, hour, parseDeadline } from './policy/deadline.ts';
import { liveReleases, type Repository } from './streams.ts';
import type { Policy, ReleasedFix, Verdict } from './types.generated.ts';

export interface AtRisk {
  stream: string;
  deadlines: DeadlineState[];
}

export interface DeadlineState {
  /** `scheduled` stands for the regular release. */
  advisory: string;
  rule: string;
  due: string;
  state: 'at-risk' | 'missed';
  approvals?: number;
}

/** A regular release may be this late before anybody is told: nothing is at stake but order. */
const regularPatience = 2 * day;

/**
 * What the tree itself knows to be pending: fixes with a deadline in release files that are merged and newer than what is
 * recorded. A withdrawn release brought nothing.
 * @param verdicts of updates that are not merged, as whoever watches the advisories knows them
 */
export function findPending(repository: Repository, verdicts: readonly Verdict[] = []): Pending[] {
  const known = new Map<string, Pending>();
  for (const verdict of verdicts) {
    if (verdict.due === undefined) continue;
    const { stream, advisory, feed, rule, approvals, due } = verdict;
    known.set(`${stream} ${feed} ${advisory}`, { stream, advisory, feed, rule, approvals, due });
  }
  for (const stream of repository.streams) {
    const live = liveReleases(stream);
    const recorded = live.findIndex(({ record }) => record !== undefined);
    const merged = recorded < 0 ? live : live.slice(0, recorded);
    const fixes = merged.flatMap(({ release: { version, fixes = [] } }) =>
      fixes.filter((fix) => !isStated(fix, { stream: stream.id, version }, repository)),
    );
    for (const { advisory, feed, rule, due } of fixes) {
      if (due === undefined) continue;
      // It is merged: what the file says was decided, and nobody has to approve it any more.
      known.set(`${stream.id} ${feed} ${advisory}`, {
        stream: stream.id,
        advisory,
        feed,
        rule,
        due,
        approvals: 0,
      });
    }
    const done = live.filter(({ record }) => record !== undefined);
    for (const { advisory, feed } of done.flatMap(({ release }) => release.fixes ?? []))
      known.delete(`${stream.id} ${feed} ${advisory}`);
  }
  return [...known.values()];
}

/** Whether it was stated since that the image is not affected: then nothing is due any more. */
function isStated(
  { advisory, cves, packages }: ReleasedFix,
  place: Place,
  { notAffected = [] }: Pick<Repository, 'notAffected'>,
): boolean {
  const concern = { advisory, cves, packages: packages.map(({ name }) => name) };
  return findStatements(notAffected, place, concern) !== undefined;
}

export interface RiskContext {
  now: Date;
  policy: Pick<Policy, 'rules' | 'warnHours'>;
  pending: readonly Pending[];
  dueDates: readonly DueDate[];
}

/** By stream, each once. Empty when all is well. */
export function findAtRisk({ now, policy, pending, dueDates }: RiskContext): AtRisk[] {
  const found = new Map<string, DeadlineState[]>();
  const add = (stream: string, state: DeadlineState) =>
    found.set(stream, [...(found.get(stream) ?? []), state]);
  for (const { stream, advisory, rule, due, approvals } of pending) {
    const left = Date.parse(due) - now.getTime();
    if (left > warningTime(policy, rule)) continue;
    add(stream, { advisory, rule, due, state: left < 0 ? 'missed' : 'at-risk', approvals });
  }
  for (const { stream, kind, at } of dueDates) {
    if (at === undefined || (kind !== 'scheduled' && kind !== 'now')) continue;
    if (now.getTime() - Date.parse(at) > regularPatience)
      add(stream, { advisory: 'scheduled', rule: kind, due: at, state: 'missed' });
  }
  return [...found]
    .map(([stream, deadlines]) => ({ stream, deadlines: deadlines.sort(byDate) }))
    .sort((a, b) => compareText(a.stream, b.stream));
}

/** Names a state that people are told of once: this deadline, at risk or missed. */
export function stateKey(
  stream: string,
  { advisory, due, state }: Pick<DeadlineState, 'advisory' | 'due' | 'state'>,
): string {
  const text = JSON.stringify([stream, advisory, due, state]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Milliseconds; never more than half of what the rule gives, or a short deadline would be at risk from its first hour. */
function warningTime({ rules, warnHours }: RiskContext['policy'], id: string): number {
  const rule = rules.find((one) => one.id === id);
  const time = rule === undefined ? undefined : parseDeadline(rule.deadline);
  return Math.min(warnHours * hour, (time ?? Number.POSITIVE_INFINITY) / 2);
}

function byDate(a: DeadlineState, b: DeadlineState): number {
  return compareText(a.due, b.due) || compareText(a.advisory, b.advisory);
}
