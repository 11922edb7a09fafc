import assert from 'node:assert/strict';
import test from 'node:test';
import { planRepository } from '../../scripts/model/plan.ts';
import { planToJson, renderPlan } from '../../scripts/render/plan.ts';
import { digestOf, type GoldenCase, repositoryOf } from '../model/plan/golden-case.ts';

const base: GoldenCase = {
  about: '',
  mergedAt: '2026-11-22T10:00:00Z',
  content: 'B',
  targets: ['primary'],
  releases: [
    { version: '20261101.0', content: 'A', recorded: ['primary'] },
    { version: '20261108.0', content: 'C' },
  ],
};
const plan = (golden: GoldenCase) =>
  planRepository(repositoryOf(golden), { mergedAt: new Date(golden.mergedAt) });

test('a table for people', () => {
  assert.equal(
    renderPlan(plan(base)),
    `STREAM               ACTION  VERSION     WHY
testix-1/cloud-base  mint    20261122.0  the content is not that of 20261108.0, and no newer release file asks for it
  content ${digestOf('B')}
  reason: Content changed since 20261101.0
  20261108.0 is superseded: never recorded; it will not be built
`,
  );
  assert.match(renderPlan([]), /^No streams/);
});

test('problems are shown with file and line, and steer no terminal', () => {
  const problems = [{ file: 'releases/x\u001b[2J', line: 3, message: 'is\u009b31m bad\nreally' }];
  const text = renderPlan(plan({ ...base, problems }));
  assert.match(
    text,
    /blocked {2}- .*its files have problems\n {2}content b+\n {2}releases\/x\?\[2J:3: is\?31m bad\?really\n/,
  );
});

test('as JSON it holds plain values only', () => {
  const problems = [{ file: 'a', line: 3, message: 'b' }];
  const json = JSON.parse(JSON.stringify(planToJson(plan({ ...base, problems }))));
  assert.deepEqual(json[0].action, {
    kind: 'blocked',
    problems: [{ code: 'invalid', message: 'b', file: 'a', line: 3 }],
  });
});
