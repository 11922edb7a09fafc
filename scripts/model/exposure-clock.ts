/**
 * How long each security update took on its way: published by the distribution, fix in the repository, proposed, merged,
 * public. Pure: what release files say of their fixes, with the dates of the commits that brought file and record to main. Whoever
 * has a tree and those dates has the clocks: a page as well as the command line.
 */
import { isReadable } from './plan/lifecycle.ts';
import { type ReleaseState, type Repository, recordPath, releasePath, type StreamState } from './streams.ts';
import { timestamp } from './timestamp.ts';
import type { ExposureClock, ExposureSeconds, PublishedRecord, ReleasedFix } from './types.generated.ts';
import { compareVersions } from './version.ts';

/** When the files of a release came to the main branch. A shallow clone may not know. */
export interface ReleaseDates {
  merged?: string | undefined;
  public?: string | undefined;
}

/**
 * From the dates on which files came to the main branch, by path, as git knows them. Of what the map lacks nothing is known, so
 * an empty one stands for a clone without history.
 */
export function releaseDatesOf(
  added: ReadonlyMap<string, Date>,
): (stream: string, version: string) => ReleaseDates {
  const dateOf = (path: string) => {
    const date = added.get(path);
    return date === undefined ? undefined : timestamp(date);
  };
  return (stream, version) => ({
    merged: dateOf(releasePath(stream, version)),
    public: dateOf(recordPath(stream, version)),
  });
}

/**
 * By stream, then from the newest release to the oldest. A release that was withdrawn, or superseded before it came out, made
 * nothing public: its fixes are counted where the next one brought them.
 * @param datesOf of a release, by the paths of its file; the earliest date in its record stands in for one that is not known
 */
export function computeExposure(
  repository: Repository,
  datesOf: (stream: string, version: string) => ReleaseDates,
  now: Date,
): ExposureClock[] {
  return repository.streams.filter(isReadable).flatMap((stream) => {
    const clocks = new Map<string, ExposureClock>();
    for (const [index, state] of stream.releases.entries()) {
      const carrier = stream.releases.slice(index).find(isOut) ?? state;
      const dates = datesOf(stream.id, carrier.release.version);
      for (const fix of state.release.fixes ?? []) {
        const key = `${carrier.release.version} ${fix.feed} ${fix.advisory}`;
        if (!clocks.has(key)) clocks.set(key, computeClock(stream, carrier, fix, dates, now));
      }
    }
    return [...clocks.values()].sort((a, b) => compareVersions(b.version, a.version));
  });
}

function isOut({ release, record }: ReleaseState): boolean {
  return record !== undefined && release.withdrawn === undefined;
}

function computeClock(
  stream: StreamState,
  { release, record }: ReleaseState,
  fix: ReleasedFix,
  dates: ReleaseDates,
  now: Date,
): ExposureClock {
  const { published, available, proposed, due } = fix;
  const { merged } = dates;
  const out = record !== undefined && release.withdrawn === undefined;
  const reached = out ? (dates.public ?? earliestDate(record)) : undefined;
  return {
    stream: stream.id,
    version: release.version,
    advisory: fix.advisory,
    feed: fix.feed,
    severity: fix.severity,
    cves: fix.cves,
    rule: fix.rule,
    ...(due === undefined ? {} : { due }),
    ...(published === undefined ? {} : { published }),
    ...(available === undefined ? {} : { available }),
    proposed,
    ...(merged === undefined ? {} : { merged }),
    ...(reached === undefined ? {} : { public: reached }),
    seconds: measure({ published, available, proposed, merged, public: reached }),
    state: stateOf(due, reached, now),
  };
}

/** A record that is written anew later has another date of its own; its notices keep theirs. */
function earliestDate({ recordedAt, notices = [] }: PublishedRecord): string {
  return notices.map(({ issuedAt }) => issuedAt).reduce((a, b) => (a < b ? a : b), recordedAt);
}

type Moments = Record<'published' | 'available' | 'proposed' | 'merged' | 'public', string | undefined>;

function measure(moments: Moments): ExposureSeconds {
  const between = (from: string | undefined, to: string | undefined) =>
    from === undefined || to === undefined ? undefined : (Date.parse(to) - Date.parse(from)) / 1000;
  const all: [keyof ExposureSeconds, number | undefined][] = [
    ['publishedToAvailable', between(moments.published, moments.available)],
    ['availableToProposed', between(moments.available, moments.proposed)],
    ['proposedToMerged', between(moments.proposed, moments.merged)],
    ['mergedToPublic', between(moments.merged, moments.public)],
    ['availableToPublic', between(moments.available, moments.public)],
    ['publishedToPublic', between(moments.published, moments.public)],
  ];
  return Object.fromEntries(all.filter(([, seconds]) => seconds !== undefined));
}

function stateOf(due: string | undefined, reached: string | undefined, now: Date): ExposureClock['state'] {
  if (reached === undefined) return due !== undefined && Date.parse(due) < now.getTime() ? 'overdue' : 'open';
  if (due === undefined) return 'scheduled';
  return Date.parse(reached) <= Date.parse(due) ? 'met' : 'late';
}
