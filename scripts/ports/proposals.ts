/** Pull requests that Aperiodic keeps up to date: one a stream or group, known by its branch. */
import type { Tree } from '../model/tree.ts';

/** What is proposed. All of it is rendered anew each time; nothing of an older proposal is kept by the adapter. */
export interface ProposalWish {
  /** Below `aperiodic/next/`. */
  branch: string;
  /** Head of main: the parent of the one commit of the branch. */
  base: Tree;
  files: readonly ProposedFile[];
  /** One line. */
  title: string;
  /** Markdown. */
  body: string;
  /** Those of `ownLabels`; labels that people gave stay. */
  labels: readonly string[];
}

export interface ProposedFile {
  path: string;
  content: string;
}

/** A branch below `aperiodic/next/` as it was found. */
export interface FoundProposal {
  branch: string;
  /** For people: `#12`, or the branch where there are no pull requests. */
  name: string;
  /**
   * `open`: people can merge it. `declined`: a person closed it and left the branch. `bare`: a branch without a pull
   * request, for the run that made it was killed, or one that was merged before.
   */
  state: 'open' | 'declined' | 'bare';
  /** The newest commit of the branch. */
  tree: Tree;
  /** The commit that it was made on top of; undefined when it is not there any more. */
  base: Tree | undefined;
  /** False when somebody else committed to the branch: then it is theirs. */
  ours: boolean;
  title: string;
  body: string;
  labels: readonly string[];
}

export interface Proposals {
  /** Branches below `aperiodic/next/` that are there, whoever made them. */
  branches(): Promise<string[]>;
  /** What is there under a branch; undefined for no branch. Writes nothing. */
  find(branch: string): Promise<FoundProposal | undefined>;
  /**
   * Opens it, or brings what was found up to date.
   * @param rewrite whether the branch gets a new commit, by force; else only title, body and labels change
   * @returns its name
   * @throws AperiodicError `internal` for a branch elsewhere and for files that no update has; `conflict` when somebody
   *   committed to the branch since it was found
   */
  put(wish: ProposalWish, found: FoundProposal | undefined, rewrite: boolean): Promise<string>;
  /** Closes it without a merge and deletes its branch. @throws AperiodicError as `put` */
  close(found: FoundProposal): Promise<void>;
  /**
   * Merges it as it was found when every check that the main branch wants has passed.
   * @returns why it cannot be merged now; undefined when it was
   * @throws AperiodicError `conflict` when somebody committed to the branch since it was found
   */
  merge(found: FoundProposal): Promise<string | undefined>;
}
