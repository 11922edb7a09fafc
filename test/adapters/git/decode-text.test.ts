import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeText } from '../../../scripts/adapters/git/decode-text.ts';

test('what is UTF-8 is the text that it was, a mark of byte order included', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(decodeText(Buffer.from(text)), text);
    }),
  );
  assert.equal(decodeText(Buffer.from('\uFEFFtext')), '\uFEFFtext');
});

test('what is not is told by its first line, wherever in it', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''));
  const wrong = fc.constantFrom([0xff], [0xc3], [0xe9, 0x20], [0xed, 0xa0, 0x80], [0xc0, 0x8a]);
  fc.assert(
    fc.property(fc.array(line), line, wrong, fc.array(line), (before, start, bytes, after) => {
      const head = Buffer.from([...before, start].join('\n'));
      const tail = Buffer.from(after.map((text) => `\n${text}`).join(''));
      assert.equal(decodeText(Buffer.concat([head, Buffer.from(bytes), tail])), before.length + 1);
    }),
  );
});
