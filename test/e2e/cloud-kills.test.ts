/** Killed after every call that writes. test/full/cloud-kills.test.ts does the same after every call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepKills } from '../support/cloud-kills.ts';

test('killed after any call that writes, a release ends the same when it is run again', async (t) => {
  const { kills } = await sweepKills(t, ({ access }) => access === 'write');
  // Start, 3 blocks, complete, register; key, group, rule, run, reboot, terminate, 2 removals; 2 copies; 3 dates,
  // 3 snapshots, 3 images; 6 pointers.
  assert.equal(kills, 31);
});
