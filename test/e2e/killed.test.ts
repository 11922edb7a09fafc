/**
 * Killed with SIGKILL between any two effects, and by servers in the middle of an exchange, then started again: it
 * finishes, nothing twice. test/full has every call, moments in between, and a release that is brought to one more mirror.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSweep, tryAll } from '../support/kill-harness-sweep.ts';

/** Calls that leave the world as it is: a kill after one is the same as a kill before it. */
const reads =
  /^(store\.(find|verify)|artifacts\.get|values\.load|kickstarts\.parse|machines\.accelerator|disks\.open|machine\.(?!stop).*|mirror \w+\.(holds|list|read)|signer\..*|verifier\..*)$/;

test('a release that was killed ends as one that was not', async (t) => {
  const sweep = await startSweep(t);
  assert.equal(sweep.calls.filter((name) => name === 'forge.commit').length, 2, 'minted and recorded');
  assert.equal(sweep.calls.filter((name) => name.endsWith('.remove')).length, 2, 'pruned on both mirrors');
  assert.deepEqual([sweep.hooks['pre-receive'], sweep.hooks['post-receive']], [2, 2], 'pushed twice');
  const before = sweep.calls.flatMap((name, index) =>
    reads.test(name) ? [] : [{ when: 'before' as const, call: index + 1 }],
  );
  const end = { when: 'after' as const, call: sweep.calls.length };
  const pushes = [1, 2].flatMap((time) => [
    { hook: 'pre-receive' as const, time },
    { hook: 'post-receive' as const, time },
  ]);
  const transfers = Array.from({ length: sweep.hooks['pre-xfer'] }, (_, index) => index + 1)
    .filter((time) => time % 3 === 0)
    .map((time) => ({ hook: 'post-xfer' as const, time }));
  await tryAll(sweep, [...before, end, ...pushes, ...transfers]);
});
