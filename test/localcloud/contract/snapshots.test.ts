import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { errorOf } from '../support/clients.ts';
import { makeSnapshot } from '../support/snapshots.ts';
import { useTarget } from '../support/target.ts';

describe('contract: snapshots', () => {
  const target = useTarget();

  test('a snapshot shows state, size, owner and progress', async () => {
    const { here } = target();
    const id = await makeSnapshot(here);
    const { Snapshots = [] } = await here.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }));
    const [snapshot] = Snapshots;
    assert.equal(snapshot?.State, 'completed');
    assert.equal(snapshot?.Progress, '100%');
    assert.equal(snapshot?.VolumeSize, 1);
    assert.equal(snapshot?.Encrypted, false);
    assert.match(snapshot?.OwnerId ?? '', /^\d{12}$/);
    assert.ok(snapshot?.StartTime instanceof Date);
  });

  test('permission to make volumes is given and taken', async () => {
    const { here } = target();
    const SnapshotId = await makeSnapshot(here);
    const permissions = new DescribeSnapshotAttributeCommand({
      SnapshotId,
      Attribute: 'createVolumePermission',
    });
    assert.deepEqual((await here.ec2.send(permissions)).CreateVolumePermissions ?? [], []);
    await here.ec2.send(
      new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: { Add: [{ Group: 'all' }] } }),
    );
    assert.deepEqual((await here.ec2.send(permissions)).CreateVolumePermissions, [{ Group: 'all' }]);
    await here.ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId,
        Attribute: 'createVolumePermission',
        OperationType: 'remove',
        GroupNames: ['all'],
      }),
    );
    assert.deepEqual((await here.ec2.send(permissions)).CreateVolumePermissions ?? [], []);
  });

  test('tags are made, found by, replaced and removed', async () => {
    const { here, unique } = target();
    const id = await makeSnapshot(here);
    const Resources = [id];
    const find = async (key: string, value: string): Promise<(string | undefined)[]> => {
      const { Snapshots = [] } = await here.ec2.send(
        new DescribeSnapshotsCommand({
          OwnerIds: ['self'],
          Filters: [{ Name: `tag:${key}`, Values: [value] }],
        }),
      );
      return Snapshots.map((snapshot) => snapshot.SnapshotId);
    };
    await here.ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'run', Value: unique }] }));
    assert.deepEqual(await find('run', unique), [id]);
    await here.ec2.send(
      new CreateTagsCommand({ Resources, Tags: [{ Key: 'run', Value: `${unique}-2 <&>` }] }),
    );
    assert.deepEqual(await find('run', unique), []);
    assert.deepEqual(await find('run', `${unique}-2 <&>`), [id]);
    await here.ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'run' }] }));
    assert.deepEqual(await find('run', '*'), []);
    const reserved = new CreateTagsCommand({ Resources, Tags: [{ Key: 'aws:own', Value: 'x' }] });
    assert.equal(await errorOf(here.ec2.send(reserved)), 'InvalidParameterValue');
  });

  test('an unknown snapshot is an error', async () => {
    const { here } = target();
    const unknown = new DescribeSnapshotsCommand({ SnapshotIds: ['snap-00000000000000000'] });
    assert.equal(await errorOf(here.ec2.send(unknown)), 'InvalidSnapshot.NotFound');
  });
});
