/**
 * The real workflows, run by act on real git and a stand-in of GitHub. What is replaced is said in test/support/act.ts and
 * test/support/github-of-git.ts. Here nothing is built: a pull request that touches no image is previewed and posted, then
 * main is planned after a release file was minted for what is due. With an image: test/e2e/release.test.ts and
 * test/full/act-release.test.ts.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { messages } from '../support/act.ts';
import { git } from '../support/git.ts';
import { appToken, assertJobs, startGithubWorld } from '../support/github-world.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('previews a pull request, posts it, mints and plans', async (t) => {
  const world = await startGithubWorld(t, await temporaryFolder(t));
  const { github, act } = world;
  const base = await world.head();
  const pull = await world.open('feature', { 'docs/more.md': '# More\n' }, 'More');

  assertJobs(await world.preview(pull), { changes: 'success', preview: 'success' });
  assert.deepEqual(github.writes, [], 'a pull request has no right');

  // The check is updated in place; where no image is touched there is no comment.
  for (const _ of ['posted', 'posted again']) assertJobs(await world.post(pull), { post: 'success' });
  const [check, ...more] = github.checks;
  assert.deepEqual(more, []);
  assert.deepEqual(github.comments, []);
  assert.deepEqual(
    [check?.name, check?.head_sha, check?.conclusion],
    ['aperiodic preview', pull.head.sha, 'success'],
  );

  const released = await world.release('push', { job: 'plan' });
  assertJobs(released, { mint: 'success', plan: 'success' });
  const minted = await git(act.origin, 'diff-tree', '-r', '--name-only', base, 'main');
  assert.match(minted, /^releases\/debian-12\/cloud-base\/\d{8}\.0\.yaml$/);
  assert.match(messages(released.output), /set-output:: any=true/);
  assert.doesNotMatch(messages(released.output), new RegExp(appToken), 'the token is masked');
});
