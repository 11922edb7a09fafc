/** Any history of merges, withdrawals and killed runs ends as it should: simulation.ts asserts it at each effect. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { loadRepository } from '../../../scripts/model/load.ts';
import { type Repository, recordPath, releasePath } from '../../../scripts/model/streams.ts';
import { renderPins } from '../../../scripts/render/pins.ts';
import { renderRecord } from '../../../scripts/render/record.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import * as fixture from '../repository-fixture.ts';
import { digestOf, repositoryOf } from './golden-case.ts';
import { addFile, applyMerge, type Step, steps } from './merges.ts';
import { type Head, type Observe, World } from './simulation.ts';

function firstHead(digests: readonly string[]): Head {
  return {
    date: new Date('2026-11-01T10:00:00Z'),
    content: digests[0] ?? '',
    targets: ['one'],
    releases: new Map(),
    banned: new Set(),
    otherAsked: new Map(digests.map((digest) => [digest, 0])),
  };
}

async function play(history: readonly Step[], digests: readonly string[], observe: Observe): Promise<string> {
  const world = new World(firstHead(digests), observe);
  for (const { merge, days, reconcile, during } of history) {
    world.head = applyMerge(world.head, merge, days, digests);
    if (reconcile === 'no') continue;
    await world.reconcile((effect) => {
      if (effect === reconcile) return false;
      if (effect === during?.at) world.head = applyMerge(world.head, during.merge, 0, digests);
      return true;
    });
  }
  await world.reconcile();
  const end = await world.assertSettled();
  const done = world.effects.length;
  const head = world.head;
  await world.reconcile();
  assert.equal(world.effects.length, done, 'a second reconcile has effects');
  assert.equal(world.head, head, 'a second reconcile writes');
  // Whatever a history ended in, a release file with a reason puts it right.
  world.head = addFile(world.head, { content: undefined, old: false, rebuild: true }, digests);
  await world.reconcile();
  assert.equal(await world.assertSettled(), 'nothing');
  return end;
}

const letters = ['A', 'B', 'C'];

/** The tree as a value, without files. */
const observeValue: Observe = async (head): Promise<Repository> => {
  const repository = repositoryOf({
    about: '',
    mergedAt: '',
    content: 'A',
    targets: head.targets,
    releases: [],
  });
  const [stream] = repository.streams;
  assert.ok(stream);
  stream.content = head.content;
  stream.versions = [...head.releases.keys()];
  stream.releases = [...head.releases.values()].map(({ release, record }) => ({
    path: releasePath(stream.id, release.version),
    text: '',
    release,
    record,
  }));
  return repository;
};

test('any history ends with the newest live release recorded once, nothing built twice without a reason', async () => {
  const digests = letters.map(digestOf);
  const ends: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 14 }), async (history) => {
      const end = await play(history, digests, observeValue);
      ends[end] = (ends[end] ?? 0) + 1;
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 500) },
  );
  for (const kind of ['nothing', 'held', 'blocked'])
    assert.ok((ends[kind] ?? 0) > 0, `no history ended ${kind}`);
});

test('the same through the files of a tree: rendered, loaded and planned', async () => {
  const filesOf = (pins: string, head?: Head) => {
    const files: Record<string, string | null> = {
      ...fixture.baseFiles(),
      [`${fixture.folder}/pins.amd64.yaml`]: pins,
    };
    if (head === undefined) return files;
    files['releases/targets.yaml'] = fixture.targetsYaml(...head.targets);
    for (const [version, { release, record }] of head.releases) {
      files[releasePath(fixture.streamId, version)] = renderRelease(release);
      if (record !== undefined) files[recordPath(fixture.streamId, version)] = renderRecord(record);
    }
    return files;
  };
  const load = async (files: Record<string, string | null>) => {
    const { repository } = await loadRepository(fixture.fakeTree(files), { flatten: fixture.flatten });
    return repository;
  };
  const pinTexts = letters.map((_, i) => renderPins(fixture.pins([fixture.pin('alpha', `${i}`, `${i}`)])));
  const digests: string[] = [];
  for (const text of pinTexts) digests.push((await load(filesOf(text))).streams[0]?.content ?? '');
  assert.equal(new Set(digests).size, letters.length);
  const observe: Observe = (head) => load(filesOf(pinTexts[digests.indexOf(head.content)] ?? '', head));
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 6 }), async (history) => {
      await play(history, digests, observe);
    }),
    { numRuns: 25 },
  );
});
