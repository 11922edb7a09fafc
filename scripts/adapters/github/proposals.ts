/**
 * Pull requests of proposed updates on GitHub. Commits of an App that name no author are signed by GitHub, and start the
 * workflows of pull requests.
 *
 * GitHub's REST API moves a branch by force without asking what it has, so it is read just before: a commit that somebody
 * pushes in that moment would be taken off the branch, though not out of the pull request's history.
 */
import { AperiodicError } from '../../model/errors.ts';
import { assertNextBranch, isOurs, signMessage } from '../../model/update/branch.ts';
import { branchPrefix, ownLabels } from '../../model/update/names.ts';
import { assertProposable } from '../../model/writable.ts';
import type { FoundProposal, Proposals, ProposalWish } from '../../ports/proposals.ts';
import type { Git } from '../git/git.ts';
import { calling, type GithubClient } from './client.ts';
import type { GithubRepository } from './context.ts';
import { classify } from './errors.ts';
import { mergePull } from './merge-pull.ts';
import { findProposalPull, type ProposalPull } from './proposal-pull.ts';
import { readApiTree } from './tree.ts';

export interface GithubProposalsOptions {
  client: GithubClient;
  repository: GithubRepository;
  /** The branch that updates go to. */
  main: string;
  /** A clone to read files from that it has already. */
  clone?: Git;
}

/** What was found, with what only GitHub knows of it. */
const pulls = new WeakMap<FoundProposal, ProposalPull>();

export function createGithubProposals(options: GithubProposalsOptions): Proposals {
  const { client, repository } = options;
  return {
    branches: async () => {
      const { data } = await calling('list branches of updates', async () =>
        client.request('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', {
          ...repository,
          ref: `heads/${branchPrefix}`,
        }),
      );
      return data.map(({ ref }) => ref.replace(/^refs\/heads\//, ''));
    },
    find: (branch) => findProposal(options, branch),
    put: async (wish, found, rewrite) => {
      if (rewrite) await writeBranch(options, wish, found);
      const pull = found === undefined ? undefined : pulls.get(found);
      if (pull === undefined || found?.state !== 'open') return await openPull(options, wish);
      await updatePull(options, wish, pull);
      return `#${pull.number}`;
    },
    merge: async (found) => {
      const pull = pulls.get(found);
      if (pull === undefined || found.state !== 'open') return 'there is no open pull request';
      return await mergePull(client, repository, pull.number, found.tree.commit);
    },
    close: async (found) => {
      const pull = pulls.get(found);
      await assertUnmoved(options, found);
      if (found.state === 'open' && pull !== undefined) await changePull(options, pull, { state: 'closed' });
      await calling(`delete branch ${found.branch}`, async () =>
        client.request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', {
          ...repository,
          ref: `heads/${assertNextBranch(found.branch)}`,
        }),
      );
    },
  };
}

async function findProposal(
  { client, repository, clone }: GithubProposalsOptions,
  branch: string,
): Promise<FoundProposal | undefined> {
  const commit = await readBranch({ client, repository }, branch);
  if (commit === undefined) return undefined;
  const { tree, treeId, message, parents } = await readApiTree(client, repository, commit, clone);
  const [parent] = parents;
  const base = parent === undefined ? undefined : await readApiTree(client, repository, parent, clone);
  const pull = await findProposalPull(client, repository, branch, commit);
  const found: FoundProposal = {
    branch,
    name: pull === undefined ? branch : `#${pull.number}`,
    state: pull?.state ?? 'bare',
    tree,
    base: base?.tree,
    ours: isOurs({ message, tree: treeId, parents }),
    title: pull?.title ?? '',
    body: pull?.body ?? '',
    labels: pull?.labels ?? [],
  };
  if (pull !== undefined) pulls.set(found, pull);
  return found;
}

async function readBranch(
  { client, repository }: Pick<GithubProposalsOptions, 'client' | 'repository'>,
  branch: string,
): Promise<string | undefined> {
  return await calling(`read branch ${branch}`, async () => {
    try {
      const { data } = await client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
        ...repository,
        ref: `heads/${branch}`,
      });
      return data.object.sha;
    } catch (error) {
      if (classify(error) === 'not-found') return undefined;
      throw error;
    }
  });
}

/** @throws AperiodicError `conflict` when the branch has another commit than was found */
async function assertUnmoved(
  options: GithubProposalsOptions,
  { branch, tree }: FoundProposal,
): Promise<void> {
  if ((await readBranch(options, branch)) === tree.commit) return;
  throw new AperiodicError('conflict', `somebody changed ${branch} at this moment: run it again`);
}

/** A kill in between leaves objects that nothing points to. */
async function writeBranch(
  options: GithubProposalsOptions,
  { branch, base, files, title }: ProposalWish,
  found: FoundProposal | undefined,
): Promise<void> {
  const { client, repository } = options;
  assertNextBranch(branch);
  await assertProposable(
    files.map(({ path }) => path),
    base,
  );
  const { treeId } = await readApiTree(client, repository, base.commit);
  const commit = await calling('make a commit', async () => {
    const { data: tree } = await client.request('POST /repos/{owner}/{repo}/git/trees', {
      ...repository,
      base_tree: treeId,
      tree: files.map(({ path, content }) => ({ path, content, mode: '100644', type: 'blob' })),
    });
    const { data } = await client.request('POST /repos/{owner}/{repo}/git/commits', {
      ...repository,
      message: signMessage(title, tree.sha),
      tree: tree.sha,
      parents: [base.commit],
    });
    return data.sha;
  });
  if (found !== undefined) await assertUnmoved(options, found);
  await calling(`move branch ${branch}`, async () => {
    if (found === undefined)
      await client.request('POST /repos/{owner}/{repo}/git/refs', {
        ...repository,
        ref: `refs/heads/${branch}`,
        sha: commit,
      });
    else
      await client.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
        ...repository,
        ref: `heads/${branch}`,
        sha: commit,
        force: true,
      });
  });
}

async function openPull(options: GithubProposalsOptions, wish: ProposalWish): Promise<string> {
  const { client, repository, main } = options;
  const { data } = await calling('open a pull request', async () =>
    client.request('POST /repos/{owner}/{repo}/pulls', {
      ...repository,
      title: wish.title,
      head: wish.branch,
      base: main,
      body: wish.body,
    }),
  );
  await setLabels(options, data.number, [], wish.labels);
  return `#${data.number}`;
}

async function updatePull(
  options: GithubProposalsOptions,
  { title, body, labels }: ProposalWish,
  pull: ProposalPull,
): Promise<void> {
  if (pull.title !== title || pull.body !== body) await changePull(options, pull, { title, body });
  await setLabels(options, pull.number, pull.labels, labels);
}

async function changePull(
  { client, repository }: GithubProposalsOptions,
  { number }: ProposalPull,
  change: { title: string; body: string } | { state: 'closed' },
): Promise<void> {
  await calling(`update pull request ${number}`, async () =>
    client.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...repository,
      pull_number: number,
      ...change,
    }),
  );
}

/** Labels that people gave stay. GitHub makes those that the repository does not have yet. */
async function setLabels(
  { client, repository }: GithubProposalsOptions,
  number: number,
  given: readonly string[],
  ours: readonly string[],
): Promise<void> {
  const labels = [...given.filter((label) => !ownLabels.includes(label)), ...ours];
  if ([...labels].sort().join('\n') === [...given].sort().join('\n')) return;
  await calling(`label pull request ${number}`, async () =>
    client.request('PUT /repos/{owner}/{repo}/issues/{issue_number}/labels', {
      ...repository,
      issue_number: number,
      labels,
    }),
  );
}
