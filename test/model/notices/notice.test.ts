import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  cvesOf,
  isMailed,
  messageIdOf,
  type Notice,
  noticeId,
  severityOf,
} from '../../../scripts/model/notices/notice.ts';
import { findViolation } from '../../../scripts/model/schema.ts';
import { fileStem } from '../../../scripts/render/notices/words.ts';
import {
  first,
  fixes,
  makeState,
  noticesOf,
  noticeTargets,
  second,
  states,
  withdrawnStates,
} from '../../support/notices.ts';

const part = fc.stringMatching(/^[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}$/);
const streamId = fc.tuple(part, part).map((parts) => parts.join('/'));
const versions = fc.tuple(fc.integer({ min: 0, max: 9999 })).map(([number]) => `20261201.${number}`);
const kinds = fc.constantFrom('security' as const, 'withdrawal' as const);

test('IDs are valid and unique, as file names too, and make valid Message-IDs', () => {
  const named = fc.record({ stream: streamId, version: versions, kind: kinds });
  fc.assert(
    fc.property(named, named, (a, b) => {
      const [one, other] = [a, b].map(({ stream, version, kind }) => noticeId({}, stream, version, kind));
      assert.ok(one !== undefined && other !== undefined);
      const entry = { id: one, issuedAt: '2026-12-01T00:00:00Z' };
      const mailed = { ...entry, messageId: messageIdOf(entry, 'a@b.example'), sentAt: entry.issuedAt };
      for (const value of [entry, mailed]) assert.equal(findViolation('RecordedNotice', value), undefined);
      const same = JSON.stringify(a) === JSON.stringify(b);
      assert.equal(one === other, same);
      assert.equal(fileStem({ id: one }) === fileStem({ id: other }), same);
      assert.match(fileStem({ id: one }), /^[+\-a-z0-9_]+$/);
    }),
  );
});

test('the release before is the newest that was not withdrawn before', () => {
  const gone = (at: string) => ({ reason: 'x', at });
  const of = (at: string | undefined) => {
    const between = makeState('20261125.0', {}, at === undefined ? {} : { withdrawn: gone(at) });
    const all = [states[0], between, states[1]].flatMap((state) => state ?? []);
    return noticesOf(all).find(({ kind }) => kind === 'security')?.previous?.version;
  };
  assert.equal(of(undefined), '20261125.0');
  assert.equal(of('2026-11-26T00:00:00Z'), first, 'nobody was on it any more');
  assert.equal(of('2026-12-05T00:00:00Z'), '20261125.0', 'what happens later changes nothing');
  assert.equal(noticesOf([makeState(second, { fixes })])[0]?.previous, undefined);
});

test('who is on a withdrawn release is led to a live one that was there then', () => {
  const later = [...withdrawnStates, makeState('20261203.0'), makeState('20261210.0')];
  assert.deepEqual(
    noticesOf(later).map(({ id, instead }) => [id, instead]),
    [
      ['TEST-debian-12.cloud-base-20261201.0-W', '20261203.0'],
      ['TEST-debian-12.cloud-base-20261201.0', '20261203.0'],
    ],
  );
  assert.equal(noticesOf(withdrawnStates.slice(1))[0]?.instead, undefined);
});

test('releases without a record or a cause have no notice', () => {
  const { record: _, ...unrecorded } = makeState(second, { fixes });
  assert.deepEqual(noticesOf([makeState(first), { ...unrecorded, record: undefined }]), []);
  assert.deepEqual(noticesOf([makeState(second, { fixes: [] })]), []);
});

test('severity is the worst, CVEs are in their order, and dates are those that were given', () => {
  const [notice] = noticesOf();
  assert.ok(notice !== undefined);
  assert.equal(severityOf(notice), 'important');
  assert.equal(severityOf({ fixes: [] }), 'unknown');
  const many = ['CVE-2026-10000', 'CVE-2026-9999', 'CVE-2025-1', 'CVE-2026-9999'];
  const [fix] = fixes;
  assert.ok(fix !== undefined);
  assert.deepEqual(cvesOf({ fixes: [{ ...fix, cves: many }] }), [
    'CVE-2025-1',
    'CVE-2026-9999',
    'CVE-2026-10000',
  ]);
  const [withdrawal, earlier] = noticesOf(withdrawnStates);
  assert.deepEqual(
    [withdrawal, earlier].map((one) => [one?.issuedAt, one?.updatedAt]),
    [
      ['2026-12-03T10:00:00Z', '2026-12-03T10:00:00Z'],
      ['2026-12-01T12:00:00Z', '2026-12-03T09:00:00Z'],
    ],
  );
});

test('mail goes where there is a sender and a list, from a day on', () => {
  const [notice] = noticesOf();
  assert.ok(notice !== undefined);
  const mailed = (changes: object, of: Notice = notice) => isMailed(of, { ...noticeTargets, ...changes });
  assert.deepEqual(
    [{}, { to: undefined }, { from: undefined }, { since: '20261201' }, { since: '20261202' }].map((one) =>
      mailed(one),
    ),
    [true, false, false, true, false],
  );
});
