/** Security advisories, wherever they come from. */
import type { PinnedStream } from '../model/advisories/installed.ts';
import type { KnownAdvisories } from '../model/advisories/match.ts';
import type { Task } from '../ports.ts';

/** What became of one feed. */
export interface FeedReport {
  /** Of releases/advisories.yaml, or a package repository. */
  feed: string;
  /** `stale`: the server was away and an older copy was read; `failed`: nothing of it is known. */
  state: 'read' | 'stale' | 'failed' | 'not-configured';
  /** Advisories, exploited CVEs or scores that were taken. */
  entries: number;
  /** One line each. */
  warnings: string[];
}

export interface LoadedAdvisories extends KnownAdvisories {
  feeds: FeedReport[];
  /** All that is odd, with the feed's id before it. Flaws of single advisories are in those. */
  warnings: string[];
}

export interface Advisories {
  /**
   * What all feeds say of the packages of these streams. A feed that cannot be read is a warning, and no error: what the others
   * say still holds.
   * @param distribution `debian-12`
   * @param streams of this distribution, with the pins that are looked at
   */
  load(distribution: string, streams: readonly PinnedStream[], task: Task): Promise<LoadedAdvisories>;
}
