import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  boots,
  checksOf,
  countChecks,
  guestChecks,
  imageChecks,
  outsideChecks,
  reboots,
} from '../../../scripts/model/qa/checks.ts';
import { composeScript } from '../../../scripts/model/qa/frame.ts';
import { makeContext } from './context.ts';

const all = [...imageChecks, boots, ...guestChecks, ...outsideChecks, reboots];

test('every check has an ID of its own and says why and what', () => {
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  for (const { id, title, purpose, expectation } of all) {
    assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const text of [title, purpose, expectation]) assert.ok(text.length > 5, id);
    assert.match(purpose, /\.$/, id);
    assert.match(expectation, /\.$/, id);
  }
});

test('the scripts of each phase go into one session', () => {
  for (const firmware of ['bios', 'uefi'] as const) {
    for (const phase of ['after-boot', 'after-reboot'] as const) {
      const context = makeContext({ guest: firmware });
      const fragments = checksOf(guestChecks, firmware, phase, context.job).map((check) => ({
        id: check.id,
        script: check.script(context),
        seconds: check.seconds,
      }));
      assert.ok(fragments.length > 0 || phase === 'after-reboot');
      composeScript(fragments, '0123456789abcdef');
    }
  }
});

test('the UEFI guest gets a part of the checks', () => {
  assert.ok(countChecks('uefi', { payload: 'deb' }) < countChecks('bios', { payload: 'deb' }));
  const ids = checksOf(guestChecks, 'uefi', 'after-boot', { payload: 'deb' }).map(({ id }) => id);
  for (const id of [
    'cloud-init-done',
    'system-running',
    'no-failed-unit',
    'root-grown',
    'efi-partition-mounted',
    'fstab-in-use',
  ]) {
    assert.ok(ids.includes(id), id);
  }
});
