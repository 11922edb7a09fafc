/**
 * Proposals of a repository without pull requests: a branch on the remote whose one commit has title and text as its
 * message, for whoever merges it. Branches are moved only while they have the commit that was found.
 */
import { isOurs, signMessage, unsignMessage } from '../../model/update/branch.ts';
import { assertProposable } from '../../model/writable.ts';
import type { FoundProposal, Proposals, ProposalWish } from '../../ports/proposals.ts';
import type { Tree } from '../../ports.ts';
import { readCommitTree } from './commit-tree.ts';
import { createGit, type Git } from './git.ts';
import { type Identity, makeCommit } from './make-commit.ts';
import { forceNextBranch, listNextBranches } from './next-branches.ts';
import { fetchHead } from './remote.ts';

export interface GitProposalsOptions {
  /** The clone that objects are made in. */
  folder: string;
  /** Name of a remote of the clone, or an address. */
  remote: string;
  identity: Identity;
  /** Seconds for one exchange with the remote. Default 120. */
  remoteTimeout?: number;
}

export function createGitProposals(options: GitProposalsOptions): Proposals {
  const git = createGit(options.folder);
  const remote = { name: options.remote, timeoutSeconds: options.remoteTimeout ?? 120 };
  return {
    branches: () => listNextBranches(git, remote),
    find: async (branch) => {
      if (!(await listNextBranches(git, remote)).includes(branch)) return undefined;
      return await readProposal(git, branch, await fetchHead(git, { ...remote, branch }));
    },
    put: async (wish, found) => {
      const { branch, base, files } = wish;
      await assertProposable(
        files.map(({ path }) => path),
        base,
      );
      const message = (tree: string) => signMessage(renderMessage(wish), tree);
      const commit = await makeCommit(git, base.commit, files, message, options.identity);
      await forceNextBranch(git, remote, branch, found?.tree.commit, commit);
      return branch;
    },
    merge: async () => 'without pull requests nobody says whether its tests passed: merge it by hand',
    close: async ({ branch, tree }) => forceNextBranch(git, remote, branch, tree.commit, undefined),
  };
}

const labelled = /\n\nLabels: ([^\n]*)$/;

function renderMessage({ title, body, labels }: ProposalWish): string {
  return `${title}\n\n${body.trimEnd()}\n\nLabels: ${labels.join(', ')}`;
}

async function readProposal(git: Git, branch: string, commit: string): Promise<FoundProposal> {
  const { stdout } = await git(['cat-file', 'commit', commit]);
  const end = stdout.indexOf('\n\n');
  const head = stdout.slice(0, end);
  const signed = stdout.slice(end + 2);
  const parents = [...head.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = '']) => parent);
  const [, tree = ''] = /^tree ([0-9a-f]+)$/m.exec(head) ?? [];
  const message = unsignMessage(signed);
  const [title = '', ...rest] = message.replace(labelled, '').split('\n');
  return {
    branch,
    name: branch,
    state: 'open',
    tree: await readCommitTree(git, commit),
    base: await readBase(git, parents[0]),
    ours: isOurs({ message: signed, tree, parents }),
    title,
    body: rest.join('\n').trim(),
    labels: (labelled.exec(message)?.[1] ?? '').split(', ').filter((label) => label !== ''),
  };
}

async function readBase(git: Git, commit: string | undefined): Promise<Tree | undefined> {
  if (commit === undefined) return undefined;
  const there = await git(['cat-file', '-e', `${commit}^{commit}`], { accept: [0, 1, 128] });
  return there.exitCode === 0 ? await readCommitTree(git, commit) : undefined;
}
