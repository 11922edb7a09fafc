import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { guestChecks } from '../../../scripts/model/qa/checks.ts';
import {
  describeFailures,
  failedResults,
  judgeFrame,
  makeResult,
  nameResults,
  summarize,
} from '../../../scripts/model/qa/report.ts';
import { assertValid } from '../../../scripts/model/schema.ts';
import { makeContext } from './context.ts';

const check = guestChecks.find(({ id }) => id === 'system-running');
assert.ok(check);
const frame = { id: check.id, exitCode: 0, stdout: 'running\n', stderr: '', seconds: 1.26 };

test('a frame becomes a result', () => {
  assert.deepEqual(judgeFrame(check, makeContext(), frame, 0), {
    id: 'system-running',
    where: 'bios',
    result: 'passed',
    seen: 'running',
    seconds: 1.3,
  });
});

test('no frame and a frame out of time fail whatever was printed', () => {
  assert.match(judgeFrame(check, makeContext(), undefined, 0).seen, /session ended/);
  const late = judgeFrame(check, makeContext(), { ...frame, exitCode: 124 }, 0);
  assert.equal(late.result, 'failed');
  assert.match(late.seen, /^did not end within \d+ s: running$/);
});

test('whatever a guest says, the report stays valid', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (seen) => {
      const result = makeResult('boots', 'uefi', { passed: false, seen: `${seen}\uD800` });
      assertValid('QaReport', { accelerator: 'tcg', boots: 1, results: [result] });
      assert.doesNotMatch(result.seen, /[^\P{Cc}\n\t]/u);
    }),
    { numRuns: 50 },
  );
  assert.equal(
    [...makeResult('boots', 'uefi', { passed: true, seen: '\u{1F600}'.repeat(3000) }).seen].length,
    2000,
  );
});

test('failures are named, told and counted', () => {
  const results = [
    makeResult('boots', 'bios', { passed: true, seen: 'fine' }),
    makeResult('no-failed-unit', 'uefi', { passed: false, seen: 'a.service\nb.service' }),
  ];
  const failed = failedResults({ results });
  assert.equal(nameResults(failed), 'no-failed-unit (uefi)');
  assert.equal(
    describeFailures(failed),
    'no-failed-unit (uefi)\n  expected: systemd lists no failed unit.\n  seen:\n    a.service\n    b.service',
  );
  assert.equal(summarize({ accelerator: 'kvm', boots: 3, results }), '1 of 2 checks failed in 3 boots (kvm)');
});
