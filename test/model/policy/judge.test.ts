import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { judge } from '../../../scripts/model/policy/judge.ts';
import { assertValid } from '../../../scripts/model/schema.ts';
import type { Exposure, Finding } from '../../../scripts/model/types.generated.ts';
import { finding, seen, shipped, vectors } from './fixture.ts';

const exploited = { added: '2026-10-20T00:00:00Z' };
const say = (one: Finding, exposure?: Exposure) => {
  const { rule, due, approvals } = judge(shipped, one, { exposure });
  return [rule, due, approvals];
};

describe('a verdict', () => {
  it('is that of the first rule that matches', () => {
    assert.deepEqual(say(finding()), ['otherwise', undefined, 1]);
    assert.deepEqual(say(finding({ severity: 'important', cvss: vectors.local })), [
      'important-exposed-total',
      '2026-11-08T00:00:00Z',
      1,
    ]);
    assert.deepEqual(say(finding({ severity: 'important', cvss: vectors.local }), 'local'), [
      'important',
      '2026-12-01T00:00:00Z',
      1,
    ]);
    assert.deepEqual(say(finding({ severity: 'critical' })), [
      'exposed-automatable-total',
      '2026-11-03T00:00:00Z',
      1,
    ]);
    assert.deepEqual(say(finding({ cvss: vectors.leak }, { exploited })), [
      'exploited',
      '2026-11-08T00:00:00Z',
      1,
    ]);
    assert.deepEqual(say(finding({ cvss: vectors.worm }, { exploited })), [
      'exploited-exposed-automatable',
      '2026-11-02T00:00:00Z',
      0,
    ]);
    assert.deepEqual(
      say(finding({ cvss: vectors.leak }, { exploited: { ...exploited, ransomware: true } }), 'local'),
      ['exploited-by-ransomware', '2026-11-02T00:00:00Z', 0],
    );
    assert.deepEqual(say(finding({}, { epss: 0.1 })), ['likely-exploited-lesser', '2026-11-15T00:00:00Z', 1]);
  });

  it('has no date without a fix, however bad it is', () => {
    const { available: _, ...rest } = finding({ severity: 'critical', cvss: vectors.worm }, { exploited });
    const verdict = judge(shipped, rest);
    assert.deepEqual([verdict.rule, verdict.due], ['no-fix-yet', undefined]);
    assert.ok(verdict.because.includes("the fix is not in the stream's repositories"));
  });

  it('counts from when exploitation became known, and never later than without it', () => {
    const late = { added: '2026-11-20T00:00:00Z' };
    const lesser = finding({ cvss: vectors.leak }, { exploited: late });
    assert.deepEqual(say(lesser), ['exploited', '2026-11-27T00:00:00Z', 1]);
    const worse = judge(
      shipped,
      finding({ severity: 'important', cvss: vectors.local }, { exploited: late }),
    );
    assert.deepEqual([worse.rule, worse.due], ['exploited-exposed-total', '2026-11-08T00:00:00Z']);
    assert.ok(worse.because.some((line) => /earlier deadline of rule important-exposed-total/.test(line)));
  });

  it('explains itself: rule, facts with their origin, clock, sources', () => {
    const advisory = { severity: 'important' as const, cvss: vectors.worm };
    const verdict = assertValid('Verdict', judge(shipped, finding(advisory, { exploited })));
    assert.deepEqual(verdict.because.slice(0, 4), [
      'rule exploited-exposed-automatable (1 day): It is exploited, the network reaches the image, and attacks can be automated.',
      "in CISA's catalogue of known exploited vulnerabilities since 2026-10-20T00:00:00Z",
      'exposure network, the default where stream.yaml does not say',
      'automatable by its CVSS vector (AV:N AC:L PR:N UI:N)',
    ]);
    assert.ok(verdict.because.includes(`the clock started at ${seen}, when the fix was seen`));
    assert.ok(verdict.because.includes('nobody must approve: it merges itself when its QA has passed'));
    assert.match(verdict.because.at(-1) ?? '', /^source: CISA, .*https:\/\/certcc\.github\.io/);
  });

  it('takes an unknown severity for what the policy says', () => {
    const [rule] = say(finding({ severity: 'unknown' }));
    assert.deepEqual(rule, say(finding({ severity: 'important' }))[0]);
    const { because } = judge(shipped, finding({ severity: 'unknown' }));
    assert.ok(
      because.includes('also known: feed testix gives no severity, which counts as important') === false,
    );
    assert.ok(because.includes('feed testix gives no severity, which counts as important'));
  });
});

/** A finding by how bad each of its facts is, each from 0 on. */
interface Grades {
  severity: number;
  av: number;
  ac: number;
  pr: number;
  ui: number;
  c: number;
  i: number;
  score: number;
  epss: number;
  exploited: number;
  exposure: number;
  vector: boolean;
}

const pick = (options: readonly string[], grade: number) =>
  options[Math.min(grade, options.length - 1)] ?? '';

function build(grades: Grades): { one: Finding; exposure: Exposure } {
  const metrics = [
    `AV:${pick(['P', 'L', 'A', 'N'], grades.av)}`,
    `AC:${pick(['H', 'L'], grades.ac)}`,
    `PR:${pick(['H', 'L', 'N'], grades.pr)}`,
    `UI:${pick(['R', 'N'], grades.ui)}`,
    'S:U',
    `C:${pick(['N', 'L', 'H'], grades.c)}`,
    `I:${pick(['N', 'L', 'H'], grades.i)}`,
    'A:N',
  ];
  const severity = (['low', 'moderate', 'important', 'critical'] as const)[grades.severity] ?? 'critical';
  const added = '2026-10-20T00:00:00Z';
  const known = [{}, { exploited: { added: '2026-11-09T00:00:00Z' } }, { exploited: { added } }];
  return {
    exposure: grades.exposure === 0 ? 'local' : 'network',
    one: finding(
      {
        severity,
        ...(grades.vector
          ? { cvss: { vector: `CVSS:3.1/${metrics.join('/')}`, score: grades.score / 10 } }
          : {}),
      },
      {
        epss: grades.epss / 100,
        ...(grades.exploited < 3 ? known[grades.exploited] : { exploited: { added, ransomware: true } }),
      },
    ),
  };
}

const most = {
  severity: 3,
  av: 3,
  ac: 1,
  pr: 2,
  ui: 1,
  c: 2,
  i: 2,
  score: 100,
  epss: 100,
  exploited: 3,
  exposure: 1,
};
const graded = Object.fromEntries(
  Object.entries(most).map(([name, top]) => [name, fc.tuple(fc.nat(top), fc.nat(top))]),
);
/** Two findings of which the second is at least as bad in everything. */
const pairs = fc.record({ ...graded, vector: fc.boolean() }).map((record) => {
  const side = (index: 0 | 1) => {
    const values: Record<string, number> = {};
    for (const [name, two] of Object.entries(record)) {
      if (Array.isArray(two)) values[name] = index === 0 ? Math.min(...two) : Math.max(...two);
    }
    return values;
  };
  return [side(0), side(1)].map((values) => ({ ...zero, ...values, vector: record.vector === true }));
});
const zero: Grades = {
  severity: 0,
  av: 0,
  ac: 0,
  pr: 0,
  ui: 0,
  c: 0,
  i: 0,
  score: 0,
  epss: 0,
  exploited: 0,
  exposure: 0,
  vector: true,
};

describe('the shipped policy', () => {
  it('never gives a later deadline for worse facts', () => {
    fc.assert(
      fc.property(pairs, ([less, more]) => {
        if (less === undefined || more === undefined) return;
        const due = (grades: Grades) => {
          const { one, exposure } = build(grades);
          return Date.parse(judge(shipped, one, { exposure }).due ?? '9999-01-01T00:00:00Z');
        };
        assert.ok(due(more) <= due(less));
      }),
      { numRuns: 1000 },
    );
  });

  it('has a verdict for every finding, always the same, that fits the schema', () => {
    fc.assert(
      fc.property(pairs, fc.boolean(), ([, grades], fix) => {
        if (grades === undefined) return;
        const { one, exposure } = build(grades);
        const { available: _, ...without } = one;
        const given = fix ? one : without;
        const verdict = assertValid('Verdict', judge(shipped, given, { exposure }));
        assert.deepEqual(verdict, judge(shipped, structuredClone(given), { exposure }));
        assert.ok(verdict.because.every((line) => [...line].length <= 500));
      }),
      { numRuns: 200 },
    );
  });
});

describe("CISA's directive", () => {
  /** BOD 26-04 as tabled by CERT/CC: exploited, exposed, automatable, technical impact, days of users; no number: next upgrade. */
  const table = `
    N N N P -   Y N N P 14  N Y N P 60  N N Y P 60  N N N T -   Y Y N P 14  Y N Y P 14  N Y Y P 14
    Y N N T 14  N Y N T 14  N N Y T 60  Y Y Y P 3   Y Y N T 3   Y N Y T 3   N Y Y T 3   Y Y Y T 3`;
  const rows = table.trim().split(/\s+/);

  it('is kept with a day to spare, where the distribution rates a flaw important', () => {
    const day = 86_400_000;
    for (let at = 0; at < rows.length; at += 5) {
      const [kev, exposed, automatable, impact, days] = rows.slice(at, at + 5);
      const c = impact === 'T' ? 'H' : 'L';
      const pr = automatable === 'Y' ? 'N' : 'L';
      const cvss = { vector: `CVSS:3.1/AV:N/AC:L/PR:${pr}/UI:N/S:U/C:${c}/I:${c}/A:N`, score: 7 };
      const one = finding({ severity: 'important', cvss }, kev === 'Y' ? { exploited } : {});
      const { due } = judge(shipped, one, { exposure: exposed === 'Y' ? 'network' : 'local' });
      if (days === '-') continue;
      const ours = (Date.parse(due ?? '') - Date.parse(seen)) / day;
      assert.ok(ours <= Number(days) - 1, `${rows.slice(at, at + 5).join(' ')}: ${ours} days`);
    }
  });
});
