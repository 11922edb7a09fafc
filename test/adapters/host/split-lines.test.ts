import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLineSplitter, longestLine } from '../../../scripts/adapters/host/split-lines.ts';

function split(pieces: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  return lines;
}

test('lines are the same however the bytes come in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.array(fc.nat(20)), (text, cuts) => {
      const bytes = Buffer.from(text.replaceAll('x', '\n').replaceAll('y', '\r\n'));
      const pieces: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) {
        pieces.push(bytes.subarray(at, at + cut));
        at += cut;
      }
      pieces.push(bytes.subarray(at));
      assert.deepEqual(split(pieces), split([bytes]));
      const expected = bytes.toString('utf8').split('\n');
      if (expected.at(-1) === '') expected.pop();
      assert.deepEqual(
        split([bytes]),
        expected.map((line, i) =>
          i < expected.length && line.endsWith('\r') && bytes.includes('\r\n') ? line.slice(0, -1) : line,
        ),
      );
    }),
  );
});

test('an endless line comes in pieces', () => {
  const lines = split([Buffer.alloc(longestLine * 2 + 5, 'a')]);
  assert.deepEqual(
    lines.map((line) => line.length),
    [longestLine, longestLine, 5],
  );
});
