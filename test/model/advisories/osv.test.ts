import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { Flaws } from '../../../scripts/model/advisories/flaws.ts';
import { readOsv } from '../../../scripts/model/advisories/osv.ts';
import { assertValid } from '../../../scripts/model/schema.ts';
import { now } from '../../support/advisory-fixtures.ts';

const folder = fileURLToPath(new URL('../../fixtures/advisories/osv-almalinux10', import.meta.url));
const alma = { feed: 'alma', ecosystem: 'AlmaLinux:10', of: 'binary' as const, now };
const debian = { feed: 'debian-osv', ecosystem: 'Debian:12', of: 'source' as const, now };

/** An entry about the package `example`, with what the test changes. */
function entry(more: Record<string, unknown>, affected: Record<string, unknown> = {}): unknown {
  return {
    id: 'EXAMPLE-2026-1',
    affected: [
      {
        package: { ecosystem: 'Debian:12', name: 'example' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.0-2' }] }],
        ...affected,
      },
    ],
    ...more,
  };
}

function read(value: unknown) {
  const flaws = new Flaws();
  const advisory = readOsv(value, debian, flaws);
  if (advisory !== undefined) assertValid('Advisory', advisory);
  return { advisory, flaws: flaws.list };
}

test('real advisories of AlmaLinux are read whole', () => {
  const names = readdirSync(folder);
  assert.ok(names.length > 30);
  for (const name of names) {
    const flaws = new Flaws();
    const advisory = readOsv(JSON.parse(readFileSync(path.join(folder, name), 'utf8')), alma, flaws);
    assert.ok(advisory, name);
    assertValid('Advisory', advisory);
    assert.deepEqual([flaws.list, advisory.flaws], [[], []], name);
    assert.ok(advisory.cves.length > 0 && advisory.severity !== 'unknown' && advisory.published, name);
  }
});

test('a real advisory in our form', () => {
  const text = readFileSync(path.join(folder, 'ALSA-2025-11537.json'), 'utf8');
  const advisory = readOsv(JSON.parse(text), alma, new Flaws());
  assert.ok(advisory);
  assert.deepEqual(
    { ...advisory, references: advisory.references.length },
    {
      id: 'ALSA-2025:11537',
      feed: 'alma',
      title: 'Important: sudo security update',
      severity: 'important',
      cves: ['CVE-2025-32462', 'CVE-2025-32463'],
      published: '2025-07-22T00:00:00Z',
      modified: '2025-07-24T09:20:42Z',
      fixes: [
        { package: 'sudo', of: 'binary', fixed: '1.9.15-8.p5.el10_0.2' },
        { package: 'sudo-python-plugin', of: 'binary', fixed: '1.9.15-8.p5.el10_0.2' },
      ],
      references: 6,
      flaws: [],
    },
  );
});

test('ranges, listed versions and what is not affected', () => {
  const fixes = (affected: Record<string, unknown>) => read(entry({}, affected)).advisory?.fixes;
  const range = (...events: unknown[]) => ({ ranges: [{ type: 'ECOSYSTEM', events }] });
  const base = { package: 'example', of: 'source' };
  assert.deepEqual(fixes(range({ introduced: '0' })), [base]);
  assert.deepEqual(fixes(range({ introduced: '2' }, { last_affected: '3' })), [
    { ...base, introduced: '2', lastAffected: '3' },
  ]);
  assert.deepEqual(fixes(range({ introduced: '0' }, { fixed: '1' }, { introduced: '2' }, { fixed: '3' })), [
    { ...base, fixed: '1' },
    { ...base, introduced: '2', fixed: '3' },
  ]);
  assert.deepEqual(fixes({ ranges: [], versions: ['1.0', '1.1'] }), [
    { ...base, introduced: '1.0', lastAffected: '1.0' },
    { ...base, introduced: '1.1', lastAffected: '1.1' },
  ]);
  assert.equal(fixes({ ecosystem_specific: { urgency: 'unimportant' } }), undefined);
  assert.equal(fixes({ package: { ecosystem: 'Debian:13', name: 'example' } }), undefined);
  assert.equal(fixes(range({ introduced: '0' }, { fixed: '<b>' })), undefined);
});

test('severity by word and by vector', () => {
  const of = (more: Record<string, unknown>, affected = {}) => {
    const { severity, cvss, flaws } = read(entry(more, affected)).advisory ?? {};
    return [severity, cvss?.score, flaws];
  };
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  assert.deepEqual(of({ severity: [{ type: 'CVSS_V3', score: vector }] }), ['unknown', 9.8, []]);
  assert.deepEqual(of({}, { ecosystem_specific: { urgency: 'high' } }), ['important', undefined, []]);
  assert.deepEqual(of({ database_specific: { severity: 'MODERATE' } }), ['moderate', undefined, []]);
  assert.deepEqual(of({ severity: [{ type: 'Ubuntu', score: 'low' }] }), ['low', undefined, []]);
  assert.deepEqual(of({ summary: 'Critical: example security update' }), ['critical', undefined, []]);
  assert.deepEqual(of({ database_specific: { severity: 'dire' } }), [
    'unknown',
    undefined,
    ["severity 'dire' is a word that nobody knows"],
  ]);
  assert.deepEqual(of({ severity: [{ type: 'CVSS_V3', score: '9.8' }] }), [
    'unknown',
    undefined,
    ["CVSS vector '9.8' cannot be scored"],
  ]);
});

test('dirty entries are kept as far as they are usable, and said', () => {
  const { advisory } = read(
    entry({
      id: 'EXAMPLE-2026-2',
      summary: '<script>alert(1)</script>\u202e\u0000\n# title',
      aliases: ['CVE-2026-0001', 7, 'CVE-2026-0001', 'cve-2026-12345'],
      published: '2026-03-01T00:00:00Z',
      modified: '2026-02-01T00:00:00Z',
      references: [
        { url: 'javascript:alert(1)' },
        { url: 'https://example.org/a' },
        { url: 'https://x/<b>' },
        3,
      ],
    }),
  );
  assert.ok(advisory);
  assert.equal(advisory.title, '<script>alert(1)</script> # title');
  assert.deepEqual(advisory.cves, ['CVE-2026-0001', 'CVE-2026-12345']);
  assert.deepEqual(advisory.references, ['https://example.org/a']);
  assert.deepEqual([advisory.published, advisory.modified], ['2026-03-01T00:00:00Z', undefined]);
  assert.equal(advisory.flaws.length, 1);
  assert.equal(read(entry({ published: '2999-01-01' })).advisory?.published, undefined);
  assert.equal(read(entry({ withdrawn: 'yesterday' })).advisory?.withdrawn, '1999-01-01T00:00:00Z');
  assert.deepEqual(read(entry({ id: '../../etc' })).flaws, ["an entry with the id '../../etc' was left out"]);
  assert.deepEqual(read(null).flaws, ['an entry is not an object and was left out']);
  assert.equal(read(entry({ summary: 'x'.repeat(4_000_000) })).advisory?.title.length, 500);
});

test('whatever an entry holds, what comes out is valid', () => {
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('CVE-2026-0001', '1.0', '2026-01-01', 'high', '__proto__', 'CVSS:3.1/AV:N'),
  );
  const event = fc.dictionary(fc.constantFrom('introduced', 'fixed', 'last_affected'), odd);
  const affected = fc.record({
    package: fc.constant({ ecosystem: 'Debian:12', name: 'example' }),
    ranges: fc.array(
      fc.record({ type: fc.constant('ECOSYSTEM'), events: fc.array(event, { maxLength: 4 }) }),
      { maxLength: 2 },
    ),
    versions: odd,
    ecosystem_specific: odd,
    severity: odd,
  });
  const keys = ['summary', 'details', 'aliases', 'related', 'severity', 'published', 'modified', 'withdrawn'];
  const entries = fc
    .tuple(
      fc.dictionary(fc.constantFrom(...keys, 'references', 'database_specific'), odd),
      fc.array(affected),
    )
    .map(([more, list]) => ({ id: 'EXAMPLE-2026-1', ...more, affected: list }));
  fc.assert(
    fc.property(fc.oneof(entries, odd), (value) => void read(value)),
    { numRuns: 300 },
  );
});
