/** After the release: withdrawn, seen again, renewed, removed; and what is observed on the way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadReleasesOf } from '../../../../scripts/model/load-releases-of.ts';
import { observeCloud } from '../../../../scripts/stages/observe.ts';
import { movePointers } from '../../../../scripts/stages/promote.ts';
import { removeImages, renewImages, restoreImages } from '../../../../scripts/stages/retire.ts';
import { withdrawImages } from '../../../../scripts/stages/withdraw.ts';
import { stream, version } from '../../../support/candidate.ts';
import { assertOne } from '../../../support/cloud-asserts.ts';
import { aws, type CloudWorld, makeWorld, releaseAll } from '../../../support/cloud-world.ts';

const targets = { home: aws.home, regions: aws.regions.map((id) => ({ id })), pointers: '/aperiodic' };

async function observe(world: CloudWorld) {
  const state = await loadReleasesOf(stream, await world.forge.head());
  return await observeCloud([state], targets, world.ports());
}

const writes = (world: CloudWorld, after: number) =>
  world.local.log(after).filter(({ access }) => access === 'write').length;

test('images are closed, opened again, renewed and removed, each twice with nothing to do the second time', async (t) => {
  const world = await makeWorld(t);
  const { published, promoted } = await releaseAll(world);
  const plan = { stream, version, images: published.images };
  const twice = async (work: () => Promise<{ failures: unknown[] }>) => {
    assert.deepEqual((await work()).failures, []);
    const end = world.local.log().at(-1)?.number ?? 0;
    assert.deepEqual((await work()).failures, []);
    assert.equal(writes(world, end), 0);
  };
  await twice(() => withdrawImages(plan, world.ports()));
  const closed = await observe(world);
  assert.deepEqual(closed.failures, []);
  assert.deepEqual(
    closed.observed.images.map((image) => image.public),
    [false, false, false],
  );
  assert.equal(closed.observed.pointers.length, 6);
  await twice(() => restoreImages(plan, world.ports()));
  await assertOne(world);
  await twice(() => renewImages(plan, '2027-06-01T00:00:00Z', world.ports()));
  assert.match((await observe(world)).observed.images[0]?.deprecateAt ?? '', /^2027-06-01T00:00/);
  await twice(() => movePointers({ put: [], remove: promoted.pointers }, world.ports()));
  await twice(() => removeImages(plan, world.ports()));
  const { observed } = await observe(world);
  assert.deepEqual([observed.images, observed.pointers], [[], []]);
  for (const { region, snapshot } of published.images)
    assert.equal(await world.ports().cloud.region(region).snapshot(snapshot), undefined);
});

test('a region that is down keeps no other from being done', async (t) => {
  const world = await makeWorld(t);
  const { published } = await releaseAll(world);
  world.local.faults.add({ kind: 'down', regions: ['us-east-1'] });
  const { done, failures } = await withdrawImages(
    { stream, version, images: published.images },
    world.ports(),
  );
  assert.deepEqual(done.map(({ region }) => region).sort(), ['ap-southeast-1', 'eu-central-1']);
  assert.deepEqual(
    failures.map(({ region }) => region),
    ['us-east-1'],
  );
  const seen = await observe(world);
  assert.deepEqual(seen.observed.regions, ['ap-southeast-1', 'eu-central-1']);
});

test('an image that is not tagged as the release is never removed', async (t) => {
  const world = await makeWorld(t);
  const { published } = await releaseAll(world);
  const other = { stream, version: '20261101.0', images: published.images };
  const { failures } = await removeImages(other, world.ports());
  assert.equal(failures.length, 3);
  await assertOne(world);
});
