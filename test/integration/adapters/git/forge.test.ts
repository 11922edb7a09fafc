import assert from 'node:assert/strict';
import { chmod, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createGitForge } from '../../../../scripts/adapters/git/forge.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import { cloneOf, commitFiles, createRemote, git } from '../../../support/git.ts';
import { snapshot } from '../../../support/mirror-files.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const identity = { name: 'Release robot', email: 'robot@example.org' };
const record = 'releases/debian-12/cloud-base/20261122.0.published.yaml';
const release = 'releases/debian-12/cloud-base/20261122.0.yaml';

async function setUp(t: TestContext) {
  const folder = await temporaryFolder(t);
  const remote = await createRemote(folder, { 'README.md': 'read me\n', [release]: 'asked for\n' });
  const clone = await cloneOf(remote, join(folder, 'clone'));
  const forge = createGitForge({ folder: clone, remote: 'origin', branch: 'main', identity });
  const other = await cloneOf(remote, join(folder, 'other'));
  return { folder, remote, clone, forge, other };
}

const write = (path: string, content: string) => ({
  message: `Write ${path}\n`,
  render: async () => [{ path, content }],
});

test('the head is read as the remote has it, and asking again writes nothing', async (t) => {
  const { clone, forge, other } = await setUp(t);
  const first = await forge.head();
  assert.equal(first.commit, await git(clone, 'rev-parse', 'HEAD'));
  assert.equal(await first.read('README.md'), 'read me\n');
  await commitFiles(other, { 'new.txt': 'new' }, 'New');
  await git(other, 'push', '-q');
  const second = await forge.head();
  assert.equal(second.commit, await git(other, 'rev-parse', 'HEAD'));
  assert.equal(await second.read('new.txt'), 'new');
  assert.equal(await first.read('new.txt'), undefined);
  assert.equal(await git(clone, 'rev-parse', 'origin/main'), second.commit);
  const before = await snapshot(clone);
  await forge.head();
  assert.deepEqual(await snapshot(clone), before);
  assert.equal((await readdir(join(clone, '.git'))).includes('FETCH_HEAD'), false);
});

test('a commit is on the remote, by our name, on top of what was there, and the clone follows', async (t) => {
  const { remote, clone, forge, other } = await setUp(t);
  await commitFiles(other, { 'new.txt': 'new' }, 'New');
  await git(other, 'push', '-q');
  const parent = await git(other, 'rev-parse', 'HEAD');
  const message = 'Record "it"\n\n- $(touch x) `y` %s \u00e9\n';
  const commit = await forge.commit({ message, render: async () => [{ path: record, content: 'é\r\n' }] });
  assert.equal(await git(remote, 'rev-parse', 'main'), commit);
  assert.equal(await git(remote, 'rev-parse', 'main^'), parent);
  assert.equal(`${await git(remote, 'log', '-1', '--format=%B', 'main')}`.trimEnd(), message.trimEnd());
  assert.equal(
    await git(remote, 'log', '-1', '--format=%an <%ae> %cn <%ce>', 'main'),
    'Release robot <robot@example.org> Release robot <robot@example.org>',
  );
  assert.equal(await git(remote, 'diff', '--name-only', 'main^', 'main'), record);
  assert.equal(await readFile(join(clone, record), 'utf8'), 'é\r\n');
  assert.equal(await git(clone, 'rev-parse', 'HEAD'), commit);
  assert.equal(await git(clone, 'status', '--porcelain'), '');
});

test('the second run commits nothing and says where the files are', async (t) => {
  const { remote, clone, forge } = await setUp(t);
  const commit = await forge.commit(write(record, 'record'));
  const before = [await snapshot(clone), await snapshot(remote)];
  assert.equal(await forge.commit(write(record, 'record')), commit);
  assert.equal(await forge.commit({ message: 'none', render: async () => [] }), commit);
  assert.deepEqual([await snapshot(clone), await snapshot(remote)], before);
});

test('somebody who pushes first is met by rendering again from their tree', async (t) => {
  const { remote, forge, other } = await setUp(t);
  const seen: string[] = [];
  const commit = await forge.commit({
    message: 'Record\n',
    render: async (tree) => {
      seen.push(tree.commit);
      if (seen.length <= 2) {
        await commitFiles(other, { [`by-hand-${seen.length}.txt`]: 'x' }, `By hand ${seen.length}`);
        await git(other, 'push', '-q');
      }
      return [{ path: record, content: `files: ${(await tree.list('')).length}\n` }];
    },
  });
  assert.equal(seen.length, 3);
  assert.equal(new Set(seen).size, 3);
  assert.equal(await git(remote, 'show', `${commit}:${record}`), 'files: 4');
  assert.equal(await git(remote, 'log', '--format=%s', 'main'), 'Record\nBy hand 2\nBy hand 1\nBegin');
});

test('work of a person in the clone is never touched', async (t) => {
  const { remote, clone, forge } = await setUp(t);
  await writeFile(join(clone, 'README.md'), 'being edited\n');
  await writeFile(join(clone, 'staged.txt'), 'staged\n');
  await git(clone, 'add', 'staged.txt');
  const head = await git(clone, 'rev-parse', 'HEAD');
  const first = await forge.commit(write(record, 'one'));
  assert.equal(await git(remote, 'rev-parse', 'main'), first);
  assert.equal(await git(clone, 'rev-parse', 'HEAD'), head);
  assert.equal(await readFile(join(clone, 'README.md'), 'utf8'), 'being edited\n');
  assert.equal(await git(clone, 'status', '--porcelain'), ' M README.md\nA  staged.txt');

  await git(clone, 'reset', '-q', '--hard');
  await git(clone, 'switch', '-q', '-c', 'topic');
  await forge.commit(write(record, 'two'));
  assert.equal(await git(clone, 'rev-parse', 'HEAD'), head);

  await git(clone, 'switch', '-q', 'main');
  const own = await commitFiles(clone, { 'own.txt': 'not pushed' }, 'Own');
  await forge.commit(write(record, 'three'));
  assert.equal(await git(clone, 'rev-parse', 'HEAD'), own);

  await git(clone, 'reset', '-q', '--hard', head);
  await writeFile(join(clone, record), 'not tracked, in the way');
  await forge.commit(write(record, 'four'));
  assert.equal(await readFile(join(clone, record), 'utf8'), 'not tracked, in the way');
});

test('a clone that a killed run left behind catches up', async (t) => {
  const { clone, forge } = await setUp(t);
  const before = await git(clone, 'rev-parse', 'HEAD');
  const commit = await forge.commit(write(record, 'record'));
  await git(clone, 'reset', '-q', '--hard', before);
  await forge.catchUp();
  assert.equal(await git(clone, 'rev-parse', 'HEAD'), commit);
  assert.equal(await readFile(join(clone, record), 'utf8'), 'record');
  const now = await snapshot(clone);
  await forge.catchUp();
  assert.deepEqual(await snapshot(clone), now);
});

test('only records and new release files can be committed', async (t) => {
  const { remote, forge } = await setUp(t);
  const before = await git(remote, 'rev-parse', 'main');
  for (const path of [
    'README.md',
    '.github/workflows/ci.yaml',
    'releases/policy.yaml',
    '../x',
    `${record}/x`,
  ]) {
    await assert.rejects(forge.commit(write(path, 'x')), (error) => error instanceof AperiodicError);
  }
  await assert.rejects(forge.commit(write(release, 'changed')), { code: 'conflict', file: release });
  assert.equal(await git(remote, 'rev-parse', 'main'), before);
  await forge.commit(write('releases/debian-12/cloud-base/20261123.0.yaml', 'minted'));
});

test('a hook that rejects is quoted, and hooks of the clone do not run', async (t) => {
  const { remote, clone, forge } = await setUp(t);
  await writeFile(join(clone, '.git/hooks/pre-push'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  await writeFile(join(clone, '.git/hooks/post-merge'), '#!/bin/sh\ntouch ran\n', { mode: 0o755 });
  await forge.commit(write(record, 'record'));
  assert.equal((await readdir(clone)).includes('ran'), false);
  const hook = join(remote, 'hooks/pre-receive');
  await writeFile(hook, '#!/bin/sh\nprintf "main is \\033[31mfrozen\\033[0m until Monday\\n" >&2\nexit 1\n');
  await chmod(hook, 0o755);
  const before = await git(remote, 'rev-parse', 'main');
  await assert.rejects(forge.commit(write(record, 'other')), (error) => {
    assert.ok(error instanceof AperiodicError);
    assert.equal(error.code, 'conflict');
    assert.match(error.message, /main is .*frozen.* until Monday/);
    assert.match(error.message, /pre-receive hook declined/);
    assert.equal(`${error.message}${error.detail}`.includes('\u001b'), false);
    return true;
  });
  assert.equal(await git(remote, 'rev-parse', 'main'), before);
});

test('a remote that is gone, and a branch that is not there, are said plainly', async (t) => {
  const { remote, clone, forge } = await setUp(t);
  const release = createGitForge({ folder: clone, remote: 'origin', branch: 'release', identity });
  await assert.rejects(release.head(), { code: 'not-found' });
  await rename(remote, `${remote}.away`);
  await assert.rejects(forge.head(), { code: 'unreachable' });
  await assert.rejects(forge.commit(write(record, 'x')), { code: 'unreachable' });
  await rename(`${remote}.away`, remote);
  await assert.rejects(
    forge.commit({
      message: 'x',
      render: async () => {
        await rm(remote, { recursive: true });
        return [{ path: record, content: 'x' }];
      },
    }),
    { code: 'unreachable' },
  );
  for (const branch of ['-d', 'a..b', 'a:b', '', '+main', 'x.lock']) {
    assert.throws(() => createGitForge({ folder: clone, remote: 'origin', branch, identity }), {
      code: 'usage',
    });
  }
});

test('passwords in addresses stay out of messages, and addresses do not run programs', async (t) => {
  const { folder, clone } = await setUp(t);
  const to = (remote: string) =>
    createGitForge({ folder: clone, remote, branch: 'main', identity, remoteTimeout: 10 });
  await assert.rejects(to('http://robot:s3cret@127.0.0.1:1/x.git').head(), (error) => {
    assert.ok(error instanceof AperiodicError);
    assert.equal(error.code, 'unreachable');
    assert.doesNotMatch(`${error.message}${error.detail}${JSON.stringify(error.cause)}`, /s3cret/);
    return true;
  });
  await assert.rejects(to(`ext::sh -c "touch ${join(folder, 'ran')}"`).head(), { code: 'unreachable' });
  await assert.rejects(to(`--upload-pack=touch ${join(folder, 'ran')}`).head(), { code: 'unreachable' });
  assert.equal((await readdir(folder)).includes('ran'), false);
});

test('an address works as a name of a remote does', async (t) => {
  const { remote, clone, other } = await setUp(t);
  await commitFiles(other, { 'new.txt': 'new' }, 'New');
  await git(other, 'push', '-q');
  const forge = createGitForge({ folder: clone, remote: `file://${remote}`, branch: 'main', identity });
  const commit = await forge.commit(write(record, 'record'));
  assert.equal(await git(remote, 'rev-parse', 'main'), commit);
  assert.equal(await git(clone, 'rev-parse', 'HEAD'), commit);
});

test('a shallow clone, as CI makes them, can commit', async (t) => {
  const { folder, remote, other } = await setUp(t);
  await commitFiles(other, { 'a.txt': 'a' }, 'A');
  await git(other, 'push', '-q');
  const shallow = join(folder, 'shallow');
  await git(folder, 'clone', '-q', '--depth=1', `file://${remote}`, shallow);
  await commitFiles(other, { 'b.txt': 'b' }, 'B');
  await git(other, 'push', '-q');
  const forge = createGitForge({ folder: shallow, remote: 'origin', branch: 'main', identity });
  const commit = await forge.commit(write(record, 'record'));
  assert.equal(await git(remote, 'rev-parse', 'main'), commit);
  assert.equal(await git(remote, 'rev-list', '--count', 'main'), '4');
});
