import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { NotAffectedStatement } from '../../../scripts/model/types.generated.ts';
import { renderNotAffected, type StatedImages } from '../../../scripts/render/notices/not-affected.ts';
import { stream } from '../../support/candidate.ts';
import { assertGolden } from '../../support/golden.ts';
import { hostile, image, noticesOf, noticeTargets, states } from '../../support/notices.ts';

const publisher = noticeTargets.publisher ?? assert.fail();
const records = states.flatMap(({ record }) => record ?? []);
/** CVE-2099-0002 is one that a notice speaks of: the first release is affected, the second fixed. */
const statements: NotAffectedStatement[] = [
  {
    vulnerability: 'CVE-2099-0009',
    streams: 'all',
    packages: ['invented-tools', 'invented-c++'],
    justification: 'vulnerable_code_not_in_execute_path',
    statement: 'Nothing on the image starts the server',
    statedAt: '2026-11-25T09:00:00Z',
  },
  {
    vulnerability: 'DSA-0000-9',
    streams: [stream],
    packages: ['libinvented3'],
    justification: 'component_not_present',
    statement: 'It is linked into nothing',
    statedAt: '2026-11-26T09:00:00Z',
    from: '20261122.0',
    until: '20261201.0',
  },
  {
    vulnerability: 'CVE-2099-0008',
    streams: 'all',
    packages: ['made-up'],
    justification: 'inline_mitigations_already_exist',
    statement: 'The kernel forbids it',
    statedAt: '2026-11-27T09:00:00Z',
    withdrawn: { reason: 'Only newer kernels do', at: '2026-12-02T09:00:00Z' },
  },
];
const about: StatedImages = {
  stream,
  image,
  records,
  notices: noticesOf(),
  statements,
  now: '2026-12-03T00:00:00Z',
};
const read = (more: Partial<StatedImages>) => {
  const document = renderNotAffected({ ...about, ...more }, publisher);
  return document === undefined ? undefined : { ...JSON.parse(document.text), updatedAt: document.updatedAt };
};

test('the document is as it was read', () => {
  const file = fileURLToPath(new URL('golden/not-affected.openvex.json', import.meta.url));
  assertGolden(path.resolve(file), renderNotAffected(about, publisher)?.text ?? '');
});

/** As https://github.com/openvex/spec has it, OPENVEX-SPEC.md and openvex_json_schema.json of 0.2.0. */
test('it has what OpenVEX wants, and nothing that it does not know', () => {
  for (const more of [{}, { image: { payload: 'rpm' as const } }, { statements: withHostileTexts() }]) {
    const { updatedAt, ...document } = read(more) ?? assert.fail();
    const keys = ['@context', '@id', 'author', 'last_updated', 'role', 'statements', 'timestamp', 'version'];
    assert.deepEqual(Object.keys(document).sort(), keys);
    assert.match(document['@id'], /^urn:uuid:[0-9a-f-]{36}$/);
    assert.equal(document.last_updated, updatedAt);
    assert.ok(Number.isInteger(document.version) && document.version >= 1);
    for (const { vulnerability, products, status, status_notes, timestamp, ...rest } of document.statements) {
      assert.deepEqual(Object.keys(vulnerability), ['name']);
      assert.ok(products.length > 0 && status_notes !== '' && !Number.isNaN(Date.parse(timestamp)));
      // A justification and an impact_statement exclude each other by the schema.
      const wanted = status === 'not_affected' ? ['justification'] : [];
      assert.deepEqual(Object.keys(rest), wanted);
      assert.ok(['not_affected', 'under_investigation'].includes(status));
      for (const { '@id': id, subcomponents } of products) {
        assert.match(id, /^pkg:generic\/debian-12\/cloud-base@\d{8}\.\d$/);
        for (const { '@id': part } of subcomponents)
          assert.match(part, /^pkg:(deb|rpm)\/debian\/[A-Za-z0-9%+-]+\?distro=debian-12$/);
      }
    }
  }
});

function withHostileTexts(): NotAffectedStatement[] {
  return statements.map((one) => ({ ...one, statement: hostile }));
}

test('what a notice calls affected or fixed is not called anything else', () => {
  const of = (vulnerability: string) =>
    read({ statements: statements.slice(0, 1).map((one) => ({ ...one, vulnerability })) });
  assert.equal(of('CVE-2099-0002'), undefined);
  assert.equal(of('DSA-0000-1'), undefined);
  const earlier = records.slice(0, 1).map((record) => ({ ...record, version: '20261101.0' }));
  const one = statements.slice(0, 1).map((each) => ({ ...each, vulnerability: 'CVE-2099-0002' }));
  const document = read({ statements: one, records: [...earlier, ...records] });
  assert.deepEqual(
    document?.statements[0].products.map((product: Record<string, string>) => product['@id']),
    ['pkg:generic/debian-12/cloud-base@20261101.0'],
  );
});

test('without a statement about a release that came out there is none, and none is said before its date', () => {
  assert.equal(read({ statements: [] }), undefined);
  assert.equal(read({ records: [] }), undefined);
  assert.equal(read({ stream: 'debian-12/other', statements: statements.slice(1, 2) }), undefined);
  assert.equal(read({ now: '2026-11-24T00:00:00Z' }), undefined);
  assert.equal(read({ now: '2026-11-26T10:00:00Z' })?.statements.length, 2);
});

test('a change has a greater version', () => {
  const versions = [
    { statements: statements.slice(0, 1), records: records.slice(0, 1) },
    { statements: statements.slice(0, 2), records: records.slice(0, 1) },
    { statements: statements.slice(0, 2) },
    {},
  ].map((more) => read(more)?.version);
  assert.deepEqual(
    [...versions].sort((a, b) => a - b),
    versions,
  );
  assert.equal(new Set(versions).size, versions.length);
});
