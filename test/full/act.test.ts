/**
 * The real workflows, run by act on real git and a stand-in of GitHub. What is replaced is said in test/support/act.ts and
 * test/support/github-of-git.ts. Here nothing is built: a pull request that touches no image is previewed and posted, then
 * main is planned after a release file was minted for what is due.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { messages, runAct, startAct } from '../support/act.ts';
import { commitFiles, git } from '../support/git.ts';
import { startGithubOfGit } from '../support/github-of-git.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const robot = 'token-of-the-workflow';
const app = 'token-of-the-app';
const repository = {
  name: 'images',
  full_name: 'owner/images',
  owner: { login: 'owner' },
  default_branch: 'main',
};

it('previews a pull request, posts it, mints and plans', async (t) => {
  const world = await startAct(await temporaryFolder(t));
  const github = await startGithubOfGit(t, world.origin, {
    [robot]: 'github-actions[bot]',
    [app]: 'release-app[bot]',
  });
  const env = { GITHUB_API_URL: github.url, GITHUB_REPOSITORY: repository.full_name, TEST_TOKEN: app };
  const secrets = { GITHUB_TOKEN: robot };
  const base = await git(world.clone, 'rev-parse', 'HEAD');
  await git(world.clone, 'checkout', '-q', '-b', 'feature');
  const head = await commitFiles(world.clone, { 'docs/more.md': '# More\n' }, 'More');
  await git(world.clone, 'push', '-q', 'origin', 'feature');
  const pull = { number: 7, head: { sha: head, ref: 'feature' }, base: { sha: base, ref: 'main' } };
  github.pulls.push({ ...pull, state: 'open', merged_at: null, merge_commit_sha: null });

  const previewed = await runAct(world, {
    event: 'pull_request',
    payload: { number: 7, pull_request: pull, repository },
    workflow: 'pull-request.yml',
    sha: head,
  });
  assert.equal(previewed.code, 0, messages(previewed.output));
  assert.deepEqual(previewed.jobs, { changes: 'success', preview: 'success' });
  assert.deepEqual(github.writes, [], 'a pull request has no right');

  await git(world.clone, 'checkout', '-q', 'main');
  const run = { event: 'pull_request', head_sha: head, head_branch: 'feature', conclusion: 'success', id: 5 };
  const from = { html_url: 'https://github.example/runs/5', head_repository: { ...repository } };
  const posted = await runAct(world, {
    event: 'workflow_run',
    payload: { action: 'completed', workflow_run: { ...run, ...from }, repository },
    workflow: 'preview-post.yml',
    env,
    secrets,
  });
  assert.equal(posted.code, 0, messages(posted.output));
  const [check] = github.checks;
  assert.deepEqual([check?.name, check?.head_sha, check?.conclusion], ['aperiodic preview', head, 'success']);

  const released = await runAct(world, {
    event: 'push',
    payload: { ref: 'refs/heads/main', after: base, repository },
    workflow: 'release.yml',
    job: 'plan',
    env,
    secrets: { ...secrets, RELEASE_APP_KEY: 'a key' },
    vars: { RELEASE_APP_ID: '1' },
  });
  assert.equal(released.code, 0, messages(released.output));
  assert.deepEqual(released.jobs, { mint: 'success', plan: 'success' });
  const minted = await git(world.origin, 'diff-tree', '-r', '--name-only', base, 'main');
  assert.match(minted, /^releases\/debian-12\/cloud-base\/\d{8}\.0\.yaml$/);
  assert.match(messages(released.output), /set-output:: any=true/);
  assert.doesNotMatch(messages(released.output), new RegExp(app), 'the token is masked');
});
