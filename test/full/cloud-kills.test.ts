/** Killed after every single call to the cloud, those that only read included. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepKills } from '../support/cloud-kills.ts';

/** How often it is asked whether an instance runs depends on the machine. */
const isSteady = ({ call }: { call: string }) => call !== 'DescribeInstances';

test('killed after any call at all, a release ends the same when it is run again', async (t) => {
  const { kills, calls } = await sweepKills(t, isSteady);
  assert.equal(kills, calls);
  assert.ok(kills > 80);
});
