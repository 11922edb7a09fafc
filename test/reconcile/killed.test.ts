/** Killed with SIGKILL before each call of a port, then started again: it finishes, nothing twice. test/full has the rest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSweep, tryAll } from '../support/kill-harness-sweep.ts';

test('a release', async (t) => {
  const sweep = await startSweep(t);
  console.error(sweep.calls.length, sweep.hooks, sweep.milliseconds);
  assert.equal(sweep.calls.filter((name) => name === 'forge.commit').length, 2);
  console.time('x')
  await tryAll(sweep, [{when:'before', call: 3}, {when:'before', call: 30}, {hook:'pre-receive', time:1}, {hook:'post-receive', time:2}, {hook:'pre-xfer', time:3},{hook:'post-xfer', time:2}]);
  console.timeEnd('x')
});
