/** The sums of a replay. */
import type { ReplayedEvent } from './replay.ts';

export interface ReplaySummary {
  events: number;
  inTime: number;
  late: number;
  open: number;
  overdue: number;
  forced: number;
  confirmed: number;
  precautions: number;
  falseAlarms: number;
  exploitedBefore: number;
  /** Releases besides the regular ones that the policy would have asked for: forced updates that one release can carry count once. */
  extraReleases: number;
}

export function summarizeReplay(events: readonly ReplayedEvent[]): ReplaySummary {
  const count = (test: (event: ReplayedEvent) => boolean) => events.filter(test).length;
  return {
    events: events.length,
    inTime: count(({ state }) => state === 'in-time'),
    late: count(({ state }) => state === 'late'),
    open: count(({ state }) => state === 'open'),
    overdue: count(({ state }) => state === 'overdue'),
    forced: count(({ forced }) => forced),
    confirmed: count(({ outcome }) => outcome === 'confirmed'),
    precautions: count(({ outcome }) => outcome === 'precaution'),
    falseAlarms: count(({ outcome }) => outcome === 'false-alarm'),
    exploitedBefore: count(({ exploitedBefore }) => exploitedBefore),
    extraReleases: countExtraReleases(events),
  };
}

/** The fewest releases by which each forced update is public between its fix and its deadline: the greedy choice of points. */
function countExtraReleases(events: readonly ReplayedEvent[]): number {
  let releases = 0;
  const streams = new Set(events.map(({ stream }) => stream));
  for (const stream of streams) {
    const forced = events
      .flatMap((event) =>
        event.forced && event.stream === stream && event.due !== undefined
          ? [{ from: Date.parse(event.available), to: Date.parse(event.due) }]
          : [],
      )
      .sort((a, b) => a.to - b.to);
    let last = Number.NEGATIVE_INFINITY;
    for (const { from, to } of forced) {
      if (last >= from) continue;
      last = to;
      releases++;
    }
  }
  return releases;
}
