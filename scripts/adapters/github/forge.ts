/**
 * The main branch of a repository on GitHub, by its REST Git Data API: commits of an App that name no author are signed by
 * GitHub, and no job needs a clone that can push.
 *
 * The branch is moved without force: when somebody else was faster, everything is read and rendered again. Safe to run
 * twice: nothing is committed when the files are there already; a kill before the move leaves only unused objects.
 */
import { AperiodicError } from '../../model/errors.ts';
import { assertWritable } from '../../model/writable.ts';
import type { Clock, CommitRequest, Forge } from '../../ports.ts';
import type { Git } from '../git/git.ts';
import { calling, type GithubClient } from './client.ts';
import type { GithubRepository } from './context.ts';
import { classify } from './errors.ts';
import { type ApiCommit, readApiTree } from './tree.ts';

export interface GithubForgeOptions {
  client: GithubClient;
  repository: GithubRepository;
  branch: string;
  clock: Clock;
  /** A clone to read files from that it has already. */
  clone?: Git;
}

/** A move lost to others this often in a row means that something else is wrong. */
const attempts = 30;
const longestPauseMs = 4000;
/** Reads lag behind writes: how often the branch is asked for until it shows what was written. */
const lookAgain = 30;

export function createGithubForge(options: GithubForgeOptions): Forge {
  /** What was committed here: an older head is not taken for the newest. */
  let written: { commit: string; parent: string } | undefined;
  const newest = async () => {
    const head = await readHead(options, written?.parent);
    return await readApiTree(options.client, options.repository, head, options.clone);
  };
  return {
    head: async () => (await newest()).tree,
    commit: async (request) => {
      for (let attempt = 1; attempt <= attempts; attempt++) {
        const at = await newest();
        const files = await filesToWrite(request, at);
        if (files.length === 0) return at.tree.commit;
        const commit = await makeCommit(options, at, files, request.message);
        if (await moveBranch(options, commit)) {
          written = { commit, parent: at.tree.commit };
          return commit;
        }
        // Spread out, so that many who lost together do not meet again.
        await options.clock.sleep(Math.random() * Math.min(longestPauseMs, 250 * 2 ** attempt));
      }
      throw new AperiodicError(
        'conflict',
        `others pushed to ${options.branch} first ${attempts} times in a row: run it again`,
      );
    },
  };
}

/** @param behind a commit that the branch is known to have left */
async function readHead(
  { client, repository, branch, clock }: GithubForgeOptions,
  behind: string | undefined,
): Promise<string> {
  for (let look = 1; ; look++) {
    const { data } = await calling(`read branch ${branch}`, async () =>
      client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...repository, ref: `heads/${branch}` }),
    );
    if (data.object.sha !== behind || look === lookAgain) return data.object.sha;
    await clock.sleep(1000);
  }
}

async function filesToWrite(request: CommitRequest, { tree }: ApiCommit) {
  const changed: { path: string; content: string }[] = [];
  for (const file of await request.render(tree)) {
    if ((await tree.read(file.path)) !== file.content) changed.push(file);
  }
  await assertWritable(
    changed.map(({ path }) => path),
    tree,
  );
  return changed;
}

async function makeCommit(
  { client, repository }: GithubForgeOptions,
  { tree, treeId }: ApiCommit,
  files: readonly { path: string; content: string }[],
  message: string,
): Promise<string> {
  return await calling('make a commit', async () => {
    const made = await client.request('POST /repos/{owner}/{repo}/git/trees', {
      ...repository,
      base_tree: treeId,
      tree: files.map(({ path, content }) => ({ path, content, mode: '100644', type: 'blob' })),
    });
    const { data } = await client.request('POST /repos/{owner}/{repo}/git/commits', {
      ...repository,
      message,
      tree: made.data.sha,
      parents: [tree.commit],
    });
    return data.sha;
  });
}

/**
 * @returns false when somebody else was faster
 * @throws AperiodicError `conflict` when a rule of the branch refuses it, with GitHub's words
 */
async function moveBranch(
  { client, repository, branch }: GithubForgeOptions,
  commit: string,
): Promise<boolean> {
  return await calling(`move branch ${branch}`, async () => {
    try {
      await client.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
        ...repository,
        ref: `heads/${branch}`,
        sha: commit,
        force: false,
      });
      return true;
    } catch (error) {
      if (classify(error) === 'late') return false;
      throw error;
    }
  });
}
