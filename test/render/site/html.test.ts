import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { escapeHtml, html, relativePath, renderPart, webLink } from '../../../scripts/render/site/html.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '" onload="x',
    "'--><svg/onload=x>",
    ']]>',
    '&lt;',
    '\u202egnp.exe',
    '\ud800',
  ),
);

test('no text ends an element or an attribute, or begins one', () => {
  fc.assert(
    fc.property(hostile, hostile, (text, value) => {
      const made = html`<p title="${value}">${text}</p>`.text;
      const inside = made.slice('<p title="'.length, -'</p>'.length);
      const cut = inside.indexOf('">');
      assert.equal(inside.slice(0, cut), escapeHtml(value));
      assert.doesNotMatch(inside.slice(0, cut), /["'<>]/);
      assert.doesNotMatch(inside.slice(cut + 2), /["'<>]/);
    }),
  );
});

test('what is escaped reads as what it was, but for characters that have no place in HTML', () => {
  const words: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  const undo = (text: string) =>
    text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => words[name] ?? '');
  fc.assert(
    fc.property(hostile, (text) => {
      const seen = undo(escapeHtml(text));
      assert.equal(seen.length, text.length);
      for (const [index, char] of [...seen.split('')].entries())
        assert.ok(char === text[index] || char === '\uFFFD');
    }),
  );
});

test('an object that looks like HTML is text', () => {
  const forged: { text: string } = JSON.parse('{"text": "<b>"}');
  assert.equal(renderPart(forged), '&lt;b&gt;');
  assert.equal(renderPart(html`<b>${'<'}</b>`), '<b>&lt;</b>');
  assert.equal(renderPart([html`<i></i>`, 1, undefined, false, ['&']]), '<i></i>1&amp;');
});

test('links are of the web or none', () => {
  assert.equal(webLink('https://example.org/a?b#c'), 'https://example.org/a?b#c');
  for (const bad of [
    'javascript:alert(1)',
    'data:text/html,x',
    ' https://x',
    '//x',
    'https://x"y',
    'https://x y',
  ])
    assert.equal(webLink(bad), undefined);
});

test('paths lead from page to page', () => {
  assert.equal(relativePath('index.html', 'a/b/index.html'), 'a/b/index.html');
  assert.equal(relativePath('a/b/1.html', 'index.html'), '../../index.html');
  assert.equal(relativePath('a/b/1.html', 'a/b/index.html'), 'index.html');
  assert.equal(relativePath('a/b/1.html', 'a/c/index.html'), '../c/index.html');
});
