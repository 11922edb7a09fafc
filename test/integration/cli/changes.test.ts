import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { commands } from '../../../scripts/cli/commands.ts';
import { renderPins } from '../../../scripts/render/pins.ts';
import { runMain } from '../../cli/run-main.ts';
import { runCli } from '../../support/cli.ts';
import { makeFiles, makePins, streamId } from '../../support/fake-ports-repository.ts';
import { commitFiles, git } from '../../support/git.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** In this process, which is quicker. */
const run = (argv: string[], cwd: string) => runMain(argv, { commands, cwd });

/** A clone whose branch `work` has newer pins and another workflow than `main`. */
async function makeClone(t: TestContext): Promise<string> {
  const root = await temporaryFolder(t);
  await git(root, 'init', '-q', '-b', 'main', '.');
  await commitFiles(root, makeFiles(), 'Begin');
  await git(root, 'checkout', '-q', '-b', 'work');
  const pins = `releases/${streamId}/pins.amd64.yaml`;
  await commitFiles(
    root,
    { [pins]: renderPins(makePins('2.0-1')), '.github/workflows/x.yaml': 'x\n' },
    'Newer',
  );
  // What main did since is not of the pull request.
  await git(root, 'checkout', '-q', 'main');
  await commitFiles(root, { 'package.json': '{}\n' }, 'Meanwhile');
  await git(root, 'checkout', '-q', 'work');
  return root;
}

describe('changes', () => {
  it('gives matrices to a GitHub job, and the reasons to people', async (t) => {
    const root = await makeClone(t);
    const output = path.join(root, '.git/output');
    await writeFile(output, '');
    const { code, stdout, stderr } = await runCli(['changes', '--base', 'main', '--json'], {
      cwd: root,
      env: { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: output },
    });
    assert.deepEqual([code, stderr], [0, '']);
    const json = JSON.parse(stdout);
    assert.deepEqual(json.code, ['.github/workflows/x.yaml']);
    assert.deepEqual(
      json.streams.map(({ stream, kind, reasons, action }: Record<string, unknown>) => ({
        stream,
        kind,
        reasons,
        action,
      })),
      [{ stream: streamId, kind: 'build', reasons: ['pins of amd64 modified'], action: 'mint' }],
    );
    const job = {
      stream: streamId,
      architecture: 'amd64',
      runner: 'ubuntu-24.04',
      slug: 'testix-1.cloud-base.amd64',
    };
    assert.deepEqual(json.matrix, { include: [job] });
    const set = await readFile(output, 'utf8');
    const outputOf = (name: string) => new RegExp(`^${name}<<(\\S+)\\n(.*)\\n\\1$`, 'm').exec(set)?.[2];
    assert.equal(outputOf('any'), 'true');
    assert.deepEqual(JSON.parse(outputOf('matrix') ?? ''), json.matrix);
    assert.equal(outputOf('any-stream'), 'true');
    assert.deepEqual(JSON.parse(outputOf('streams') ?? ''), {
      include: [{ stream: streamId, slug: 'testix-1.cloud-base', kind: 'build' }],
    });
  });

  it('refuses names that git does not know, options among them', async (t) => {
    const root = await makeClone(t);
    for (const base of ['--upload-pack=x', 'no-such', 'main:README.md', '-', '']) {
      const { code, stderr } = await run(['changes', `--base=${base}`], root);
      assert.equal(code, 1);
      assert.match(stderr, /is not a commit of this clone|say --base/);
    }
  });

  it('reads what is due without a base, and what a branch changes with one', async (t) => {
    const root = await makeClone(t);
    const due = await run(['changes', '--due', '--json'], root);
    // Without a release file it is for the run that writes one.
    assert.deepEqual(
      [JSON.parse(due.stdout).matrix.include, JSON.parse(due.stdout).streams[0].action],
      [[], 'mint'],
    );
    assert.match((await run(['changes'], root)).stderr, /say --base COMMIT, or --due/);
    const none = await run(['changes', '--base', 'work', '--json'], root);
    assert.deepEqual(JSON.parse(none.stdout).any, false);
  });
});

describe('validate --base', () => {
  it('looks at commits, not at the work tree', async (t) => {
    const root = await makeClone(t);
    const record = `releases/${streamId}/20261122.0.published.yaml`;
    await mkdir(path.dirname(path.join(root, record)), { recursive: true });
    await writeFile(path.join(root, record), 'x\n');
    await commitFiles(root, {}, 'A record of my own');
    await git(root, 'rm', '-q', '--cached', record);
    const { code, stdout } = await run(['validate', '--base', 'main', '--json'], root);
    assert.equal(code, 1);
    const { errors } = JSON.parse(stdout);
    assert.ok(
      errors.some(
        ({ file, message }: Record<string, string>) =>
          file === record && /only CI writes/.test(message ?? ''),
      ),
    );
  });

  it('chooses by stream and by version, and takes empty words of a form for none', async (t) => {
    const root = await makeClone(t);
    const chosen = async (...argv: string[]) => {
      const { stdout } = await run(['changes', '--due', '--json', ...argv], root);
      return JSON.parse(stdout).streams?.length;
    };
    assert.equal(await chosen('--stream', '', '--release-version', ''), 1);
    assert.equal(await chosen('--stream', streamId), 1);
    assert.equal(await chosen('--stream', 'no/such'), 0);
    assert.equal(await chosen('--release-version', '20010101.0'), 0);
    const { code } = await run(['changes', '--base', 'main', '--release-version', '20010101.0'], root);
    assert.equal(code, 1);
  });
});
