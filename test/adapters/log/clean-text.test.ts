import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  cleanLine,
  cleanText,
  disarmCommands,
  escapeHtml,
  renderJson,
} from '../../../scripts/adapters/log/clean-text.ts';

/** Text made of what could do harm. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '::',
        ':',
        '##[',
        '#',
        '[',
        '\n',
        '\r',
        '\r\n',
        '\t',
        ' ',
        '\x1b[2J',
        '\x1b]0;x\x07',
        '\x9b',
      ),
      fc.constantFrom('\u202e', '\u2028', '\u0085', '\x7f', 'set-output name=a', '\ufeff', '\u3000', '😀'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

const controls = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

describe('clean text', () => {
  it('holds no control character save tab and newline', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        assert.doesNotMatch(cleanText(text).replace(/[\n\t]/g, ''), controls);
        assert.doesNotMatch(cleanLine(text), controls);
      }),
    );
  });

  it('leaves honest text alone', () => {
    const text = 'naïve über 日本語 😀\n\tindented: a::b # [c]';
    assert.equal(cleanText(text), text);
    assert.equal(disarmCommands(text), text);
  });

  it('removes whole escape sequences', () => {
    assert.equal(cleanText('\x1b[31mred\x1b[0m \x1b]0;title\x07end'), 'red end');
  });

  it('takes passwords out of addresses', () => {
    assert.equal(
      cleanText('from https://me:s3cret@host/x and git@host:y'),
      'from https://me:***@host/x and git@host:y',
    );
  });
});

describe('disarmed text', () => {
  it('holds nothing that a runner carries out', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const printed = disarmCommands(cleanText(text));
        assert.ok(!printed.includes('##['));
        for (const line of printed.split(/\r\n|\n|\r/)) assert.ok(!line.trimStart().startsWith('::'), line);
      }),
    );
  });

  it('stays readable', () => {
    assert.equal(disarmCommands('  ::error::x\n##[group]'), '  : :error::x\n# #[group]');
  });
});

describe('JSON output', () => {
  it('is the same value, without anything that steers a terminal or a runner', () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, hostile), (value) => {
        const text = renderJson(value);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
        assert.doesNotMatch(text.replaceAll('\n', ''), controls);
        assert.ok(!text.includes('##['));
        for (const line of text.split('\n')) assert.ok(!line.trimStart().startsWith('::'), line);
      }),
    );
  });

  it('holds no password', () => {
    assert.equal(renderJson({ remote: 'https://me:s3cret@host' }), '{\n  "remote": "https://me:***@host"\n}');
  });

  it('is null for nothing', () => {
    assert.equal(renderJson(undefined), 'null');
  });
});

it('HTML of a summary shows text as it is', () => {
  assert.equal(escapeHtml('<img src=x onerror="a&b">'), '&lt;img src=x onerror=&quot;a&amp;b&quot;&gt;');
});
