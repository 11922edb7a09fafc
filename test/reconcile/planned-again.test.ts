/** Somebody pushes after reconcile planned and before its release file is in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderRelease } from '../../scripts/render/release.ts';
import { folder, streamId } from '../support/fake-ports-repository.ts';
import { first, makeWorld } from './world.ts';

test('pins that were pushed before the release file could be: a file for them is minted, and no other', async (t) => {
  const world = await makeWorld(t);
  const other = await makeWorld(t, { alpha: '2.0-1' });
  await other.runOne();
  world.forge.pushedFirst.push(() => world.change({ alpha: '2.0-1' }));
  await world.runOne();
  assert.deepEqual(world.release(first), other.release(first));
  assert.deepEqual(world.forge.messages, other.forge.messages);
  assert.deepEqual(world.mirrors.get('primary')?.files, other.mirrors.get('primary')?.files);
});

test('a release file that a person pushed first takes the place of the minted one', async (t) => {
  const world = await makeWorld(t);
  const other = await makeWorld(t);
  await other.runOne();
  const byHand = { ...other.release(first), version: '20261122.0', reason: 'By hand' };
  world.forge.pushedFirst.push((files) => {
    files.set(`${folder}/20261122.0.yaml`, renderRelease(byHand));
  });
  const { minted, recorded } = await world.runOne();
  assert.equal(minted, undefined);
  assert.equal(recorded?.record.version, '20261122.0');
  assert.deepEqual(world.forge.messages, [`Record ${streamId} 20261122.0\n`]);
});

test('a stream that was broken or removed by a push before its release file could be: nothing is written', async (t) => {
  const pushes: [string, RegExp, (files: Map<string, string>) => void][] = [
    ['invalid', /pins/, (files) => files.delete(`${folder}/pins.amd64.yaml`)],
    [
      'conflict',
      /was removed/,
      (files) => {
        for (const file of [...files.keys()]) if (file.startsWith(folder)) files.delete(file);
      },
    ],
  ];
  for (const [code, words, push] of pushes) {
    const world = await makeWorld(t);
    world.forge.pushedFirst.push(push);
    const [outcome] = await world.run();
    assert.equal(outcome?.error?.code, code);
    assert.match(outcome?.error?.located ?? '', words);
    assert.deepEqual(world.forge.messages, []);
    assert.ok(!world.calls.includes('images.build'));
  }
});

test('a stream that changes without end is given up', async (t) => {
  const world = await makeWorld(t);
  for (let number = 0; number < 20; number++) {
    world.forge.pushedFirst.push(() => world.change({ alpha: `${number}.0-1` }));
  }
  await assert.rejects(world.runOne(), { code: 'conflict', message: /keeps changing/ });
  assert.deepEqual(world.forge.messages, []);
});
