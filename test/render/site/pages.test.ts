import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { HtmlValidate } from 'html-validate';
import { contentPolicy } from '../../../scripts/render/site/page.ts';
import { assertGolden } from '../../support/golden.ts';
import { makeFixtureStream, makeFixtureStreams } from '../../support/site/fixture-catalog.ts';
import { renderFixtureSite } from '../../support/site/fixture-site.ts';

const golden = fileURLToPath(new URL('golden', import.meta.url));
const files = renderFixtureSite();
const textOf = (name: string) => files.find((file) => file.path === name)?.content ?? assert.fail(name);
const pages = files.filter((file) => file.path.endsWith('.html'));

for (const name of [
  'index.html',
  'amis.html',
  'current.json',
  'data.html',
  '404.html',
  'releases.atom',
  'testix-1/cloud-base/releases.atom',
  'testix-1/cloud-base/index.html',
  'testix-1/cloud-base/20261101.0.html',
  'testix-1/cloud-base/20261001.0.html',
  'testix-1/container-base/20261101.0.html',
  'nowhere-2/cloud-base/index.html',
]) {
  test(`${name} is as it was read and found good`, () => {
    assertGolden(path.join(golden, name), textOf(name));
  });
}

test('every page is valid HTML', async () => {
  const validator = new HtmlValidate({
    root: true,
    extends: ['html-validate:standard'],
    rules: {
      // Pages of a hundred elements are not shorter with each on a line of its own.
      'no-trailing-whitespace': 'off',
      'void-style': 'off',
      // The same words are the name of a table and of the box that scrolls it.
      'prefer-native-element': 'off',
    },
  });
  const wrong: string[] = [];
  for (const page of pages) {
    const { results } = await validator.validateString(page.content, page.path);
    for (const { messages } of results)
      for (const { ruleId, message, line } of messages)
        wrong.push(`${page.path}:${line} ${ruleId}: ${message}`);
  }
  assert.deepEqual(wrong, []);
});

test('nothing is inline, nothing comes from elsewhere, and every page says so', () => {
  for (const { path: name, content } of pages) {
    assert.ok(content.includes(`content="${contentPolicy.replaceAll("'", '&#39;')}"`), name);
    assert.doesNotMatch(content, /<script(?! src=")|<style|\sstyle=|<[^>]*\son[a-z]+=|javascript:/i, name);
    for (const [, address = ''] of content.matchAll(
      /<(?:script|link rel="(?:stylesheet|icon)"[^>]*|img)[^>]* (?:src|href)="([^"]*)"/g,
    ))
      assert.doesNotMatch(address, /^(https?:)?\/\//, name);
  }
});

test('links within the site lead somewhere', () => {
  const known = new Set(files.map((file) => file.path));
  const ids = new Map(
    pages.map(({ path: name, content }) => [
      name,
      new Set([...content.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)),
    ]),
  );
  for (const { path: name, content } of pages) {
    for (const [, address = ''] of content.matchAll(/<a [^>]*href="([^"]*)"/g)) {
      if (/^https?:/.test(address)) continue;
      const url = new URL(address.replaceAll('&amp;', '&'), `https://site.example.org/${name}`);
      const target = url.pathname.slice(1);
      if (target === 'CHECKSUM') continue;
      assert.ok(known.has(target), `${name} links to ${target}`);
      const id = decodeURIComponent(url.hash.slice(1));
      // Checks of fixtures are not all in the expectations of today.
      if (id !== '' && !id.startsWith('check-'))
        assert.ok(ids.get(target)?.has(id), `${name} links to ${target}#${id}`);
    }
  }
});

test('what nobody should use is not offered', () => {
  const withdrawn = textOf('testix-1/cloud-base/20261001.0.html');
  assert.match(withdrawn, /Withdrawn/);
  assert.match(withdrawn, /cloud-init does not find its user data/);
  assert.doesNotMatch(withdrawn, /mirror\.example\.org|console\.aws|curl |id="get"/);
  const deprecated = textOf('testix-0/cloud-base/20260801.0.html');
  assert.match(deprecated, /Deprecated/);
  // The date is one of its AMIs: files are offered as `find` and the API offer them.
  const offers = [deprecated, textOf('testix-0/cloud-base/index.html')];
  for (const page of offers) {
    assert.doesNotMatch(page, /console\.aws|ami-[0-9a-f]{17}|#amis/);
    assert.match(page, /href="https:\/\/mirror\.example\.org\/images\/testix-0\/[^"]*\.qcow2"/);
    assert.match(page, /badge-deprecated/);
  }
  const [, card = ''] =
    /href="testix-0\/cloud-base\/20260801.0.html"(.*?)<\/li>\n<\/ul>/s.exec(textOf('index.html')) ?? [];
  assert.match(card, /badge-deprecated.*Download <b>amd64<\/b>/s);
  assert.doesNotMatch(card, /EC2/);
  assert.doesNotMatch(textOf('current.json'), /testix-0|20261001/);
  assert.doesNotMatch(textOf('amis.html'), /Testix 0|20261001/);
  assert.match(textOf('nowhere-2/cloud-base/index.html'), /Never run here/);
});

test('commands name an instance that can run the AMI', () => {
  const release = { version: '20260101.0', regions: ['eu-west-1'], architectures: ['arm64'] as const };
  const streams = [makeFixtureStream('testix-1/cloud-base', 'Testix', 'Testix', '', [release])];
  for (const { path: name, content } of renderFixtureSite(undefined, streams))
    if (/^(data|testix.*)\.html$/.test(name)) {
      assert.doesNotMatch(content, /t3\.small/, name);
      assert.match(content, /t4g\.small/, name);
    }
});

test('hostile words of release files stay words', () => {
  const plain = /^[^\p{Cc}]+$/u;
  const hostile = ['<img src=x onerror=alert(1)>', '"><script>', "' onmouseover='x", '</title><b>', '&amp;<'];
  const words = fc.oneof(
    fc.constantFrom(...hostile),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => plain.test(text)),
  );
  fc.assert(
    fc.property(words, words, (reason, withdrawn) => {
      const streams = [
        makeFixtureStream('testix-1/cloud-base', 'Testix', 'Testix', '', [
          { version: '20260101.0', reason },
          { version: '20260102.0', reason, withdrawn },
        ]),
      ];
      for (const { path: name, content } of renderFixtureSite(undefined, streams)) {
        if (!/^testix.*\.html$/.test(name)) continue;
        assert.doesNotMatch(content, /<img|<script(?! src="\.\.\/)/);
        // What stands between the quotes of an attribute is text.
        assert.doesNotMatch(content.replaceAll(/"[^"<>]*"/g, '""'), /<[^>]*\son[a-z]+=/);
        assert.equal(content.match(/<title>/g)?.length, 1);
      }
    }),
    { numRuns: 12, examples: hostile.map((word): [string, string] => [word, word]) },
  );
});

test('the same catalog gives the same bytes', () => {
  assert.deepEqual(renderFixtureSite(undefined, makeFixtureStreams()), files);
});
