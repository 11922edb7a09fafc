import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs';
import {
  CopyImageCommand,
  DeleteSnapshotCommand,
  DescribeImagesCommand,
  DescribeRegionsCommand,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Identity } from '../../scripts/localcloud/identities.ts';
import { clientsFor, errorOf } from './support/clients.ts';
import { useCloud } from './support/cloud.ts';
import { makeImage, makeSnapshot } from './support/snapshots.ts';

const OWNER: Identity = { accessKeyId: 'OWNERKEY', secretAccessKey: 'owner-secret', account: '111122223333' };
const OTHER: Identity = { accessKeyId: 'OTHERKEY', secretAccessKey: 'other-secret', account: '444455556666' };
const ROLE: Identity = {
  accessKeyId: 'ROLEKEY',
  secretAccessKey: 'role-secret',
  sessionToken: 'role-token',
  account: '111122223333',
  arn: 'arn:aws:sts::111122223333:assumed-role/upload/run',
  policy: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['ec2:Describe*', 'ssm:GetParameter'], Resource: '*' }],
  },
};
const EXPIRED: Identity = { ...OWNER, accessKeyId: 'EXPIREDKEY', expired: true };

describe('credentials', () => {
  const cloud = useCloud({
    identities: [OWNER, OTHER, ROLE, EXPIRED],
    settings: { 'ap-south-1': { optInStatus: 'not-opted-in' } },
  });

  /** The error of each service, in the order EC2, EBS, SSM, STS. */
  async function errors(identity: Identity, region = 'eu-west-1'): Promise<string[]> {
    const clients = clientsFor(cloud().endpoint, region, identity);
    const found = [
      await errorOf(clients.ec2.send(new DescribeImagesCommand({}))),
      await errorOf(clients.ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: 'snap-00000000' }))),
      await errorOf(clients.ssm.send(new GetParameterCommand({ Name: '/none' }))),
      await errorOf(clients.sts.send(new GetCallerIdentityCommand({}))),
    ];
    clients.close();
    return found;
  }

  test('each service says in its own words that it does not know the key', async () => {
    assert.deepEqual(await errors({ ...OWNER, accessKeyId: 'NOBODY' }), [
      'AuthFailure',
      'UnrecognizedClientException',
      'UnrecognizedClientException',
      'InvalidClientTokenId',
    ]);
  });

  test('a wrong secret makes a wrong signature', async () => {
    assert.deepEqual(await errors({ ...OWNER, secretAccessKey: 'guessed' }), [
      'SignatureDoesNotMatch',
      'InvalidSignatureException',
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
    ]);
  });

  test('credentials that have run out are named so', async () => {
    assert.deepEqual(await errors(EXPIRED), [
      'RequestExpired',
      'ExpiredTokenException',
      'ExpiredTokenException',
      'ExpiredToken',
    ]);
  });

  test('a role must send its token', async () => {
    const { sessionToken: _left, ...without } = ROLE;
    assert.equal((await errors(without))[0], 'AuthFailure');
  });

  test('a region that is disabled or does not exist refuses the caller', async () => {
    assert.equal((await errors(OWNER, 'ap-south-1'))[0], 'AuthFailure');
    assert.equal((await errors(OWNER, 'xx-nowhere-1'))[0], 'AuthFailure');
    const clients = clientsFor(cloud().endpoint, 'eu-west-1', OWNER);
    const enabled = await clients.ec2.send(new DescribeRegionsCommand({}));
    assert.deepEqual(
      enabled.Regions?.map((region) => region.RegionName),
      ['eu-west-1', 'us-east-1'],
    );
    const all = await clients.ec2.send(new DescribeRegionsCommand({ AllRegions: true }));
    assert.equal(
      all.Regions?.find((region) => region.RegionName === 'ap-south-1')?.OptInStatus,
      'not-opted-in',
    );
    clients.close();
  });

  test('a policy allows what it says, and the log says what was needed', async () => {
    const clients = clientsFor(cloud().endpoint, 'eu-west-1', ROLE);
    const mark = cloud().log().length;
    const identity = await clients.sts.send(new GetCallerIdentityCommand({}));
    assert.equal(identity.Arn, ROLE.arn);
    await clients.ec2.send(new DescribeImagesCommand({}));
    const copy = new CopyImageCommand({
      Name: 'copy',
      SourceImageId: 'ami-00000000',
      SourceRegion: 'us-east-1',
    });
    assert.equal(await errorOf(clients.ec2.send(copy)), 'UnauthorizedOperation');
    const put = new PutParameterCommand({
      Name: '/x',
      Value: 'ami-00000000',
      Type: 'String',
      DataType: 'aws:ec2:image',
    });
    assert.equal(await errorOf(clients.ssm.send(put)), 'AccessDeniedException');
    const blocks = new ListSnapshotBlocksCommand({ SnapshotId: 'snap-00000000' });
    assert.equal(await errorOf(clients.ebs.send(blocks)), 'AccessDeniedException');
    const calls = cloud()
      .log(mark)
      .map((entry) => [entry.call, entry.outcome, entry.actions.join(' ')]);
    assert.deepEqual(calls, [
      ['GetCallerIdentity', 'ok', ''],
      ['DescribeImages', 'ok', 'ec2:DescribeImages'],
      ['CopyImage', 'UnauthorizedOperation', 'ec2:CopyImage'],
      ['PutParameter', 'AccessDeniedException', 'ssm:PutParameter ec2:DescribeImages'],
      ['ListSnapshotBlocks', 'AccessDeniedException', 'ebs:ListSnapshotBlocks'],
    ]);
    clients.close();
  });

  test('another account sees nothing of ours until it is shared', async () => {
    const mine = clientsFor(cloud().endpoint, 'eu-west-1', OWNER);
    const theirs = clientsFor(cloud().endpoint, 'eu-west-1', OTHER);
    const snapshotId = await makeSnapshot(mine);
    const id = await makeImage(mine, 'ours', snapshotId);
    const look = new DescribeImagesCommand({ ImageIds: [id] });
    assert.equal(await errorOf(theirs.ec2.send(look)), 'InvalidAMIID.NotFound');
    const remove = new DeleteSnapshotCommand({ SnapshotId: snapshotId });
    assert.equal(await errorOf(theirs.ec2.send(remove)), 'InvalidSnapshot.NotFound');
    await makeImage(theirs, 'ours', await makeSnapshot(theirs));
    mine.close();
    theirs.close();
  });
});
