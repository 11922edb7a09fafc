/** What changed from release to release, as `aperiodic site` reads it from the commits of a real repository. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { renderRecord } from '../../scripts/render/record.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { runCli } from '../support/cli.ts';
import { commitFiles, git } from '../support/git.ts';
import { makeFixtureRelease } from '../support/site/fixture-catalog.ts';
import { renderFixtureStream } from '../support/site/many-releases.ts';
import { pinsText } from '../support/site/pins-text.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const stream = 'testix-1/cloud-base';
const pins = `releases/${stream}/pins.amd64.yaml`;

/** A repository as releases make it: pins change, a release of that commit is recorded, and so on. */
async function makeRepository(t: TestContext) {
  const folder = await temporaryFolder(t);
  const root = path.join(folder, 'clone');
  await git(folder, 'init', '-q', '-b', 'main', root);
  await commitFiles(
    root,
    {
      'releases/targets.yaml': 'mirrors: [{id: primary, keep: 5}]\n',
      'releases/repositories.yaml': 'repositories: []\n',
      [`releases/${stream}/stream.yaml`]: renderFixtureStream(1),
    },
    'Begin',
  );
  const release = async (version: string, versions: Record<string, string>) => {
    const commit = await commitFiles(root, { [pins]: pinsText(versions) }, `Pins of ${version}`);
    const made = makeFixtureRelease(stream, 'Testix-Cloud-Base-1', { version, commit });
    assert.ok(made.record !== undefined);
    const file = `releases/${stream}/${version}`;
    await commitFiles(
      root,
      {
        [`${file}.yaml`]: renderRelease(made.release),
        [`${file}.published.yaml`]: renderRecord(made.record),
      },
      `Record ${version}`,
    );
  };
  await release('20260901.0', { bash: '5.2-1', openssl: '3.0.1-1', zlib: '1.3-1' });
  // What no release was made of is part of the next change.
  await commitFiles(
    root,
    { [pins]: pinsText({ bash: '5.2-1', openssl: '3.0.1-2', zlib: '1.3-1' }) },
    'Update',
  );
  await release('20261001.0', { bash: '5.2-1', openssl: '3.0.1-3', libc6: '2.36-9' });
  await release('20261101.0', { bash: '5.2-1', openssl: '3.0.1-3', libc6: '2.36-9' });
  return { folder, root };
}

/** Cells of the table of packages on a page, by row, and the words above it. */
async function readChanges(site: string, version: string) {
  const text = await readFile(path.join(site, stream, `${version}.html`), 'utf8');
  const [, section = ''] = /<section aria-labelledby="changes">(.*?)<\/section>/s.exec(text) ?? [];
  const bare = (html: string) => html.replace(/<[^>]+>/g, '').trim();
  const rows = [...section.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => bare(cell)),
  );
  return { rows: rows.filter(([first]) => first !== 'Package'), words: bare(section) };
}

test('a release page says which packages changed since the release before, from the commits', async (t) => {
  const { folder, root } = await makeRepository(t);
  const site = path.join(folder, 'public/site');
  const made = await runCli(['site', '--output', site, '--json'], { cwd: root });
  assert.equal(made.code, 0, made.stderr);
  assert.equal(JSON.parse(made.stdout).releases, 3);
  const first = await readChanges(site, '20260901.0');
  assert.match(first.words, /first release of the stream.*3 packages on amd64/s);
  const second = await readChanges(site, '20261001.0');
  assert.match(
    second.words,
    /What changed since 20260901\.0.*1 upgraded, 1 added, 1 removed; 3 packages now/s,
  );
  assert.deepEqual(second.rows, [
    ['openssl', 'upgraded', '3.0.1-1', '3.0.1-3'],
    ['libc6', 'added', '–', '2.36-9'],
    ['zlib', 'removed', '1.3-1', '–'],
  ]);
  const third = await readChanges(site, '20261101.0');
  assert.match(third.words, /The same 3 packages as in 20261001\.0/);
  const shallow = path.join(folder, 'shallow');
  await git(folder, 'clone', '-q', '--depth', '1', `file://${root}`, shallow);
  const other = path.join(folder, 'public/shallow');
  const remade = await runCli(['site', '--output', other], { cwd: shallow });
  assert.equal(remade.code, 0, remade.stderr);
  assert.match(remade.stderr, /this clone is shallow/);
  assert.match((await readChanges(other, '20261001.0')).words, /Which packages changed is not known here/);
});
