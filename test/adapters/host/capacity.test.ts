import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countBuilds, fitBuilds } from '../../../scripts/adapters/host/capacity.ts';

test('as many builds as processors and memory allow, and always one', async () => {
  const memory = (gib: number) => `MemTotal:  99 kB\nMemAvailable:   ${gib * 1024 * 1024} kB\n`;
  assert.deepEqual(
    [fitBuilds(1, memory(64)), fitBuilds(2, memory(7)), fitBuilds(8, memory(14)), fitBuilds(8, memory(2))],
    [1, 2, 4, 1],
  );
  assert.equal(fitBuilds(4, ''), 1);
  assert.ok((await countBuilds()) >= 1);
});
