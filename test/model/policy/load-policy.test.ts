import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { judge } from '../../../scripts/model/policy/judge.ts';
import { parsePolicy } from '../../../scripts/model/policy/load-policy.ts';
import type { PolicyConditions } from '../../../scripts/model/types.generated.ts';
import { baseFiles, load, problemsOf } from '../repository-fixture.ts';
import { finding, shippedText, vectors } from './fixture.ts';

const head = `unknownSeverity: {counts: important, why: W, source: [own]}
warnHours: 24
sources:
  - {id: own, title: Ours, says: So}
rules:
`;
const rule = (id: string, when: PolicyConditions, deadline: string) =>
  `  - {id: ${id}, says: S, when: ${JSON.stringify(when)}, deadline: ${deadline}, approvals: 1, why: W, source: [own]}\n`;
const last = rule('rest', {}, 'scheduled');

/** `file:line: message` of each problem. */
function problems(text: string): string[] {
  try {
    return parsePolicy(text, 'p.yaml').problems.map((problem) => problem.located);
  } catch (error) {
    if (error instanceof AperiodicError) return [error.located];
    throw error;
  }
}

const cases: Record<string, [string, ...RegExp[]]> = {
  'two rules of one id': [
    head +
      rule('a', { severity: 'critical' }, '1 day') +
      rule('a', { severity: 'moderate' }, '2 days') +
      last,
    /^p\.yaml:7: 'a' is defined twice$/,
  ],
  'a source that is not there': [
    (head + last).replace('[own]}\nwarn', '[their]}\nwarn'),
    /^p\.yaml:1: 'their' is not under 'sources'$/,
  ],
  'no rule for everything': [
    head + rule('a', { severity: 'critical' }, '1 day'),
    /^p\.yaml:6: does not match everything: end with a rule whose 'when' is \{\}$/,
  ],
  'a rule that is never reached': [
    head +
      rule('a', { severity: 'moderate' }, '1 day') +
      rule('b', { severity: 'critical', exploited: true }, '1 day') +
      last,
    /^p\.yaml:7: is never reached: rule 'a' above matches all that 'b' does$/,
  ],
  'more time for worse facts': [
    head + rule('a', { exploited: true }, '9 days') + rule('b', { severity: 'critical' }, '24 hours') + last,
    /^p\.yaml:6: gives 'a' more time \(9 days\) than rule 'b' below \(24 hours\), but decides findings that both match/,
  ],
  'a deadline that is none': [
    head + rule('a', {}, 'soon'),
    /^p\.yaml:6: 'rules\[0\]\.deadline' does not look right/,
  ],
  'a freeze that ends before it begins': [
    `${head + last}freezes: [{from: '2026-12-20T00:00:00Z', to: '2026-12-20T00:00:00Z', reason: R}]\n`,
    /^p\.yaml:7: is not after 'from'/,
  ],
  'an override for all streams': [
    `${head + last}cadence: {every: month, now: {at: '2026-12-20T00:00:00Z', reason: R}}\n`,
    /^p\.yaml:7: belongs into the stream\.yaml/,
  ],
};

describe('releases/policy.yaml', () => {
  it('as it is shipped has no problems', () => assert.deepEqual(problems(shippedText), []));

  for (const [name, [text, ...expected]] of Object.entries(cases)) {
    it(`is refused with ${name}`, () => {
      const found = problems(text);
      assert.equal(found.length, expected.length, found.join('\n'));
      for (const [i, pattern] of expected.entries()) assert.match(found[i] ?? '', pattern);
    });
  }

  it('may give an earlier rule more time where a still earlier one takes what both match', () => {
    const both = rule('both', { exploited: true, severity: 'critical' }, '1 day');
    const text =
      head + both + rule('a', { exploited: true }, '9 days') + rule('b', { severity: 'critical' }, '2 days');
    assert.deepEqual(problems(text + last), []);
  });

  it('is a problem of the repository when it is bad, and none when it is not there', async () => {
    const files = baseFiles();
    assert.equal((await load(files)).repository.policy, undefined);
    files['releases/policy.yaml'] = shippedText;
    assert.equal((await load(files)).repository.policy?.rules.at(-1)?.id, 'otherwise');
    files['releases/policy.yaml'] = shippedText.replace('when: {}', 'when: { severity: low }');
    assert.match((await problemsOf(files)).join('\n'), /never reached|does not match everything/);
  });
});

describe('the lint', () => {
  const severities = ['low', 'moderate', 'important', 'critical'] as const;
  const conditions = fc.record(
    {
      exploited: fc.constant(true as const),
      severity: fc.constantFrom(...severities),
      epss: fc.constantFrom(0.1, 0.5),
      cvss: fc.constantFrom(5, 9),
      exposure: fc.constant('network' as const),
    },
    { requiredKeys: [] },
  );
  const deadlines = fc.constantFrom('1 day', '7 days', '30 days', 'scheduled');
  const rules = fc.array(fc.tuple(conditions, deadlines), { minLength: 1, maxLength: 5 });
  const all = severities.flatMap((severity) =>
    [0, 0.1, 0.5].flatMap((epss) =>
      [vectors.leak, vectors.crash, vectors.worm].flatMap((cvss) =>
        [{}, { exploited: { added: '2026-10-20T00:00:00Z' } }].flatMap((known) =>
          (['local', 'network'] as const).map((exposure) => ({
            bad: [
              severities.indexOf(severity),
              epss,
              cvss.score,
              Object.keys(known).length,
              exposure === 'local' ? 0 : 1,
            ],
            one: finding({ severity, cvss }, { epss, ...known }),
            exposure,
          })),
        ),
      ),
    ),
  );

  it('passes no policy that gives worse facts a later deadline, nor a rule that decides nothing', () => {
    fc.assert(
      fc.property(rules, (given) => {
        const text = head + given.map(([when, deadline], i) => rule(`r${i}`, when, deadline)).join('') + last;
        const { policy, problems: found } = parsePolicy(text, 'p.yaml');
        const judged = all.map(({ bad, one, exposure }) => {
          const { rule: id, due } = judge(policy, one, { exposure });
          return { bad, id, due: Date.parse(due ?? '9999-01-01T00:00:00Z') };
        });
        const reversed = judged.some((worse) =>
          judged.some(
            ({ bad, due }) => bad.every((grade, i) => grade <= (worse.bad[i] ?? 0)) && due < worse.due,
          ),
        );
        if (reversed) assert.ok(found.length > 0);
        const unused = policy.rules.some(({ id }) => !judged.some((verdict) => verdict.id === id));
        assert.equal(
          unused,
          found.some(({ message }) => message.startsWith('is never reached')),
        );
      }),
      { numRuns: 100 },
    );
  });
});
