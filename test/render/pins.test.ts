import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { comparePins } from '../../scripts/model/pins.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { renderPins } from '../../scripts/render/pins.ts';
import { pin, pins } from '../model/repository-fixture.ts';
import * as files from './yaml-files.ts';

test('one package a line, sorted by name and architecture', () => {
  const text = renderPins(
    pins([pin('beta', '1:2'), { ...pin('alpha'), architecture: 'all' }, pin('alpha', '9.10')]),
  );
  const a = 'a'.repeat(64);
  assert.deepEqual(text.split('\n').slice(0, 2), [
    "# Written by 'aperiodic resolve': run it again instead of editing this file.",
    'architecture: amd64',
  ]);
  assert.deepEqual(text.split('\n').slice(-5), [
    'packages:',
    `  - {name: alpha, version: 1.0-1, architecture: all, size: 10, sha256: ${a}, repository: main, path: pool/alpha.deb}`,
    `  - {name: alpha, version: "9.10", architecture: amd64, size: 10, sha256: ${a}, repository: main, path: pool/alpha.deb}`,
    `  - {name: beta, version: "1:2", architecture: amd64, size: 10, sha256: ${a}, repository: main, path: pool/beta.deb}`,
    '',
  ]);
});

test('whatever the schema allows comes back, one line each, in any order of input', () => {
  fc.assert(
    fc.property(files.pins, (value) => {
      const text = renderPins(value);
      const back = parseYaml('Pins', text, 'pins.yaml');
      const packages = [...value.packages].sort(comparePins);
      assert.deepEqual(back, structuredClone({ ...value, packages }));
      assert.equal(renderPins(back), text);
      const lines = text.split('\n').filter((line) => line.startsWith('  - {'));
      assert.equal(lines.length, value.packages.length);
    }),
    { numRuns: 100 },
  );
});

test('a file of ten thousand packages is written and read within its limits', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => pin(`package-with-a-long-name-${i}`));
  assert.equal(parseYaml('Pins', renderPins(pins(many)), 'x').packages.length, 10_000);
});
