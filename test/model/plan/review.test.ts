import assert from 'node:assert/strict';
import test from 'node:test';
import { findRecordObstacle } from '../../../scripts/model/plan/record-check.ts';
import { reviewNewest } from '../../../scripts/model/plan/review.ts';
import { findStream } from '../../../scripts/model/streams.ts';
import { streamId } from '../repository-fixture.ts';
import { digestOf, type GoldenRelease, repositoryOf } from './golden-case.ts';

function streamOf(content: string, releases: GoldenRelease[]) {
  const repository = repositoryOf({ about: '', mergedAt: '', content, targets: ['primary'], releases });
  const stream = findStream(repository, streamId);
  assert.ok(stream && repository.targets);
  return { stream, targets: repository.targets };
}

function review(
  content: string,
  releases: GoldenRelease[],
  more: { now?: Date; base?: GoldenRelease[] } = {},
) {
  const { stream, targets } = streamOf(content, releases);
  const base = more.base && streamOf(content, more.base).stream;
  return reviewNewest(stream, { targets, base, now: more.now }).map((problem) => problem.located);
}

const released: GoldenRelease = { version: '20261101.0', content: 'A', recorded: ['primary'] };
const file = 'releases/testix-1/cloud-base/20261108.0.yaml';

test('a release file with the right content passes', () => {
  assert.deepEqual(review('B', [released, { version: '20261108.0', content: 'B' }]), []);
  assert.deepEqual(review('B', [released]), []);
  assert.deepEqual(review('B', []), []);
});

test('other content: names the digest to write, at its line', () => {
  assert.deepEqual(review('B', [released, { version: '20261108.0', content: 'C' }]), [
    `${file}:4: 'content' is not the digest of what the tree holds now: write ${digestOf('B')}`,
  ]);
});

test('a file that the target branch has already is not of this pull request', () => {
  const minted = { version: '20261108.0', content: 'C' };
  assert.deepEqual(review('B', [released, minted], { base: [released, minted] }), []);
  assert.equal(review('B', [released, minted], { base: [released, { ...minted, content: 'D' }] }).length, 1);
});

test('repetition, withdrawal, targets and architectures are seen before the merge', () => {
  const [repeated] = review('A', [released, { version: '20261108.0', content: 'A' }]);
  assert.match(repeated ?? '', /:4: 20261108\.0 asks for the content of 20261101\.0: say why/);
  const withdrawn = { ...released, withdrawn: 'bad' };
  const [again] = review('A', [withdrawn, { version: '20261108.0', content: 'A' }]);
  assert.match(again ?? '', /:4: this content was withdrawn with 20261101\.0: say why/);
  assert.deepEqual(review('A', [withdrawn, { version: '20261108.0', content: 'A', rebuild: 'mended' }]), []);
  const [older] = review('A', [withdrawn, { version: '20261031.0', content: 'A', rebuild: 'mended' }]);
  assert.match(
    older ?? '',
    /:2: version 20261031\.0 is older than 20261101\.0, with which this content was withdrawn/,
  );
  const [target, ...others] = review('B', [
    { version: '20261108.0', content: 'B', mirrors: ['primary', 'lost'] },
  ]);
  assert.equal(
    target,
    `${file}:12: mirror 'lost' is not in releases/targets.yaml: add it there, or take it out here`,
  );
  assert.deepEqual(others, []);
  const [machine] = review('B', [{ version: '20261108.0', content: 'B', architectures: ['arm64'] }]);
  assert.match(machine ?? '', /:5: 'architectures' must be those of stream\.yaml: \[amd64\]$/);
});

test('a version of the far future is refused, tomorrow is not', () => {
  const now = new Date('2026-11-07T12:00:00Z');
  const asked = (version: string) => review('B', [{ version, content: 'B' }], { now });
  assert.deepEqual(asked('20261108.0'), []);
  assert.match(asked('20271108.0')[0] ?? '', /:2: version 20271108\.0 is dated in the future/);
});

test('a record is not written for what was withdrawn while it was built', () => {
  const obstacle = (releases: GoldenRelease[]) =>
    findRecordObstacle(streamOf('B', releases).stream, '20261108.0');
  const built = { version: '20261108.0', content: 'B' };
  assert.equal(obstacle([built]), undefined);
  assert.equal(obstacle([built, { version: '20261109.0', content: 'C' }]), undefined);
  assert.match(obstacle([]) ?? '', /is gone/);
  assert.match(obstacle([{ ...built, withdrawn: 'bad' }]) ?? '', /was withdrawn: bad$/);
  assert.match(
    obstacle([{ ...released, content: 'B', withdrawn: 'bad' }, built]) ?? '',
    /withdrawn with 20261101\.0$/,
  );
});
