import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchHost } from '../../../scripts/adapters/qemu/host-watch.ts';

function makeClocks() {
  const now = { wall: 1_000_000, steady: 500 };
  return { now, clocks: { wall: () => now.wall, steady: () => now.steady } };
}

test('a machine that does its part has no trouble', (t) => {
  const { now, clocks } = makeClocks();
  const watch = watchHost(clocks);
  t.after(() => watch.stop());
  for (let i = 0; i < 600; i++) {
    now.wall += 1010;
    now.steady += 1000;
    assert.equal(watch.stoodStill(), undefined);
  }
  assert.equal(watch.clockSet(), undefined);
});

test('a clock that is set, either way, is noticed, and so is a machine that slept', (t) => {
  const { now, clocks } = makeClocks();
  const watch = watchHost(clocks);
  t.after(() => watch.stop());
  now.wall += 3_600_000;
  assert.match(watch.clockSet() ?? '', /went 3600 s ahead/);
  now.wall -= 7_200_000;
  assert.match(watch.clockSet() ?? '', /went 3600 s back/);
});

test('a machine on which nothing ran for long is noticed also later', (t) => {
  const { now, clocks } = makeClocks();
  const watch = watchHost(clocks);
  t.after(() => watch.stop());
  now.wall += 45_000;
  now.steady += 45_000;
  assert.match(watch.stoodStill() ?? '', /nothing ran on this machine for 45 s/);
  now.steady += 10;
  assert.match(watch.stoodStill() ?? '', /45 s/);
});
