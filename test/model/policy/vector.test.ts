import assert from 'node:assert/strict';
import test from 'node:test';
import { readVector } from '../../../scripts/model/policy/vector.ts';

const cases: [vector: string, automatable: boolean, total: boolean][] = [
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', true, true],
  ['CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H', false, true],
  ['CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:H', false, false],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', true, true],
  ['CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', false, true],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:H/SC:N/SI:N/SA:N/AU:N', false, false],
  ['CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/AU:Y', true, true],
  ['AV:N/AC:L/Au:N/C:C/I:C/A:C', true, true],
  ['AV:N/AC:M/Au:N/C:P/I:P/A:P', false, false],
  // What is missing counts as the worse.
  ['CVSS:3.1/AV:N', true, true],
];

for (const [vector, automatable, total] of cases) {
  test(`${vector}: ${automatable ? '' : 'not '}automatable, ${total ? 'total' : 'partial'}`, () => {
    const facts = readVector(vector);
    assert.deepEqual([facts.automatable, facts.total], [automatable, total]);
  });
}
