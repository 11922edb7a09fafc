/** What the policy of an identity lets it do with instances. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  CreateSecurityGroupCommand,
  DescribeImagesCommand,
  ImportKeyPairCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DEFAULT_IDENTITY, type Identity } from '../../../scripts/localcloud/identities.ts';
import type { PolicyStatement } from '../../../scripts/localcloud/policy.ts';
import { startLocalCloud } from '../../../scripts/localcloud/start-local-cloud.ts';
import { clientsFor, errorOf } from '../support/clients.ts';
import { REGIONS, startTestCloud } from '../support/cloud.ts';
import { createFakeHypervisor } from '../support/fake-hypervisor.ts';
import { becomes, PUBLIC_KEY, run } from '../support/instances.ts';
import { makeImage, makeSnapshot } from '../support/snapshots.ts';

const account = DEFAULT_IDENTITY.account;
const tagged = [{ ResourceType: 'instance' as const, Tags: [{ Key: 'purpose', Value: 'launch' }] }];

/** What a launch needs and no more: instances with its tag may be made and ended. */
const launcher: PolicyStatement[] = [
  {
    Effect: 'Allow',
    Action: ['ec2:RunInstances', 'ec2:DescribeInstances', 'ec2:CreateSecurityGroup', 'ec2:ImportKeyPair'],
    Resource: '*',
  },
  {
    Effect: 'Allow',
    Action: 'ec2:CreateTags',
    Resource: `arn:aws:ec2:*:${account}:instance/*`,
    Condition: { StringEquals: { 'ec2:CreateAction': 'RunInstances', 'aws:RequestTag/purpose': 'launch' } },
  },
  {
    Effect: 'Allow',
    Action: 'ec2:TerminateInstances',
    Resource: `arn:aws:ec2:*:${account}:instance/*`,
    Condition: { StringEquals: { 'aws:ResourceTag/purpose': 'launch' } },
  },
];

describe('permissions of instances', () => {
  test('only what the policy names, on things with its tag', async () => {
    const limited: Identity = {
      accessKeyId: 'LAUNCHER',
      secretAccessKey: 'launcher-secret',
      account,
      policy: { Statement: launcher },
    };
    const hypervisor = createFakeHypervisor();
    const cloud = await startTestCloud({ hypervisor, identities: [DEFAULT_IDENTITY, limited] });
    const owner = clientsFor(cloud.endpoint, 'eu-west-1');
    const here = clientsFor(cloud.endpoint, 'eu-west-1', limited);
    try {
      const ImageId = await makeImage(owner, 'to boot', await makeSnapshot(owner));
      const id = await run(here, { ImageId, TagSpecifications: tagged });
      await becomes(here, id, 'running');
      const volumes = [{ ResourceType: 'volume' as const, Tags: [{ Key: 'purpose', Value: 'launch' }] }];
      assert.equal(
        await errorOf(run(here, { ImageId, TagSpecifications: volumes })),
        'UnauthorizedOperation',
      );
      const other = await run(owner, { ImageId });
      const end = (one: string) => here.ec2.send(new TerminateInstancesCommand({ InstanceIds: [one] }));
      assert.equal(await errorOf(end(other)), 'UnauthorizedOperation');
      const stop = here.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
      assert.equal(await errorOf(stop), 'UnauthorizedOperation');
      await end(id);
      await becomes(here, id, 'terminated');
      await here.ec2.send(new CreateSecurityGroupCommand({ GroupName: 'x', Description: 'x' }));
      const key = { KeyName: 'x', PublicKeyMaterial: Buffer.from(PUBLIC_KEY) };
      await here.ec2.send(new ImportKeyPairCommand(key));
    } finally {
      here.close();
      owner.close();
      await cloud.remove();
    }
  });

  test('what was kept before there were instances can still be read', async () => {
    const cloud = await startTestCloud();
    const before = clientsFor(cloud.endpoint, 'eu-west-1');
    const id = await makeImage(before, 'old', await makeSnapshot(before));
    before.close();
    await cloud.stop();
    const file = join(cloud.folder, 'regions/eu-west-1.json');
    const { instances, volumes, keyPairs, securityGroups, ...old } = JSON.parse(await readFile(file, 'utf8'));
    assert.deepEqual([instances, volumes, keyPairs, securityGroups], [[], [], [], []]);
    await writeFile(file, JSON.stringify(old));
    const again = await startLocalCloud({ folder: cloud.folder, regions: REGIONS });
    const after = clientsFor(again.endpoint, 'eu-west-1');
    const { Images } = await after.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    assert.equal(Images?.[0]?.Name, 'old');
    after.close();
    await again.stop();
    await cloud.remove();
  });
});
