import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isShallow, readAddedDates } from '../../../../scripts/adapters/git/added-dates.ts';
import { createGit } from '../../../../scripts/adapters/git/git.ts';
import { commitFiles, git } from '../../../support/git.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

test('a file came to the branch with the merge, not with the commit that was merged', async (t) => {
  const root = await temporaryFolder(t);
  await git(root, 'init', '-q', '-b', 'main', '.');
  const file = 'releases/a-1/b/20261101.0.yaml';
  await commitFiles(root, { 'README.md': 'x\n', 'releases/targets.yaml': 'a\n' }, 'Begin');
  await git(root, 'checkout', '-q', '-b', 'work');
  await commitFiles(root, { [file]: 'a\n' }, 'Propose');
  await git(root, 'checkout', '-q', 'main');
  await commitFiles(root, { 'README.md': 'y\n' }, 'Meanwhile');
  const at = '2030-01-02T03:04:05Z';
  await createGit(root)(['merge', '-q', '--no-ff', '-m', 'Merge', 'work'], {
    env: {
      GIT_COMMITTER_DATE: at,
      GIT_COMMITTER_NAME: 'n',
      GIT_COMMITTER_EMAIL: 'e@example.org',
      GIT_AUTHOR_NAME: 'n',
      GIT_AUTHOR_EMAIL: 'e@example.org',
    },
  });
  await commitFiles(root, { [file]: 'b\n', 'releases/a-1/b/20261101.0.published.yaml': 'c\n' }, 'Record');
  const dates = await readAddedDates(createGit(root), 'HEAD', 'releases');
  assert.equal(dates.get(file)?.toISOString(), '2030-01-02T03:04:05.000Z');
  assert.deepEqual([...dates.keys()].sort(), [
    'releases/a-1/b/20261101.0.published.yaml',
    file,
    'releases/targets.yaml',
  ]);
  assert.equal(await isShallow(createGit(root)), false);
});
