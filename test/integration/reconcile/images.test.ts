/** Any history ends with images and pointers as the tree says; images-world.ts asserts what must never happen on the way. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Release } from '../../../scripts/model/types.generated.ts';
import { parseYaml } from '../../../scripts/model/yaml.ts';
import { renderPins } from '../../../scripts/render/pins.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import * as fixture from '../../model/repository-fixture.ts';
import { graceDays, ImagesWorld, prefix, releaseFile } from './images-world.ts';

const home = 'eu-central-1';
const others = ['us-east-1', 'ap-southeast-1', 'sa-east-1'] as const;

type Merge =
  | { kind: 'content'; content: number }
  | { kind: 'withdraw' | 'takeBack'; nth: number }
  | { kind: 'regions'; required: string[]; bestEffort: string[] }
  | { kind: 'retention'; public: number; deprecate: number; remove: number }
  | { kind: 'rebuild' }
  | { kind: 'none' };

interface Step {
  merge: Merge;
  days: number;
  down: string[];
  reconcile: 'whole' | number;
}

const merges: fc.Arbitrary<Merge> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('content' as const), content: fc.nat({ max: 5 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('withdraw' as const, 'withdraw' as const, 'takeBack' as const),
      nth: fc.nat({ max: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ required: fc.subarray([...others]), rest: fc.subarray([...others]) })
      .map(({ required, rest }) => ({
        kind: 'regions' as const,
        required,
        bestEffort: rest.filter((id) => !required.includes(id)),
      })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('retention' as const),
      public: fc.integer({ min: 1, max: 3 }),
      deprecate: fc.constantFrom(10, 90),
      remove: fc.constantFrom(100, 365),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'rebuild' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'none' as const }) },
);

const steps: fc.Arbitrary<Step> = fc.record({
  merge: merges,
  days: fc.constantFrom(0, 0, 1, 5, 20, 120, 400),
  down: fc.oneof(
    { weight: 2, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.subarray<string>([home, ...others]) },
  ),
  reconcile: fc.oneof(fc.constant('whole' as const), fc.nat({ max: 25 })),
});

function writeTargets(world: ImagesWorld, required: readonly string[], bestEffort: readonly string[]): void {
  const lines = [
    ...[home, ...required].map((id) => `    - {id: ${id}}`),
    ...bestEffort.map((id) => `    - {id: ${id}, bestEffort: true}`),
  ];
  const aws = `aws:\n  home: ${home}\n  regions:\n${lines.join('\n')}\n  pointers: ${prefix}\n  graceDays: ${graceDays}\n`;
  world.forge.files.set('releases/targets.yaml', fixture.targetsYaml('primary') + aws);
}

function writeStream(world: ImagesWorld, shown: number, deprecate: number, remove: number): void {
  const retention = `{public: ${shown}, deprecateAfterDays: ${deprecate}, removeAfterDays: ${remove}}`;
  const text = `${fixture.streamYaml}aws: {retention: ${retention}}\n`;
  world.forge.files.set(`${fixture.folder}/stream.yaml`, text);
}

function writePins(world: ImagesWorld, content: number): void {
  const pins = fixture.pins([fixture.pin('alpha', `${content}`, `${content}`)]);
  world.forge.files.set(`${fixture.folder}/pins.amd64.yaml`, renderPins(pins));
}

async function changeRelease(world: ImagesWorld, nth: number, change: (release: Release) => Release) {
  const { versions } = await world.stream();
  const version = [...versions].reverse()[nth];
  if (version === undefined) return;
  const text = world.forge.files.get(releaseFile(version)) ?? '';
  const changed = change(parseYaml('Release', text, version));
  world.forge.files.set(releaseFile(version), renderRelease(changed));
}

async function apply(world: ImagesWorld, merge: Merge): Promise<void> {
  switch (merge.kind) {
    case 'content':
      return writePins(world, merge.content);
    case 'withdraw':
      return await changeRelease(world, merge.nth, (release) => ({
        ...release,
        withdrawn: release.withdrawn ?? { reason: 'bad', at: '2026-11-01T00:00:00Z' },
      }));
    case 'takeBack':
      return await changeRelease(world, merge.nth, ({ withdrawn: _, ...release }) => release);
    case 'regions':
      return writeTargets(world, merge.required, merge.bestEffort);
    case 'retention':
      return writeStream(world, merge.public, merge.deprecate, merge.remove);
    case 'rebuild':
      return await changeRelease(world, 0, (release) => ({ ...release, rebuild: 'asked for' }));
    case 'none':
      return undefined;
  }
}

function makeWorld(): ImagesWorld {
  const world = new ImagesWorld();
  for (const [path, text] of Object.entries(fixture.baseFiles())) world.forge.files.set(path, text ?? '');
  writeTargets(world, ['us-east-1'], ['ap-southeast-1']);
  writeStream(world, 2, 90, 365);
  writePins(world, 0);
  return world;
}

async function play(history: readonly Step[]): Promise<string> {
  const world = makeWorld();
  for (const { merge, days, down, reconcile } of history) {
    await apply(world, merge);
    world.now += days * 86_400_000;
    world.down.clear();
    for (const id of down) world.down.add(id);
    await world.reconcile((effect) => effect !== reconcile);
  }
  world.down.clear();
  await world.reconcile();
  await world.reconcile();
  const end = await world.assertSettled();
  const { length } = world.effects;
  await world.reconcile();
  assert.deepEqual(world.effects.slice(length), [], 'one more reconcile has effects');
  return end;
}

test('any history: pointers name what can be launched, the newest live images stay, a second run does nothing', async () => {
  const ends: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 10 }), async (history) => {
      const end = await play(history);
      ends[end] = (ends[end] ?? 0) + 1;
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 30) },
  );
  assert.ok((ends.nothing ?? 0) > 0);
});

test('killed before every effect of a release, a withdrawal and a removal: the end is the same', async () => {
  const live = async (kill: number | undefined) => {
    const world = makeWorld();
    let left = kill;
    const once = async () => {
      const start = world.effects.length;
      const end = await world.reconcile((effect) => effect !== left);
      if (end === 'killed') left = undefined;
      else if (left !== undefined) left -= world.effects.length - start;
      if (end === 'killed') await world.reconcile();
    };
    await once();
    world.now += 86_400_000;
    writePins(world, 1);
    await once();
    await changeRelease(world, 0, (release) => ({
      ...release,
      withdrawn: { reason: 'bad', at: '2026-11-02T00:00:00Z' },
    }));
    await once();
    world.now += 20 * 86_400_000;
    await once();
    // Grace begins anew with each record that is written: a run that was killed may put a removal off once.
    world.now += 20 * 86_400_000;
    await once();
    await world.assertSettled();
    const shown = [...world.regions].map(([id, { images, pointers }]) => [
      id,
      [...images.values()].map(({ version, public: open }) => [version, open]),
      [...pointers].map(([name, ami]) => [name, images.get(ami)?.version]).sort(),
    ]);
    return { shown: shown.sort(), killed: kill !== undefined && left === undefined };
  };
  const whole = await live(undefined);
  assert.equal(whole.shown.length, 3);
  let kill = 0;
  for (; ; kill++) {
    const one = await live(kill);
    assert.deepEqual(one.shown, whole.shown, `killed before effect ${kill}`);
    if (!one.killed) break;
  }
  assert.ok(kill > 30, `only ${kill} effects`);
});

test('what was made public, never recorded, and then withdrawn is removed', async () => {
  const world = makeWorld();
  await world.reconcile((effect) => effect < 7);
  const { versions } = await world.stream();
  assert.equal(versions.length, 1);
  assert.ok([...(world.regions.get(home)?.images.values() ?? [])].some((image) => image.public));
  await changeRelease(world, 0, (release) => ({
    ...release,
    withdrawn: { reason: 'bad', at: '2026-11-01T00:00:00Z' },
  }));
  await world.reconcile();
  for (const { images } of world.regions.values()) assert.equal(images.size, 0);
});
