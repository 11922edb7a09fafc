import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { createUpdateinfoReader } from '../../../scripts/model/advisories/updateinfo.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { assertValid } from '../../../scripts/model/schema.ts';
import { now } from '../../support/advisory-fixtures.ts';

function read(xml: string, pieces = 7) {
  const reader = createUpdateinfoReader({ feed: 'made-up', now });
  for (let at = 0; at < xml.length; at += pieces) reader.write(xml.slice(at, at + pieces));
  const { advisories, flaws } = reader.end();
  for (const advisory of advisories) assertValid('Advisory', advisory);
  return { advisories, flaws: flaws.list };
}

function update(
  more = '',
  packages = '<package name="example" version="1.0" release="2.fc43" epoch="1" arch="x86_64"/>',
) {
  return `<updates><update from="x@example.org" status="stable" type="security" version="2.0">
    <id>MADE-UP-2026-1</id><title>example-1.0-2.fc43</title>
    <issued date="2026-01-02 03:04:05"/><updated date="2026-01-03"/><severity>Important</severity>
    <summary>s &amp; t</summary><description>About CVE-2026-0009</description>
    <references><reference href="https://example.org/1" id="1" type="bugzilla" title="CVE-2026-0001 example: flaw"/></references>
    ${more}
    <pkglist><collection short="F43"><name>F43</name>${packages}</collection></pkglist></update>
    <update type="bugfix"><id>MADE-UP-2026-2</id></update></updates>`;
}

test('an update in our form', () => {
  assert.deepEqual(read(`<?xml version="1.0" encoding="UTF-8"?>\n${update()}`), {
    flaws: [],
    advisories: [
      {
        id: 'MADE-UP-2026-1',
        feed: 'made-up',
        title: 'example-1.0-2.fc43',
        severity: 'important',
        cves: ['CVE-2026-0001'],
        published: '2026-01-02T03:04:05Z',
        modified: '2026-01-03T00:00:00Z',
        fixes: [{ package: 'example', of: 'binary', architecture: 'x86_64', fixed: '1:1.0-2.fc43' }],
        references: ['https://example.org/1'],
        flaws: [],
      },
    ],
  });
});

test('dirty updates are kept as far as they are usable, and said', () => {
  const packages = `<package name="example" version="1.0" release="2" epoch="0" arch="noarch"/>
    <package name="example" version="1.0" release="2" epoch="0" arch="src"/>
    <package name="example" version="1.0" release="2" arch="noarch"/>
    <package name="" version="1" release="1"/><package name="other" version="&lt;" release="1" arch="x"/>
    <package name="third" version="3" release="1" arch="A B"/>`;
  const { advisories } = read(update('<severity>dire</severity><issued date="1970-01-01"/>', packages));
  assert.deepEqual(advisories[0]?.fixes, [
    { package: 'example', of: 'binary', architecture: 'noarch', fixed: '1.0-2' },
    { package: 'third', of: 'binary', fixed: '3-1' },
  ]);
  assert.deepEqual(advisories[0]?.flaws, [
    "package '' in version '1-1' was left out",
    "package 'other' in version '<-1' was left out",
    "package third: architecture 'A B' is none: taken as any",
    "the date of publication '1970-01-01' lies before 1999 and was left out",
  ]);
  assert.equal(read('<updates><update type="security"><id> </id></update></updates>').flaws.length, 1);
  assert.equal(read(update('', '')).flaws.length, 1);
});

test('hostile files are refused', () => {
  const bomb = `<!DOCTYPE u [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><updates>&b;</updates>`;
  const refused: [string, RegExp][] = [
    [bomb, /document type/],
    ['<!DOCTYPE updates SYSTEM "file:///etc/passwd"><updates/>', /document type/],
    ['<updates><update type="security"><id>&made-up;</id></update></updates>', /is not XML/],
    [update().slice(0, -10), /is not XML/],
    ['<html></html>', /begins with <html>/],
    [`<updates>${'<a>'.repeat(50)}`, /nested/],
    ['', /is empty/],
    [`<updates><update ${'x'.repeat(200_000)}="1"/></updates>`, /is not XML/],
  ];
  for (const [xml, message] of refused)
    assert.throws(
      () => read(xml, 1000),
      (error) => error instanceof AperiodicError && error.code === 'invalid' && message.test(error.message),
      xml.slice(0, 60),
    );
});

test('megabytes of text are harmless', () => {
  const { advisories } = read(update(`<title>${'x'.repeat(3_000_000)}</title>`), 65_536);
  assert.equal(advisories[0]?.title, 'example-1.0-2.fc43');
  const titled = read(update().replace('example-1.0-2.fc43', '&lt;b&gt;'.repeat(200_000)), 65_536);
  assert.equal(titled.advisories[0]?.title.length, 500);
});

test('any text is read or refused', () => {
  const pieces = [
    '<updates>',
    '<update type="security">',
    '<id>',
    'MADE-UP',
    '</id>',
    '<',
    '&lt;',
    '<package name="a"',
    '/>',
  ];
  const texts = fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' })))
    .map((all) => all.join(''));
  fc.assert(
    fc.property(texts, (text) => {
      try {
        read(text, 5);
      } catch (error) {
        assert.ok(error instanceof AperiodicError && error.code === 'invalid', String(error));
      }
    }),
    { numRuns: 200 },
  );
});
