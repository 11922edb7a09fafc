/** The formats of notices, held against the official schemas and read by programs of others. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as csafTests from '@secvisogram/csaf-validator-lib/basic.js';
import validate from '@secvisogram/csaf-validator-lib/validate.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parseJsonFeed } from 'feedsmith';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import type { Notice } from '../../../../scripts/model/notices/notice.ts';
import type { NoticeTargets } from '../../../../scripts/model/types.generated.ts';
import { renderNoticeFiles } from '../../../../scripts/render/notices/files.ts';
import {
  fixes,
  hostileNotices,
  hostileTargets,
  image,
  makeState,
  noticesOf,
  noticeTargets,
  second,
  states,
  withdrawnStates,
} from '../../../support/notices.ts';

const cvss4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
const scored = fixes.map((fix) => ({ ...fix, cvss: { vector: cvss4, score: 9.3 } }));
const nothing = '\u200b';
/** As the schema of release files takes them. */
const odd = [
  'https://h.example/a|b{c}[d]%zz^é#x#y',
  'http://a:b/',
  'https://[',
  'https://h.example/%e2%80%ae?q=\\',
];
const bare = fixes.map((fix, index) => ({ ...fix, title: nothing, reference: odd[index] ?? '' }));
const rpm = { ...image, title: nothing, payload: 'rpm' as const };
const { site: _, ...withoutSite } = noticeTargets;

/** Each with what differs. */
const cases: Record<string, [Notice[], NoticeTargets]> = {
  'a security release': [noticesOf(), noticeTargets],
  'a withdrawn one': [noticesOf(withdrawnStates), noticeTargets],
  'the first release of a stream': [noticesOf([makeState(second, { fixes })]), noticeTargets],
  'scores of other versions of CVSS': [noticesOf([makeState(second, { fixes: scored })]), noticeTargets],
  'addresses that are none, texts of nothing, and rpms': [
    noticesOf(
      [states[0], makeState(second, { fixes: bare, reason: nothing })].flatMap((one) => one ?? []),
      noticeTargets,
      rpm,
    ),
    { ...noticeTargets, publisher: { name: nothing, namespace: odd[0] ?? '' } },
  ],
  'no address': [noticesOf(states, withoutSite), withoutSite],
  'hostile texts': [hostileNotices(), hostileTargets],
};

interface Look {
  atom: { malformed: boolean; version: string; entries: Record<'title' | 'type' | 'contentType', string>[] };
  updateinfo: { id: string; type: string; packages: string[] }[];
}

function textOf(files: ReadonlyMap<string, string>, ending: string): string[] {
  return [...files].filter(([name]) => name.endsWith(ending)).map(([, text]) => text);
}

for (const [name, [notices, targets]] of Object.entries(cases)) {
  test(`${name}: CSAF documents pass the schema and all mandatory tests of CSAF 2.0`, async () => {
    const files = [...renderNoticeFiles(notices, targets)];
    const documents = files.filter(([file]) => /^csaf\/test-/.test(file));
    assert.ok(documents.length > 0);
    for (const [file, text] of documents) {
      const { isValid, tests } = await validate(Object.values(csafTests), JSON.parse(text));
      assert.ok(
        isValid,
        `${file}: ${JSON.stringify(
          tests.filter((one) => !one.isValid),
          null,
          1,
        )}`,
      );
      assert.equal(
        file,
        `csaf/${JSON.parse(text)
          .document.tracking.id.toLowerCase()
          .replace(/[^+\-a-z0-9]+/g, '_')}.json`,
      );
    }
  });

  test(`${name}: OSV records are valid by OSV's schema`, () => {
    const schema = new URL('../../../render/notices/official/osv-1.9.0/schema.json', import.meta.url);
    const ajv = formats.default(new Ajv2020({ strict: false }));
    const check = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
    const records = textOf(renderNoticeFiles(notices, targets), '.osv.json');
    assert.ok(records.length > 0);
    for (const text of records) assert.ok(check(JSON.parse(text)), ajv.errorsText(check.errors));
    assert.ok(
      !check({ ...JSON.parse(records[0] ?? ''), id: 'TEST-1' }),
      'the schema knows what an id may be',
    );
  });
}

test('feeds and updateinfo.xml are read by the programs of others', async () => {
  const given = Object.values(cases).map(([notices, targets]) => {
    const files = renderNoticeFiles(notices, targets);
    const [atom = '', json = '', updateinfo = ''] = ['feed.atom', 'feed.json', 'updateinfo.xml'].map((file) =>
      files.get(file),
    );
    return { notices, atom, json, updateinfo };
  });
  const script = fileURLToPath(new URL('../../../support/notices-look.py', import.meta.url));
  const { stdout } = await exec('/usr/bin/python3', ['-I', script], {
    input: JSON.stringify(given.map(({ atom, updateinfo }) => ({ atom, updateinfo }))),
    what: 'the feeds could not be read',
  });
  const seen: Look[] = JSON.parse(stdout);
  assert.equal(seen.length, given.length);
  for (const [index, { notices, json }] of given.entries()) {
    const { atom, updateinfo } = seen[index] ?? assert.fail();
    assert.deepEqual([atom.malformed, atom.version], [false, 'atom10']);
    assert.deepEqual(
      atom.entries.map(({ title, type, contentType }) => [title.split(':', 1)[0], type, contentType]),
      notices.map(({ id }) => [id, 'text/plain', 'text/plain']),
    );
    const shown = notices.filter(({ kind, record }) => kind === 'security' && record.withdrawn === undefined);
    assert.deepEqual(
      updateinfo.map(({ id, type, packages }) => [id, type, packages.length]),
      shown.map(({ id }) => [id, 'security', 4]),
    );
    const { items = [] } = parseJsonFeed(json);
    assert.deepEqual(
      items.map(({ id, content_html: html }) => [id, html]),
      notices.map(({ id }) => [id, undefined]),
    );
  }
});
