import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGit, lastWords, maskSecrets } from '../../../../scripts/adapters/git/git.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import { commitFiles, git } from '../../../support/git.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

test('secrets and control characters are taken out of what git says', () => {
  assert.equal(maskSecrets('to https://x-access-token:abc@host/r.git'), 'to https://***@host/r.git');
  assert.equal(maskSecrets('https://abc@host/ ssh://git@host/'), 'https://***@host/ ssh://***@host/');
  assert.equal(maskSecrets('Authorization: Basic YWJj\n'), 'Authorization: Basic ***');
  assert.equal(maskSecrets('a\u001b[2Jb\rc'), 'a [2Jb c');
});

test('the line that says why is found', () => {
  assert.equal(lastWords('noise\nfatal: no such thing\nhint: try\n'), 'fatal: no such thing');
  assert.equal(lastWords('only this\n\n'), 'only this');
  assert.equal(lastWords(''), 'it gave no reason');
});

test('variables that name another repository have no say', async (t) => {
  const folder = await temporaryFolder(t);
  const other = await temporaryFolder(t);
  for (const path of [folder, other]) await git(path, 'init', '-q');
  const commit = await commitFiles(folder, { a: 'a' }, 'A');
  process.env.GIT_DIR = `${other}/.git`;
  process.env.GIT_INDEX_FILE = `${other}/.git/index`;
  t.after(() => {
    delete process.env.GIT_DIR;
    delete process.env.GIT_INDEX_FILE;
  });
  const { stdout } = await createGit(folder)(['rev-parse', 'HEAD']);
  assert.equal(stdout.trim(), commit);
});

test('settings that CI hands over by the environment hold', async (t) => {
  const folder = await temporaryFolder(t);
  Object.assign(process.env, {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'user.name',
    GIT_CONFIG_VALUE_0: 'CI',
  });
  t.after(() => {
    for (const name of ['GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GIT_CONFIG_VALUE_0'])
      delete process.env[name];
  });
  assert.equal((await createGit(folder)(['config', 'user.name'])).stdout, 'CI\n');
});

test('a failure names what could not be done', async (t) => {
  const folder = await temporaryFolder(t);
  const run = createGit(folder)(['cat-file', 'commit', 'x'], {
    failure: 'not-found',
    what: 'it is not here',
  });
  await assert.rejects(run, (error) => {
    assert.ok(error instanceof AperiodicError);
    assert.equal(error.code, 'not-found');
    assert.match(error.message, /^it is not here \(exit code 128\): fatal: not a git repository/);
    return true;
  });
});
