/** A repository in memory with branches, and proposals in it as the git adapter makes them. */
import { createHash } from 'node:crypto';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { assertNextBranch, isOurs, signMessage } from '../../scripts/model/update/branch.ts';
import { branchPrefix } from '../../scripts/model/update/names.ts';
import { assertProposable } from '../../scripts/model/writable.ts';
import type { FoundProposal, Proposals } from '../../scripts/ports/proposals.ts';
import type { Tree } from '../../scripts/ports.ts';

interface Commit {
  parents: string[];
  files: Record<string, string>;
  message: string;
  date: Date;
}

type Files = Record<string, string | null>;

export interface MemoryGit {
  branches: Map<string, string>;
  /** Newest commit of a branch. */
  tip(branch: string): Commit;
  tree(branch: string): Tree;
  /** Null removes a file. @param amend in the place of the newest commit */
  commit(branch: string, files: Files, message: string, amend?: 'amend'): void;
  merge(branch: string): void;
  proposals: Proposals;
  /** Writing calls, in order. */
  writes: string[];
}

export function createMemoryGit(initial: Record<string, string>, now: () => Date): MemoryGit {
  const commits = new Map<string, Commit>();
  const branches = new Map<string, string>();
  const writes: string[] = [];
  const add = (commit: Commit) => {
    const id = createHash('sha1').update(`${commits.size}`).digest('hex');
    commits.set(id, commit);
    return id;
  };
  const get = (id: string | undefined) => {
    const commit = id === undefined ? undefined : commits.get(id);
    if (commit === undefined) throw new Error(`no commit ${id}`);
    return commit;
  };
  const treeOf = (id: string): Tree => {
    const { files, date } = get(id);
    return {
      commit: id,
      date,
      read: async (path) => files[path],
      list: async (folder) => Object.keys(files).filter((path) => path.startsWith(`${folder}/`)),
    };
  };
  const tipId = (branch: string) => branches.get(branch) ?? '';
  branches.set('main', add({ parents: [], files: initial, message: 'Begin', date: now() }));
  const proposalOf = (branch: string, id: string): FoundProposal => {
    const { message, parents, files } = get(id);
    const [parent] = parents;
    const [title = '', , body = '', labels = ''] = message.split('\n\u0000');
    return {
      branch,
      name: branch,
      state: 'open',
      tree: treeOf(id),
      base: parent === undefined ? undefined : treeOf(parent),
      ours: isOurs({ message, parents, tree: treeId(files) }),
      title,
      body,
      labels: labels.split(', '),
    };
  };
  const move = (branch: string, found: FoundProposal | undefined, id: string | undefined) => {
    assertNextBranch(branch);
    if (branches.get(branch) !== found?.tree.commit)
      throw new AperiodicError('conflict', 'somebody was faster');
    if (id === undefined) branches.delete(branch);
    else branches.set(branch, id);
  };
  const proposals: Proposals = {
    branches: async () => [...branches.keys()].filter((name) => name.startsWith(branchPrefix)),
    find: async (branch) => {
      const id = branches.get(branch);
      return id === undefined ? undefined : proposalOf(branch, id);
    },
    put: async ({ branch, base, files, title, body, labels }, found) => {
      writes.push(`put ${branch}`);
      await assertProposable(
        files.map(({ path }) => path),
        base,
      );
      const whole = { ...get(base.commit).files };
      for (const { path, content } of files) whole[path] = content;
      const words = [title, '', body, labels.join(', '), ''].join('\n\u0000');
      const message = signMessage(words, treeId(whole));
      move(branch, found, add({ parents: [base.commit], files: whole, message, date: now() }));
      return branch;
    },
    merge: async ({ branch }) => {
      writes.push(`merge ${branch}`);
      return undefined;
    },
    close: async (found) => {
      writes.push(`close ${found.branch}`);
      move(found.branch, found, undefined);
    },
  };
  return {
    branches,
    writes,
    proposals,
    tip: (branch) => get(tipId(branch)),
    tree: (branch) => treeOf(tipId(branch)),
    commit: (branch, files, message, amend) => {
      const tip = get(tipId(branch));
      const whole = { ...tip.files };
      for (const [path, content] of Object.entries(files)) {
        if (content === null) delete whole[path];
        else whole[path] = content;
      }
      const parents = amend === undefined ? [tipId(branch)] : tip.parents;
      branches.set(branch, add({ parents, files: whole, message, date: now() }));
    },
    merge: (branch) => {
      const { files, parents } = get(tipId(branch));
      const base = get(parents[0]).files;
      const changed = Object.entries(files).filter(([path, content]) => base[path] !== content);
      const whole = { ...get(tipId('main')).files, ...Object.fromEntries(changed) };
      const both = [tipId('main'), tipId(branch)];
      branches.set('main', add({ parents: both, files: whole, message: 'Merge', date: now() }));
    },
  };
}

/** In the form of git's ids. */
function treeId(files: Record<string, string>): string {
  return createHash('sha1')
    .update(JSON.stringify(Object.entries(files).sort()))
    .digest('hex');
}
