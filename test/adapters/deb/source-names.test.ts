import assert from 'node:assert/strict';
import test from 'node:test';
import { readRecords } from '../../../scripts/adapters/deb/source-names.ts';

test("sources in apt's records", () => {
  const text = [
    'Package: libexample1\nSource: example (1.0-1)\nVersion: 1.0-1+b1\nArchitecture: amd64\nDescription: x\n Source: no field\n',
    'Package: example\nArchitecture: amd64\nVersion: 1.0-1\n',
    'Package: other\nVersion: 2\nArchitecture: all\nSource: others\n\n',
  ].join('\n');
  assert.deepEqual(
    [...readRecords(text)],
    [
      ['libexample1 1.0-1+b1 amd64', 'example (1.0-1)'],
      ['other 2 all', 'others'],
    ],
  );
  assert.equal(readRecords('').size, 0);
});
