import assert from 'node:assert/strict';
import test from 'node:test';
import { sourceOfDeb, sourceOfRpm } from '../../scripts/model/pin-source.ts';

test('the source of a deb', () => {
  const binary = { name: 'libexample1', version: '2:1.0-1+b1' };
  assert.deepEqual(sourceOfDeb('example (1.0-1)', binary), { source: { name: 'example', version: '1.0-1' } });
  assert.deepEqual(sourceOfDeb('example', binary), { source: { name: 'example', version: '2:1.0-1+b1' } });
  assert.deepEqual(sourceOfDeb('libexample1', binary), {});
  for (const field of [undefined, '', '<b>', 'example (', 'example (</b>)', 'a b c'])
    assert.deepEqual(sourceOfDeb(field, binary), {});
});

test('the source of an rpm', () => {
  const binary = { name: 'example-libs', version: '1:1.0-1.fc43' };
  const source = { source: { name: 'example', version: '1:1.0-1.fc43' } };
  assert.deepEqual(sourceOfRpm('example-1.0-1.fc43.src.rpm', binary), source);
  assert.deepEqual(sourceOfRpm('example-libs-1.0-1.fc43.src.rpm', binary), {});
  assert.deepEqual(sourceOfRpm('a-b-c-2-3.nosrc.rpm', { name: 'x', version: '1-1' }), {
    source: { name: 'a-b-c', version: '2-3' },
  });
  for (const file of ['', 'None', 'example.src.rpm', '../x-1-1.src.rpm'])
    assert.deepEqual(sourceOfRpm(file, binary), {});
});
