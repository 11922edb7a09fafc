/** A process killed by SIGKILL after every call that writes. test/full/cloud-sigkill.test.ts does so after every call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepSigkills } from '../support/cloud-sigkill.ts';

test('a process killed after any call that writes: the next run ends the release, once in each region', async (t) => {
  const { kills, counted } = await sweepSigkills(t, { isCounted: ({ access }) => access === 'write' });
  assert.equal(kills, counted);
  // Start, 3 blocks, complete, register; 2 copies; 3 dates, 3 snapshots, 3 images; 6 pointers.
  assert.equal(kills, 23);
});
