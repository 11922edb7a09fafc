import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { readCommitTree } from '../../../../scripts/adapters/git/commit-tree.ts';
import { createGit, type Git } from '../../../../scripts/adapters/git/git.ts';
import { createWorkTree, noCommit } from '../../../../scripts/adapters/git/work-tree.ts';
import type { Tree } from '../../../../scripts/model/tree.ts';
import { commitFiles, git } from '../../../support/git.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** Names that people should not, but can, give to files. */
const hostile = [
  'a b.txt',
  'new\nline',
  'tab\there',
  '-rf',
  '--help',
  '$(touch x)',
  '"quoted"',
  "it's",
  'é ü',
  'back\\slash',
  '*?[x]',
  '.hidden',
  ':(top)x',
  '😀',
];

const kinds: [string, (folder: string) => Promise<Tree>][] = [
  ['commit', async (folder) => readCommitTree(createGit(folder), await git(folder, 'rev-parse', 'HEAD'))],
  ['work tree', (folder) => createWorkTree(folder)],
];

async function setUp(t: TestContext) {
  const folder = await temporaryFolder(t);
  await git(folder, 'init', '-q', '-b', 'main');
  return folder;
}

for (const [kind, open] of kinds) {
  describe(`tree of a ${kind}`, () => {
    test('files are read as they are', async (t) => {
      const folder = await setUp(t);
      const files = {
        'releases/a/b.yaml': 'text\n',
        'releases/a/bom': '\ufeffé\u0000\ufffd\r\n',
        'releases/ab': '',
        other: 'x',
      };
      const commit = await commitFiles(folder, files, 'Files');
      const tree = await open(folder);
      assert.equal(tree.commit, commit);
      assert.equal(
        tree.date.toISOString(),
        new Date(await git(folder, 'log', '-1', '--format=%cI')).toISOString(),
      );
      for (const [path, content] of Object.entries(files)) assert.equal(await tree.read(path), content);
      assert.deepEqual(await tree.list('releases/a'), ['releases/a/b.yaml', 'releases/a/bom']);
      assert.deepEqual(await tree.list(''), Object.keys(files).sort());
      assert.deepEqual(await tree.list('nothing'), []);
      assert.deepEqual(await tree.list('other'), []);
      for (const absent of ['nothing', 'releases', 'releases/a/b.yaml/x', 'releases/nothing/x']) {
        assert.equal(await tree.read(absent), undefined);
      }
    });

    test('any name of a file is listed; those that could deceive are not read', async (t) => {
      const folder = await setUp(t);
      const files = Object.fromEntries(hostile.map((name) => [`odd/${name}`, `content of ${name}`]));
      await commitFiles(folder, files, 'Odd');
      const tree = await open(folder);
      assert.deepEqual(await tree.list('odd'), Object.keys(files).sort());
      for (const [path, content] of Object.entries(files)) {
        if (/[\\\n\t]/.test(path)) await assert.rejects(tree.read(path), { code: 'invalid' });
        else assert.equal(await tree.read(path), content);
      }
    });

    test('a path does not lead out', async (t) => {
      const folder = await setUp(t);
      await commitFiles(folder, { 'a/b': 'x' }, 'A');
      const tree = await open(folder);
      for (const path of ['../x', '/etc/passwd', 'a/../../x', 'a//b', './a', '', 'a\0b']) {
        await assert.rejects(tree.read(path), { code: 'invalid' });
      }
      await assert.rejects(tree.list('..'), { code: 'invalid' });
    });

    test('symbolic links are listed and not followed, wherever they lead', async (t) => {
      const folder = await setUp(t);
      await mkdir(join(folder, 'releases'));
      await symlink('/etc/passwd', join(folder, 'releases/file'));
      await symlink('..', join(folder, 'releases/folder'));
      await symlink('inside', join(folder, 'releases/near'));
      await commitFiles(folder, { 'releases/inside': 'x' }, 'Links');
      const tree = await open(folder);
      const paths = ['releases/file', 'releases/folder', 'releases/inside', 'releases/near'];
      assert.deepEqual(await tree.list('releases'), paths);
      for (const path of ['releases/file', 'releases/folder', 'releases/near']) {
        await assert.rejects(tree.read(path), { code: 'invalid', file: path });
      }
      await assert.rejects(tree.read('releases/folder/releases/inside'), { file: 'releases/folder' });
      await assert.rejects(tree.list('releases/folder'), { file: 'releases/folder' });
      await assert.rejects(tree.list('releases/folder/releases'), { file: 'releases/folder' });
    });

    test('what is too large or not text is refused by name', async (t) => {
      const folder = await setUp(t);
      await writeFile(join(folder, 'large'), Buffer.alloc(4 * 1024 * 1024 + 1, 'x'));
      await writeFile(join(folder, 'binary'), Buffer.from([0x66, 0xff, 0xfe]));
      await writeFile(join(folder, 'cut'), Buffer.from('😀').subarray(0, 3));
      await commitFiles(folder, {}, 'Large');
      const tree = await open(folder);
      for (const file of ['large', 'binary', 'cut']) {
        await assert.rejects(tree.read(file), { code: 'invalid', file });
      }
    });
  });
}

test('the files of a folder are read with one call, also when one among them is not text', async (t) => {
  const folder = await setUp(t);
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`a/${i}.yaml`, `é content ${i}\n`]));
  await mkdir(join(folder, 'a'));
  const commit = await commitFiles(folder, { ...files, 'a/empty': '', 'b/x': 'x' }, 'Files');
  const real = createGit(folder);
  const calls: string[] = [];
  const counted: Git = (args, options) => {
    calls.push(args.join(' '));
    return real(args, options);
  };
  const tree = await readCommitTree(counted, commit);
  for (const [path, content] of Object.entries(files)) assert.equal(await tree.read(path), content);
  assert.equal(await tree.read('a/empty'), '');
  assert.equal(calls.filter((call) => call === 'cat-file --batch').length, 1);
  assert.equal(calls.length, 3);

  await writeFile(join(folder, 'a/20.bin'), Buffer.from([0xff, 0x41]));
  const mixed = await readCommitTree(real, await commitFiles(folder, {}, 'Binary'));
  for (const [path, content] of Object.entries(files)) assert.equal(await mixed.read(path), content);
  await assert.rejects(mixed.read('a/20.bin'), { code: 'invalid', file: 'a/20.bin' });
});

test('a submodule is refused by name', async (t) => {
  const folder = await setUp(t);
  const commit = await commitFiles(folder, { a: 'a' }, 'A');
  await git(folder, 'update-index', '--add', '--cacheinfo', `160000,${commit},releases/module`);
  await git(folder, 'commit', '-q', '-m', 'Submodule');
  const tree = await readCommitTree(createGit(folder), await git(folder, 'rev-parse', 'HEAD'));
  await assert.rejects(tree.read('releases/module'), { code: 'invalid', file: 'releases/module' });
});

test('a commit that is not there is said plainly', async (t) => {
  const folder = await setUp(t);
  await assert.rejects(readCommitTree(createGit(folder), 'f'.repeat(40)), { code: 'not-found' });
});

test('a folder without git, or without a commit, has no commit', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'a'), 'a');
  assert.equal((await createWorkTree(folder)).commit, noCommit);
  await git(folder, 'init', '-q');
  assert.equal((await createWorkTree(folder)).commit, noCommit);
  await commitFiles(folder, { 'sub/b': 'b' }, 'B');
  assert.equal((await createWorkTree(join(folder, 'sub'))).commit, noCommit);
  await assert.rejects(createWorkTree(join(folder, 'absent')), { code: 'not-found' });
});

test('a named pipe is refused and nobody waits for it', async (t) => {
  const folder = await temporaryFolder(t);
  await promisify(execFile)('mkfifo', [join(folder, 'pipe')]);
  const tree = await createWorkTree(folder);
  assert.deepEqual(await tree.list(''), ['pipe']);
  await assert.rejects(tree.read('pipe'), { code: 'invalid', file: 'pipe' });
});

test('a work tree shows what is not committed', async (t) => {
  const folder = await setUp(t);
  await commitFiles(folder, { a: 'a', b: 'b' }, 'A');
  await writeFile(join(folder, 'a'), 'edited');
  await rm(join(folder, 'b'));
  await mkdir(dirname(join(folder, 'x/y')), { recursive: true });
  await writeFile(join(folder, 'x/y'), 'new');
  const tree = await createWorkTree(folder);
  assert.equal(await tree.read('a'), 'edited');
  assert.deepEqual(await tree.list(''), ['a', 'x/y']);
});
