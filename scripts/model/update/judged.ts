/** What proposed updates want to know of advisories and policy. Whoever joins the parts gives functions of these forms. */
import type { Finding, FixedPackage, Pins, Verdict } from '../types.generated.ts';

/** Pins of one stream on the main branch, and those that would take their place. */
export interface PinsUpdate {
  stream: string;
  before: readonly Pins[];
  after: readonly Pins[];
  /**
   * When the fix was first seen in the stream's repositories, as a timestamp: remembered by the proposal that is open,
   * else now.
   */
  availableSince(advisory: { id: string; feed: string }, packages: readonly FixedPackage[]): string;
}

/** An advisory that is about `before` and no longer about `after`. */
export interface JudgedFix {
  finding: Finding;
  packages: FixedPackage[];
  verdict: Verdict;
}

/** The advisories that an update fixes, and what the policy says of each. */
export type JudgeUpdate = (update: PinsUpdate) => Promise<JudgedFix[]>;

/** What the cadence of a stream says. */
export interface Schedule {
  /** When the stream's next regular release is due, as a timestamp. Left out: its cadence asks for none. */
  due?: string;
  /** People who must approve a regular update. Default 1. */
  approvals?: number;
}

export type ScheduleOf = (stream: string) => Promise<Schedule>;
