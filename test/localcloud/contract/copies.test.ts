import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopyImageCommand,
  type CopyImageCommandInput,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  ModifyImageAttributeCommand,
} from '@aws-sdk/client-ec2';
import { errorOf } from '../support/clients.ts';
import { makeImage, makeSnapshot } from '../support/snapshots.ts';
import { type Target, useTarget } from '../support/target.ts';

describe('contract: copies', () => {
  const target = useTarget();

  async function source(name: string): Promise<string> {
    const { here, unique } = target();
    return makeImage(here, `contract ${name} ${unique}`, await makeSnapshot(here));
  }

  async function copy(id: string, more: Partial<CopyImageCommandInput> = {}): Promise<string> {
    const { there, hereName, unique } = target();
    const { ImageId = '' } = await there.ec2.send(
      new CopyImageCommand({
        Name: `contract copy ${unique}`,
        SourceImageId: id,
        SourceRegion: hereName,
        ...more,
      }),
    );
    return ImageId;
  }

  async function describeThere(id: string, { there }: Target = target()) {
    const { Images = [] } = await there.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    return Images[0];
  }

  test('a copy keeps the properties and has a snapshot of its own', async () => {
    const { there, hereName } = target();
    const id = await source('kept');
    const image = await describeThere(await copy(id));
    assert.equal(image?.Architecture, 'x86_64');
    assert.equal(image?.BootMode, 'uefi-preferred');
    assert.equal(image?.ImdsSupport, 'v2.0');
    assert.equal(image?.EnaSupport, true);
    assert.equal(image?.SourceImageId, id);
    assert.equal(image?.SourceImageRegion, hereName);
    const snapshotId = image?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '';
    const { Snapshots = [] } = await there.ec2.send(
      new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] }),
    );
    assert.equal(Snapshots[0]?.VolumeSize, 1);
    assert.match(Snapshots[0]?.Description ?? '', new RegExp(`from SourceAmi ${id}`));
  });

  test('launch permissions stay behind, tags too unless asked for', async () => {
    const { here, there } = target();
    const id = await source('permissions');
    await here.ec2.send(
      new ModifyImageAttributeCommand({
        ImageId: id,
        LaunchPermission: { Add: [{ UserId: '111122223333' }] },
      }),
    );
    const bare = await copy(id);
    const permissions = new DescribeImageAttributeCommand({ ImageId: bare, Attribute: 'launchPermission' });
    assert.deepEqual((await there.ec2.send(permissions)).LaunchPermissions ?? [], []);
    assert.deepEqual((await describeThere(bare))?.Tags ?? [], []);
    const tagged = await copy(id, {
      CopyImageTags: true,
      TagSpecifications: [
        { ResourceType: 'image', Tags: [{ Key: 'digest', Value: 'abc' }] },
        { ResourceType: 'snapshot', Tags: [{ Key: 'digest', Value: 'def' }] },
      ],
    });
    const image = await describeThere(tagged);
    assert.deepEqual(
      new Map(image?.Tags?.map((tag) => [tag.Key, tag.Value])),
      new Map([
        ['stream', 'test'],
        ['digest', 'abc'],
      ]),
    );
    const snapshotId = image?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '';
    const { Snapshots = [] } = await there.ec2.send(
      new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] }),
    );
    assert.deepEqual(Snapshots[0]?.Tags, [{ Key: 'digest', Value: 'def' }]);
  });

  test('the same client token gives the same copy, names may repeat', async () => {
    const { unique } = target();
    const id = await source('token');
    const ClientToken = `token-${unique}`;
    const first = await copy(id, { ClientToken });
    assert.equal(await copy(id, { ClientToken }), first);
    assert.notEqual(await copy(id), first);
    const other = copy(id, { ClientToken, Name: `contract other ${unique}` });
    assert.equal(await errorOf(other), 'IdempotentParameterMismatch');
  });

  test('an unknown source is an error', async () => {
    assert.equal(await errorOf(copy('ami-00000000000000000')), 'InvalidAMIID.NotFound');
  });
});
