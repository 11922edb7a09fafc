/** What a site is made from, and where it goes, as the stage that makes it sees them. */

import type { AperiodicError } from '../model/errors.ts';
import type { ReleaseDates } from '../model/exposure-clock.ts';
import type { PublishedFile, SignedSibling } from '../model/site/file.ts';
import type { ListedStream, StreamCache } from '../model/site/load-site.ts';
import type { ArchitectureChanges, SiteSettings } from '../model/site/part.ts';
import type { Tree } from '../model/tree.ts';
import type { SiteEntry, SiteManifest, SiteUnit } from '../model/types.generated.ts';

/** What is known of a repository beyond the files of one tree. */
export interface SiteSource {
  /** What was read of a stream before. */
  openCache(stream: string): StreamCache;
  /** Name of the code that makes the site: another one makes other files. */
  generator(): Promise<string>;
  /** Style sheet, script and icon, under names that change with their content, below `assets/`. */
  assets(): Promise<{ files: PublishedFile[]; names: { style: string; script: string; icon: string } }>;
  /** When files came to the branch of this tree. A shallow clone knows none. */
  dates(tree: Tree): Promise<(stream: string, version: string) => ReleaseDates>;
  /**
   * What changed in the packages since the release before, of each that is asked for and whose commits are there.
   * By stream and version, with a space between.
   */
  changes(wanted: readonly ChangesWanted[]): Promise<Map<string, ArchitectureChanges[]>>;
}

export interface ChangesWanted {
  stream: string;
  version: string;
  architectures: readonly ArchitectureChanges['architecture'][];
  /** Commits whose trees were built. */
  commit: string;
  previous: string | undefined;
}

/** The folder that holds a site. What it shows changes as a whole or not at all. */
export interface SiteFolder {
  /** Of what is shown; undefined when there is no site, or one whose manifest cannot be read. Its files are not looked at. */
  manifest(): Promise<SiteManifest | undefined>;
  /** A site that nobody sees yet. @throws AperiodicError `conflict` when what is there is no site */
  begin(): Promise<SiteDraft>;
}

export interface SiteDraft {
  /** What opens the same draft elsewhere. */
  readonly place: DraftPlace;
  /** Takes files of the shown site over. False when one of them is not there as it should be. */
  keep(files: Readonly<Record<string, SiteEntry>>): boolean;
  /** @throws AperiodicError `internal` for a path that leads elsewhere; `disk-full` */
  write(file: PublishedFile): SiteEntry;
  /** Shows it instead of what was shown before. @param files all that belong to it */
  show(files: ReadonlySet<string>): Promise<void>;
  /** Leaves what was shown before, and no trace. */
  discard(): Promise<void>;
}

/** Absolute paths of folders. */
export interface DraftPlace {
  draft: string;
  shown: string | undefined;
}

/** What the units of one stream became. Plain values but for the problems. */
export interface MadeStream {
  id: string;
  /** Of its files: then nothing of it was made. */
  problems: AperiodicError[];
  units: { id: string; unit: SiteUnit; isNew: boolean }[];
  /** Which are wanted beside files of a unit. */
  siblings: { unit: string; sibling: SignedSibling }[];
}

/** What streams are made with, in plain values. */
export interface CrewJob {
  commit: string;
  settings: SiteSettings;
  common: string;
  keep: [mirror: string, count: number][];
  signedBy: string[];
  place: DraftPlace;
}

/** Those who make several streams at the same time, with the parts that every site has. */
export interface SiteCrew {
  /**
   * In any order.
   * @param before units of these streams as they are shown
   * @param onUnits when so many more units are made
   */
  make(
    streams: readonly ListedStream[],
    before: (stream: string) => Record<string, SiteUnit>,
    job: CrewJob,
    onUnits: (count: number) => void,
  ): AsyncIterable<MadeStream>;
}

/** Whoever tends the site of this repository. */
export interface SitePublisher {
  /** Makes the site what the tree says. @throws as the stage that makes it */
  publish(tree: Tree): Promise<void>;
}
