/** A process killed by SIGKILL after every single call to the cloud, those that only read included. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepSigkills } from '../support/cloud-sigkill.ts';

test('a process killed after any call at all: the next run ends the release, once in each region', async (t) => {
  // How often it is asked whether an instance runs depends on the machine.
  const isCounted = ({ call }: { call: string }) => call !== 'DescribeInstances';
  const { kills, counted } = await sweepSigkills(t, { isCounted });
  assert.equal(kills, counted);
  assert.ok(kills > 100);
});

test('a process killed after any call that writes, while images, copies and parameters take their time', async (t) => {
  const { kills } = await sweepSigkills(t, {
    isCounted: ({ access }) => access === 'write',
    delays: { snapshot: 5, register: 5, copy: 8, imageParameter: 5 },
  });
  assert.equal(kills, 31);
});
