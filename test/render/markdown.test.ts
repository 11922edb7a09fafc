import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { codeBlock, codeSpan, details, plainLine } from '../../scripts/render/markdown.ts';
import { findLoose, markdownNodes } from '../support/markdown.ts';

/** Text that is rich in what Markdown, HTML and GitHub read something into. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '`',
        '``',
        '```',
        '~~~',
        '\n',
        '\r\n',
        '|',
        '\\',
        '<',
        '>',
        '</details>',
        '<script>',
        '<!--',
        '-->',
        '@user',
        '#12',
        '[a](http://x.test)',
        '![i](x)',
        'www.x.test',
        'https://x.test',
        'a@b.test',
        '&lt;',
        '$`x`$',
        '- ',
        '    ',
        '\t',
        '# ',
        '> ',
        '\u202e',
        '\u200b',
        '\u2028',
        '\0',
        '\ud800',
        '${{ x }}',
        '::error::',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

describe('untrusted text in Markdown', () => {
  it('is one code span, wherever text is, with all that can be seen of it', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const nodes = markdownNodes(`- before ${codeSpan(text)} after\n- next`);
        const types = nodes.map(({ type }) => type);
        const shown = plainLine(text.trim(), 400).replace(/ +/g, ' ').trim();
        if (shown === '') return;
        assert.deepEqual(types, [
          'root',
          'list',
          'listItem',
          'paragraph',
          'text',
          'inlineCode',
          'text',
          'listItem',
          'paragraph',
          'text',
        ]);
        assert.equal(nodes[5]?.value, shown);
      }),
      { numRuns: 200 },
    );
  });

  it('is one code block, also in what opens at a click', () => {
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 5 }), (lines) => {
        const text = `before\n${details('Summary', codeBlock(lines, 'diff'))}\nafter`;
        const blocks = markdownNodes(text).filter(({ type }) => type === 'code');
        assert.equal(blocks.length, 1);
        assert.equal(blocks[0]?.value, lines.map((line) => plainLine(line).trimEnd()).join('\n'));
        assert.deepEqual(findLoose(text, []), []);
      }),
      { numRuns: 200 },
    );
  });

  it('loses what hides or reorders it, and is cut', () => {
    assert.equal(codeSpan('a\u202eb\u200bc\u0007\nd\u2066'), '`abc d`');
    assert.equal(codeSpan('`x`'), '`` `x` ``');
    assert.equal(codeSpan(' \n\u200b '), '(empty)');
    assert.equal(plainLine('x'.repeat(2000)).length, 1000);
  });
});
