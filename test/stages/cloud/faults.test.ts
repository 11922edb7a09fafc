/** A release against a cloud in which things go wrong: it converges, and nothing is public too early. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { assertOne } from '../../support/cloud-asserts.ts';
import { aws, makeWorld, releaseAll } from '../../support/cloud-world.ts';

test('a required region that is down keeps everything private and the pointers where they are', async (t) => {
  const world = await makeWorld(t);
  const id = world.local.faults.add({ kind: 'down', regions: ['us-east-1'] });
  await assert.rejects(releaseAll(world), (error) => {
    assert.ok(error instanceof AperiodicError);
    assert.equal(error.code, 'unreachable');
    assert.match(error.message, /could not be brought to us-east-1; nothing was made public/);
    return true;
  });
  const calls = world.local.log().map(({ call }) => call);
  assert.ok(!calls.includes('ModifyImageAttribute') && !calls.includes('ModifySnapshotAttribute'));
  assert.ok(!calls.includes('PutParameter'));
  assert.deepEqual(world.forge.messages, []);
  world.local.faults.remove(id);
  await releaseAll(world, world.ports());
  await assertOne(world);
});

test('a region of best effort that is down blocks nothing, and is completed later', async (t) => {
  const world = await makeWorld(t);
  const id = world.local.faults.add({ kind: 'down', regions: aws.bestEffort });
  const { published, promoted } = await releaseAll(world);
  assert.deepEqual(
    published.images.map(({ region }) => region),
    aws.regions,
  );
  assert.equal(promoted.pointers.length, 4);
  assert.match(world.log.lines.join('\n'), /warn .* is not in ap-southeast-1 yet/);
  assert.ok(world.clock.elapsed() < 10 * 60_000);
  world.local.faults.remove(id);
  await releaseAll(world, world.ports());
  await assertOne(world);
});

test('settings that forbid sharing are found before anything is public', async (t) => {
  const world = await makeWorld(t);
  const settings = [
    { imageBlockPublicAccess: 'block-new-sharing' },
    { snapshotBlockPublicAccess: 'block-all-sharing' },
    { publicImages: 0 },
  ] as const;
  for (const one of settings) {
    await world.local.configure('us-east-1', one);
    await assert.rejects(releaseAll(world), /nothing was made public/);
    await world.local.configure('us-east-1', {
      imageBlockPublicAccess: 'unblocked',
      snapshotBlockPublicAccess: 'unblocked',
      publicImages: 5,
    });
  }
  assert.ok(!world.local.log().some(({ call }) => /^Modify/.test(call)));
  await releaseAll(world);
  await assertOne(world);
});
