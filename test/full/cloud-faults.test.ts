/** A release while the cloud throttles, loses replies and shows new things late: it converges. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertOne } from '../support/cloud-asserts.ts';
import { makeWorld, releaseAll } from '../support/cloud-world.ts';

test('30 % of calls throttled, 30 % of replies lost, new things hidden for two minutes: it converges', async (t) => {
  const world = await makeWorld(t, {
    seed: 7,
    delays: { register: 30, copy: 300, snapshot: 60, imageParameter: 40 },
    faults: [
      { kind: 'throttle', probability: 0.3 },
      { kind: 'lose-reply', probability: 0.3 },
      { kind: 'hide', seconds: 120, glimpse: 0.3 },
    ],
  });
  await releaseAll(world);
  world.local.faults.clear();
  // A region of best effort may have been given up for now.
  await releaseAll(world, world.ports());
  await assertOne(world);
  const end = world.local.log().at(-1)?.number ?? 0;
  await releaseAll(world, world.ports());
  assert.deepEqual(
    world.local.log(end).filter(({ access }) => access === 'write'),
    [],
  );
});
