import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ReleaseState } from '../../scripts/model/streams.ts';
import type { NoticeTargets } from '../../scripts/model/types.generated.ts';
import { renderReleasePage } from '../../scripts/render/release-page.ts';
import { assertGolden } from '../support/golden.ts';
import { findLoose } from '../support/markdown.ts';
import {
  fixes,
  hostile,
  hostileTargets,
  image,
  makeState,
  noticesOf,
  noticeTargets,
  second,
  states,
  withdrawnStates,
} from '../support/notices.ts';

const folder = fileURLToPath(new URL('golden/release-page/', import.meta.url));

interface Options {
  title?: string;
  targets?: NoticeTargets;
}

function pageOf(
  releases: readonly ReleaseState[],
  version: string,
  { title = image.title, targets = noticeTargets }: Options = {},
) {
  const found = releases.find(({ release }) => release.version === version) ?? assert.fail();
  const { release, record = assert.fail() } = found;
  const all = noticesOf([...releases], targets, { ...image, title });
  const notices = all.filter((notice) => notice.release.version === version);
  return renderReleasePage({ image: { title }, release, record, notices }, targets);
}

for (const [name, releases, version] of [
  ['plain', states, '20261122.0'],
  ['security', states, second],
  ['withdrawn', withdrawnStates, second],
] as const) {
  test(`the page of a ${name} release is as it was read`, () => {
    const { tag, file, title, body, withdrawn } = pageOf(releases, version);
    assert.deepEqual(
      [tag, file],
      [`debian-12/cloud-base/${version}`, `releases/debian-12/cloud-base/${version}.published.yaml`],
    );
    assert.equal(withdrawn, name === 'withdrawn');
    assertGolden(path.join(folder, `${name}.md`), `${title}\n\n${body}\n`);
  });
}

test('a plain release that was withdrawn says so first', () => {
  const withdrawn = { reason: 'It does not boot', at: '2026-12-03T09:00:00Z' };
  const { title, body } = pageOf([makeState(second, { withdrawn }, { withdrawn })], second);
  assert.match(title, / \(withdrawn\)$/);
  assert.match(
    body,
    /^## `TEST-debian-12\.cloud-base-20261201\.0-W`\n[\s\S]*It does not boot[\s\S]*^## `debian-12\/cloud-base\/20261201\.0`$/m,
  );
});

test('what others wrote is text, and never too long for GitHub', () => {
  const plain = pageOf([makeState(second, { reason: hostile })], second, {
    title: hostile,
    targets: hostileTargets,
  });
  const words = ['script', 'javascript', 'alert', 'BEGIN'];
  const links = [`https://mirror.example.org/images/debian-12/cloud-base/${second}/`];
  assert.deepEqual(
    findLoose(plain.body, words, links).filter((text) => !links.includes(text)),
    [],
  );
  assert.doesNotMatch(plain.title, /[\n\u202e]/);
  const [fix = assert.fail()] = fixes;
  const many = Array.from({ length: 2000 }, (_, i) => ({ ...fix, advisory: `DSA-${i}-1` }));
  const { body } = pageOf([makeState(second, { fixes: many })], second);
  assert.ok(body.length < 125_000);
  assert.match(body, /\nThis page is cut here: the release file has all of it\.$/);
});
