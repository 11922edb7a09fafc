import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitMinted, type MintedFile } from '../../scripts/stages/mint.ts';
import { createFakeForge } from '../support/fake-forge.ts';

const file: MintedFile = { path: 'releases/debian-12/cloud-base/20261122.0.yaml', content: 'minted\n' };

/** A plan that asks for the file until it is there. */
const untilThere: Parameters<typeof commitMinted>[2] = async (tree) =>
  (await tree.read(file.path)) === undefined ? file : undefined;

test('a minted file is committed once', async () => {
  const forge = createFakeForge({});
  assert.equal(await commitMinted(file, 'Mint\n', untilThere, { forge }), true);
  assert.equal(await commitMinted(file, 'Mint\n', untilThere, { forge }), false);
  assert.deepEqual(forge.messages, ['Mint\n']);
  assert.deepEqual([...forge.files], [[file.path, file.content]]);
});

test('nothing is written when a push that came first changed what is due', async () => {
  const others: Record<string, MintedFile | undefined> = {
    nothing: undefined,
    'another version': { ...file, path: 'releases/debian-12/cloud-base/20261122.1.yaml' },
    'other content': { ...file, content: 'newer pins\n' },
  };
  for (const [what, due] of Object.entries(others)) {
    const forge = createFakeForge({});
    forge.pushedFirst.push((files) => files.set('pushed', 'by a person'));
    const findDue: typeof untilThere = async (tree) =>
      (await tree.read('pushed')) === undefined ? file : due;
    assert.equal(await commitMinted(file, 'Mint\n', findDue, { forge }), false, what);
    assert.deepEqual([...forge.files.keys()], ['pushed'], what);
  }
});

test('a push that changes nothing of what is due does not stop it', async () => {
  const forge = createFakeForge({});
  forge.pushedFirst.push((files) => files.set('README.md', 'by a person'));
  assert.equal(await commitMinted(file, 'Mint\n', untilThere, { forge }), true);
  assert.equal(forge.files.size, 2);
});

test('a release file that is there is never touched, whatever is asked for', async () => {
  const forge = createFakeForge({ [file.path]: 'by hand\n' });
  await assert.rejects(
    commitMinted(file, 'Mint\n', async () => file, { forge }),
    { code: 'conflict', file: file.path },
  );
  assert.equal(forge.files.get(file.path), 'by hand\n');
});

test('nothing else can be minted', async () => {
  const forge = createFakeForge({});
  const bad = ['README.md', 'releases/policy.yaml', 'releases/debian-12/cloud-base/stream.yaml', '../x.yaml'];
  for (const path of bad) {
    const other = { path, content: 'x' };
    await assert.rejects(
      commitMinted(other, 'Mint\n', async () => other, { forge }),
      { code: 'internal' },
    );
  }
  assert.equal(forge.files.size, 0);
});
