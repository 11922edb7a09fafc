import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { parseHistory } from '../../../scripts/model/policy/load-history.ts';
import { replayPolicy } from '../../../scripts/model/policy/replay.ts';
import type { History, HistoryEvent } from '../../../scripts/model/types.generated.ts';
import { renderReplay } from '../../../scripts/render/policy.ts';
import { shipped } from './fixture.ts';

const stream = 'testix-1/cloud-base';
const at = (day: string) => `2026-${day}T00:00:00Z`;

function event(advisory: string, severity: HistoryEvent['severity'], available: string): HistoryEvent {
  return { advisory, feed: 'testix', streams: [stream], severity, cves: [], available: at(available) };
}

/** Regular releases at the first of October and November, one out of cycle at the 5th of October. */
function history(events: HistoryEvent[], until = '11-30'): History {
  const releases = ['10-01', '10-05', '11-05'].map((day) => ({
    version: `2026${day.replace('-', '')}.0`,
    pinned: `2026-${day}T06:00:00Z`,
    public: `2026-${day}T09:00:00Z`,
  }));
  return { about: 'a test', until: at(until), streams: [{ id: stream, releases }], events };
}

const replayOne = (one: HistoryEvent, until?: string) => {
  const [first] = replayPolicy(shipped, history([one], until)).events;
  if (first === undefined) throw new Error('nothing was replayed');
  return first;
};

describe('a replayed update', () => {
  it('came with the first release whose packages are as new as the fix', () => {
    const one = replayOne(event('TSA-1', 'critical', '10-03'));
    assert.deepEqual(
      [one.rule, one.due, one.version, one.came, one.state, one.forced, one.outcome],
      [
        'exposed-automatable-total',
        at('10-05'),
        '20261005.0',
        '2026-10-05T09:00:00Z',
        'late',
        true,
        'precaution',
      ],
    );
    assert.equal(one.lateSeconds, 9 * 3600);
  });

  it('is left out of a release that says so', () => {
    const past = history([event('TSA-1', 'critical', '10-03')]);
    const [, second] = past.streams[0]?.releases ?? [];
    if (second !== undefined) second.without = ['TSA-1'];
    assert.equal(replayPolicy(shipped, past).events[0]?.version, '20261105.0');
  });

  it('is due on the next regular day, at any hour of it, where the policy has no deadline', () => {
    const one = replayOne(event('TSA-1', 'low', '10-20'));
    assert.deepEqual([one.by, one.due, one.state, one.forced], ['schedule', at('11-05'), 'in-time', false]);
  });

  it('is not forced when its deadline comes after the next regular day', () => {
    const one = replayOne(event('TSA-1', 'important', '11-03'));
    assert.deepEqual(
      [one.due, one.forced, one.outcome, one.state],
      [at('11-10'), false, undefined, 'in-time'],
    );
  });

  it('is open, then overdue, where no release came', () => {
    const late = event('TSA-1', 'important', '11-10');
    assert.deepEqual([replayOne(late, '11-15').state, replayOne(late).state], ['open', 'overdue']);
    assert.equal(replayOne(late).lateSeconds, 13 * 86_400);
  });

  it('is not due when nothing was public before', () => {
    const one = replayOne(event('TSA-1', 'critical', '09-01'));
    assert.deepEqual([one.due, one.state, one.version], [undefined, 'not-due', '20261001.0']);
  });

  it('was a false alarm, a precaution or confirmed, by what the history knows at its end', () => {
    const base = event('TSA-1', 'critical', '10-20');
    const exploited = { added: at('10-28') };
    assert.equal(replayOne({ ...base, unneeded: 'withdrawn' }).outcome, 'false-alarm');
    assert.equal(replayOne(base).outcome, 'precaution');
    const confirmed = replayOne({ ...base, exploited });
    assert.deepEqual([confirmed.outcome, confirmed.exploitedBefore], ['confirmed', true]);
    // What was known later than the end of the history was not known.
    assert.equal(replayOne({ ...base, exploited: { added: at('12-01') } }).outcome, 'precaution');
    assert.ok(confirmed.because.some((line) => line.startsWith('rule ')));
  });

  it('shares one release out of cycle with others whose times overlap', () => {
    const events = ['10-07', '10-08', '10-20'].map((day, i) => event(`TSA-${i}`, 'critical', day));
    assert.deepEqual(
      [
        replayPolicy(shipped, history(events)).summary.forced,
        replayPolicy(shipped, history(events)).summary.extraReleases,
      ],
      [3, 2],
    );
  });
});

describe('a history', () => {
  const example = fileURLToPath(new URL('../../../docs/examples/policy-history.yaml', import.meta.url));

  it('of the documents is replayed, and its sums are those of its rows', () => {
    const { events, summary } = replayPolicy(shipped, parseHistory(readFileSync(example, 'utf8'), 'h.yaml'));
    assert.equal(summary.events, 12);
    assert.equal(summary.events, summary.inTime + summary.late + summary.open + summary.overdue);
    assert.equal(summary.forced, summary.confirmed + summary.precautions + summary.falseAlarms);
    assert.deepEqual(
      events.filter(({ outcome }) => outcome === 'false-alarm').map(({ advisory }) => advisory),
      ['ALSA-2025:20983'],
    );
    const text = renderReplay({ events, summary });
    assert.match(
      text,
      /ALSA-2025:11537 +important-exposed-total +2025-07-22 +2025-07-29 +2025-08-11 \(20250811\.0\) +late by 13 d/,
    );
    assert.match(text, /1 false alarms/);
  });

  it('that the documents show is one', () => {
    const text = readFileSync(new URL('../../../docs/policy.md', import.meta.url), 'utf8');
    const [, shown = ''] = /```yaml\n(about: [^`]+)```/.exec(text) ?? [];
    assert.equal(parseHistory(shown, 'policy.md').events.length, 1);
  });

  const text = readFileSync(example, 'utf8');
  const cases: Record<string, [(text: string) => string, RegExp]> = {
    'a stream that is not described': [
      (one) => one.replace('streams: [example-10/cloud-base]', 'streams: [example-11/x]'),
      /^h\.yaml:\d+: 'example-11\/x' is not under 'streams'$/,
    ],
    'a stream twice': [
      (one) => one.replace('id: example-9/kernel-lab', 'id: example-10/cloud-base'),
      /described twice/,
    ],
    'a release that was public before it was made': [
      (one) => one.replace("public: '2025-07-01T09", "public: '2025-06-01T09"),
      /^h\.yaml:\d+: is before 'pinned'$/,
    ],
    'a date that is none': [
      (one) => one.replace("until: '2025-12-31T00:00:00Z'", "until: 'soon'"),
      /'until' does not look right/,
    ],
  };
  for (const [name, [change, expected]] of Object.entries(cases)) {
    it(`is refused with ${name}`, () => {
      assert.throws(
        () => parseHistory(change(text), 'h.yaml'),
        (error) => error instanceof AperiodicError && expected.test(error.located),
      );
    });
  }
});
