/**
 * The main branch of a repository that plain git can push to.
 *
 * Commits are made from git's objects with an index of their own, so that neither the work tree nor the clone's index
 * takes part, and pushed without force: when somebody else was faster, everything is read and rendered again. Safe to
 * run twice: nothing is committed when the files are there already; a kill before the push leaves only unused objects.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AperiodicError } from '../../model/errors.ts';
import { assertWritable } from '../../model/writable.ts';
import type { CommitRequest, Forge, Tree } from '../../ports.ts';
import { readCommitTree } from './commit-tree.ts';
import { fastForward } from './fast-forward.ts';
import { createGit, type Git } from './git.ts';
import { type Identity, makeCommit } from './make-commit.ts';
import { fetchHead, push, type Remote } from './remote.ts';

export interface GitForgeOptions {
  /** The clone that objects are made in. */
  folder: string;
  /** Name of a remote of the clone, or an address. */
  remote: string;
  branch: string;
  /** Author and committer of the commits. */
  identity: Identity;
  /** Seconds for one exchange with the remote. Default 120. */
  remoteTimeout?: number;
}

export interface GitForge extends Forge {
  /**
   * Brings the local branch and its work tree to the head of the remote's branch when nothing in them would be lost:
   * the branch is checked out, clean, and behind. `commit` does so at its end; a run that was killed before that needs it.
   */
  catchUp(): Promise<void>;
}

/** A push lost to others this often in a row means that something else is wrong. */
const attempts = 30;
const longestPauseMs = 2000;

export function createGitForge(options: GitForgeOptions): GitForge {
  const git = createGit(options.folder);
  const remote: Remote = {
    name: options.remote,
    branch: checkBranch(options.branch),
    timeoutSeconds: options.remoteTimeout ?? 120,
  };
  const head = async () => readCommitTree(git, await fetchHead(git, remote));
  return {
    head,
    commit: async (request) => {
      const commit = await commitOnHead(git, remote, options.identity, head, request);
      await fastForward(git, remote.branch, commit);
      return commit;
    },
    catchUp: async () => fastForward(git, remote.branch, await fetchHead(git, remote)),
  };
}

async function commitOnHead(
  git: Git,
  remote: Remote,
  identity: Identity,
  head: () => Promise<Tree>,
  request: CommitRequest,
): Promise<string> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const tree = await head();
    const files = await findChanged(await request.render(tree), tree);
    if (files.length === 0) return tree.commit;
    await assertWritable(
      files.map(({ path }) => path),
      tree,
    );
    const commit = await makeCommit(git, tree.commit, files, request.message, identity);
    if ((await push(git, remote, commit)) === 'pushed') return commit;
    // Spread out, so that many who lost together do not meet again.
    await sleep(Math.random() * Math.min(longestPauseMs, 150 * 2 ** attempt));
  }
  throw new AperiodicError(
    'conflict',
    `others pushed to ${remote.branch} first ${attempts} times in a row: run it again`,
  );
}

async function findChanged(files: readonly { path: string; content: string }[], tree: Tree) {
  const changed: { path: string; content: string }[] = [];
  for (const file of files) if ((await tree.read(file.path)) !== file.content) changed.push(file);
  return changed;
}

function checkBranch(branch: string): string {
  const good = /^[A-Za-z0-9_][A-Za-z0-9._/-]*$/.test(branch) && !/\.\.|\/\/|\/$|\.$|\.lock$/.test(branch);
  if (good) return branch;
  throw new AperiodicError('usage', `'${branch}' is not a name for a branch`);
}
