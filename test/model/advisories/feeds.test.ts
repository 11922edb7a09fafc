import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { scoreVector } from '../../../scripts/model/advisories/cvss.ts';
import { readDate } from '../../../scripts/model/advisories/dates.ts';
import { createEpssReader } from '../../../scripts/model/advisories/epss.ts';
import { Flaws } from '../../../scripts/model/advisories/flaws.ts';
import { readKev } from '../../../scripts/model/advisories/kev.ts';
import { createTrackerReader } from '../../../scripts/model/advisories/tracker.ts';
import { assertValid } from '../../../scripts/model/schema.ts';
import { now } from '../../support/advisory-fixtures.ts';

const slice: unknown = JSON.parse(
  readFileSync(new URL('../../fixtures/advisories/kev-slice.json', import.meta.url), 'utf8'),
);

test('the real catalogue of exploited vulnerabilities: two are due before they were added, which is said', () => {
  const { exploited, flaws } = readKev(slice, now);
  assert.equal(exploited.size, 59);
  assert.deepEqual(exploited.get('CVE-2021-34527'), {
    added: '2021-11-03T00:00:00Z',
    due: '2021-07-20T00:00:00Z',
    ransomware: true,
  });
  assert.deepEqual(flaws.list, [
    'CVE-2021-34527: due 2021-07-20, before it was added 2021-11-03',
    'CVE-2020-1350: due 2020-07-24, before it was added 2021-11-03',
  ]);
});

test('odd catalogues', () => {
  const read = (...vulnerabilities: unknown[]) => {
    const { exploited, flaws } = readKev({ dateReleased: '2026-01-02T03:04:05.678Z', vulnerabilities }, now);
    return [Object.fromEntries(exploited), flaws.list];
  };
  assert.deepEqual(read({ cveID: 'CVE-2026-0001', dateAdded: 'soon', dueDate: 5 }, { cveID: 'none' }, null), [
    { 'CVE-2026-0001': { added: '2026-01-02T03:04:05Z' } },
    [
      "CVE-2026-0001: the date added 'soon' is no date and was left out",
      'CVE-2026-0001: counts as added 2026-01-02T03:04:05Z',
      "CVE-2026-0001: due '5' is no date",
      "an entry for 'none' was left out",
      "an entry for 'null' was left out",
    ],
  ]);
  assert.deepEqual(readKev([], now).flaws.list, ['the catalogue has no list of vulnerabilities']);
  fc.assert(fc.property(fc.jsonValue(), (value) => void readKev({ vulnerabilities: [value] }, now)));
});

test('EPSS scores', () => {
  const reader = createEpssReader((cve) => cve !== 'CVE-2026-0009');
  const lines = [
    '#model_version:v2026.01.01,score_date:2026-11-22T00:00:00+0000',
    'cve,epss,percentile',
    'CVE-2026-0001,0.97565,0.99999',
    'CVE-2026-0002,1e-05,0.00001',
    'CVE-2026-0009,0.5,0.5',
    'CVE-2026-0003,1.5,0.5',
    'CVE-2026-0004,,',
    '<html>',
  ];
  for (const line of lines) reader.add(line);
  const { epss, flaws } = reader.end();
  assert.deepEqual(Object.fromEntries(epss), { 'CVE-2026-0001': 0.97565, 'CVE-2026-0002': 0.00001 });
  assert.equal(flaws.list.length, 3);
});

test("entries of Debian's tracker become an advisory a CVE", () => {
  const reader = createTrackerReader({ feed: 'tracker', codename: 'bookworm', now });
  const releases = (release: unknown) => ({ description: 'made-up flaw', releases: { bookworm: release } });
  reader.add('example', {
    'CVE-2026-0001': releases({ status: 'resolved', fixed_version: '1.0-2', urgency: 'not yet assigned' }),
    'CVE-2026-0002': releases({ status: 'open', urgency: 'high', nodsa: 'Minor issue' }),
    'CVE-2026-0003': releases({ status: 'undetermined', urgency: 'low' }),
    'CVE-2026-0004': releases({ status: 'open', urgency: 'unimportant' }),
    'CVE-2026-0005': releases({ status: 'resolved', fixed_version: '0', urgency: 'low' }),
    'CVE-2026-0006': releases({ status: 'resolved', urgency: 'low' }),
    'CVE-2026-0007': { releases: { trixie: { status: 'open' } } },
    'CVE-2026-0008': 'x',
    'no id': {},
  });
  reader.add('other-example', {
    'CVE-2026-0001': releases({ status: 'resolved', fixed_version: '7', urgency: 'low' }),
  });
  reader.add('../x', {});
  const { advisories, flaws } = reader.end();
  for (const advisory of advisories) assertValid('Advisory', advisory);
  const source = { package: 'example', of: 'source' };
  assert.deepEqual(
    advisories.map(({ id, severity, fixes }) => [id, severity, fixes]),
    [
      [
        'CVE-2026-0001',
        'low',
        [
          { ...source, fixed: '1.0-2' },
          { package: 'other-example', of: 'source', fixed: '7' },
        ],
      ],
      ['CVE-2026-0002', 'important', [source]],
      ['CVE-2026-0005', 'low', [{ ...source, fixed: '0' }]],
    ],
  );
  assert.equal(flaws.list.length, 4);
});

test('base scores of all versions of CVSS', () => {
  const scores: [string, number | undefined][] = [
    ['AV:N/AC:L/Au:N/C:P/I:P/A:P', 7.5],
    ['CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', 7.8],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O', 9.8],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 9.3],
    ['CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:U', 7.1],
    ['CVSS:3.1/AV:N', undefined],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:Z', undefined],
    ['rubbish', undefined],
    ['', undefined],
    [`CVSS:3.1/${'AV:N/'.repeat(100)}AC:L`, undefined],
  ];
  for (const [vector, score] of scores) assert.equal(scoreVector(vector), score, vector);
});

test('dates of many forms', () => {
  const flaws = new Flaws();
  const read = (value: unknown) => readDate(value, 'date', now, flaws);
  assert.equal(read('2026-01-02'), '2026-01-02T00:00:00Z');
  assert.equal(read('2026-01-02 03:04:05'), '2026-01-02T03:04:05Z');
  assert.equal(read('2026-01-02 03:04'), '2026-01-02T03:04:00Z');
  assert.equal(read('2026-01-02T03:04:05.678+02:00'), '2026-01-02T01:04:05Z');
  assert.equal(read('1767322800'), '2026-01-02T03:00:00Z');
  assert.deepEqual(flaws.list, []);
  const odd = [
    '2026-02-30',
    '1970-01-01',
    '2031-01-01',
    'soon',
    {},
    -1,
    '2026-13-01',
    '0001-01-01T00:00:00Z',
  ];
  for (const value of odd) assert.equal(read(value), undefined, String(value));
  assert.equal(flaws.list.length, odd.length);
  assert.equal(read(''), undefined);
});
