import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDeadline, type Part } from '../../../scripts/model/update/urgency.ts';

const now = '2026-11-22T12:00:00Z';
const fix = (due: string | undefined, approvals = 1): Part['fixes'][number] => ({
  proposed: '2026-11-20T12:00:00Z',
  verdict: {
    stream: 'a/b',
    advisory: 'A-1',
    feed: 'f',
    rule: 'r',
    approvals,
    because: ['x'],
    ...(due === undefined ? {} : { due }),
  },
});
const part = (fixes: Part['fixes'], schedule: Part['schedule'] = {}): Part => ({ fixes, schedule });

test('the earliest date and the most approvals count', () => {
  const parts = [
    part([fix('2026-12-20T00:00:00Z', 2), fix(undefined, 0)]),
    part([fix('2026-12-01T00:00:00Z')]),
  ];
  const deadline = { urgency: 'security', due: '2026-12-01T00:00:00Z', approvals: 2 };
  assert.deepEqual(findDeadline(parts, now, false), deadline);
});

test('what is due within three days of its proposal is urgent, whenever it is looked at', () => {
  const parts = [part([fix('2026-11-23T12:00:00Z', 0)])];
  for (const time of [now, '2026-11-20T12:00:00Z', '2030-01-01T00:00:00Z'])
    assert.deepEqual(findDeadline(parts, time, false), {
      urgency: 'urgent',
      due: '2026-11-23T12:00:00Z',
      approvals: 0,
    });
  assert.equal(findDeadline([part([fix('2026-11-23T12:00:01Z')])], now, false).urgency, 'security');
});

test('a regular update has the approvals of its cadence, and is marked once its day has come', () => {
  const regular = (due: string) => findDeadline([part([], { due, approvals: 2 })], now, false);
  assert.deepEqual(regular('2026-11-22T12:00:01Z'), { urgency: 'routine', approvals: 2 });
  assert.deepEqual(regular(now), { urgency: 'routine', approvals: 2, regular: now });
  assert.deepEqual(findDeadline([part([])], now, true), { urgency: 'routine', approvals: 1, regular: 'now' });
});

test('a stream of a group that fixes nothing still wants its approvals', () => {
  assert.equal(findDeadline([part([fix(undefined, 0)]), part([])], now, false).approvals, 1);
});
