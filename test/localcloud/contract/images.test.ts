import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DisableImageDeprecationCommand,
  EnableImageDeprecationCommand,
  ModifyImageAttributeCommand,
  paginateDescribeImages,
  RegisterImageCommand,
} from '@aws-sdk/client-ec2';
import { errorOf } from '../support/clients.ts';
import { makeImage, makeSnapshot } from '../support/snapshots.ts';
import { useTarget } from '../support/target.ts';

describe('contract: images', () => {
  const target = useTarget();

  test('a registered image has every property it was given', async () => {
    const { here, unique } = target();
    const snapshotId = await makeSnapshot(here);
    const id = await makeImage(here, `contract/properties ${unique}`, snapshotId);
    assert.match(id, /^ami-[0-9a-f]{17}$/);
    const { Images = [] } = await here.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    const [image] = Images;
    assert.equal(Images.length, 1);
    assert.equal(image?.State, 'available');
    assert.equal(image?.Name, `contract/properties ${unique}`);
    assert.equal(image?.Description, 'made by a test');
    assert.equal(image?.Architecture, 'x86_64');
    assert.equal(image?.VirtualizationType, 'hvm');
    assert.equal(image?.EnaSupport, true);
    assert.equal(image?.BootMode, 'uefi-preferred');
    assert.equal(image?.ImdsSupport, 'v2.0');
    assert.equal(image?.Public, false);
    assert.equal(image?.RootDeviceName, '/dev/xvda');
    assert.equal(image?.RootDeviceType, 'ebs');
    assert.deepEqual(image?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId, snapshotId);
    assert.deepEqual(image?.BlockDeviceMappings?.[0]?.Ebs?.VolumeType, 'gp3');
    assert.deepEqual(image?.BlockDeviceMappings?.[0]?.Ebs?.VolumeSize, 1);
    assert.deepEqual(image?.Tags, [{ Key: 'stream', Value: 'test' }]);
  });

  test('left out, the architecture is i386 and the virtualization paravirtual', async () => {
    const { here, unique } = target();
    const snapshotId = await makeSnapshot(here);
    const { ImageId = '' } = await here.ec2.send(
      new RegisterImageCommand({
        Name: `contract defaults ${unique}`,
        RootDeviceName: '/dev/xvda',
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: snapshotId } }],
      }),
    );
    const { Images = [] } = await here.ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
    assert.equal(Images[0]?.Architecture, 'i386');
    assert.equal(Images[0]?.VirtualizationType, 'paravirtual');
    assert.notEqual(Images[0]?.EnaSupport, true);
  });

  test('names are unique in a region until the image is deregistered', async () => {
    const { here, there, unique } = target();
    const name = `contract unique ${unique}`;
    const snapshotId = await makeSnapshot(here);
    const id = await makeImage(here, name, snapshotId);
    assert.equal(await errorOf(makeImage(here, name, snapshotId)), 'InvalidAMIName.Duplicate');
    await makeImage(there, name, await makeSnapshot(there));
    await here.ec2.send(new DeregisterImageCommand({ ImageId: id }));
    await makeImage(here, name, snapshotId);
  });

  test('a name that AWS does not take is refused', async () => {
    const { here } = target();
    const snapshotId = await makeSnapshot(here);
    for (const name of ['ab', 'with:colon', 'é'.repeat(5), 'x'.repeat(129)]) {
      assert.equal(await errorOf(makeImage(here, name, snapshotId)), 'InvalidAMIName.Malformed', name);
    }
  });

  test('filters and pages find images by name, owner, state and tag', async () => {
    const { here, unique } = target();
    const snapshotId = await makeSnapshot(here);
    const ids = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push(await makeImage(here, `contract list ${unique} ${count}`, snapshotId));
    }
    const filters = [
      { Name: 'name', Values: [`contract list ${unique} *`] },
      { Name: 'state', Values: ['available'] },
      { Name: 'tag:stream', Values: ['test', 'other'] },
    ];
    const found = [];
    const pages = paginateDescribeImages(
      { client: here.ec2, pageSize: 2 },
      { Owners: ['self'], Filters: filters },
    );
    for await (const page of pages) found.push(...(page.Images ?? []));
    assert.deepEqual(found.map((image) => image.ImageId).sort(), ids.sort());
    const none = await here.ec2.send(
      new DescribeImagesCommand({ Filters: [{ Name: 'name', Values: [`list ${unique}`] }] }),
    );
    assert.deepEqual(none.Images ?? [], []);
    const wrong = here.ec2.send(new DescribeImagesCommand({ Filters: [{ Name: 'no-such', Values: ['x'] }] }));
    assert.equal(await errorOf(wrong), 'InvalidParameterValue');
  });

  test('launch permission is given and taken, and shows in both views', async () => {
    const { here, unique } = target();
    const id = await makeImage(here, `contract launch ${unique}`, await makeSnapshot(here));
    await here.ec2.send(
      new ModifyImageAttributeCommand({
        ImageId: id,
        LaunchPermission: { Add: [{ Group: 'all' }, { UserId: '111122223333' }] },
      }),
    );
    const permissions = new DescribeImageAttributeCommand({ ImageId: id, Attribute: 'launchPermission' });
    const shared = await here.ec2.send(permissions);
    assert.deepEqual(shared.LaunchPermissions, [{ Group: 'all' }, { UserId: '111122223333' }]);
    const { Images = [] } = await here.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    assert.equal(Images[0]?.Public, true);
    await here.ec2.send(
      new ModifyImageAttributeCommand({
        ImageId: id,
        Attribute: 'launchPermission',
        OperationType: 'remove',
        UserGroups: ['all'],
      }),
    );
    const left = await here.ec2.send(permissions);
    assert.deepEqual(left.LaunchPermissions, [{ UserId: '111122223333' }]);
  });

  test('a deprecation date is rounded to the minute and can be cancelled', async () => {
    const { here, unique } = target();
    const id = await makeImage(here, `contract deprecation ${unique}`, await makeSnapshot(here));
    const minute = Math.floor(Date.now() / 60_000) * 60_000 + 200 * 24 * 3600_000;
    await here.ec2.send(
      new EnableImageDeprecationCommand({ ImageId: id, DeprecateAt: new Date(minute + 42_000) }),
    );
    const described = await here.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    assert.equal(described.Images?.[0]?.DeprecationTime, new Date(minute + 60_000).toISOString());
    await here.ec2.send(new DisableImageDeprecationCommand({ ImageId: id }));
    const after = await here.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    assert.equal(after.Images?.[0]?.DeprecationTime, undefined);
    const past = new EnableImageDeprecationCommand({
      ImageId: id,
      DeprecateAt: new Date('2020-01-01T00:00:00Z'),
    });
    assert.equal(await errorOf(here.ec2.send(past)), 'InvalidParameterValue');
  });

  test('a snapshot in use stays; after deregistration both are gone', async () => {
    const { here, unique } = target();
    const snapshotId = await makeSnapshot(here);
    const id = await makeImage(here, `contract removal ${unique}`, snapshotId);
    const remove = (): Promise<unknown> =>
      here.ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshotId }));
    assert.equal(await errorOf(remove()), 'InvalidSnapshot.InUse');
    await here.ec2.send(new DeregisterImageCommand({ ImageId: id }));
    const share = new ModifyImageAttributeCommand({
      ImageId: id,
      LaunchPermission: { Add: [{ Group: 'all' }] },
    });
    assert.equal(await errorOf(here.ec2.send(share)), 'InvalidAMIID.Unavailable');
    await remove();
    assert.equal(await errorOf(remove()), 'InvalidSnapshot.NotFound');
  });

  test('ids that are unknown or no ids are errors', async () => {
    const { here } = target();
    const describeOne = (id: string): Promise<unknown> =>
      here.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    assert.equal(await errorOf(describeOne('ami-00000000000000000')), 'InvalidAMIID.NotFound');
    assert.equal(await errorOf(describeOne('image-1')), 'InvalidAMIID.Malformed');
  });
});
