import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { renderRecord } from '../../scripts/render/record.ts';
import { imageOf } from '../model/plan/golden-case.ts';
import { record, sha } from '../model/repository-fixture.ts';
import * as files from './yaml-files.ts';

test('says who writes it, and a result of a check is one line', () => {
  const lines = renderRecord(record('20261122.0', sha('a'))).split('\n');
  assert.match(lines[0] ?? '', /^# .*Written by CI only, whole each time/);
  assert.ok(
    lines.includes(
      '        - {id: cloud-init-done, where: bios, result: passed, seen: "status: done", seconds: 1.5}',
    ),
  );
});

test('whatever the schema allows comes back', () => {
  fc.assert(
    fc.property(files.record, (value) => {
      assert.deepEqual(parseYaml('PublishedRecord', renderRecord(value), 'x'), structuredClone(value));
    }),
    { numRuns: 100 },
  );
});

test('the order of mirrors, architectures, artifacts, tools and keys in the value does not change the text', () => {
  const one = record('20261122.0', sha('a'), ['alpha', 'beta']);
  const [amd64] = one.architectures;
  assert.ok(amd64);
  const artifact = amd64.artifacts[0];
  assert.ok(artifact);
  const artifacts = [
    { ...artifact, name: 'b' },
    { ...artifact, name: 'a' },
  ];
  const full = { ...amd64, tools: { z: '1', a: '2' }, artifacts };
  const other = { ...amd64, tools: { a: '2', z: '1' }, artifacts: [...artifacts].reverse() };
  const arm64 = { ...amd64, architecture: 'arm64' as const };
  assert.equal(
    renderRecord({ ...one, architectures: [full, arm64] }),
    renderRecord({ ...one, mirrors: [...one.mirrors].reverse(), architectures: [arm64, other] }),
  );
});

test('an image is one line, between mirrors and architectures', () => {
  const images = ['us-east-1', 'eu-central-1'].map((region) => imageOf('20261122.0', region));
  const [east, central] = images;
  const text = renderRecord({
    ...record('20261122.0', sha('a')),
    images,
    deprecateAt: '2027-02-20T00:00:00Z',
  });
  assert.ok(
    text.includes(
      `images:
  - {architecture: amd64, region: eu-central-1, ami: ${central?.ami}, snapshot: ${central?.snapshot}, state: public}
  - {architecture: amd64, region: us-east-1, ami: ${east?.ami}, snapshot: ${east?.snapshot}, state: public}
architectures:
`,
    ),
    text,
  );
  assert.match(text, /recordedAt: .*\ndeprecateAt: "2027-02-20T00:00:00Z"\nmirrors:/);
});

test('a gate is one line, and so is a difference', () => {
  const one = record('20261122.0', sha('a'));
  const [part] = one.architectures;
  assert.ok(part);
  part.comparison = {
    previous: '20261101.0',
    gates: [{ id: 'packages', result: 'passed', previous: 205, now: 206, limit: 215 }],
    replacement: { result: 'passed', accelerator: 'tcg', previous: { login: 98.5 }, now: { login: 99 } },
    checks: [{ id: 'replacement-data', result: 'passed', seen: '2 files' }],
    differences: ['kernel: - 6.1.0-1', 'kernel: + 6.1.0-2'],
  };
  assert.ok(
    renderRecord(one).endsWith(`    comparison:
      previous: "20261101.0"
      gates:
        - {id: packages, result: passed, previous: 205, now: 206, limit: 215}
      replacement:
        result: passed
        accelerator: tcg
        previous: {login: 98.5}
        now: {login: 99}
      checks:
        - {id: replacement-data, result: passed, seen: 2 files}
      differences:
        - "kernel: - 6.1.0-1"
        - "kernel: + 6.1.0-2"
`),
    renderRecord(one),
  );
});
