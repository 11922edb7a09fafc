import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopyImageCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DisableImageDeprecationCommand,
  EnableImageDeprecationCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RegisterImageCommand,
} from '@aws-sdk/client-ec2';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { startLocalCloud } from '../../scripts/localcloud/start-local-cloud.ts';
import { type Clients, clientsFor, errorOf } from './support/clients.ts';
import { REGIONS, START } from './support/cloud.ts';
import { makeImage, makeSnapshot } from './support/snapshots.ts';
import { publish, withCloud } from './support/with-cloud.ts';

async function stateOf(clients: Clients, id: string): Promise<string | undefined> {
  const { Images = [] } = await clients.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
  return Images[0]?.State;
}

describe('localcloud rules of images', () => {
  test('public images have a quota, which Service Quotas names', () =>
    withCloud({ settings: { 'eu-west-1': { publicImages: 2 } } }, async (_cloud, here) => {
      const snapshotId = await makeSnapshot(here);
      const ids = [];
      for (const name of ['one', 'two', 'three']) ids.push(await makeImage(here, name, snapshotId));
      const [one = '', two = '', three = ''] = ids;
      await publish(here, one);
      await publish(here, two);
      await publish(here, two);
      assert.equal(await errorOf(publish(here, three)), 'ResourceLimitExceeded');
      const quota = await here.quotas.send(
        new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: 'L-0E3CBAB9' }),
      );
      assert.equal(quota.Quota?.Value, 2);
      await here.ec2.send(new DeregisterImageCommand({ ImageId: one }));
      await publish(here, three);
    }));

  test('block public access stands against images and snapshots', () =>
    withCloud({}, async (cloud, here) => {
      const SnapshotId = await makeSnapshot(here);
      const id = await makeImage(here, 'image', SnapshotId);
      const share = new ModifySnapshotAttributeCommand({
        SnapshotId,
        CreateVolumePermission: { Add: [{ Group: 'all' }] },
      });
      await cloud.configure('eu-west-1', {
        imageBlockPublicAccess: 'block-new-sharing',
        snapshotBlockPublicAccess: 'block-all-sharing',
      });
      assert.equal(await errorOf(publish(here, id)), 'OperationNotPermitted');
      assert.equal(await errorOf(here.ec2.send(share)), 'OperationNotPermitted');
      await cloud.configure('eu-west-1', {
        imageBlockPublicAccess: 'unblocked',
        snapshotBlockPublicAccess: 'unblocked',
      });
      await publish(here, id);
      await here.ec2.send(share);
    }));

  test('a public image is deprecated two years from its creation at the latest', () =>
    withCloud({}, async (cloud, here) => {
      const id = await makeImage(here, 'image', await makeSnapshot(here));
      await publish(here, id);
      const described = await here.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
      assert.equal(described.Images?.[0]?.DeprecationTime, '2028-11-22T08:00:00.000Z');
      const at = (date: string) =>
        here.ec2.send(new EnableImageDeprecationCommand({ ImageId: id, DeprecateAt: new Date(date) }));
      assert.equal(await errorOf(at('2028-11-22T08:01:00Z')), 'InvalidParameterValue');
      await at('2027-11-22T00:00:00Z');
      assert.equal(
        await errorOf(here.ec2.send(new DisableImageDeprecationCommand({ ImageId: id }))),
        'OperationNotPermitted',
      );
      cloud.advance(2 * 366 * 24 * 3600);
      assert.equal(await errorOf(at('2027-11-22T00:00:00Z')), 'InvalidParameterValue');
    }));

  test('copies take time and are limited per destination and source', () =>
    withCloud(
      { delays: { copy: 600 }, limits: { copiesPerDestination: 3, copiesPerSource: 2 } },
      async (cloud, here, there) => {
        const id = await makeImage(here, 'image', await makeSnapshot(here));
        const copy = async (): Promise<string> => {
          const command = new CopyImageCommand({
            Name: 'copy',
            SourceImageId: id,
            SourceRegion: 'eu-west-1',
          });
          return (await there.ec2.send(command)).ImageId ?? '';
        };
        const first = await copy();
        assert.equal(await stateOf(there, first), 'pending');
        assert.equal(await errorOf(publish(there, first)), 'InvalidAMIID.Unavailable');
        await copy();
        assert.equal(await errorOf(copy()), 'ResourceLimitExceeded');
        cloud.advance(600);
        assert.equal(await stateOf(there, first), 'available');
        await copy();
      },
    ));

  test('a deregistered id is known for a while, then it is not', () =>
    withCloud({ delays: { deregisteredShown: 60 } }, async (cloud, here) => {
      const id = await makeImage(here, 'image', await makeSnapshot(here));
      await here.ec2.send(new DeregisterImageCommand({ ImageId: id }));
      assert.equal(await stateOf(here, id), 'deregistered');
      cloud.advance(61);
      assert.equal(await stateOf(here, id), undefined);
      cloud.advance(3600);
      assert.equal(await errorOf(stateOf(here, id)), 'InvalidAMIID.NotFound');
    }));

  test('description and IMDS support of an image can be changed, nothing at all cannot', () =>
    withCloud({}, async (_cloud, here) => {
      const ImageId = await makeImage(here, 'image', await makeSnapshot(here));
      const modify = (more: object) => here.ec2.send(new ModifyImageAttributeCommand({ ImageId, ...more }));
      await modify({ Description: { Value: 'withdrawn' } });
      const { Images = [] } = await here.ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
      assert.equal(Images[0]?.Description, 'withdrawn');
      assert.equal(await errorOf(modify({ ImdsSupport: { Value: 'v1.0' } })), 'InvalidParameterValue');
      assert.equal(await errorOf(modify({})), 'InvalidParameterCombination');
      assert.equal(
        await errorOf(modify({ LaunchPermission: { Add: [{ UserId: 'not-an-account' }] } })),
        'InvalidParameterValue',
      );
    }));

  test('an image of another kind than its devices allow is refused', () =>
    withCloud({}, async (_cloud, here) => {
      const SnapshotId = await makeSnapshot(here);
      const register = (more: object, ebs: object = {}) =>
        here.ec2.send(
          new RegisterImageCommand({
            Name: 'odd',
            RootDeviceName: '/dev/xvda',
            BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId, ...ebs } }],
            VirtualizationType: 'hvm',
            ...more,
          }),
        );
      assert.equal(
        await errorOf(register({ Architecture: 'arm64', BootMode: 'legacy-bios' })),
        'InvalidParameterValue',
      );
      assert.equal(await errorOf(register({ TpmSupport: 'v2.0' })), 'InvalidParameterValue');
      assert.equal(
        await errorOf(register({ VirtualizationType: 'paravirtual', EnaSupport: true })),
        'InvalidParameterCombination',
      );
      assert.equal(await errorOf(register({}, { VolumeSize: 0 })), 'InvalidBlockDeviceMapping');
      assert.equal(await errorOf(register({}, { Encrypted: true })), 'InvalidParameterCombination');
      assert.equal(await errorOf(register({}, { SnapshotId: 'snap-00000000' })), 'InvalidSnapshot.NotFound');
      await register({ Architecture: 'arm64', BootMode: 'uefi' }, { VolumeSize: 8 });
    }));

  test('copies of images whose storage is not ours are refused', () =>
    withCloud({}, async (cloud, here) => {
      const id = await makeImage(here, 'image', await makeSnapshot(here));
      await publish(here, id);
      const stranger = {
        accessKeyId: 'STRANGER',
        secretAccessKey: 'stranger-secret',
        account: '999988887777',
      };
      await cloud.stop();
      const again = await startLocalCloud({
        folder: cloud.folder,
        regions: REGIONS,
        clock: START,
        identities: [stranger],
      });
      const theirs = clientsFor(again.endpoint, 'us-east-1', stranger);
      const copy = new CopyImageCommand({ Name: 'theirs', SourceImageId: id, SourceRegion: 'eu-west-1' });
      assert.equal(await errorOf(theirs.ec2.send(copy)), 'InvalidRequest');
      theirs.close();
      await again.stop();
    }));
});
