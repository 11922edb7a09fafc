/**
 * A pull request of a fork whose code runs as soon as its packages are installed, through the real workflows, run by act:
 * it finds nothing worth having, and is not run where there is something. Its data is posted as of any other pull request.
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { it } from 'node:test';
import { assertJobs, startGithubWorld } from '../support/github-world.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { checkout } from '../support/workflows.ts';

/** All that a repository can be given, of which the workflow of pull requests must ask for none. */
const secrets = {
  RELEASE_APP_KEY: 'the key of the App',
  SIGNING_KEY: 'the key that signs',
  SIGNING_PASSPHRASE: 'its passphrase',
  GITHUB_TOKEN: 'the token of the job',
};

it('has no credential within reach, and no code of its own where there are any', async (t) => {
  const folder = await temporaryFolder(t);
  const world = await startGithubWorld(t, folder);
  const { github } = world;
  const stolen = async () => (await readdir(folder)).filter((name) => name.startsWith('stolen'));
  const manifest = JSON.parse(await readFile(path.join(checkout, 'package.json'), 'utf8'));
  manifest.scripts.preinstall = `{ env; cat .git/config "$GITHUB_EVENT_PATH"; } > ${folder}/stolen.$$`;
  const files = { 'package.json': JSON.stringify(manifest, null, 2), 'docs/more.md': '# More\n' };
  const pull = await world.open('feature', files, 'More', 'mallory');

  assertJobs(await world.preview(pull, { secrets }), { changes: 'success', preview: 'success' });
  const loot = await stolen();
  const jobs = new Set<string | undefined>();
  for (const file of loot) {
    const text = await readFile(path.join(folder, file), 'utf8');
    jobs.add(/^GITHUB_JOB=(.*)$/m.exec(text)?.[1]);
    for (const secret of Object.values(secrets)) assert.ok(!text.includes(secret), `${file} holds ${secret}`);
  }
  assert.deepEqual([...jobs].sort(), ['changes', 'preview'], 'its code ran in both jobs');
  assert.deepEqual(github.writes, [], 'a pull request has no right');

  // The check is updated in place; where no image is touched there is no comment.
  for (const _ of ['posted', 'posted again']) assertJobs(await world.post(pull), { post: 'success' });
  assert.deepEqual(await stolen(), loot, 'its code ran where there are rights');
  const [check, ...more] = github.checks;
  assert.deepEqual(more, []);
  assert.deepEqual(github.comments, []);
  assert.deepEqual(
    [check?.name, check?.head_sha, check?.conclusion],
    ['aperiodic preview', pull.head.sha, 'success'],
  );
});
