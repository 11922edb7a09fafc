import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StartSnapshotCommand } from '@aws-sdk/client-ebs';
import { DescribeImagesCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Fault, Faults } from '../../scripts/localcloud/faults.ts';
import { clientsFor, errorOf } from './support/clients.ts';
import { useCloud } from './support/cloud.ts';
import { makeImage, makeSnapshot } from './support/snapshots.ts';

const COPY = { call: 'CopyImage', region: 'eu-west-1', access: 'write' } as const;

describe('faults', () => {
  test('hit what they are meant for', () => {
    const hits = (fault: Omit<Fault, 'kind'>, target = COPY): boolean => {
      const faults = new Faults(1);
      faults.add({ kind: 'throttle', ...fault });
      return faults.strike(['throttle'], target) !== undefined;
    };
    assert.equal(hits({}), true);
    assert.equal(hits({ calls: ['CopyImage'] }), true);
    assert.equal(hits({ calls: ['RegisterImage'] }), false);
    assert.equal(hits({ regions: ['us-east-1'] }), false);
    assert.equal(hits({ access: 'read' }), false);
    assert.equal(hits({ skip: 1 }), false);
    assert.equal(hits({ count: 0 }), false);
    assert.equal(new Faults(1).strike(['throttle'], COPY), undefined);
  });

  test('skip some calls, hit some, and are over', () => {
    const faults = new Faults(1);
    faults.add({ kind: 'down', skip: 2, count: 3 });
    const seen = Array.from({ length: 8 }, () => faults.strike(['down'], COPY) !== undefined);
    assert.deepEqual(seen, [false, false, true, true, true, false, false, false]);
  });

  test('with a chance: the same seed, the same calls', () => {
    const run = (seed: number): boolean[] => {
      const faults = new Faults(seed);
      faults.add({ kind: 'throttle', probability: 0.3 });
      return Array.from({ length: 1000 }, () => faults.strike(['throttle'], COPY) !== undefined);
    };
    assert.deepEqual(run(7), run(7));
    assert.notDeepEqual(run(7), run(8));
    const share = run(7).filter(Boolean).length / 1000;
    assert.ok(share > 0.25 && share < 0.35, String(share));
  });
});

describe('faults of a running cloud', () => {
  const cloud = useCloud();

  test('throttling has each service’s own name', async () => {
    const clients = clientsFor(cloud().endpoint, 'eu-west-1');
    cloud().faults.add({ kind: 'throttle' });
    assert.deepEqual(
      [
        await errorOf(clients.ec2.send(new DescribeImagesCommand({}))),
        await errorOf(clients.ebs.send(new StartSnapshotCommand({ VolumeSize: 1 }))),
        await errorOf(clients.ssm.send(new GetParameterCommand({ Name: '/x' }))),
        await errorOf(clients.sts.send(new GetCallerIdentityCommand({}))),
        await errorOf(
          clients.quotas.send(new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: 'L-0E3CBAB9' })),
        ),
      ],
      [
        'RequestLimitExceeded',
        'RequestThrottledException',
        'ThrottlingException',
        'Throttling',
        'TooManyRequestsException',
      ],
    );
    cloud().faults.clear();
    clients.close();
  });

  test('a lost reply: the work is done, and the log says so', async () => {
    const clients = clientsFor(cloud().endpoint, 'eu-west-1');
    const snapshotId = await makeSnapshot(clients);
    cloud().faults.add({ kind: 'lose-reply', calls: ['RegisterImage'], count: 1 });
    const mark = cloud().log().length;
    await assert.rejects(makeImage(clients, 'lost', snapshotId));
    const [entry] = cloud().log(mark);
    assert.deepEqual(
      [entry?.call, entry?.outcome, entry?.lost, entry?.access],
      ['RegisterImage', 'ok', true, 'write'],
    );
    assert.equal(await errorOf(makeImage(clients, 'lost', snapshotId)), 'InvalidAMIName.Duplicate');
    clients.close();
  });

  test('a region that is down does no work; others go on', async () => {
    const [here, there] = ['eu-west-1', 'us-east-1'].map((region) => clientsFor(cloud().endpoint, region));
    assert.ok(here !== undefined && there !== undefined);
    const id = cloud().faults.add({ kind: 'down', regions: ['eu-west-1'] });
    await assert.rejects(makeSnapshot(here));
    await makeSnapshot(there);
    cloud().faults.remove(id);
    await makeSnapshot(here);
    here.close();
    there.close();
  });

  test('a new thing can be hidden, and glimpsed', async () => {
    const clients = clientsFor(cloud().endpoint, 'ap-south-1');
    const snapshotId = await makeSnapshot(clients);
    cloud().faults.add({ kind: 'hide', calls: ['RegisterImage'], count: 1, seconds: 120 });
    const hidden = await makeImage(clients, 'hidden', snapshotId);
    const look = (id: string) => clients.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    assert.equal(await errorOf(look(hidden)), 'InvalidAMIID.NotFound');
    cloud().advance(119);
    assert.equal(await errorOf(look(hidden)), 'InvalidAMIID.NotFound');
    cloud().advance(1);
    await look(hidden);
    cloud().faults.add({ kind: 'hide', calls: ['RegisterImage'], count: 1, seconds: 120, glimpse: 0.5 });
    const flickering = await makeImage(clients, 'flickering', snapshotId);
    const looks = [];
    for (let count = 0; count < 30; count += 1) {
      const { Images = [] } = await clients.ec2.send(
        new DescribeImagesCommand({ Filters: [{ Name: 'image-id', Values: [flickering] }] }),
      );
      looks.push(Images.length);
    }
    assert.deepEqual(new Set(looks), new Set([0, 1]));
    clients.close();
  });

  test('a parameter can go on showing its old value', async () => {
    const clients = clientsFor(cloud().endpoint, 'eu-west-1');
    const put = (Value: string) =>
      clients.ssm.send(new PutParameterCommand({ Name: '/pointer', Value, Type: 'String', Overwrite: true }));
    const value = async () =>
      (await clients.ssm.send(new GetParameterCommand({ Name: '/pointer' }))).Parameter?.Value;
    await put('old');
    cloud().faults.add({ kind: 'hide', calls: ['PutParameter'], count: 1, seconds: 30 });
    await put('new');
    assert.equal(await value(), 'old');
    cloud().advance(30);
    assert.equal(await value(), 'new');
    clients.close();
  });

  test('503 and a slow body', async () => {
    const clients = clientsFor(cloud().endpoint, 'eu-west-1');
    cloud().faults.add({ kind: 'unavailable', count: 1 });
    assert.equal(await errorOf(clients.ec2.send(new DescribeImagesCommand({}))), 'Unavailable');
    cloud().faults.add({ kind: 'slow', count: 1, seconds: 0.05 });
    await clients.ec2.send(new DescribeSnapshotsCommand({}));
    clients.close();
  });
});
