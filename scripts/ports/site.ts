/** What a site is made from, and where it goes, as the stage that makes it sees them. */

import type { ReleaseDates } from '../model/exposure-clock.ts';
import type { PublishedFile } from '../model/site/file.ts';
import type { ReleaseCache } from '../model/site/load-site.ts';
import type { ArchitectureChanges } from '../model/site/part.ts';
import type { Tree } from '../model/tree.ts';
import type { SiteEntry, SiteManifest } from '../model/types.generated.ts';

/** What is known of a repository beyond the files of one tree. */
export interface SiteSource {
  /** Releases that were read before. */
  readonly cache: ReleaseCache;
  /** Keeps what was read for the next run. */
  save(): Promise<void>;
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
  /** What is there; undefined when there is no site, or one that is not as its manifest says. */
  manifest(): Promise<SiteManifest | undefined>;
  /** A site that nobody sees yet. @throws AperiodicError `conflict` when what is there is no site */
  begin(): Promise<SiteDraft>;
}

export interface SiteDraft {
  /** Takes files of the shown site over. False when one of them is not there. */
  keep(paths: readonly string[]): boolean;
  /** @throws AperiodicError `internal` for a path that leads elsewhere or that was written before; `disk-full` */
  write(file: PublishedFile): SiteEntry;
  /** Shows it instead of what was shown before. */
  show(): Promise<void>;
  /** Leaves what was shown before, and no trace. */
  discard(): Promise<void>;
}

/** Whoever tends the site of this repository. */
export interface SitePublisher {
  /** Makes the site what the tree says. @throws as the stage that makes it */
  publish(tree: Tree): Promise<void>;
}
