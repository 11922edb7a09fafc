/** The generator on a repository of a few releases: what is made again, what stays, what a broken file does. */
import assert from 'node:assert/strict';
import { readlinkSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { readCommitTree } from '../../../scripts/adapters/git/commit-tree.ts';
import { createGit } from '../../../scripts/adapters/git/git.ts';
import { createSigner } from '../../../scripts/adapters/openpgp/signer.ts';
import { createVerifier } from '../../../scripts/adapters/openpgp/verifier.ts';
import { createSiteFolder } from '../../../scripts/adapters/site/folder.ts';
import { openSiteSource } from '../../../scripts/adapters/site/source.ts';
import { loadCatalog } from '../../../scripts/model/catalog/load-catalog.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import type { SitePart } from '../../../scripts/model/site/part.ts';
import { siteParts } from '../../../scripts/stages/site/make-streams.ts';
import { generateSite } from '../../../scripts/stages/site.ts';
import { silentLog } from '../../support/fake-ports.ts';
import { commitFiles, git } from '../../support/git.ts';
import { addRelease, versionOf, writeManyReleases } from '../../support/site/many-releases.ts';
import { readSite } from '../../support/site/read-site.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const count = { streams: 2, releases: 3, regions: 2 };
const stream = 'testix-1/cloud-base';

interface World {
  /** Of everything; caches are below it. */
  folder: string;
  root: string;
  /** Where the site is shown. */
  output: string;
  generate(options?: {
    output?: string;
    cache?: string;
    unsigned?: boolean;
    parts?: readonly SitePart[];
  }): ReturnType<typeof generateSite>;
}

async function makeWorld(t: TestContext): Promise<World> {
  const folder = await temporaryFolder(t);
  const root = path.join(folder, 'clone');
  const armored = await writeManyReleases(root, count);
  const output = path.join(folder, 'public/site');
  return {
    folder,
    root,
    output,
    generate: async ({ output: other, cache = 'cache', unsigned, parts } = {}) => {
      const tree = await readCommitTree(createGit(root), await git(root, 'rev-parse', 'HEAD'));
      const source = await openSiteSource(root, path.join(folder, cache), silentLog);
      const signer = createSigner(async () => {
        if (unsigned === true) throw new AperiodicError('not-found', 'no key');
        return { armored };
      });
      return await generateSite(
        tree,
        createSiteFolder(other ?? output),
        { log: silentLog, signer, source },
        parts,
      );
    },
  };
}

test('a second run writes nothing; one new release makes its own pages again, and the same as from nothing', async (t) => {
  const { root, output, generate } = await makeWorld(t);
  const first = await generate();
  assert.equal(first.releases, 6);
  const before = await readSite(output);
  assert.ok(`${stream}/${versionOf(0)}.html` in before);
  const [shown] = (await readdir(path.dirname(output))).filter((name) => name.startsWith('.'));
  assert.deepEqual(await generate(), { ...first, written: 0, kept: first.written });
  assert.deepEqual(
    (await readdir(path.dirname(output))).filter((name) => name.startsWith('.')),
    [shown],
  );

  await addRelease(root, count);
  const second = await generate();
  const after = await readSite(output);
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  const isData = (name: string) => /^(api|streams)\//.test(name);
  assert.deepEqual(
    changed.filter((name) => !isData(name)).sort(),
    [
      'CHECKSUM',
      'amis.html',
      'current.json',
      'index.html',
      'manifest.json',
      'releases.atom',
      `${stream}/releases.atom`,
      `${stream}/${versionOf(2)}.html`,
      `${stream}/${versionOf(3)}.html`,
      `${stream}/index.html`,
    ].sort(),
  );
  const data = changed.filter(isData);
  for (const name of [
    'api/v1/catalog.json',
    'api/v1/catalog.sjson',
    `api/v1/streams/${stream}/stream.sjson`,
    `api/v1/streams/${stream}/releases/${versionOf(3)}.json`,
    'streams/v1/index.sjson',
  ])
    assert.ok(data.includes(name), `${name}\n${data.join('\n')}`);
  assert.ok(!data.some((name) => name.includes(versionOf(0))), 'what nothing changed stays');
  assert.equal(second.written + second.kept, Object.keys(after).length - 2);
  const other = `${output}-from-nothing`;
  await generate({ output: other, cache: 'another-cache' });
  assert.deepEqual(await readSite(other), after);
});

test('the site before last becomes the next one, whatever is in it', async (t) => {
  const { root, output, generate } = await makeWorld(t);
  const parent = path.dirname(output);
  await generate();
  await addRelease(root, count);
  await generate();
  const spare = (await readdir(parent)).find(
    (name) => name.startsWith('.') && name !== path.basename(readlinkSync(output)),
  );
  assert.ok(spare !== undefined);
  // Somebody was in there: a page that is not the shown one's, and things of their own.
  await rm(path.join(parent, spare, 'verify.html'), { force: true });
  await writeFile(path.join(parent, spare, 'index.html'), 'mine');
  await rm(path.join(parent, spare, 'amis.html'));
  await mkdir(path.join(parent, spare, 'amis.html/folder'), { recursive: true });
  await writeFile(path.join(parent, spare, stream, 'more.html'), 'mine');
  await addRelease(root, { ...count, releases: count.releases + 1 });
  await generate();
  assert.equal(path.basename(readlinkSync(output)), spare);
  const shown = await readSite(output);
  const other = `${output}-from-nothing`;
  await generate({ output: other, cache: 'another-cache' });
  assert.deepEqual(shown, await readSite(other));
});

test('CHECKSUM is signed and names every file', async (t) => {
  const { root, output, generate } = await makeWorld(t);
  await generate();
  const files = await readSite(output);
  const key = await readFile(path.join(root, 'releases/keys/tests.asc'));
  const { text } = await createVerifier().open(files.CHECKSUM ?? '', [key]);
  const named = [...text.matchAll(/^SHA256 \((.+)\) = /gm)].map(([, name]) => name);
  assert.deepEqual(
    named.sort(),
    Object.keys(files)
      .filter((name) => name !== 'CHECKSUM')
      .sort(),
  );
  const again = await generate({ unsigned: true });
  assert.equal(again.signed, false);
  assert.doesNotMatch((await readSite(output)).CHECKSUM ?? '', /BEGIN PGP/);
});

/** In a release file. */
function askForRegion(text: string): string {
  return text.replace(
    'mirrors:\n    - primary\n',
    'mirrors:\n    - primary\n  aws:\n    home: xx-madea-1\n    regions: [xx-madea-1, xx-madez-1]\n    bestEffort: []\n',
  );
}

const breaks: [string, string, (text: string) => string, RegExp, boolean][] = [
  [
    'a bad checksum',
    '.published.yaml',
    (text) => text.replace(/sha256: [0-9a-f]{64}/, 'sha256: abc'),
    /does not look right/,
    true,
  ],
  [
    'a region that the release asks for',
    '.yaml',
    askForRegion,
    /names no image for each architecture in xx-madez-1/,
    true,
  ],
  [
    'a file that is named twice',
    '.published.yaml',
    (text) => text.replace(/\.amd64\.raw\.zst(?!\.asc)/, '.amd64.qcow2'),
    /names '.*\.amd64\.qcow2' twice/,
    true,
  ],
  ['no YAML', '.published.yaml', (text) => `${text}\n  : [`, /is not valid YAML/, true],
];

for (const [what, ending, change, says, hasLine] of breaks) {
  test(`${what}: fails with file and line, and leaves the last site`, async (t) => {
    const { root, output, generate } = await makeWorld(t);
    await generate();
    const before = await readSite(output);
    const file = `releases/${stream}/${versionOf(1)}${ending}`;
    const text = await readFile(path.join(root, file), 'utf8');
    assert.notEqual(change(text), text);
    await commitFiles(root, { [file]: change(text) }, 'Break');
    await assert.rejects(generate(), (error: unknown) => {
      assert.ok(error instanceof AperiodicError);
      assert.match(error.message, says);
      assert.equal(error.file, `releases/${stream}/${versionOf(1)}.published.yaml`);
      assert.equal(typeof error.line === 'number', hasLine);
      return true;
    });
    assert.deepEqual(await readSite(output), before);
    await commitFiles(root, { [file]: text }, 'Mend');
    assert.equal((await generate()).written, 0);
  });
}

test('a withdrawn release may lack a region, for the site as for the catalog', async (t) => {
  const { root, output, generate } = await makeWorld(t);
  const file = `releases/${stream}/${versionOf(1)}`;
  const withdrawn = "withdrawn:\n  reason: It does not boot\n  at: '2026-01-02T00:00:00Z'\n";
  const read = async (name: string) => await readFile(path.join(root, name), 'utf8');
  const files = {
    [`${file}.yaml`]: `${askForRegion(await read(`${file}.yaml`))}${withdrawn}`,
    [`${file}.published.yaml`]: `${await read(`${file}.published.yaml`)}${withdrawn}`,
  };
  const commit = await commitFiles(root, files, 'Withdraw');
  await loadCatalog(await readCommitTree(createGit(root), commit));
  await generate();
  const { [`${stream}/${versionOf(1)}.html`]: page = '' } = await readSite(output);
  assert.match(page, /It does not boot/);
});

test('a version of no order fails by its name', async (t) => {
  const { root, generate } = await makeWorld(t);
  await commitFiles(root, { [`releases/${stream}/20261399.0.yaml`]: 'x' }, 'Break');
  await assert.rejects(generate(), {
    file: `releases/${stream}/20261399.0.yaml`,
    message: /is not a version/,
  });
});

test('a run that fails or is killed while it writes leaves the last site, and the next one cleans up', async (t) => {
  const { root, output, generate } = await makeWorld(t);
  await generate();
  const before = await readSite(output);
  await addRelease(root, count);
  const failing: SitePart = {
    name: 'failing',
    indexFiles: () => {
      throw new Error('no index');
    },
  };
  await assert.rejects(generate({ parts: [...siteParts, failing] }), /no index/);
  assert.deepEqual(await readSite(output), before);
  const parent = path.dirname(output);
  assert.equal((await readdir(parent)).length, 2);
  // What killed runs leave.
  for (const name of ['.site.site-0123456789ab', '.site.site-ba9876543210']) {
    await mkdir(path.join(parent, name, stream), { recursive: true });
    await writeFile(path.join(parent, name, 'half.html'), '');
    await writeFile(path.join(parent, name, stream, 'index.html'), 'half');
  }
  await generate();
  const after = await readSite(output);
  assert.ok(!('half.html' in after));
  assert.match(after[`${stream}/index.html`] ?? '', /<\/html>/);
  assert.equal((await readdir(parent)).length, 3, 'the link, the site, and the one before');
});

test('parts may not have the same file, or one elsewhere', async (t) => {
  const { generate } = await makeWorld(t);
  const part = (name: string): SitePart => ({
    name: 'other',
    indexFiles: () => [{ path: name, content: '' }],
  });
  await assert.rejects(generate({ parts: [...siteParts, part('index.html')] }), /two parts of the site/);
  for (const name of ['../out', '/out', '.hidden', 'a/.b', 'a//b'])
    await assert.rejects(generate({ parts: [part(name)] }), /is not the path/);
});

test('what is not ours is not replaced', async (t) => {
  const { output, generate } = await makeWorld(t);
  await mkdir(output, { recursive: true });
  await writeFile(path.join(output, 'thesis.txt'), 'ten years of work');
  await assert.rejects(generate(), { code: 'conflict' });
  assert.deepEqual(await readSite(output), { 'thesis.txt': 'ten years of work' });
  await rm(path.join(output, 'thesis.txt'));
  await generate();
});

test('a file that is gone is made again', async (t) => {
  const { output, root, generate } = await makeWorld(t);
  await generate();
  await rm(path.join(output, `${stream}/index.html`));
  await addRelease(root, count);
  await generate();
  assert.ok(`${stream}/index.html` in (await readSite(output)));
});

test('what was kept and is damaged stops one run, and the next one reads it again', async (t) => {
  const { folder, output, root, generate } = await makeWorld(t);
  await generate();
  const kept = path.join(folder, 'cache/streams', `${encodeURIComponent(stream)}.jsonl`);
  const text = await readFile(kept, 'utf8');
  await writeFile(kept, text.replaceAll('Testix', 'Teztix'));
  await addRelease(root, count);
  const before = await readSite(output);
  await assert.rejects(generate(), { code: 'digest-mismatch', message: /is forgotten: run it again/ });
  assert.deepEqual(await readSite(output), before);
  await generate();
  const other = `${output}-from-nothing`;
  await generate({ output: other, cache: 'another-cache' });
  assert.deepEqual(await readSite(output), await readSite(other));
});
