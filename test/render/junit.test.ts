import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { QaReport } from '../../scripts/model/types.generated.ts';
import { escapeXml, renderJunit } from '../../scripts/render/junit.ts';

const report: QaReport = {
  accelerator: 'tcg',
  boots: 3,
  results: [
    { id: 'no-host-keys', where: 'image', result: 'passed', seen: 'none' },
    { id: 'boots', where: 'bios', result: 'passed', seen: 'ssh answered after 61 s', seconds: 61.2 },
    {
      id: 'no-failed-unit',
      where: 'bios',
      result: 'failed',
      seen: 'a.service <loaded> & "failed"\u0000',
      seconds: 0.5,
    },
    { id: 'boots', where: 'uefi', result: 'passed', seen: 'ssh answered after 70 s', seconds: 70 },
  ],
};

test('a suite for each place, with counts, times and what was seen', () => {
  assert.equal(
    renderJunit(report, 'Test-1 & co'),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="Test-1 &amp; co" tests="4" failures="1" errors="0" time="131.7">
  <testsuite name="Test-1 &amp; co image" tests="1" failures="0" errors="0" time="0.0">
    <testcase classname="Test-1 &amp; co image" name="no-host-keys" time="0.0"><system-out>none</system-out></testcase>
  </testsuite>
  <testsuite name="Test-1 &amp; co bios" tests="2" failures="1" errors="0" time="61.7">
    <testcase classname="Test-1 &amp; co bios" name="boots" time="61.2"><system-out>ssh answered after 61 s</system-out></testcase>
    <testcase classname="Test-1 &amp; co bios" name="no-failed-unit" time="0.5"><failure message="systemd lists no failed unit.">a.service &lt;loaded&gt; &amp; &quot;failed&quot;\uFFFD</failure></testcase>
  </testsuite>
  <testsuite name="Test-1 &amp; co uefi" tests="1" failures="0" errors="0" time="70.0">
    <testcase classname="Test-1 &amp; co uefi" name="boots" time="70.0"><system-out>ssh answered after 70 s</system-out></testcase>
  </testsuite>
</testsuites>
`,
  );
});

test('any text becomes text that XML 1.0 can hold', () => {
  const unit = fc.oneof(
    fc.constantFrom('<', '>', '&', '"', "'", ']]>', '\u0000', '\uD800', '\uFFFE', '\r\n'),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(unit), (parts) => {
      const escaped = escapeXml(parts.join(''));
      assert.doesNotMatch(escaped, /[<>"']|&(?!(amp|lt|gt|quot|apos|#13);)/);
      assert.doesNotMatch(escaped, /[^\t\n\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u);
    }),
  );
});
