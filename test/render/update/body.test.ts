import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamState } from '../../../scripts/model/streams.ts';
import type { Pin, Pins } from '../../../scripts/model/types.generated.ts';
import { makeFix } from '../../../scripts/model/update/fixes.ts';
import type { StreamUpdate } from '../../../scripts/model/update/update.ts';
import type { Deadline } from '../../../scripts/model/update/urgency.ts';
import { digestOfBody, renderUpdate } from '../../../scripts/render/update.ts';
import { release, request, streamId } from '../../model/repository-fixture.ts';
import { findLoose } from '../../support/markdown.ts';
import { judgeAlpha, pinOf } from '../../support/watch-world.ts';

const deadline: Deadline = { urgency: 'security', due: '2026-11-26T12:00:00Z', approvals: 2 };

function state(id: string, packages: Pin[]): StreamState {
  const pins: Pins = { architecture: 'amd64', request, packages };
  return {
    id,
    stream: undefined,
    kickstart: undefined,
    request,
    pins: [pins],
    content: 'c',
    releases: [],
    versions: [],
    problems: [],
  };
}

/** A stream whose alpha and some packages more are newer. */
async function makeUpdate(id = streamId, more = 0): Promise<StreamUpdate> {
  const packages = (version: string) =>
    ['alpha', ...Array.from({ length: more }, (_, i) => `package-${i}`)].map((name) => pinOf(name, version));
  const [before, after] = [state(id, packages('1.0-1')), state(id, packages('2.0-1'))];
  const judged = await judgeAlpha('2.0-1', { due: '2026-11-26T12:00:00Z' })({
    stream: id,
    before: before.pins,
    after: after.pins,
    availableSince: () => '2026-11-22T12:00:00Z',
  });
  const fixes = judged.map((fix) => ({ ...fix, released: makeFix(fix, undefined, '2026-11-22T12:00:00Z') }));
  return { before, after, fixes, notAffected: [], release: release('20261122.0', 'c'.repeat(64)) };
}

test('says what changes, what it fixes, until when, and what a reviewer does', async () => {
  const { body, title, labels, digest } = renderUpdate(undefined, [await makeUpdate()], deadline);
  assert.equal(title, `Update ${streamId}: 1 security fix, due 2026-11-26 12:00 UTC`);
  assert.deepEqual(labels, ['update: security']);
  assert.equal(digestOfBody(body), digest);
  for (const words of [
    /Public at the latest on 2026-11-26 12:00 UTC/,
    /2 approvals/,
    /What a reviewer does/,
    /! alpha \(amd64\) 1\.0-1 -> 2\.0-1/,
    /the distribution says important/,
    /rule `important`/,
    /`CVE-2026-0001`/,
  ])
    assert.match(body, words);
});

test('nothing of a feed is markup', async () => {
  const { body } = renderUpdate(undefined, [await makeUpdate()], deadline);
  assert.match(body, /@everybody/);
  assert.deepEqual(findLoose(body, ['everybody', '<b>', 'flaw']), []);
});

test('the same decision gives the same digest, another one another', async () => {
  const update = await makeUpdate();
  const digest = (of: StreamUpdate, by = deadline) => renderUpdate(undefined, [of], by).digest;
  assert.equal(digest(await makeUpdate()), digest(update));
  assert.notEqual(digest(update, { ...deadline, approvals: 1 }), digest(update));
  assert.notEqual(digest(update, { ...deadline, regular: 'now' }), digest(update));
  const [fix] = update.fixes;
  assert.ok(fix !== undefined);
  const reworded = { ...fix, verdict: { ...fix.verdict, because: ['its EPSS is 0.0124 today'] } };
  assert.equal(digest({ ...update, fixes: [reworded] }), digest(update));
});

test('a large update fits into a pull request', async () => {
  const made = await makeUpdate(undefined, 600);
  const updates = Array.from({ length: 60 }, (_, i) => {
    const id = `testix-1/image-${i}`;
    return { ...made, before: { ...made.before, id }, after: { ...made.after, id } };
  });
  const { body, title } = renderUpdate('monthly', updates, deadline);
  assert.ok(body.length < 65_536, String(body.length));
  assert.equal(title, 'Update monthly (60 streams): 1 security fix, due 2026-11-26 12:00 UTC');
  assert.match(body, /and 10 more streams/);
});

test('what is stated not to affect a stream is shown, and is no security fix', async () => {
  const { fixes, ...update } = await makeUpdate();
  const reason = {
    vulnerability: 'CVE-2026-0001',
    justification: 'inline_mitigations_already_exist',
    statement: 'It is built with `--without-x` <b>',
    statedAt: '2026-11-22T00:00:00Z',
  } as const;
  const notAffected = fixes.map((fix) => ({ ...fix, finding: { ...fix.finding, notAffected: [reason] } }));
  const { body, title, digest } = renderUpdate(undefined, [{ ...update, fixes: [], notAffected }], deadline);
  assert.match(title, /^Update testix-1\/cloud-base: 1 package/);
  assert.match(
    body,
    /- `TEST-2026-1`: `+ ?not affected, as stated: CVE-2026-0001, inline_mitigations_already_exist/,
  );
  const plain = renderUpdate(undefined, [{ ...update, fixes: [], notAffected: [] }], deadline);
  assert.notEqual(digest, plain.digest);
  assert.doesNotMatch(plain.body, /as stated/);
});
