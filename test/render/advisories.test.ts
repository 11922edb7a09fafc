import assert from 'node:assert/strict';
import test from 'node:test';
import { renderFindings } from '../../scripts/render/advisories.ts';
import { madeUpAdvisory } from '../support/advisory-fixtures.ts';

test('findings for people: the gravest first, what is exploited before all', () => {
  const packages = [{ name: 'example', architecture: 'amd64' as const, installed: '1.0-1', fixed: '1.0-2' }];
  const of = (id: string, severity: 'low' | 'critical') => ({
    stream: 'debian-12/cloud-base',
    advisory: madeUpAdvisory(id, [], { severity }),
    packages,
  });
  const exploited = { added: '2026-01-01T00:00:00Z' };
  const findings = [
    of('MADE-UP-1', 'low'),
    of('MADE-UP-2', 'critical'),
    { ...of('MADE-UP-3', 'low'), exploited, epss: 0.5 },
  ];
  const feed = { distribution: 'debian-12', feed: 'made-up', entries: 3 };
  const text = renderFindings(
    [
      { stream: 'debian-12/cloud-base', findings },
      { stream: 'debian-12/other', findings: [] },
    ],
    [
      { ...feed, state: 'read' },
      { ...feed, state: 'not-configured' },
    ],
  );
  assert.deepEqual(text.split('\n'), [
    'debian-12/cloud-base: 3 advisories',
    '  MADE-UP-3 (made-up) low, exploited since 2026-01-01, EPSS 50.0 %: example 1.0-1 → 1.0-2 [amd64]',
    '  MADE-UP-2 (made-up) critical: example 1.0-1 → 1.0-2 [amd64]',
    '  MADE-UP-1 (made-up) low: example 1.0-1 → 1.0-2 [amd64]',
    'debian-12/other: no advisory that is known',
    'feeds:',
    '  made-up (debian-12): read, 3 entries',
    '  made-up (debian-12): no address',
  ]);
});
