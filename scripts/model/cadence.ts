/**
 * When a stream's next release is due, and why. Pure: the tree's releases, the policy's freezes and what is pending say it.
 *
 * Counted from the date in the version of the newest live release that is recorded, whatever it was made for: a release out
 * of cycle has every update that there was, so the regular one is a whole period later.
 *
 * | what                                            | due                                             | kind        |
 * | ----------------------------------------------- | ----------------------------------------------- | ----------- |
 * | `retired`, `neverRun`                           | never                                           | `never`     |
 * | `cadence.now`, and no release of that day since | at that moment                                  | `now`       |
 * | a verdict with a deadline is pending            | then, if that is before all else                | `deadline`  |
 * | nothing is released                             | at once                                         | `first`     |
 * | otherwise                                       | a period after the last release; not in the     | `scheduled` |
 * |                                                 | quiet days after it, not in a freeze            |             |
 */
import { day } from './policy/deadline.ts';
import { liveReleases, type Repository, type StreamState } from './streams.ts';
import { timestamp } from './timestamp.ts';
import type { Cadence, Freeze, Verdict } from './types.generated.ts';
import { dateOfVersion } from './version.ts';

export const defaultCadence: Cadence = { every: 'month' };

export interface DueDate {
  stream: string;
  kind: 'never' | 'now' | 'deadline' | 'first' | 'scheduled' | 'change';
  /** Absent: never, or, for the first release, at once. */
  at?: string;
  /** One sentence without a full stop. */
  why: string;
}

/** The part of a verdict that has to do with time. */
export type Pending = Pick<Verdict, 'stream' | 'advisory' | 'feed' | 'rule' | 'approvals'> & { due: string };

/**
 * By stream, in the order of the repository.
 * @param pending updates that are not public yet
 */
export function findDueDates(repository: Repository, pending: readonly Pending[]): DueDate[] {
  return repository.streams.map((stream) => findDueDate(repository, stream, pending));
}

export function findDueDate(
  repository: Pick<Repository, 'policy'>,
  stream: StreamState,
  pending: readonly Pending[],
): DueDate {
  const named = { stream: stream.id };
  if (stream.stream?.retired !== undefined) return { ...named, kind: 'never', why: 'the stream is retired' };
  if (stream.stream?.neverRun !== undefined)
    return { ...named, kind: 'never', why: 'the stream was never resolved' };
  const cadence = cadenceOf(repository, stream);
  const last = lastRelease(stream);
  const override = cadence.now;
  if (override !== undefined && (last === undefined || last.at < startOfDay(override.at)))
    return { ...named, kind: 'now', at: override.at, why: `asked for in stream.yaml: ${override.reason}` };
  if (last === undefined) return { ...named, kind: 'first', why: 'nothing is released yet' };
  const regular = scheduleAfter(last, cadence, freezesOf(repository, stream));
  const [first] = pending
    .filter((one) => one.stream === stream.id)
    .sort((a, b) => Date.parse(a.due) - Date.parse(b.due));
  if (first !== undefined && (regular.at === undefined || Date.parse(first.due) < Date.parse(regular.at))) {
    const otherwise =
      regular.at === undefined ? '' : `; without it the next release would be due ${regular.at}`;
    const why = `${first.advisory} is to be public by then, by rule ${first.rule}${otherwise}`;
    return { ...named, kind: 'deadline', at: first.due, why };
  }
  return { ...named, ...regular };
}

export function cadenceOf({ policy }: Pick<Repository, 'policy'>, { stream }: StreamState): Cadence {
  return stream?.cadence ?? policy?.cadence ?? defaultCadence;
}

function freezesOf(repository: Pick<Repository, 'policy'>, stream: StreamState): Freeze[] {
  const own = cadenceOf(repository, stream).freezes ?? [];
  return [...(repository.policy?.freezes ?? []), ...own];
}

interface LastRelease {
  version: string;
  /** Midnight of its version's day, in milliseconds. */
  at: number;
}

function lastRelease(stream: StreamState): LastRelease | undefined {
  const newest = liveReleases(stream).find(({ record }) => record !== undefined);
  if (newest === undefined) return undefined;
  const { version } = newest.release;
  return { version, at: dateOfVersion(version).getTime() };
}

type Regular = Pick<DueDate, 'kind' | 'at' | 'why'>;

/** The regular release after another. */
export function scheduleAfter(
  last: LastRelease,
  { every, quietDays = 0 }: Pick<Cadence, 'every' | 'quietDays'>,
  freezes: readonly Freeze[],
): Regular {
  const quiet = last.at + quietDays * day;
  if (every === 'change') {
    const rest = { at: timestamp(quiet), why: `anything that changed since ${last.version} is due` };
    const over = thaw(rest, freezes);
    return { kind: 'change', at: over.at, why: `${over.why}, and nothing as long as nothing changes` };
  }
  const due = addPeriod(last.at, every);
  const at = timestamp(Math.max(due, quiet));
  const words = every === 'month' || every === 'week' ? `a ${every}` : every;
  const why =
    due >= quiet ? `${words} after ${last.version}` : `${quietDays} quiet days after ${last.version}`;
  return { kind: 'scheduled', ...thaw({ at, why }, freezes) };
}

/** The same day of the next month, or its last day where it has no such day. */
function addPeriod(from: number, every: string): number {
  if (every === 'week') return from + 7 * day;
  if (every !== 'month') return from + Number.parseInt(every, 10) * day;
  const date = new Date(from);
  const next = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 2, 0));
  next.setUTCDate(Math.min(date.getUTCDate(), next.getUTCDate()));
  return next.getTime();
}

/** Moves a moment out of every freeze, to the end of the last that it meets. */
function thaw(
  { at, why }: { at: string; why: string },
  freezes: readonly Freeze[],
): { at: string; why: string } {
  const moment = Date.parse(at);
  const met = freezes.find(({ from, to }) => Date.parse(from) <= moment && moment < Date.parse(to));
  if (met === undefined) return { at, why };
  return thaw({ at: met.to, why: `${why}, put off from ${at} by a freeze: ${met.reason}` }, freezes);
}

function startOfDay(timestamp: string): number {
  return Math.floor(Date.parse(timestamp) / day) * day;
}
