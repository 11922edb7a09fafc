import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DueDate, Pending } from '../../scripts/model/cadence.ts';
import { findAtRisk, findPending } from '../../scripts/model/deadlines.ts';
import type { ReleasedFix, Verdict } from '../../scripts/model/types.generated.ts';
import { renderDeadlineIssue, renderDeadlineMail, renderDeadlines } from '../../scripts/render/deadlines.ts';
import { repositoryOf } from './plan/golden-case.ts';
import { shipped } from './policy/fixture.ts';
import { streamId } from './repository-fixture.ts';

const pendingOf = (advisory: string, rule: string, due: string): Pending => ({
  stream: streamId,
  advisory,
  feed: 'testix',
  rule,
  approvals: 1,
  due,
});

function riskAt(now: string, pending: Pending[], dueDates: DueDate[] = []) {
  const found = findAtRisk({ now: new Date(now), policy: shipped, pending, dueDates });
  return found.flatMap(({ deadlines }) => deadlines.map(({ advisory, state }) => `${advisory} ${state}`));
}

describe('a deadline', () => {
  const important = pendingOf('TSA-1', 'important', '2026-11-30T00:00:00Z');
  const urgent = pendingOf('TSA-2', 'exploited-exposed-total', '2026-11-30T00:00:00Z');

  it('is at risk for its last day, a short one for its second half, and then missed', () => {
    assert.deepEqual(riskAt('2026-11-28T23:59:59Z', [important]), []);
    assert.deepEqual(riskAt('2026-11-29T00:00:00Z', [important, urgent]), ['TSA-1 at-risk']);
    assert.deepEqual(riskAt('2026-11-29T12:00:00Z', [urgent]), ['TSA-2 at-risk']);
    assert.deepEqual(riskAt('2026-11-30T00:00:00Z', [urgent]), ['TSA-2 at-risk']);
    assert.deepEqual(riskAt('2026-11-30T00:00:01Z', [urgent]), ['TSA-2 missed']);
  });

  it('of a regular release is told of two days later', () => {
    const due: DueDate = { stream: streamId, kind: 'scheduled', at: '2026-11-20T00:00:00Z', why: '' };
    assert.deepEqual(riskAt('2026-11-22T00:00:00Z', [], [due]), []);
    assert.deepEqual(riskAt('2026-11-22T00:00:01Z', [], [due]), ['scheduled missed']);
  });
});

describe('what is pending', () => {
  const fix = (advisory: string, due?: string): ReleasedFix => ({
    advisory,
    feed: 'testix',
    title: 'alpha',
    severity: 'critical',
    cves: [],
    packages: [{ name: 'alpha', architecture: 'amd64', from: '1', to: '2' }],
    proposed: '2026-11-20T00:00:00Z',
    rule: 'critical',
    ...(due === undefined ? {} : { due }),
  });
  const verdict = (advisory: string, due?: string): Verdict => ({
    stream: streamId,
    advisory,
    feed: 'testix',
    rule: 'critical',
    approvals: 1,
    because: ['x'],
    ...(due === undefined ? {} : { due }),
  });
  const due = '2026-11-22T00:00:00Z';

  it('are verdicts with a date, and fixes that are merged, until they are recorded', () => {
    const repository = repositoryOf({
      about: '',
      mergedAt: due,
      content: 'A',
      targets: ['primary'],
      releases: [
        { version: '20261101.0', content: 'B', recorded: ['primary'] },
        { version: '20261102.0', content: 'C', recorded: ['primary'], withdrawn: 'bad' },
        { version: '20261121.0', content: 'A' },
        { version: '20261122.0', content: 'B' },
      ],
    });
    const [old, bad, merged] = repository.streams[0]?.releases ?? [];
    if (old !== undefined) old.release.fixes = [fix('TSA-1', due)];
    if (bad !== undefined) bad.release.fixes = [fix('TSA-4', due)];
    if (merged !== undefined) merged.release.fixes = [fix('TSA-2', due), fix('TSA-3')];
    const verdicts = [verdict('TSA-1', due), verdict('TSA-2', due), verdict('TSA-4', due), verdict('TSA-5')];
    assert.deepEqual(
      findPending(repository, verdicts).map(({ advisory, approvals }) => [advisory, approvals]),
      [
        ['TSA-2', 0],
        ['TSA-4', 1],
      ],
    );
  });
});

describe('people are told', () => {
  const [risk] = findAtRisk({
    now: new Date('2026-11-30T12:00:00Z'),
    policy: shipped,
    pending: [
      pendingOf('TSA-9', 'critical', '2026-12-01T00:00:00Z'),
      pendingOf('TSA-1', 'critical', '2026-11-30T00:00:00Z'),
    ],
    dueDates: [],
  });
  if (risk === undefined) throw new Error('nothing is at risk');

  it('by an issue that its first line names, for good', () => {
    const { marker, title, body } = renderDeadlineIssue(risk);
    assert.equal(marker, '<!-- aperiodic deadlines testix-1/cloud-base -->');
    assert.ok(body.startsWith(`${marker}\n`));
    assert.equal(title, 'testix-1/cloud-base: deadline missed (2 updates, first due 2026-11-30T00:00:00Z)');
    assert.match(
      body,
      /\| \*\*missed\*\* \| `2026-11-30T00:00:00Z` \| `TSA-1` \| `critical` \| one approval \|/,
    );
    assert.match(body, /\| at risk \| `2026-12-01T00:00:00Z` \| `TSA-9` /);
  });

  it('by a mail whose key changes with what it says only', () => {
    const { key, subject, text } = renderDeadlineMail(risk);
    assert.match(subject, /deadline missed/);
    assert.match(text, /^MISSED {3}|\nMISSED {2}2026-11-30T00:00:00Z {2}TSA-1 \(rule critical\)\n/);
    assert.equal(renderDeadlineMail(structuredClone(risk)).key, key);
    const [first, ...others] = risk.deadlines;
    if (first === undefined) throw new Error('no deadline');
    assert.notEqual(
      renderDeadlineMail({ ...risk, deadlines: [{ ...first, state: 'at-risk' }, ...others] }).key,
      key,
    );
  });

  it('by a line on the terminal', () => {
    assert.match(
      renderDeadlines([risk]),
      /^missed {3}testix-1\/cloud-base {2}2026-11-30T00:00:00Z {2}TSA-1 \(rule critical\)\n/,
    );
    assert.equal(renderDeadlines([]), 'No deadline is at risk.\n');
  });
});
