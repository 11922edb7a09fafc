import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { readAddedDates } from '../../../../scripts/adapters/git/added-dates.ts';
import { createGit, type Git } from '../../../../scripts/adapters/git/git.ts';
import { readDatesOnce } from '../../../../scripts/adapters/site/added-dates-cache.ts';
import { git, gitAt } from '../../../support/git.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

async function makeWorld(t: TestContext) {
  const folder = await temporaryFolder(t);
  const root = path.join(folder, 'clone');
  await git(folder, 'init', '-q', '-b', 'main', root);
  const calls: (readonly string[])[] = [];
  const run = createGit(root);
  const counting: Git = async (args, options) => {
    calls.push(args);
    return await run(args, options);
  };
  const read = async (commit: string) => await readDatesOnce(counting, commit, folder);
  /** What reading the whole history says. */
  const truth = async (commit: string) =>
    Object.fromEntries(
      [...(await readAddedDates(run, commit, 'releases'))].map(([name, date]) => [
        name,
        date.getTime() / 1000,
      ]),
    );
  // Each a day after the one before: commits of one second could pass for each other.
  let day = 1;
  const nextDay = () => `2026-01-${String(day++).padStart(2, '0')}T00:00:00Z`;
  const commit = async (message: string) => {
    await gitAt(nextDay(), root, 'commit', '-q', '--allow-empty', '-m', message);
    return await git(root, 'rev-parse', 'HEAD');
  };
  const add = async (name: string) => {
    await mkdir(path.join(root, 'releases'), { recursive: true });
    await writeFile(path.join(root, 'releases', name), name);
    await git(root, 'add', '--all');
    return await commit(name);
  };
  const merge = async (branch: string) => {
    await gitAt(nextDay(), root, 'merge', '-q', '--no-ff', '-m', 'Merge', branch);
    return await git(root, 'rev-parse', 'HEAD');
  };
  return { root, folder, calls, read, truth, add, commit, merge };
}

test('only what is new of the history is read, and it says what all of it would', async (t) => {
  const { root, calls, read, truth, add, merge } = await makeWorld(t);
  const first = await add('a.yaml');
  assert.deepEqual(await read(first), await truth(first));
  calls.length = 0;
  assert.deepEqual(await read(first), await truth(first));
  assert.equal(calls.length, 0);
  await git(root, 'checkout', '-q', '-b', 'side');
  await add('b.yaml');
  await git(root, 'checkout', '-q', 'main');
  await add('c.yaml');
  const merged = await merge('side');
  assert.deepEqual(await read(merged), await truth(merged));
  assert.ok(calls.some((args) => args.includes(`${first}..${merged}`)));
});

test('a branch that was written anew, or that a side of it, is read from its beginning', async (t) => {
  const { root, read, truth, add, merge } = await makeWorld(t);
  const first = await add('a.yaml');
  const old = await add('b.yaml');
  await read(old);
  await git(root, 'checkout', '-q', '-B', 'main', first);
  const other = await add('c.yaml');
  const dates = await read(other);
  assert.deepEqual(dates, await truth(other));
  assert.ok(!('releases/b.yaml' in dates));
  // What was merged has another date than on its own branch.
  await git(root, 'checkout', '-q', '-b', 'side');
  const side = await add('d.yaml');
  await read(side);
  await git(root, 'checkout', '-q', 'main');
  await add('e.yaml');
  const merged = await merge('side');
  assert.deepEqual(await read(merged), await truth(merged));
});

test('a file that is removed and comes back keeps its first date; what is kept and broken is read again', async (t) => {
  const { root, folder, read, truth, add, commit } = await makeWorld(t);
  const first = await add('a.yaml');
  const known = await read(first);
  await git(root, 'rm', '-q', 'releases/a.yaml');
  await commit('Remove');
  const again = await add('a.yaml');
  assert.equal((await read(again))['releases/a.yaml'], known['releases/a.yaml']);
  for (const text of ['{', '[]', '{"commit": 1}', '']) {
    await writeFile(path.join(folder, 'added-dates.json'), text);
    assert.deepEqual(await read(again), await truth(again));
  }
  assert.match(await readFile(path.join(folder, 'added-dates.json'), 'utf8'), new RegExp(again));
});
