/** Whole runs of reconcile with an account in memory: release, extension, withdrawal, retention, drift. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { PublishedRecord, Release } from '../../scripts/model/types.generated.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import type { Forge, Tree } from '../../scripts/ports.ts';
import { reconcile } from '../../scripts/reconcile.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { createFakeCloud } from '../support/fake-cloud.ts';
import { createFakeForge } from '../support/fake-forge.ts';
import { createMemoryMirror, createPorts } from '../support/fake-ports.ts';
import { folder, load, makeFiles, streamId } from '../support/fake-ports-repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const regions = ['eu-central-1', 'us-east-1', 'ap-southeast-1'];
const awsText = `aws:
  account: "123456789012"
  home: eu-central-1
  regions: [{id: eu-central-1}, {id: us-east-1}, {id: ap-southeast-1, bestEffort: true}]
  pointers: /aperiodic
  launch: {allowFrom: 192.0.2.0/24}
`;
const latest = `/aperiodic/${streamId}/amd64/latest`;
const unreachable = new AperiodicError('unreachable', 'the region does not answer');

async function makeWorld(t: TestContext, withAws = true) {
  const top = await temporaryFolder(t);
  const forge = createFakeForge(makeFiles());
  const mirror = createMemoryMirror('primary');
  let now = new Date('2026-11-22T12:00:00Z');
  const cloud = createFakeCloud({ now: () => now });
  const dated = (tree: Tree): Tree => ({ ...tree, date: now });
  const datedForge: Forge = {
    head: async () => dated(await forge.head()),
    commit: async ({ message, render }) =>
      await forge.commit({ message, render: async (tree) => await render(dated(tree)) }),
  };
  const change = (file: string, edit: (text: string) => string) =>
    forge.files.set(file, edit(forge.files.get(file) ?? ''));
  const useAws = () => {
    change('releases/targets.yaml', (text) => text + awsText);
    const retention = '{retention: {public: 1, deprecateAfterDays: 90, removeAfterDays: 365}}';
    change(`${folder}/stream.yaml`, (text) => `${text}aws: ${retention}\n`);
  };
  if (withAws) useAws();
  const textOf = (version: string, kind = '') => forge.files.get(`${folder}/${version}${kind}.yaml`) ?? '';
  const told: boolean[] = [];
  const world = {
    forge,
    cloud,
    /** Each time that the site was made, whether it knew of the withdrawal of the second release. */
    told,
    mirror,
    change,
    useAws,
    pass: (days: number) => {
      now = new Date(now.getTime() + days * 86_400_000);
    },
    run: async (brokenLaunch?: string, withoutBuild = false) => {
      const ports = createPorts({
        folder: path.join(top, 'machine'),
        forge: datedForge,
        mirror: () => mirror,
        now: () => now,
        cloud,
        ...(brokenLaunch === undefined ? {} : { brokenLaunch }),
      });
      const publish = async (tree: Tree) => {
        told.push((await tree.read(`${folder}/${two}.yaml`))?.includes('withdrawn:') === true);
      };
      const [outcome] = await reconcile({ ...ports, site: { publish } }, { load, withoutBuild });
      assert.ok(outcome);
      return outcome;
    },
    pins: (alpha: string) => {
      const file = `${folder}/pins.amd64.yaml`;
      forge.files.set(file, makeFiles({ alpha })[file] ?? '');
    },
    record: (version: string): PublishedRecord =>
      parseYaml('PublishedRecord', textOf(version, '.published'), version),
    rewrite: (version: string, edit: (release: Release) => Release) => {
      const made = edit(parseYaml('Release', textOf(version), version));
      forge.files.set(`${folder}/${version}.yaml`, renderRelease(made));
    },
    region: (id: string) => {
      const region = cloud.world.get(id);
      assert.ok(region);
      return region;
    },
    /** Region, version and whether it is public of every image. */
    images: () =>
      [...cloud.world].flatMap(([id, { images }]) =>
        [...images.values()].map((image) => [id, image.tags['aperiodic:version'], image.public]),
      ),
    /** Version that `latest` leads to, by region. */
    leads: () =>
      regions.map((id) => {
        const { images, parameters } = world.region(id);
        return images.get(parameters.get(latest) ?? '')?.tags['aperiodic:version'];
      }),
  };
  return world;
}

type World = Awaited<ReturnType<typeof makeWorld>>;

async function runWell(world: World) {
  const outcome = await world.run();
  if (outcome.error !== undefined) throw outcome.error;
  return outcome;
}

async function assertQuiet(world: World): Promise<void> {
  const { messages } = world.forge;
  const before = [messages.length, world.cloud.writes.length];
  await runWell(world);
  assert.deepEqual(
    [messages.length, world.cloud.writes.length],
    before,
    world.cloud.writes.slice(-3).join('\n'),
  );
}

const one = '20261122.0';
const two = '20261123.0';

test('a release ends public in every region, recorded, with pointers; the second run writes nothing', async (t) => {
  const world = await makeWorld(t);
  await runWell(world);
  assert.deepEqual(
    world.images(),
    regions.map((id) => [id, one, true]),
  );
  const record = world.record(one);
  assert.deepEqual(
    record.images?.map(({ region, state }) => [region, state]),
    [...regions].sort().map((id) => [id, 'public']),
  );
  assert.equal(record.deprecateAt, '2027-02-20T00:00:00Z');
  for (const image of record.images ?? []) {
    const there = world.region(image.region).images.get(image.ami);
    assert.equal(there?.snapshot, image.snapshot);
    assert.equal(there?.deprecateAt?.slice(0, 10), '2027-02-20');
    const { parameters } = world.region(image.region);
    assert.deepEqual(
      [...parameters].sort(),
      [
        [`/aperiodic/${streamId}/${one}/amd64`, image.ami],
        [latest, image.ami],
      ].sort(),
    );
  }
  await assertQuiet(world);
});

test('what was launched is in the record, by check', async (t) => {
  const world = await makeWorld(t);
  await runWell(world);
  const { launch, raw } = world.record(one).architectures[0] ?? {};
  assert.ok(launch);
  const image = world.region('eu-central-1').images.get(launch.ami);
  assert.equal(image?.tags['aperiodic:raw-sha256'], raw?.sha256);
  assert.deepEqual([launch.region, launch.instanceType], ['eu-central-1', 't3.small']);
  const found = launch.results.find(({ id }) => id === 'imds-token-required');
  assert.deepEqual([found?.where, found?.result], ['ec2', 'passed']);
  assert.equal(world.cloud.writes.filter((write) => write.includes('runInstance')).length, 1);
});

test('an instance that fails a check: nothing is public, mirrored, recorded or pointed to', async (t) => {
  const world = await makeWorld(t);
  const { error } = await world.run('user-data-ran');
  assert.equal(error?.code, 'qa-failed');
  assert.match(error?.message ?? '', /failed user-data-ran \(ec2\)/);
  assert.match(error?.detail ?? '', /expected: The script in the user data of the launch left its mark/);
  assert.deepEqual(world.images(), [['eu-central-1', one, false]]);
  assert.equal(world.mirror.files.size, 0);
  assert.deepEqual(world.leads(), [undefined, undefined, undefined]);
  assert.ok(!world.forge.messages.some((message) => message.startsWith('Record')));
  // The next run launches again, and goes on.
  await runWell(world);
  assert.deepEqual(world.leads(), [one, one, one]);
  await assertQuiet(world);
});

test('without a word on how to reach an instance, nothing is begun', async (t) => {
  const world = await makeWorld(t);
  world.change('releases/targets.yaml', (text) => text.replace(/^ {2}launch: .*\n/m, ''));
  const { error } = await world.run();
  assert.equal(error?.code, 'invalid');
  assert.equal(error?.file, 'releases/targets.yaml');
  assert.deepEqual([world.cloud.writes, world.forge.messages], [[], []]);
});

test('a newer release takes the pointers; retention makes the older one private', async (t) => {
  const world = await makeWorld(t);
  await runWell(world);
  world.pass(1);
  world.pins('2.0-1');
  const { tended } = await runWell(world);
  assert.match(tended?.join('\n') ?? '', /^retire 20261122\.0 in ap-southeast-1, eu-central-1, us-east-1: /);
  assert.deepEqual(world.leads(), [two, two, two]);
  assert.deepEqual(
    world.record(one).images?.map(({ state }) => state),
    ['private', 'private', 'private'],
  );
  assert.deepEqual(
    world.images().filter(([, , open]) => open),
    regions.map((id) => [id, two, true]),
  );
  for (const id of regions) assert.equal(world.region(id).parameters.size, 2);
  await assertQuiet(world);
});

test('withdrawn: the one before is public again and has the pointers; later the images are gone', async (t) => {
  const world = await makeWorld(t);
  await runWell(world);
  world.pass(1);
  world.pins('2.0-1');
  await runWell(world);
  world.rewrite(two, (release) => ({ ...release, withdrawn: { reason: 'bad', at: '2026-11-23T13:00:00Z' } }));
  const { plan, tended } = await runWell(world);
  assert.equal(plan.action.kind, 'held');
  assert.equal(world.told.at(-1), true, 'the web site tells of it, too');
  assert.deepEqual(
    tended?.map((line) => line.split(' ').slice(0, 2).join(' ')),
    [`restore ${one}`, `withdraw ${two}`, 'records say'],
  );
  assert.deepEqual(world.leads(), [one, one, one]);
  assert.deepEqual(
    world.images().filter(([, , open]) => open),
    regions.map((id) => [id, one, true]),
  );
  await assertQuiet(world);
  world.pass(15);
  await runWell(world);
  assert.deepEqual(
    world.images(),
    regions.map((id) => [id, one, true]),
  );
  for (const id of regions) assert.equal(world.region(id).snapshots.size, 1);
  assert.deepEqual(
    world.record(two).images?.map(({ state }) => state),
    ['removed', 'removed', 'removed'],
  );
  await assertQuiet(world);
});

test('a region of best effort that is down blocks nothing, and gets its copy later without a build', async (t) => {
  const world = await makeWorld(t);
  world.region('ap-southeast-1').down = unreachable;
  await runWell(world);
  assert.deepEqual(world.leads(), [one, one, undefined]);
  assert.equal(world.record(one).images?.length, 2);
  world.region('ap-southeast-1').down = undefined;
  const { plan } = await runWell(world);
  assert.equal(plan.action.kind, 'extend');
  assert.deepEqual(world.leads(), [one, one, one]);
  assert.equal(world.record(one).images?.length, 3);
  await assertQuiet(world);
});

test('a required region that is down: nothing is public, no pointer moves, no release file is minted', async (t) => {
  const world = await makeWorld(t);
  world.region('us-east-1').down = unreachable;
  const { error } = await world.run();
  assert.equal(error?.code, 'unreachable');
  assert.deepEqual(world.images(), []);
  assert.deepEqual(world.forge.messages, []);
  world.region('us-east-1').down = undefined;
  await runWell(world);
  assert.deepEqual(world.leads(), [one, one, one]);
});

test('AWS comes to a repository that released before: the same bytes are uploaded, the version stays', async (t) => {
  const world = await makeWorld(t, false);
  await runWell(world);
  assert.deepEqual(world.cloud.writes, []);
  const { raw } = world.record(one).architectures[0] ?? {};
  world.useAws();
  const { error } = await world.run(undefined, true);
  assert.match(error?.message ?? '', /nothing may be built here: release a new version/);
  assert.deepEqual(world.cloud.writes, []);
  const { plan } = await runWell(world);
  assert.equal(plan.action.kind, 'extend');
  assert.deepEqual(world.leads(), [one, one, one]);
  const image = [...world.region('eu-central-1').images.values()][0];
  assert.equal(image?.tags['aperiodic:raw-sha256'], raw?.sha256);
  assert.equal(world.record(one).mirrors.length, 1);
  await assertQuiet(world);
});

test('a region that releases/targets.yaml gained gets a copy and a pointer', async (t) => {
  const world = await makeWorld(t);
  await runWell(world);
  world.cloud.world.set('sa-east-1', {
    ...world.region('us-east-1'),
    images: new Map(),
    snapshots: new Map(),
    parameters: new Map(),
  });
  world.change('releases/targets.yaml', (text) =>
    text.replace('{id: us-east-1}', '{id: us-east-1}, {id: sa-east-1}'),
  );
  const { plan } = await runWell(world);
  assert.equal(plan.action.kind, 'extend');
  assert.equal(world.region('sa-east-1').parameters.size, 2);
  assert.ok(!world.cloud.writes.slice(-8).some((write) => write.includes('registerImage')));
  await assertQuiet(world);
});

test('the credentials of another account: an error before anything is done', async (t) => {
  const world = await makeWorld(t);
  world.change('releases/targets.yaml', (text) => text.replace('123456789012', '999999999999'));
  const { error } = await world.run();
  assert.equal(error?.code, 'denied');
  assert.match(error?.message ?? '', /account 123456789012, but .* 999999999999/);
  assert.deepEqual([world.cloud.writes, world.forge.messages], [[], []]);
});

test('drift: what was closed is opened, what vanished comes back, foreign pointers stay', async (t) => {
  const world = await makeWorld(t);
  await runWell(world);
  const east = world.region('us-east-1');
  const [gone] = east.images.keys();
  assert.ok(gone);
  east.images.clear();
  const [closed] = world.region('eu-central-1').images.values();
  assert.ok(closed);
  closed.public = false;
  east.parameters.set(`/aperiodic/${streamId}/by-hand`, 'ami-12345678');
  world.region('ap-southeast-1').parameters.set(latest, 'ami-12345678');
  await runWell(world);
  await runWell(world);
  assert.equal(world.region('eu-central-1').images.get(closed.id)?.public, true);
  assert.deepEqual(world.leads(), [one, one, one]);
  assert.equal(east.parameters.get(`/aperiodic/${streamId}/by-hand`), 'ami-12345678');
  await assertQuiet(world);
});

test('when nothing of the records is seen, nothing is forgotten', async (t) => {
  const world = await makeWorld(t);
  await runWell(world);
  const before = new Map(world.forge.files);
  for (const region of world.cloud.world.values()) region.images.clear();
  await world.run();
  assert.deepEqual(world.forge.files, before);
});
