/** What people and feeds write freely stays text, in each format. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cvesOf } from '../../../scripts/model/notices/notice.ts';
import { cvss3, osvSeverity } from '../../../scripts/render/notices/cvss.ts';
import { renderNoticeFiles } from '../../../scripts/render/notices/files.ts';
import { renderMarkdown } from '../../../scripts/render/notices/markdown.ts';
import { renderText } from '../../../scripts/render/notices/text.ts';
import { noticeAddress } from '../../../scripts/render/notices/words.ts';
import { wrap } from '../../../scripts/render/notices/wrap.ts';
import { element, renderXml } from '../../../scripts/render/notices/xml.ts';
import { findLoose } from '../../support/markdown.ts';
import {
  fixes,
  hostileNotices,
  hostileTargets,
  image,
  makeState,
  noticesOf,
  second,
} from '../../support/notices.ts';

/** Text of one line, as the schema has it. */
const line = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 60 })
  .filter((text) => [...text].every((character) => character >= ' ' && character !== '\u007f'));

test('no file holds markup, controls, or characters that hide and reorder', () => {
  for (const [name, text] of renderNoticeFiles(hostileNotices(), hostileTargets)) {
    assert.doesNotMatch(text, /[\p{Cf}\p{Cs}\u2028\u2029]/u, name);
    assert.equal(Buffer.from(text).toString(), text, name);
    if (/\.(atom|xml)$/.test(name)) assert.doesNotMatch(text, /<script|<!--|\]\]>/, name);
  }
});

test('in Markdown, of GitHub and of OSV, it stands in code', () => {
  const words = ['script', 'javascript', 'alert', 'BEGIN'];
  for (const notice of hostileNotices()) {
    const links = [noticeAddress(hostileTargets, notice) ?? ''];
    const loose = findLoose(renderMarkdown(notice, hostileTargets), words, links);
    assert.deepEqual(
      loose.filter((text) => !links.includes(text)),
      [],
    );
  }
  const osv = [...renderNoticeFiles(hostileNotices(), hostileTargets)].filter(([name]) =>
    name.endsWith('.osv.json'),
  );
  assert.ok(osv.length > 0);
  for (const [, text] of osv) assert.deepEqual(findLoose(JSON.parse(text).details, words), []);
});

test('any titles give text that can be signed, of lines that lists take', () => {
  fc.assert(
    fc.property(line, line, line, (title, reason, name) => {
      const bad = fixes.map((fix) => ({ ...fix, title }));
      const [notice] = noticesOf([makeState(second, { fixes: bad, reason })], hostileTargets, {
        ...image,
        title: name,
      });
      assert.ok(notice !== undefined);
      const text = renderText(notice, hostileTargets);
      assert.doesNotMatch(text, /[ \t\r]$|\p{Cc}(?<!\n)/mu);
      assert.ok(text.endsWith('\n') && !text.endsWith('\n\n'));
      for (const one of text.split('\n'))
        assert.ok([...one].length <= 72 || !one.trim().includes(' '), JSON.stringify(one));
    }),
    { numRuns: 50 },
  );
});

test('words are wrapped, none is lost or cut', () => {
  const words = fc.array(fc.stringMatching(/^[!-~]{1,90}$/), { maxLength: 40 });
  fc.assert(
    fc.property(words, (given) => {
      const lines = wrap(given.join(' '), '* ', '  ');
      assert.deepEqual(
        lines.flatMap((one) => one.slice(2).split(' ')),
        given,
      );
      for (const one of lines) assert.ok(one.length <= 72 || !one.slice(2).includes(' '));
    }),
  );
});

test('any text is one node of XML, and comes back', () => {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#10': '\n' };
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const xml = renderXml(element('a', { b: text }, text === '' ? [] : text));
      assert.equal((xml.match(/</g) ?? []).length, text === '' ? 2 : 3, xml);
      const [, value = ''] = /b="([^"]*)"/.exec(xml) ?? [];
      const back = value.replace(/&([a-z#0-9]+);/g, (_, name: string) => entities[name] ?? '?');
      assert.equal(
        back,
        text.replace(/\p{Cs}/gu, '\uFFFD').replace(/[^\t\n\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, ''),
      );
    }),
  );
});

test('vectors that the formats would refuse are left out', () => {
  const good = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  assert.deepEqual(cvss3({ vector: good, score: 9.8 }), {
    version: '3.1',
    vectorString: good,
    baseScore: 9.8,
    baseSeverity: 'CRITICAL',
  });
  const others = ['AV:N/AC:L/Au:N/C:P/I:P/A:P', `${good}/E:U`, 'CVSS:3.1/AV:N', good.replace('AV:N', 'AV:Q')];
  for (const vector of others) {
    assert.equal(cvss3({ vector, score: 5 }), undefined, vector);
    assert.equal(osvSeverity({ vector, score: 5 }), undefined, vector);
  }
});

test('OpenVEX says of each CVE that this release is fixed and the one before affected', () => {
  const [notice] = noticesOf();
  assert.ok(notice !== undefined);
  const text = renderNoticeFiles([notice], hostileTargets).get(
    'test-debian-12_cloud-base-20261201_0.openvex.json',
  );
  const { statements, ...document } = JSON.parse(text ?? '');
  assert.deepEqual(Object.keys(document).sort(), [
    '@context',
    '@id',
    'author',
    'role',
    'timestamp',
    'version',
  ]);
  assert.equal(statements.length, 2 * cvesOf(notice).length);
  const allowed = ['vulnerability', 'products', 'status', 'action_statement'];
  for (const statement of statements) {
    assert.ok(Object.keys(statement).every((key) => allowed.includes(key)));
    assert.ok(
      statement.status === 'fixed' || (statement.status === 'affected' && statement.action_statement !== ''),
    );
    for (const product of statement.products) {
      const version = statement.status === 'fixed' ? '20261201.0' : '20261122.0';
      assert.equal(product['@id'], `pkg:generic/debian-12/cloud-base@${version}`);
      for (const { '@id': id } of product.subcomponents)
        assert.match(id, /^pkg:deb\/debian\/[a-z0-9-]+@\S+\?distro=debian-12$/);
    }
  }
});
