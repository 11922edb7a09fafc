/** Upload to promote against localcloud through the real adapter, in fake time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockSize, home, makeWorld, releaseAll } from '../../support/cloud-world.ts';

const writesOf = (
  world: { local: { log(after?: number): { access: string; call: string; number: number }[] } },
  after = 0,
) => world.local.log(after).filter(({ access }) => access === 'write');

test('a release ends public in every region, recorded and pointed to; the second run writes nothing', async (t) => {
  const world = await makeWorld(t, { architectures: ['amd64', 'arm64'] });
  const first = await releaseAll(world);
  assert.equal(first.published.images.length, 6);
  assert.equal(first.promoted.pointers.length, 12);
  const end = world.local.log().at(-1)?.number ?? 0;
  const messages = [...world.forge.messages];
  const second = await releaseAll(world, world.ports());
  assert.deepEqual(second, first);
  assert.deepEqual(
    writesOf(world, end).map(({ call }) => call),
    [],
  );
  assert.deepEqual(world.forge.messages, messages);
});

test('zero blocks are never sent, and each other block once', async (t) => {
  const world = await makeWorld(t);
  await releaseAll(world);
  const puts = writesOf(world).filter(({ call }) => call === 'PutSnapshotBlock');
  // Blocks 0, 1, 5 and the last one.
  assert.equal(puts.length, 4);
  assert.ok((world.tested[0]?.built.raw.size ?? 0) / blockSize > 16);
});

test('what was registered has every property that an image of today needs', async (t) => {
  const world = await makeWorld(t, { architectures: ['amd64', 'arm64'] });
  const { published } = await releaseAll(world);
  const { EC2Client, DescribeImagesCommand, DescribeSnapshotsCommand } = await import('@aws-sdk/client-ec2');
  const { DEFAULT_IDENTITY } = await import('../../../scripts/localcloud/identities.ts');
  for (const { region, ami, snapshot, architecture } of published.images) {
    const client = new EC2Client({ region, endpoint: world.local.endpoint, credentials: DEFAULT_IDENTITY });
    const { Images = [] } = await client.send(new DescribeImagesCommand({ ImageIds: [ami] }));
    const { Snapshots = [] } = await client.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshot] }));
    client.destroy();
    const [image] = Images;
    const amd = architecture === 'amd64';
    assert.equal(image?.Architecture, amd ? 'x86_64' : 'arm64');
    assert.equal(image?.BootMode, amd ? 'uefi-preferred' : 'uefi');
    assert.equal(image?.EnaSupport, true);
    assert.equal(image?.ImdsSupport, 'v2.0');
    assert.equal(image?.VirtualizationType, 'hvm');
    assert.equal(image?.Public, true);
    assert.match(image?.DeprecationTime ?? '', /^2027-02-20T00:00/);
    const [device] = image?.BlockDeviceMappings ?? [];
    assert.equal(device?.DeviceName, '/dev/xvda');
    assert.equal(device?.Ebs?.VolumeType, 'gp3');
    assert.equal(device?.Ebs?.DeleteOnTermination, true);
    assert.equal(device?.Ebs?.SnapshotId, snapshot);
    const tags = new Map(image?.Tags?.map(({ Key, Value }) => [Key, Value]));
    assert.deepEqual(new Map(Snapshots[0]?.Tags?.map(({ Key, Value }) => [Key, Value])), tags, region);
    assert.equal(tags.get('aperiodic:version'), '20261122.0');
    assert.ok(region === home || image?.SourceImageRegion === home);
  }
});
