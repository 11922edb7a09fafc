import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { createSiteFolder } from '../../../../scripts/adapters/site/folder.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const key = '0'.repeat(64);

/** A site of one page and one asset, whose name is of its content. */
async function show(output: string, content: string): Promise<string> {
  const draft = await createSiteFolder(output).begin();
  const asset = `assets/site.${content}.css`;
  const manifest = {
    format: 'aperiodic:site:1',
    signedBy: [],
    units: {
      index: { key, files: { 'index.html': draft.write({ path: 'index.html', content: asset }) } },
      assets: { key, files: { [asset]: draft.write({ path: asset, content }) } },
    },
  };
  draft.write({ path: 'manifest.json', content: JSON.stringify(manifest) });
  await draft.show(new Set(['manifest.json', 'index.html', asset]));
  return asset;
}

test('a page of the site before still finds its style sheet, one before that does not', async (t) => {
  const output = path.join(await temporaryFolder(t), 'site');
  const [first, second, third] = [
    await show(output, 'one'),
    await show(output, 'two'),
    await show(output, 'three'),
  ];
  assert.deepEqual((await readdir(path.join(output, 'assets'))).sort(), [
    path.basename(third),
    path.basename(second),
  ]);
  assert.equal(await readFile(path.join(output, second), 'utf8'), 'two');
  assert.equal(existsSync(path.join(output, first)), false);
  assert.deepEqual(Object.keys((await createSiteFolder(output).manifest())?.units.assets?.files ?? {}), [
    third,
  ]);
});

test('the folder of the site before stays until the next change, which is made in it', async (t) => {
  const output = path.join(await temporaryFolder(t), 'site');
  const asset = await show(output, 'one');
  const before = await realpath(output);
  await show(output, 'two');
  assert.notEqual(await realpath(output), before);
  assert.equal(await readFile(path.join(before, 'index.html'), 'utf8'), asset);
  await show(output, 'three');
  assert.equal(await realpath(output), before);
});

test('the same content twice has one asset, and a site without a manifest leaves none', async (t) => {
  const output = path.join(await temporaryFolder(t), 'site');
  await show(output, 'one');
  const asset = await show(output, 'one');
  assert.deepEqual(await readdir(path.join(output, 'assets')), [path.basename(asset)]);
  await writeFile(path.join(output, 'manifest.json'), '{');
  await show(output, 'two');
  assert.deepEqual(await readdir(path.join(output, 'assets')), ['site.two.css']);
});

test('a run that could not show its site leaves nothing that stops the next one', async (t) => {
  const output = path.join(await temporaryFolder(t), 'site');
  await mkdir(output);
  const draft = await createSiteFolder(output).begin();
  await writeFile(path.join(output, 'thesis.txt'), 'put there meanwhile');
  await assert.rejects(draft.show(new Set()));
  await draft.discard();
  await rm(path.join(output, 'thesis.txt'));
  const asset = await show(output, 'one');
  assert.equal(await readFile(path.join(output, 'index.html'), 'utf8'), asset);
});

test('a page of the site before last may be where a folder is to be', async (t) => {
  const output = path.join(await temporaryFolder(t), 'site');
  await show(output, 'one');
  const spare = await realpath(output);
  await show(output, 'two');
  await rm(path.join(spare, 'assets'), { recursive: true });
  await writeFile(path.join(spare, 'assets'), 'a page');
  const asset = await show(output, 'three');
  assert.equal(await realpath(output), spare);
  assert.equal(await readFile(path.join(output, asset), 'utf8'), 'three');
});
