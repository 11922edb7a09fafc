/** Upload: what is sent, what is sent again, what is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import type { CloudRegion } from '../../../scripts/ports.ts';
import { uploadImage } from '../../../scripts/stages/upload.ts';
import { assertOne } from '../../support/cloud-asserts.ts';
import { type CloudPorts, type CloudWorld, home, makeWorld, releaseAll } from '../../support/cloud-world.ts';

const many = Array.from({ length: 120 }, (_, index) => index * 2);

function testedOf({ tested }: CloudWorld) {
  const [first] = tested;
  assert.ok(first !== undefined);
  return first;
}

const callsOf = (world: CloudWorld, name: string, after = 0) =>
  world.local.log(after).filter(({ call, outcome }) => call === name && outcome === 'ok');

/** The ports with some methods of the home region replaced. */
function withRegion(ports: CloudPorts, change: (region: CloudRegion) => Partial<CloudRegion>): CloudPorts {
  const region = (id: string) => {
    const real = ports.cloud.region(id);
    return { ...real, ...change(real) };
  };
  return { ...ports, cloud: { ...ports.cloud, region } };
}

test('a release without AMIs passes through and makes no call', async (t) => {
  const world = await makeWorld(t);
  const tested = testedOf(world);
  const job = { ...tested.built.job, targets: { mirrors: [] } };
  const plain = { ...tested, built: { ...tested.built, job } };
  assert.deepEqual(await uploadImage(plain, world.ports()), { tested: plain });
  assert.deepEqual(world.local.log(), []);
});

test('an upload that ended half-way sends only what is not there', async (t) => {
  const world = await makeWorld(t, { blocks: many });
  let puts = 0;
  const dying = withRegion(world.ports(), (region) => ({
    putBlock: async (...block) => {
      puts += 1;
      if (puts > 80) throw new AperiodicError('unreachable', 'the process ends here');
      await region.putBlock(...block);
    },
  }));
  await assert.rejects(uploadImage(testedOf(world), dying), { code: 'unreachable' });
  await uploadImage(testedOf(world), world.ports());
  assert.equal(callsOf(world, 'StartSnapshot').length, 1);
  assert.equal(callsOf(world, 'PutSnapshotBlock').length, many.length + 1);
});

test('on another machine everything is sent again to the same snapshot', async (t) => {
  const world = await makeWorld(t);
  const dying = withRegion(world.ports(), () => ({
    completeSnapshot: async () => {
      throw new AperiodicError('unreachable', 'the process ends here');
    },
  }));
  await assert.rejects(uploadImage(testedOf(world), dying), { code: 'unreachable' });
  await uploadImage(testedOf(world), world.ports({ values: 'elsewhere' }));
  assert.equal(callsOf(world, 'StartSnapshot').length, 1);
  assert.equal(callsOf(world, 'PutSnapshotBlock').length, 8);
});

test('a snapshot that holds other bytes is thrown away and made anew', async (t) => {
  const world = await makeWorld(t);
  let damaged = 0;
  const ports = withRegion(world.ports(), (region) => ({
    getBlock: async (snapshot, index, token) => {
      const data = await region.getBlock(snapshot, index, token);
      if (damaged === 0) data[5] = ++damaged;
      return data;
    },
  }));
  await uploadImage(testedOf(world), ports);
  assert.equal(callsOf(world, 'StartSnapshot').length, 2);
  assert.equal(callsOf(world, 'DeleteSnapshot').length, 1);
  assert.match(world.log.lines.join('\n'), /holds other bytes in block \d+: it is made anew/);
  assert.equal(callsOf(world, 'RegisterImage').length, 1);
});

test('a snapshot that expired is made anew', async (t) => {
  const world = await makeWorld(t);
  const dying = withRegion(world.ports(), () => ({
    completeSnapshot: async () => {
      throw new AperiodicError('unreachable', 'the process ends here');
    },
  }));
  await assert.rejects(uploadImage(testedOf(world), dying), { code: 'unreachable' });
  await world.clock.sleep(3 * 24 * 3600_000);
  await releaseAll(world, world.ports());
  await assertOne(world);
  assert.equal(callsOf(world, 'StartSnapshot').length, 2);
});

test('a private leftover of the version with other bytes is removed, a public one is refused', async (t) => {
  const world = await makeWorld(t);
  const tested = testedOf(world);
  const { built } = tested;
  const other = { ...tested, built: { ...built, raw: { ...built.raw, sha256: 'f'.repeat(64) } } };
  const ports = world.ports();
  const { image } = await uploadImage(other, {
    ...ports,
    artifacts: { ...ports.artifacts, get: () => ports.artifacts.get(built.raw) },
  });
  assert.ok(image !== undefined);
  const region = ports.cloud.region(home);
  await region.shareImage(image.ami, 'public');
  const end = world.local.log().at(-1)?.number ?? 0;
  await assert.rejects(uploadImage(tested, world.ports()), {
    code: 'conflict',
    message: /20261122\.0 amd64 is public in eu-central-1 as ami-\w+ with other bytes/,
  });
  assert.deepEqual(
    world.local.log(end).filter(({ access }) => access === 'write'),
    [],
  );
  await region.shareImage(image.ami, 'private');
  await releaseAll(world, world.ports());
  await assertOne(world);
});

test('encryption by default and quotas are clear errors', async (t) => {
  const world = await makeWorld(t);
  await world.local.configure(home, { ebsEncryptionByDefault: true });
  await assert.rejects(uploadImage(testedOf(world), world.ports()), { code: 'denied', message: /encrypted/ });
  await world.local.configure(home, { ebsEncryptionByDefault: false, snapshots: 0 });
  const fresh = await makeWorld(t);
  await fresh.local.configure(home, { snapshots: 0 });
  await assert.rejects(uploadImage(testedOf(fresh), fresh.ports()), {
    code: 'quota',
    message: /StartSnapshot in eu-central-1 failed/,
  });
});
