/** Threads that make a site make the same site, and stop at the same faults. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { readCommitTree } from '../../../../scripts/adapters/git/commit-tree.ts';
import { createGit } from '../../../../scripts/adapters/git/git.ts';
import { createSigner } from '../../../../scripts/adapters/openpgp/signer.ts';
import { createSiteFolder } from '../../../../scripts/adapters/site/folder.ts';
import { openSiteSource } from '../../../../scripts/adapters/site/source.ts';
import { openCrew } from '../../../../scripts/cli/site/crew.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import { parseYaml } from '../../../../scripts/model/yaml.ts';
import type { SiteCrew } from '../../../../scripts/ports/site.ts';
import { generateSite } from '../../../../scripts/stages/site.ts';
import { silentLog } from '../../../support/fake-ports.ts';
import { commitFiles, git } from '../../../support/git.ts';
import { renderFixtureStream, versionOf, writeManyReleases } from '../../../support/site/many-releases.ts';
import { readSite } from '../../../support/site/read-site.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** As many as are worth a crew. */
const count = { streams: 4, releases: 100, regions: 1 };

test('a crew makes what one makes alone; a fault in two streams is told of both, and the last site stays', async (t) => {
  const folder = await temporaryFolder(t);
  const root = path.join(folder, 'clone');
  const armored = await writeManyReleases(root, count);
  let asked = 0;
  const generate = async (name: string, withCrew: boolean) => {
    const cache = path.join(folder, `cache-${name}`);
    const crew = withCrew ? openCrew(root, cache, 2) : undefined;
    const counted: SiteCrew | undefined = crew && {
      make: (...given) => {
        asked++;
        return crew.make(...given);
      },
    };
    const tree = await readCommitTree(createGit(root), await git(root, 'rev-parse', 'HEAD'));
    const source = await openSiteSource(root, cache, silentLog);
    const signer = createSigner(async () => ({ armored }));
    const ports = { log: silentLog, signer, source, crew: counted };
    return await generateSite(tree, createSiteFolder(path.join(folder, name)), ports);
  };
  const [alone, together] = [path.join(folder, 'alone'), path.join(folder, 'together')];
  const first = await generate('alone', false);
  assert.deepEqual(await generate('together', true), first);
  assert.equal(asked, 1);
  const files = await readSite(alone);
  assert.deepEqual(await readSite(together), files);

  const broken = [2, 3].map(
    (stream) => `releases/testix-${stream}/cloud-base/${versionOf(1)}.published.yaml`,
  );
  for (const file of broken) {
    const text = await readFile(path.join(root, file), 'utf8');
    await writeFile(path.join(root, file), text.replace(/ami-[0-9a-f]{17}/, 'ami-none'));
  }
  // Every stream is to be made again.
  const targets = await readFile(path.join(root, 'releases/targets.yaml'), 'utf8');
  await commitFiles(
    root,
    { 'releases/targets.yaml': targets.replace('Testix images', 'Other images') },
    'Break',
  );
  await assert.rejects(generate('together', true), (error: unknown) => {
    assert.ok(error instanceof AperiodicError);
    assert.equal(error.file, broken[0]);
    assert.equal(typeof error.line, 'number');
    assert.match(error.detail ?? '', new RegExp(`^${broken[0]}:\\d+: .*\n${broken[1]}:\\d+: `));
    return true;
  });
  assert.equal(asked, 2);
  assert.deepEqual(await readSite(together), files);
});

test('a thread that cannot read the commit ends the run with why', async (t) => {
  const folder = await temporaryFolder(t);
  await writeManyReleases(path.join(folder, 'clone'), { streams: 1, releases: 1, regions: 1 });
  const crew = openCrew(path.join(folder, 'clone'), path.join(folder, 'cache'), 2);
  assert.ok(crew !== undefined);
  const stream = parseYaml('Stream', renderFixtureStream(1), 'stream.yaml');
  const names = { pins: [], releases: [], records: [] };
  const listed = { id: 'testix-1/cloud-base', stream, digest: '', names, releases: [] };
  const assets = { style: 'site.css', script: 'site.js', icon: 'icon.svg' };
  const job = {
    commit: '1'.repeat(40),
    settings: { title: 'Testix', registries: {}, idPrefix: 'local', notices: false, assets },
    common: '',
    keep: [],
    signedBy: [],
    place: { draft: path.join(folder, 'draft'), shown: undefined },
  };
  const made = crew
    .make(
      [listed],
      () => ({}),
      job,
      () => {},
    )
    [Symbol.asyncIterator]();
  await assert.rejects(made.next(), { code: 'not-found', message: /1{40} is not in the clone/ });
});
