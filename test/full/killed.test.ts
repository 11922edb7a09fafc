/** Killed with SIGKILL before and after every call of a port, in every exchange with a server, and at any moment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSweep, tryAll } from '../support/kill-harness-sweep.ts';
import { gainMirror, runReconcile } from '../support/kill-harness-world.ts';

const countTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const hooks = ['pre-receive', 'post-receive', 'pre-xfer', 'post-xfer'] as const;
const moments = 40;

test('a release', async (t) => {
  const sweep = await startSweep(t);
  const numbers = countTo(sweep.calls.length);
  await t.test('before each call', async () => {
    await tryAll(
      sweep,
      numbers.map((call) => ({ when: 'before', call })),
    );
  });
  await t.test('after each call', async () => {
    await tryAll(
      sweep,
      numbers.map((call) => ({ when: 'after', call })),
    );
  });
  await t.test('by a server, as each exchange begins and ends', async () => {
    await tryAll(
      sweep,
      hooks.flatMap((hook) => countTo(sweep.hooks[hook]).map((time) => ({ hook, time }))),
    );
  });
  await t.test('at any moment', async () => {
    await tryAll(
      sweep,
      countTo(moments).map((part) => ({
        when: 'later',
        milliseconds: Math.round((sweep.milliseconds * part) / moments),
      })),
    );
  });
});

test('a release that is brought to one more mirror, from another mirror', async (t) => {
  const sweep = await startSweep(t, async (place) => {
    await runReconcile(place, {});
    await gainMirror(place);
  });
  assert.ok(sweep.calls.includes('mirror primary.retrieve'), sweep.calls.join(' '));
  assert.ok(!sweep.calls.includes('images.build'));
  const numbers = countTo(sweep.calls.length);
  await tryAll(
    sweep,
    numbers.map((call) => ({ when: 'before', call })),
  );
  await tryAll(
    sweep,
    numbers.map((call) => ({ when: 'after', call })),
  );
});
