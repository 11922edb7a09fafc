import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createDirectoryValues } from '../../../scripts/adapters/artifacts/values.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const name = 'debian-12/cloud-base/20261122.0/amd64/build';

test('gives back what was saved, also to another process', async (t) => {
  const folder = join(await temporaryFolder(t), 'values');
  const value = { input: 'a', output: { list: [1, 'two', null], text: 'ü\n' } };
  await createDirectoryValues(folder).save(name, value);
  assert.deepEqual(await createDirectoryValues(folder).load(name), value);
  assert.deepEqual(JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')), value);
});

test('the last one that was saved counts, and nothing else lies beside it', async (t) => {
  const folder = await temporaryFolder(t);
  const values = createDirectoryValues(folder);
  for (const value of [1, 2, 3]) await values.save('one', value);
  assert.equal(await values.load('one'), 3);
  assert.deepEqual(await readdir(folder), ['one.json']);
});

test('what is not there, or is cut off, is nothing', async (t) => {
  const folder = await temporaryFolder(t);
  const values = createDirectoryValues(folder);
  assert.equal(await values.load(name), undefined);
  for (const text of ['', '{"input": "a", "out', '\0\0\0\0']) {
    await writeFile(join(folder, 'cut.json'), text);
    assert.equal(await values.load('cut'), undefined, JSON.stringify(text));
  }
  await values.save('cut', 'whole');
  assert.equal(await values.load('cut'), 'whole');
});

test('a name cannot lead out of the folder', async (t) => {
  const values = createDirectoryValues(await temporaryFolder(t));
  for (const bad of ['../x', '/x', 'a//b', 'a/../b', '.hidden', '', 'a\nb']) {
    await assert.rejects(async () => values.save(bad, 1), { code: 'internal' }, bad);
    await assert.rejects(async () => values.load(bad), { code: 'internal' }, bad);
  }
});
