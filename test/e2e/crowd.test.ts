import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGitForge } from '../../scripts/adapters/git/forge.ts';
import { createGithubClient } from '../../scripts/adapters/github/client.ts';
import { createGithubForge } from '../../scripts/adapters/github/forge.ts';
import type { Forge } from '../../scripts/ports.ts';
import { cloneOf, commitFiles, createRemote, git, pushWithRebase } from '../support/git.ts';
import { startGithubOfGit } from '../support/github-of-git.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const identity = { name: 'Release robot', email: 'robot@example.org' };
const numbers = Array.from({ length: 10 }, (_, i) => i);
const recordOf = (i: number) => `releases/debian-12/cloud-base/20261122.${i}.published.yaml`;

type MakeForge = (i: number, clone: string) => Forge;

/** Ten people push by git, ten records are committed, each from a clone of its own. */
async function crowd(folder: string, remote: string, makeForge: MakeForge): Promise<void> {
  const clones = await Promise.all(
    Array.from({ length: 20 }, (_, i) => cloneOf(remote, join(folder, `clone-${i}`))),
  );
  const people = numbers.map(async (i) => {
    const clone = clones[i] ?? '';
    await commitFiles(clone, { [`people/${i}.txt`]: `${i}` }, `Person ${i}`);
    await pushWithRebase(clone);
  });
  const records = numbers.map((i) =>
    makeForge(i, clones[10 + i] ?? '').commit({
      message: `Record ${i}\n`,
      render: async () => [{ path: recordOf(i), content: `record ${i}\n` }],
    }),
  );
  const [commits] = await Promise.all([Promise.all(records), Promise.all(people)]);

  const subjects = (await git(remote, 'log', '--format=%s', 'main')).split('\n').sort();
  const expected = ['Begin', ...numbers.map((i) => `Person ${i}`), ...numbers.map((i) => `Record ${i}`)];
  assert.deepEqual(subjects, expected);
  const paths = (await git(remote, 'ls-tree', '-r', '--name-only', 'main')).split('\n').sort();
  assert.deepEqual(paths, ['README.md', ...numbers.map((i) => `people/${i}.txt`), ...numbers.map(recordOf)]);
  for (const [i, commit] of commits.entries()) {
    await git(remote, 'merge-base', '--is-ancestor', commit, 'main');
    assert.equal(await git(remote, 'show', `${commit}:${recordOf(i)}`), `record ${i}`);
  }
}

test('twenty clones push at once, ten people and ten records, and nothing is lost', async (t) => {
  const folder = await temporaryFolder(t);
  const remote = await createRemote(folder, { 'README.md': 'read me\n' });
  await crowd(folder, remote, (_, clone) =>
    createGitForge({ folder: clone, remote: 'origin', branch: 'main', identity }),
  );
});

test('ten people push by git while ten records are committed by the API, and nothing is lost', async (t) => {
  const folder = await temporaryFolder(t);
  const remote = await createRemote(folder, { 'README.md': 'read me\n' });
  const github = await startGithubOfGit(t, remote, { token: 'release-app[bot]' });
  const clock = { now: () => new Date(), sleep: async (ms: number) => await sleep(ms) };
  const client = createGithubClient({ token: 'token', apiUrl: github.url, clock });
  const repository = { owner: 'owner', repo: 'images' };
  await crowd(folder, remote, () => createGithubForge({ client, repository, branch: 'main', clock }));
});

test('several runs in one clone at once do not stand in each other’s way', async (t) => {
  const folder = await temporaryFolder(t);
  const remote = await createRemote(folder, { 'README.md': 'read me\n' });
  const clone = await cloneOf(remote, join(folder, 'clone'));
  const forge = createGitForge({ folder: clone, remote: 'origin', branch: 'main', identity });
  const few = numbers.slice(0, 5);
  await Promise.all(
    few.map((i) =>
      forge.commit({
        message: `Record ${i}\n`,
        render: async () => [{ path: recordOf(i), content: `${i}` }],
      }),
    ),
  );
  assert.equal(await git(remote, 'rev-list', '--count', 'main'), `${few.length + 1}`);
  await forge.catchUp();
  assert.equal(await git(clone, 'rev-parse', 'HEAD'), await git(remote, 'rev-parse', 'main'));
  assert.equal(await git(clone, 'status', '--porcelain'), '');
});
