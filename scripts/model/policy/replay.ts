/**
 * Runs a policy over the past: per advisory and stream, when an update was due, when it came, and whether a policy that asked
 * for it out of cycle asked in vain. Pure.
 *
 * Moments are compared as texts: they have one form, in UTC. Words, each defined once:
 * - The update *came* with the first release whose packages were taken when the fix was there; it came when that was public.
 * - It was *due* at the policy's deadline, or, where the policy says `scheduled`, at the stream's next regular date: a period
 *   of its cadence after the last release that was public when the fix appeared. Before the first release nothing is due.
 * - It was *forced* when the policy's deadline lies before that regular date: without the policy it could have waited.
 * - A forced update is a *false alarm* when the history says why none was needed (`unneeded`): the advisory was withdrawn, the
 *   image was not affected. It is *confirmed* when exploitation is known by the end of the history. It is a *precaution* when
 *   neither is so, which says nothing against it: that a flaw was not exploited where it was fixed early is what is aimed at.
 */
import { defaultCadence, scheduleAfter } from '../cadence.ts';
import { timestamp } from '../timestamp.ts';
import type {
  Finding,
  History,
  HistoryEvent,
  HistoryRelease,
  HistoryStream,
  Policy,
  Verdict,
} from '../types.generated.ts';
import { dateOfVersion } from '../version.ts';
import { day } from './deadline.ts';
import { judge } from './judge.ts';
import { type ReplaySummary, summarizeReplay } from './replay-summary.ts';

export interface ReplayedEvent {
  stream: string;
  advisory: string;
  rule: string;
  approvals: number;
  available: string;
  /** Absent when nothing was released before: then the fix was there from the first image on. */
  due?: string;
  /** Whether `due` is the policy's own deadline, or the regular date. */
  by: 'deadline' | 'schedule';
  /** Version and moment of the release that brought it; absent while none did. */
  version?: string;
  came?: string;
  /** Seconds after `due`, of what did not come up to the end of the history; 0 in time. */
  lateSeconds: number;
  state: 'in-time' | 'late' | 'open' | 'overdue' | 'not-due';
  forced: boolean;
  /** Of forced updates only. */
  outcome?: 'confirmed' | 'precaution' | 'false-alarm';
  /** Known to be exploited before the update was public. */
  exploitedBefore: boolean;
  because: string[];
}

export interface Replay {
  events: ReplayedEvent[];
  summary: ReplaySummary;
}

/** Events of streams that the history does not describe are left out: they are refused when it is loaded. */
export function replayPolicy(policy: Policy, history: History): Replay {
  const streams = new Map(
    history.streams.map((stream) => [stream.id, { ...stream, releases: byMoment(stream.releases) }]),
  );
  const events = history.events.flatMap((event) =>
    event.streams.flatMap((id) => {
      const stream = streams.get(id);
      return stream === undefined ? [] : [replayEvent(policy, history, stream, event)];
    }),
  );
  return { events, summary: summarizeReplay(events) };
}

function replayEvent(
  policy: Policy,
  history: History,
  stream: HistoryStream,
  event: HistoryEvent,
): ReplayedEvent {
  const verdict = judge(policy, findingOf(stream.id, event), { exposure: stream.exposure });
  const regular = findRegularDate(policy, stream, event);
  const asked = verdict.due;
  const forced = asked !== undefined && regular !== undefined && asked < regular;
  const due = regular === undefined ? undefined : (asked ?? regular);
  const release = findRelease(stream, event, history.until);
  const exploited = event.exploited !== undefined && event.exploited.added <= history.until;
  return {
    stream: stream.id,
    advisory: event.advisory,
    rule: verdict.rule,
    approvals: verdict.approvals,
    available: event.available,
    ...(due === undefined ? {} : { due }),
    by: asked === undefined ? 'schedule' : 'deadline',
    ...(release === undefined ? {} : { version: release.version, came: release.public }),
    ...measure(due === undefined ? undefined : (asked ?? endOfDay(due)), release?.public, history.until),
    forced,
    ...(forced ? { outcome: outcomeOf(event, exploited) } : {}),
    exploitedBefore:
      exploited &&
      (event.exploited?.added ?? '') < (release?.public ?? history.until) &&
      regular !== undefined,
    because: becauseOf(verdict, event),
  };
}

function findingOf(stream: string, event: HistoryEvent): Finding {
  const {
    advisory: id,
    feed,
    title = id,
    severity,
    cvss,
    cves,
    published,
    available,
    exploited,
    epss,
  } = event;
  return {
    stream,
    advisory: {
      id,
      feed,
      title,
      severity,
      cves,
      ...(cvss === undefined ? {} : { cvss }),
      ...(published === undefined ? {} : { published }),
      fixes: [],
      references: [],
      flaws: [],
    },
    packages: [],
    available,
    ...(exploited === undefined ? {} : { exploited }),
    ...(epss === undefined ? {} : { epss }),
  };
}

/** The next regular date after the fix appeared; undefined when nothing was public yet. */
function findRegularDate(
  policy: Policy,
  stream: HistoryStream,
  { available }: HistoryEvent,
): string | undefined {
  const last = stream.releases.filter((release) => release.public <= available).at(-1);
  if (last === undefined) return undefined;
  const cadence = stream.cadence ?? policy.cadence ?? defaultCadence;
  const freezes = [...(policy.freezes ?? []), ...(cadence.freezes ?? [])];
  const from = { version: last.version, at: dateOfVersion(last.version).getTime() };
  const { at = available } = scheduleAfter(from, cadence, freezes);
  return at < available ? available : at;
}

function findRelease(
  stream: HistoryStream,
  { advisory, available }: HistoryEvent,
  until: string,
): HistoryRelease | undefined {
  return stream.releases.find(
    (release) =>
      release.pinned >= available && release.public <= until && release.without?.includes(advisory) !== true,
  );
}

/** Oldest first. */
function byMoment(releases: readonly HistoryRelease[]): HistoryRelease[] {
  return [...releases].sort((a, b) => Date.parse(a.public) - Date.parse(b.public));
}

/** A regular release is due on a day, at any hour of it. */
function endOfDay(moment: string): string {
  return timestamp(Date.parse(moment) + day);
}

function measure(
  due: string | undefined,
  came: string | undefined,
  until: string,
): Pick<ReplayedEvent, 'state' | 'lateSeconds'> {
  if (due === undefined) return { state: 'not-due', lateSeconds: 0 };
  const lateSeconds = Math.max(0, (Date.parse(came ?? until) - Date.parse(due)) / 1000);
  if (came === undefined) return { state: lateSeconds > 0 ? 'overdue' : 'open', lateSeconds };
  return { state: lateSeconds > 0 ? 'late' : 'in-time', lateSeconds };
}

function outcomeOf({ unneeded }: HistoryEvent, exploited: boolean): NonNullable<ReplayedEvent['outcome']> {
  if (unneeded !== undefined) return 'false-alarm';
  return exploited ? 'confirmed' : 'precaution';
}

function becauseOf({ because }: Verdict, { unneeded }: HistoryEvent): string[] {
  return unneeded === undefined ? because : [...because, `turned out not to be needed: ${unneeded}`];
}
