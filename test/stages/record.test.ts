import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mirrored, Published, RecordedMirror, Release } from '../../scripts/model/types.generated.ts';
import { parseYaml, renderYaml } from '../../scripts/model/yaml.ts';
import { recordRelease } from '../../scripts/stages/record.ts';
import { digestOf, makeReleaseFile, makeSigned, stream, version } from '../support/candidate.ts';
import { createFakeForge } from '../support/fake-forge.ts';

const releaseFile = `releases/${stream}/${version}.yaml`;
const recordFile = `releases/${stream}/${version}.published.yaml`;
const primary: RecordedMirror = { id: 'primary', path: `${stream}/${version}`, checksum: digestOf('sums') };
const mirrored: Mirrored = { candidate: makeSigned(), mirrors: [primary] };
const published: Published = { mirrored, images: [] };

function setUp(changes: Partial<Release> = {}) {
  const forge = createFakeForge({ [releaseFile]: renderYaml(makeReleaseFile(changes)) });
  let time = Date.parse('2026-11-22T10:00:00Z');
  const clock = {
    now: () => {
      time += 60_000;
      return new Date(time);
    },
    sleep: async () => undefined,
  };
  return { forge, ports: { forge, clock } };
}

test('the record is on main beside its release', async () => {
  const { forge, ports } = setUp();
  const recorded = await recordRelease(published, ports);
  assert.equal(recorded.path, recordFile);
  assert.equal(recorded.commit, (await forge.head()).commit);
  assert.deepEqual(forge.messages, [`Record ${stream} ${version}\n`]);
  const text = forge.files.get(recordFile) ?? '';
  assert.deepEqual(parseYaml('PublishedRecord', text, recordFile), recorded.record);
  assert.deepEqual(recorded.record.mirrors, [primary]);
  assert.deepEqual(
    recorded.record.architectures.map(({ architecture }) => architecture),
    ['amd64', 'arm64'],
  );
});

test('the second run, at a later time, commits nothing and gives the same value', async () => {
  const { forge, ports } = setUp();
  const first = await recordRelease(published, ports);
  assert.deepEqual(await recordRelease(published, ports), first);
  assert.equal(forge.messages.length, 1);
});

test('mirrors that others recorded meanwhile stay', async () => {
  const { forge, ports } = setUp();
  const second = { ...primary, id: 'second' };
  const other = setUp();
  await recordRelease({ ...published, mirrored: { ...mirrored, mirrors: [second] } }, other.ports);
  forge.pushedFirst.push((files) => files.set(recordFile, other.forge.files.get(recordFile) ?? ''));
  const { record } = await recordRelease(published, ports);
  assert.deepEqual(
    record.mirrors.map(({ id }) => id),
    ['primary', 'second'],
  );
});

test('a release that changed on main while it was built is not recorded', async () => {
  const withdrawn = { reason: 'It does not boot', at: '2026-11-22T09:00:00Z' };
  const changes: [string, RegExp, (files: Map<string, string>) => void][] = [
    ['removed', /is gone from/, (files) => files.delete(releaseFile)],
    [
      'withdrawn',
      /withdrawn: It does not boot/,
      (files) => files.set(releaseFile, renderYaml(makeReleaseFile({ withdrawn }))),
    ],
    [
      'changed',
      /other content/,
      (files) => files.set(releaseFile, renderYaml(makeReleaseFile({ content: digestOf('x') }))),
    ],
    ['broken', /lacks the key 'reason'/, (files) => files.set(releaseFile, 'version: "20261122.0"\n')],
    [
      'withdrawn by its content',
      /the content of 20261122\.0 was withdrawn with 20261123\.0/,
      (files) =>
        files.set(
          `releases/${stream}/20261123.0.yaml`,
          renderYaml(makeReleaseFile({ version: '20261123.0', withdrawn })),
        ),
    ],
  ];
  for (const [what, words, change] of changes) {
    const { forge, ports } = setUp();
    forge.pushedFirst.push(change);
    await assert.rejects(
      recordRelease(published, ports),
      { code: what === 'broken' ? 'invalid' : 'conflict', file: releaseFile, message: words },
      what,
    );
    assert.deepEqual(forge.messages, [], what);
    assert.equal(forge.files.has(recordFile), false, what);
  }
});

test('a record of other bytes is never replaced', async () => {
  const { forge, ports } = setUp();
  await recordRelease(published, ports);
  const before = forge.files.get(recordFile);
  const candidate = makeSigned();
  const [first] = candidate.architectures;
  assert.ok(first !== undefined);
  const { built } = first.tested;
  const raw = { ...built.raw, sha256: digestOf('other bytes') };
  candidate.architectures[0] = { tested: { ...first.tested, built: { ...built, raw } } };
  await assert.rejects(recordRelease({ ...published, mirrored: { ...mirrored, candidate } }, ports), {
    code: 'conflict',
  });
  assert.equal(forge.files.get(recordFile), before);
});
