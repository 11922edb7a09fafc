import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { createGitForge } from '../../../../scripts/adapters/git/forge.ts';
import { createGitProposals } from '../../../../scripts/adapters/git/proposals.ts';
import type { ProposalWish } from '../../../../scripts/ports/proposals.ts';
import { cloneOf, commitFiles, createRemote, git } from '../../../support/git.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const branch = 'aperiodic/next/testix-1/cloud-base';
const pins = 'releases/testix-1/cloud-base/pins.amd64.yaml';
const release = 'releases/testix-1/cloud-base/20261122.0.yaml';
const identity = { name: 'Release robot', email: 'robot@example.org' };

async function setUp(t: TestContext) {
  const folder = await temporaryFolder(t);
  const remote = await createRemote(folder, { [pins]: 'old\n' });
  const clone = await cloneOf(remote, join(folder, 'clone'));
  const proposals = createGitProposals({ folder: clone, remote: 'origin', identity });
  const forge = createGitForge({ folder: clone, remote: 'origin', branch: 'main', identity });
  const wish = async (text: string, more: Partial<ProposalWish> = {}): Promise<ProposalWish> => ({
    branch,
    base: await forge.head(),
    files: [
      { path: pins, content: text },
      { path: release, content: text },
    ],
    title: `Update: ${text}`,
    body: 'First line\n\n# Not a comment\n',
    labels: ['update: routine', 'update: due'],
    ...more,
  });
  const refs = () => git(remote, 'for-each-ref', '--format=%(objectname) %(refname)');
  return { folder, remote, proposals, wish, refs };
}

it('a proposal is a branch of one commit that says all, until it is closed', async (t) => {
  const { remote, proposals, wish, refs } = await setUp(t);
  const before = await refs();
  assert.deepEqual(await proposals.branches(), []);
  assert.equal(await proposals.find(branch), undefined);
  assert.equal(await proposals.put(await wish('new'), undefined, true), branch);
  assert.deepEqual(await proposals.branches(), [branch]);
  const found = await proposals.find(branch);
  assert.ok(found !== undefined);
  assert.deepEqual(
    [found.ours, found.state, found.title, found.body, found.labels],
    [true, 'open', 'Update: new', 'First line\n\n# Not a comment', ['update: routine', 'update: due']],
  );
  assert.equal(await found.tree.read(release), 'new');
  assert.equal(await found.base?.read(pins), 'old\n');
  await proposals.put(await wish('newer'), found, true);
  assert.equal(await git(remote, 'rev-list', '--count', `main..${branch}`), '1');
  const again = await proposals.find(branch);
  assert.ok(again !== undefined);
  await proposals.close(again);
  assert.equal(await refs(), before);
});

it('what a person pushed is seen to be theirs, and never overwritten or deleted', async (t) => {
  const { folder, remote, proposals, wish, refs } = await setUp(t);
  await proposals.put(await wish('new'), undefined, true);
  const found = await proposals.find(branch);
  assert.ok(found !== undefined);
  const person = await cloneOf(remote, join(folder, 'person'));
  await git(person, 'checkout', '-q', branch);
  await commitFiles(person, { 'notes.md': 'mine\n' }, 'Mine');
  await git(person, 'push', '-q', 'origin', branch);
  const after = await refs();
  await assert.rejects(proposals.put(await wish('newer'), found, true), { code: 'conflict' });
  await assert.rejects(proposals.put(await wish('newer'), undefined, true), { code: 'conflict' });
  await assert.rejects(proposals.close(found), { code: 'conflict' });
  assert.equal(await refs(), after);
  assert.equal((await proposals.find(branch))?.ours, false);
});

it('no other branch is ever forced, and no other file proposed', async (t) => {
  const { proposals, wish, refs } = await setUp(t);
  const before = await refs();
  for (const other of ['main', 'aperiodic/next/../main', 'aperiodic/next/x', 'aperiodic/next/A/b'])
    await assert.rejects(proposals.put(await wish('x', { branch: other }), undefined, true), {
      code: 'internal',
    });
  const paths = [
    'scripts/cli.ts',
    '.github/workflows/ci.yml',
    'releases/testix-1/cloud-base/stream.yaml',
    'releases/testix-1/cloud-base/20261122.0.published.yaml',
    'kickstarts/a.ks',
  ];
  for (const path of paths) {
    const files = [{ path, content: 'x' }];
    await assert.rejects(proposals.put(await wish('x', { files }), undefined, true), { code: 'internal' });
  }
  assert.equal(await refs(), before);
});
