import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { renderJsonLines } from '../../scripts/render/json-lines.ts';

test('what is read again is what was written, at any depth', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })),
      fc.integer({ min: 0, max: 8 }),
      (document, depth) => {
        const text = renderJsonLines(document, depth);
        assert.ok(text.endsWith('\n'));
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(document)));
      },
    ),
  );
});

test('a thing has a line, and undefined is left out', () => {
  const document = { a: 1, none: undefined, list: [{ x: 1, y: [1] }, { x: 2 }], empty: [], nothing: {} };
  assert.equal(
    renderJsonLines(document, 2),
    '{\n "a": 1,\n "list": [\n  {"x":1,"y":[1]},\n  {"x":2}\n ],\n "empty": [],\n "nothing": {}\n}\n',
  );
});

test('no line is too long to sign, but a single text', () => {
  const list = Array.from({ length: 3000 }, (_, index) => ({ index }));
  const lines = renderJsonLines({ list }, 0).split('\n');
  assert.ok(lines.every((line) => line.length <= 4000));
});
