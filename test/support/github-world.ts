/**
 * A repository on GitHub as far as this machine can have one: real git, the real workflows run by act, a stand-in of
 * GitHub's API. A person opens and merges pull requests here; everything else is done by the workflows.
 */
import assert from 'node:assert/strict';
import { type ActResult, type ActRun, type ActWorld, messages, runAct, startAct } from './act.ts';
import { commitFiles, git } from './git.ts';
import { type GithubOfGit, type PullRequest, startGithubOfGit } from './github-of-git.ts';
import type { Ending } from './temporary-folder.ts';

/** Tokens as the workflows have them: the job's own, which writes no content, and the App's. */
const robot = 'token-of-the-workflow';
export const appToken = 'token-of-the-app';

const repository = {
  name: 'images',
  full_name: 'owner/images',
  owner: { login: 'owner' },
  default_branch: 'main',
};

export interface Settings {
  env?: Record<string, string>;
  vars?: Record<string, string>;
  secrets?: Record<string, string>;
}

export interface GithubWorld {
  act: ActWorld;
  github: GithubOfGit;
  /** Head of main. */
  head(): Promise<string>;
  /** Commits to a new branch off main, of a fork when its owner is another, and opens a pull request. */
  open(branch: string, files: Record<string, string>, title: string, owner?: string): Promise<PullRequest>;
  /** What GitHub starts for it: the workflow without rights. */
  preview(pull: PullRequest, settings?: Settings): Promise<ActResult>;
  /** What GitHub starts when that one has ended: the one with rights, on main. */
  post(pull: PullRequest): Promise<ActResult>;
  /** By a merge commit, as the button does. */
  merge(pull: PullRequest): Promise<string>;
  /** Runs the release workflow for a push or a schedule. */
  release(event: 'push' | 'schedule', settings?: Settings & Pick<ActRun, 'job'>): Promise<ActResult>;
}

/** @param files of main beside, or instead of, those of this checkout */
export async function startGithubWorld(
  t: Ending,
  folder: string,
  files: Record<string, string> = {},
): Promise<GithubWorld> {
  const act = await startAct(folder);
  const { clone, origin } = act;
  const push = async (branch: string) => await git(clone, 'push', '-q', 'origin', branch);
  if (Object.keys(files).length > 0) {
    await commitFiles(clone, files, 'What this repository releases');
    await push('main');
  }
  const tokens = { [robot]: 'github-actions[bot]', [appToken]: 'release-app[bot]' };
  const github = await startGithubOfGit(t, origin, tokens);
  const api = {
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: repository.full_name,
    TEST_TOKEN: appToken,
  };
  const toMain = async () => {
    await git(clone, 'fetch', '-q', 'origin');
    await git(clone, 'checkout', '-q', '-B', 'main', 'origin/main');
  };
  return {
    act,
    github,
    head: () => git(origin, 'rev-parse', 'main'),
    open: async (branch, changed, title, owner = repository.owner.login) => {
      await toMain();
      const base = await git(clone, 'rev-parse', 'HEAD');
      await git(clone, 'checkout', '-q', '-b', branch);
      const head = await commitFiles(clone, changed, title);
      await push(branch);
      const pull: PullRequest = {
        number: github.pulls.length + 1,
        head: { sha: head, ref: branch, repo: { owner: { login: owner }, full_name: `${owner}/images` } },
        base: { sha: base, ref: 'main' },
        state: 'open',
        merged_at: null,
        merge_commit_sha: null,
      };
      github.pulls.push(pull);
      return pull;
    },
    preview: async (pull, settings = {}) => {
      // GitHub checks out, and takes the workflow from, what a merge with main as it is now would give.
      await toMain();
      await git(clone, 'checkout', '-q', '--detach');
      await git(clone, 'merge', '-q', '--no-ff', '-m', 'Merge for a look', pull.head.sha);
      const sha = await git(clone, 'rev-parse', 'HEAD');
      await git(clone, 'push', '-q', '--force', 'origin', `HEAD:refs/pull/${pull.number}/merge`);
      return await runAct(act, {
        event: 'pull_request',
        payload: { number: pull.number, pull_request: pull, repository },
        workflow: 'pull-request.yml',
        sha,
        ...settings,
      });
    },
    post: async ({ head }) => {
      await toMain();
      const run = { event: 'pull_request', head_sha: head.sha, head_branch: head.ref, id: 5 };
      const from = { html_url: 'https://github.example/runs/5', head_repository: head.repo };
      const workflow_run = { ...run, ...from, conclusion: 'success' };
      return await runAct(act, {
        event: 'workflow_run',
        payload: { action: 'completed', workflow_run, repository },
        workflow: 'preview-post.yml',
        env: api,
        secrets: { GITHUB_TOKEN: robot },
      });
    },
    merge: async (pull) => {
      await toMain();
      const title = `Merge pull request #${pull.number} from ${pull.head.ref}`;
      await git(clone, 'merge', '-q', '--no-ff', '-m', title, pull.head.ref);
      await push('main');
      const commit = await git(clone, 'rev-parse', 'HEAD');
      Object.assign(pull, {
        state: 'closed',
        merged_at: new Date().toISOString(),
        merge_commit_sha: commit,
      });
      return commit;
    },
    release: async (event, { env, vars, secrets, ...more } = {}) => {
      await toMain();
      return await runAct(act, {
        event,
        payload: event === 'push' ? { ref: 'refs/heads/main', repository } : { repository },
        workflow: 'release.yml',
        env: { ...api, ...env },
        vars: { RELEASE_APP_ID: '1', ...vars },
        secrets: { GITHUB_TOKEN: robot, RELEASE_APP_KEY: 'a key', ...secrets },
        ...more,
      });
    },
  };
}

/** It ended well, and each of its jobs did as told. What it said last is in the message, for reports are cut. */
export function assertJobs(result: ActResult, jobs: Record<string, string>): void {
  const said = messages(result.output).split('\n').slice(-40).join('\n');
  assert.equal(result.code, 0, said);
  assert.deepEqual(result.jobs, jobs, said);
}
