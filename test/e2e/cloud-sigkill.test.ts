/** A process killed by SIGKILL after calls that write. test/full/cloud-sigkill.test.ts does so after every single call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepSigkills } from '../support/cloud-sigkill.ts';

test('a process killed after a call that writes: the next run ends the release, once in each region', async (t) => {
  const { kills, counted } = await sweepSigkills(t, {
    isCounted: ({ access }) => access === 'write',
    // Each of those that come alone, and some of those that come once a block, or once a region.
    isTried: (n) => [1, 5, 6, 7, 9, 10, 12, 13, 15, 20, 26, 31].includes(n),
  });
  // Start, 3 blocks, complete, register; key, group, rule, run, reboot, terminate, 2 removals; 2 copies; 3 dates,
  // 3 snapshots, 3 images; 6 pointers.
  assert.equal(counted, 31);
  assert.equal(kills, 12);
});
