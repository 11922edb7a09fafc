import assert from 'node:assert/strict';
import test from 'node:test';
import { fixedBetween } from '../../../scripts/model/advisories/fixed-between.ts';
import { Flaws } from '../../../scripts/model/advisories/flaws.ts';
import { sourceOf } from '../../../scripts/model/advisories/installed.ts';
import { type KnownAdvisories, matchAdvisories } from '../../../scripts/model/advisories/match.ts';
import { mergeAdvisories } from '../../../scripts/model/advisories/merge.ts';
import { describeFix } from '../../../scripts/model/advisories/released-fix.ts';
import { statusOf } from '../../../scripts/model/advisories/status.ts';
import { assertValid } from '../../../scripts/model/schema.ts';
import type { Advisory, AdvisoryFix } from '../../../scripts/model/types.generated.ts';
import { madeUpAdvisory, madeUpPin, noEnrichment, pinnedStream } from '../../support/advisory-fixtures.ts';

const libexample = madeUpPin('libexample1', '2:1.0-1+b1', { source: { name: 'example', version: '1.0-1' } });
const base = pinnedStream('debian-12/cloud-base', [libexample, madeUpPin('other', '3.0-1')]);
const big = pinnedStream('debian-12/big-data', [madeUpPin('other', '3.0-2')]);

function known(advisories: Advisory[], more: Partial<KnownAdvisories> = {}): KnownAdvisories {
  return { distribution: 'debian-12', advisories, ...noEnrichment, ...more };
}

function affected(fix: AdvisoryFix, streams = [base, big]): string[] {
  const findings = matchAdvisories(known([madeUpAdvisory('MADE-UP-1', [fix])]), streams);
  for (const finding of findings) assertValid('Finding', finding);
  return findings.flatMap(({ stream, packages }) =>
    packages.map(
      (one) => `${stream} ${one.name} ${one.installed} → ${one.fixed ?? 'none'} ${one.architecture}`,
    ),
  );
}

test('sources are matched by the version of the source, binaries by their own', () => {
  const source = { package: 'example', of: 'source' as const };
  assert.deepEqual(affected({ ...source, fixed: '1.0-2' }), [
    'debian-12/cloud-base libexample1 2:1.0-1+b1 → 1.0-2 amd64',
  ]);
  assert.deepEqual(affected({ ...source, fixed: '1.0-1' }), []);
  assert.deepEqual(affected({ ...source, introduced: '1.0-2' }), []);
  assert.deepEqual(affected({ ...source, lastAffected: '1.0-1' }).length, 1);
  assert.deepEqual(affected({ package: 'example', of: 'binary', fixed: '9' }), []);
  assert.deepEqual(affected({ package: 'other', of: 'binary', fixed: '3.0-2' }), [
    'debian-12/cloud-base other 3.0-1 → 3.0-2 amd64',
  ]);
  assert.deepEqual(affected({ package: 'other', of: 'source' }).length, 2);
});

test('rpms are matched by the order of rpm, and by architecture', () => {
  const pin = madeUpPin('example', '1.0^git1-1', { architecture: 'x86_64' });
  const stream = { ...pinnedStream('debian-12/rpm', [pin]), payload: 'rpm' as const };
  const fix = { package: 'example', of: 'binary' as const, fixed: '1.0.1-1' };
  assert.equal(affected(fix, [stream]).length, 1);
  assert.equal(affected({ ...fix, architecture: 'x86_64' }, [stream]).length, 1);
  assert.equal(affected({ ...fix, architecture: 'aarch64' }, [stream]).length, 0);
  assert.equal(affected({ ...fix, fixed: '1.0-9' }, [stream]).length, 0);
});

test('streams of other distributions and withdrawn advisories are left out', () => {
  const fix = { package: 'other', of: 'source' as const };
  assert.deepEqual(affected(fix, [{ ...base, id: 'debian-13/cloud-base' }]), []);
  const withdrawn = madeUpAdvisory('MADE-UP-1', [fix], { withdrawn: '2026-01-01T00:00:00Z' });
  assert.deepEqual(matchAdvisories(known([withdrawn]), [base]), []);
});

test('what is known of the CVEs is part of the finding', () => {
  const advisory = madeUpAdvisory('MADE-UP-1', [{ package: 'other', of: 'source' }], {
    cves: ['CVE-2026-0001', 'CVE-2026-0002', 'CVE-2026-0003'],
  });
  const [finding] = matchAdvisories(
    known([advisory], {
      exploited: new Map([
        ['CVE-2026-0001', { added: '2026-02-01T00:00:00Z' }],
        ['CVE-2026-0003', { added: '2026-01-01T00:00:00Z' }],
      ]),
      epss: new Map([
        ['CVE-2026-0002', 0.9],
        ['CVE-2026-0001', 0.1],
      ]),
    }),
    [base],
  );
  assert.deepEqual([finding?.exploited?.added, finding?.epss], ['2026-01-01T00:00:00Z', 0.9]);
});

test('what an update fixes', () => {
  const advisories = [
    madeUpAdvisory('MADE-UP-1', [{ package: 'example', of: 'source', fixed: '1.0-2' }]),
    madeUpAdvisory('MADE-UP-2', [{ package: 'other', of: 'source', fixed: '3.0-9' }]),
    madeUpAdvisory('MADE-UP-3', [{ package: 'example', of: 'source', fixed: '0.9' }]),
    madeUpAdvisory('MADE-UP-4', [{ package: 'gone', of: 'source' }]),
  ];
  const updated = { ...libexample, version: '2:1.0-2', source: { name: 'example', version: '1.0-2' } };
  const before = pinnedStream('debian-12/cloud-base', [
    ...(base.pins[0]?.packages ?? []),
    madeUpPin('gone', '1'),
  ]);
  const after = pinnedStream('debian-12/cloud-base', [updated, madeUpPin('other', '3.0-2')]);
  assert.deepEqual(
    fixedBetween(before, after, known(advisories)).map(({ advisory, packages }) => [advisory.id, packages]),
    [['MADE-UP-1', [{ name: 'libexample1', architecture: 'amd64', from: '2:1.0-1+b1', to: '2:1.0-2' }]]],
  );
  assert.deepEqual(fixedBetween(before, before, known(advisories)), []);
  const [fixed] = fixedBetween(before, after, known(advisories));
  assert.ok(fixed);
  const references = ['https://example.org/a', 'https://example.org/MADE-UP-1'];
  const described = describeFix(
    { ...fixed, advisory: { ...fixed.advisory, references } },
    { proposed: '2026-01-01T00:00:00Z', rule: 'made-up' },
  );
  assertValid('ReleasedFix', described);
  assert.equal(described.reference, 'https://example.org/MADE-UP-1');
});

test('why an image is not affected', () => {
  const say = (...fixes: AdvisoryFix[]) => {
    const found = statusOf(madeUpAdvisory('MADE-UP-1', fixes), base);
    return found.status === 'not-affected' ? found.why : found.status;
  };
  const source = { package: 'example', of: 'source' as const };
  assert.equal(say({ package: 'absent', of: 'source' }), 'absent');
  assert.equal(say({ ...source, introduced: '1.1' }), 'older');
  assert.equal(say({ ...source, fixed: '0' }), 'never');
  assert.equal(say({ ...source, fixed: '1.0-1' }), 'fixed');
  assert.equal(say({ ...source, fixed: '0' }, { ...source, fixed: '2' }), 'affected');
});

test('the source of a pin that names none', () => {
  const of = (path: string, version = '1.0-1+b2') => {
    const { name, version: own } = sourceOf(madeUpPin('libx1', version, { path }), 'deb');
    return `${name} ${own}`;
  };
  assert.equal(of('pool/main/x/xorg/libx1_1.0_amd64.deb'), 'xorg 1.0-1');
  assert.equal(of('pool/updates/main/libx/libxo/libx1_1.0_amd64.deb'), 'libxo 1.0-1');
  assert.equal(of('libx1.deb'), 'libx1 1.0-1');
  assert.equal(sourceOf(madeUpPin('a', '1-1+b2', { path: 'Packages/a/a.rpm' }), 'rpm').version, '1-1+b2');
});

test('a bulletin and the entries of its CVEs become one', () => {
  const fix = { package: 'example', of: 'source' as const, fixed: '1.0-2' };
  const bulletin = madeUpAdvisory('DSA-MADE-UP-1', [fix], { cves: ['CVE-2026-0001', 'CVE-2026-0002'] });
  const entry = (cve: string, more: Partial<Advisory> = {}) =>
    madeUpAdvisory(`DEBIAN-${cve}`, [fix], { cves: [cve], severity: 'important', ...more });
  const score = { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8 };
  const merged = mergeAdvisories(
    [
      bulletin,
      entry('CVE-2026-0001', { cvss: score, published: '2026-01-01T00:00:00Z' }),
      entry('CVE-2026-0002', { fixes: [fix, { ...fix, package: 'other' }] }),
      entry('CVE-2026-0003'),
      madeUpAdvisory('CVE-2026-0003', [fix], { feed: 'tracker', cves: ['CVE-2026-0003'], severity: 'low' }),
    ],
    new Flaws(),
  );
  assert.deepEqual(
    merged.map(({ id, severity, cvss, fixes }) => [
      id,
      severity,
      cvss?.score,
      fixes.map((one) => one.package),
    ]),
    [
      ['DSA-MADE-UP-1', 'important', 9.8, ['example']],
      ['DEBIAN-CVE-2026-0002', 'important', undefined, ['other']],
      ['DEBIAN-CVE-2026-0003', 'important', undefined, ['example']],
    ],
  );
  const flaws = new Flaws();
  const newer = { ...bulletin, title: 'newer', modified: '2026-02-01T00:00:00Z' };
  assert.equal(mergeAdvisories([bulletin, newer, bulletin], flaws)[0]?.title, 'newer');
  assert.equal(flaws.list.length, 1);
});
