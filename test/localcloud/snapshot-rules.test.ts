import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CompleteSnapshotCommand,
  GetSnapshotBlockCommand,
  ListSnapshotBlocksCommand,
  StartSnapshotCommand,
} from '@aws-sdk/client-ebs';
import {
  CopyImageCommand,
  DescribeBundleTasksCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  ModifySnapshotAttributeCommand,
  RegisterImageCommand,
} from '@aws-sdk/client-ec2';
import { GetServiceQuotaCommand, ListServiceQuotasCommand } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { errorOf } from './support/clients.ts';
import { blockOf, linear, makeImage, makeSnapshot, putBlock } from './support/snapshots.ts';
import { publish, withCloud } from './support/with-cloud.ts';

describe('localcloud rules of snapshots and parameters', () => {
  test('what is encrypted cannot be public', () =>
    withCloud({ settings: { 'eu-west-1': { ebsEncryptionByDefault: true } } }, async (_cloud, here) => {
      const SnapshotId = await makeSnapshot(here);
      const id = await makeImage(here, 'image', SnapshotId);
      const share = new ModifySnapshotAttributeCommand({
        SnapshotId,
        CreateVolumePermission: { Add: [{ Group: 'all' }] },
      });
      assert.equal(await errorOf(here.ec2.send(share)), 'OperationNotPermitted');
      assert.equal(await errorOf(publish(here, id)), 'OperationNotPermitted');
    }));

  test('a public snapshot cannot be read back', () =>
    withCloud({}, async (_cloud, here) => {
      const SnapshotId = await makeSnapshot(here);
      const { Blocks = [] } = await here.ebs.send(new ListSnapshotBlocksCommand({ SnapshotId }));
      const read = new GetSnapshotBlockCommand({
        SnapshotId,
        BlockIndex: 0,
        BlockToken: Blocks[0]?.BlockToken,
      });
      await here.ebs.send(read);
      await here.ec2.send(
        new ModifySnapshotAttributeCommand({
          SnapshotId,
          CreateVolumePermission: { Add: [{ Group: 'all' }] },
        }),
      );
      assert.equal(await errorOf(here.ebs.send(read)), 'ValidationException');
    }));

  test('an image needs a completed snapshot; one nobody completes fails', () =>
    withCloud({ delays: { snapshot: 30 } }, async (cloud, here) => {
      const { SnapshotId = '' } = await here.ebs.send(
        new StartSnapshotCommand({ VolumeSize: 1, Timeout: 10 }),
      );
      assert.equal(await errorOf(makeImage(here, 'image', SnapshotId)), 'IncorrectState');
      cloud.advance(600);
      const { Snapshots = [] } = await here.ec2.send(
        new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId] }),
      );
      assert.equal(Snapshots[0]?.State, 'error');
      const small = new RegisterImageCommand({
        Name: 'small',
        RootDeviceName: '/dev/xvda',
        BlockDeviceMappings: [{ DeviceName: '/dev/xvdb' }],
      });
      assert.equal(await errorOf(here.ec2.send(small)), 'InvalidBlockDeviceMapping');
    }));

  test('the snapshot quota, which Service Quotas names, stops an upload before it begins', () =>
    withCloud({ settings: { 'eu-west-1': { snapshots: 1 } } }, async (cloud, here, there) => {
      await makeSnapshot(here);
      assert.equal(await errorOf(makeSnapshot(here)), 'ServiceQuotaExceededException');
      const wanted = { ServiceCode: 'ebs', QuotaCode: 'L-309BACF6' };
      const { Quota } = await here.quotas.send(new GetServiceQuotaCommand(wanted));
      assert.deepEqual([Quota?.QuotaName, Quota?.Value], ['Snapshots per Region', 1]);
      const { Quotas = [] } = await there.quotas.send(new ListServiceQuotasCommand({ ServiceCode: 'ebs' }));
      assert.equal(Quotas.find(({ QuotaCode }) => QuotaCode === wanted.QuotaCode)?.Value, 100_000);
      await cloud.configure('eu-west-1', { snapshots: 2 });
      await makeSnapshot(here);
    }));

  test('the snapshot quota stops a copy in the region it goes to, and leaves nothing there', () =>
    withCloud({ settings: { 'us-east-1': { snapshots: 1 } } }, async (_cloud, here, there) => {
      const SourceImageId = await makeImage(here, 'image', await makeSnapshot(here));
      const copy = (Name: string) =>
        there.ec2.send(new CopyImageCommand({ Name, SourceImageId, SourceRegion: 'eu-west-1' }));
      await copy('first');
      assert.equal(await errorOf(copy('second')), 'SnapshotLimitExceeded');
      const { Images = [] } = await there.ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
      assert.deepEqual(
        Images.map(({ Name }) => Name),
        ['first'],
      );
    }));

  test('an image parameter shows its value after it was checked, a wrong one never', () =>
    withCloud({ delays: { imageParameter: 20 } }, async (cloud, here) => {
      const id = await makeImage(here, 'image', await makeSnapshot(here));
      const put = (Name: string, Value: string) =>
        here.ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', DataType: 'aws:ec2:image' }));
      const get = (Name: string) => here.ssm.send(new GetParameterCommand({ Name }));
      assert.equal((await put('/right', id)).Version, 1);
      assert.equal((await put('/wrong', 'ami-00000000000000000')).Version, 1);
      assert.equal(await errorOf(get('/right')), 'ParameterNotFound');
      cloud.advance(20);
      assert.equal((await get('/right')).Parameter?.Value, id);
      assert.equal(await errorOf(get('/wrong')), 'ParameterNotFound');
    }));

  test('a snapshot is completed with the right count and checksum only', () =>
    withCloud({}, async (_cloud, here) => {
      const { SnapshotId = '' } = await here.ebs.send(new StartSnapshotCommand({ VolumeSize: 1 }));
      await putBlock(here, SnapshotId, 3, blockOf(1));
      const complete = (ChangedBlocksCount: number, Checksum: string) =>
        here.ebs.send(new CompleteSnapshotCommand({ SnapshotId, ChangedBlocksCount, Checksum }));
      assert.equal(await errorOf(complete(2, linear([blockOf(1)]))), 'ValidationException');
      assert.equal(await errorOf(complete(1, linear([blockOf(2)]))), 'ValidationException');
      await complete(1, linear([blockOf(1)]));
      assert.equal(await errorOf(complete(1, linear([blockOf(1)]))), 'ValidationException');
    }));

  test('calls we do not make are answered as AWS answers what it does not know', () =>
    withCloud({}, async (_cloud, here) => {
      assert.equal(await errorOf(here.ec2.send(new DescribeBundleTasksCommand({}))), 'InvalidAction');
    }));
});
