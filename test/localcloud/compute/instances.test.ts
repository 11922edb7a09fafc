/** The wire and the states of instances, with a hypervisor that boots nothing. */
import assert from 'node:assert/strict';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe as suite, test } from 'node:test';
import {
  AttachVolumeCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteKeyPairCommand,
  DeleteSecurityGroupCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  DetachVolumeCommand,
  GetConsoleOutputCommand,
  GetConsoleScreenshotCommand,
  ImportKeyPairCommand,
  RebootInstancesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  type Tag,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { startLocalCloud } from '../../../scripts/localcloud/start-local-cloud.ts';
import { type Clients, clientsFor, errorOf } from '../support/clients.ts';
import { REGIONS, START, type Started } from '../support/cloud.ts';
import { createFakeHypervisor, type FakeHypervisor } from '../support/fake-hypervisor.ts';
import { becomes, describe, PUBLIC_KEY, run } from '../support/instances.ts';
import { blockOf, makeImage, makeSnapshot } from '../support/snapshots.ts';
import { withCloud } from '../support/with-cloud.ts';

let fake: FakeHypervisor;

function withGuests(body: (here: Clients, cloud: Started) => Promise<void>, limits = {}): Promise<void> {
  return withCloud({ hypervisor: fake, limits }, async (cloud, here) => await body(here, cloud));
}

async function makeGroup(here: Clients): Promise<string> {
  const { GroupId = '' } = await here.ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'ssh only', Description: 'for tests' }),
  );
  await here.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    }),
  );
  return GroupId;
}

async function readStart(file: string, length: number): Promise<Buffer> {
  const handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, 0);
  await handle.close();
  return buffer;
}

const tagOf = (tags: Tag[] | undefined, key: string) => tags?.find((tag) => tag.Key === key)?.Value;

suite('instances', () => {
  beforeEach(() => {
    fake = createFakeHypervisor();
  });

  test('an instance is what was asked for, and its root has the blocks of the image', async () => {
    await withGuests(async (here) => {
      const snapshot = await makeSnapshot(here, [blockOf(7), blockOf(9)]);
      const ImageId = await makeImage(here, 'to boot', snapshot);
      await here.ec2.send(
        new ImportKeyPairCommand({ KeyName: 'ours', PublicKeyMaterial: Buffer.from(PUBLIC_KEY) }),
      );
      const group = await makeGroup(here);
      const id = await run(here, {
        ImageId,
        KeyName: 'ours',
        UserData: Buffer.from('#!/bin/sh\n').toString('base64'),
        NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true, Groups: [group] }],
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 3 } }],
        TagSpecifications: [
          { ResourceType: 'instance', Tags: [{ Key: 'run', Value: '1' }] },
          { ResourceType: 'volume', Tags: [{ Key: 'run', Value: '2' }] },
        ],
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      });
      const instance = await becomes(here, id, 'running');
      assert.match(id, /^i-[0-9a-f]{17}$/);
      assert.equal(instance.ImageId, ImageId);
      assert.equal(instance.KeyName, 'ours');
      assert.equal(instance.PublicIpAddress, '127.0.0.1');
      assert.equal(instance.PrivateIpAddress, '169.254.169.15');
      assert.equal(instance.CurrentInstanceBootMode, 'uefi');
      assert.equal(instance.BootMode, 'uefi-preferred');
      assert.equal(instance.MetadataOptions?.HttpTokens, 'required');
      assert.deepEqual(instance.SecurityGroups, [{ GroupId: group, GroupName: 'ssh only' }]);
      assert.equal(tagOf(instance.Tags, 'run'), '1');
      assert.equal(tagOf(instance.Tags, 'localcloud:ssh-port'), '40022');
      assert.deepEqual(instance.LaunchTime, START);
      const [guest] = fake.guests;
      assert.equal(guest?.plan.firmware, 'uefi');
      assert.equal(guest?.plan.memory, 1024);
      const file = guest?.plan.disks[0]?.file ?? '';
      assert.equal((await stat(file)).size, 3 * 2 ** 30);
      const start = await readStart(file, 3 * 524_288);
      assert.ok(start.equals(Buffer.concat([blockOf(7), blockOf(9), blockOf(0)])));
      const { Volumes = [] } = await here.ec2.send(
        new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [id] }] }),
      );
      assert.equal(Volumes[0]?.VolumeId, instance.BlockDeviceMappings?.[0]?.Ebs?.VolumeId);
      assert.equal(tagOf(Volumes[0]?.Tags, 'run'), '2');
    });
  });

  test('the same token gives the same instance, with other parameters an error', async () => {
    await withGuests(async (here) => {
      const ImageId = await makeImage(here, 'to boot', await makeSnapshot(here));
      const id = await run(here, { ImageId, ClientToken: 'once' });
      assert.equal(await run(here, { ImageId, ClientToken: 'once' }), id);
      const other = run(here, { ImageId, ClientToken: 'once', InstanceType: 't3.small' });
      assert.equal(await errorOf(other), 'IdempotentParameterMismatch');
      await becomes(here, id, 'running');
      assert.equal(fake.guests.length, 1);
    });
  });

  test('what cannot be run is refused with the code of AWS', async () => {
    await withGuests(async (here) => {
      const ImageId = await makeImage(here, 'to boot', await makeSnapshot(here));
      const refused = async (input: Parameters<typeof run>[1]) =>
        await errorOf(run(here, { ImageId, ...input }));
      assert.equal(await refused({ ImageId: 'ami-00000000000000000' }), 'InvalidAMIID.NotFound');
      assert.equal(await refused({ KeyName: 'nobody' }), 'InvalidKeyPair.NotFound');
      assert.equal(await refused({ SecurityGroupIds: ['sg-00000000'] }), 'InvalidGroup.NotFound');
      assert.equal(await refused({ SecurityGroupIds: ['x'] }), 'InvalidGroupId.Malformed');
      assert.equal(await refused({ SubnetId: 'subnet-00000000' }), 'InvalidSubnetID.NotFound');
      assert.equal(await refused({ UserData: 'not base64!' }), 'InvalidUserData.Malformed');
      const large = Buffer.alloc(16_385).toString('base64');
      assert.equal(await refused({ UserData: large }), 'InvalidParameterValue');
      assert.equal(await refused({ MaxCount: 2 }), 'InvalidParameterValue');
      assert.equal(await refused({ InstanceType: 't4g.small' }), 'InvalidParameterValue');
      assert.equal(
        await refused({ SubnetId: 'subnet-00000000', NetworkInterfaces: [{ DeviceIndex: 0 }] }),
        'InvalidParameterCombination',
      );
      const small = [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 0 } }];
      assert.equal(await refused({ BlockDeviceMappings: small }), 'InvalidBlockDeviceMapping');
      const dry = here.ec2.send(new RunInstancesCommand({ ImageId, MinCount: 1, MaxCount: 1, DryRun: true }));
      assert.equal(await errorOf(dry), 'DryRunOperation');
      assert.equal(fake.guests.length, 0);
    });
  });

  test('an image for ARM runs on a type of ARM, by UEFI, and on no other', async () => {
    await withGuests(async (here) => {
      const snapshot = await makeSnapshot(here);
      for (const [name, mode] of [
        ['with a boot mode', { BootMode: 'uefi' as const }],
        ['without one', { BootMode: undefined }],
      ] as const) {
        const ImageId = await makeImage(here, name, snapshot, { Architecture: 'arm64', ...mode });
        assert.equal(await errorOf(run(here, { ImageId })), 'InvalidParameterValue');
        const id = await run(here, { ImageId, InstanceType: 't4g.small' });
        const instance = await becomes(here, id, 'running');
        assert.equal(instance.Architecture, 'arm64');
        assert.equal(instance.CurrentInstanceBootMode, 'uefi');
        const plan = fake.guests.at(-1)?.plan;
        assert.deepEqual([plan?.processor, plan?.firmware, plan?.memory], ['aarch64', 'uefi', 2048]);
        await here.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
        await becomes(here, id, 'terminated');
      }
    });
  });

  test('vCPUs, memory: no more than there are', async () => {
    const twoOfThem = async (here: Clients) => {
      const ImageId = await makeImage(here, 'to boot', await makeSnapshot(here));
      const id = await run(here, { ImageId });
      const code = await errorOf(run(here, { ImageId }));
      await becomes(here, id, 'running');
      await here.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      await becomes(here, id, 'terminated');
      await becomes(here, await run(here, { ImageId }), 'running');
      return code;
    };
    await withGuests(async (here) => assert.equal(await twoOfThem(here), 'VcpuLimitExceeded'), { vcpus: 2 });
    await withGuests(async (here) => assert.equal(await twoOfThem(here), 'InsufficientInstanceCapacity'), {
      guestMemory: 2000,
    });
  });

  test('stopped and started again it has the same disk; terminated it has none', async () => {
    await withGuests(async (here, cloud) => {
      const id = await run(here);
      await becomes(here, id, 'running');
      await here.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
      const stopped = await becomes(here, id, 'stopped');
      assert.equal(stopped.StateReason?.Code, 'Client.UserInitiatedShutdown');
      assert.equal(stopped.PublicIpAddress, undefined);
      assert.equal(stopped.Tags, undefined);
      assert.deepEqual(fake.guests[0]?.asked.slice(0, 1), ['power']);
      await here.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
      const started = await becomes(here, id, 'running');
      assert.equal(started.StateReason, undefined);
      assert.deepEqual(fake.guests[1]?.plan.disks, fake.guests[0]?.plan.disks);
      const { TerminatingInstances } = await here.ec2.send(
        new TerminateInstancesCommand({ InstanceIds: [id] }),
      );
      assert.equal(TerminatingInstances?.[0]?.CurrentState?.Name, 'shutting-down');
      assert.equal(TerminatingInstances?.[0]?.PreviousState?.Name, 'running');
      const gone = await becomes(here, id, 'terminated');
      assert.equal(gone.StateReason?.Code, 'Client.UserInitiatedShutdown');
      assert.deepEqual(gone.BlockDeviceMappings, []);
      await here.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      const InstanceIds = [id];
      for (const refused of [
        here.ec2.send(new StartInstancesCommand({ InstanceIds })),
        here.ec2.send(new StopInstancesCommand({ InstanceIds })),
        here.ec2.send(new RebootInstancesCommand({ InstanceIds })),
      ]) {
        assert.equal(await errorOf(refused), 'IncorrectInstanceState');
      }
      assert.deepEqual(await readdir(join(cloud.folder, 'volumes')), []);
      const { Output = '' } = await here.ec2.send(new GetConsoleOutputCommand({ InstanceId: id }));
      assert.equal(Buffer.from(Output, 'base64').toString(), `boot of ${id}\n`.repeat(2));
      cloud.advance(3599);
      assert.equal((await describe(here, id)).State?.Name, 'terminated');
      cloud.advance(2);
      assert.equal(await errorOf(describe(here, id)), 'InvalidInstanceID.NotFound');
      const next = await run(here, { ImageId: gone.ImageId });
      await becomes(here, next, 'running');
      assert.deepEqual(await readdir(join(cloud.folder, 'instances')), [next]);
    });
  });

  test('a guest that switches itself off stops its instance, or ends it when it was told so', async () => {
    await withGuests(async (here) => {
      const ImageId = await makeImage(here, 'to boot', await makeSnapshot(here));
      const usual = await run(here, { ImageId });
      await becomes(here, usual, 'running');
      fake.guests[0]?.end('powered-off');
      const stopped = await becomes(here, usual, 'stopped');
      assert.equal(stopped.StateReason?.Code, 'Client.InstanceInitiatedShutdown');
      const brief = await run(here, { ImageId, InstanceInitiatedShutdownBehavior: 'terminate' });
      await becomes(here, brief, 'running');
      fake.guests[1]?.end('powered-off');
      await becomes(here, brief, 'terminated');
    });
  });

  test('what goes wrong on the host is the fault of the server', async () => {
    await withGuests(async (here) => {
      const ImageId = await makeImage(here, 'to boot', await makeSnapshot(here));
      const id = await run(here, { ImageId });
      await becomes(here, id, 'running');
      fake.guests[0]?.end('failed');
      assert.equal((await becomes(here, id, 'stopped')).StateReason?.Code, 'Server.InternalError');
      fake.failure = new Error('no emulator');
      await here.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
      await becomes(here, id, 'stopped');
      const never = await becomes(here, await run(here, { ImageId }), 'terminated');
      assert.equal(never.StateReason?.Code, 'Server.InternalError');
      assert.match(never.StateReason?.Message ?? '', /no emulator/);
    });
  });

  test('terminated while it was starting: no guest stays', async () => {
    await withGuests(async (here) => {
      let open: () => void = () => undefined;
      fake.gate = new Promise((resolve) => {
        open = resolve;
      });
      const id = await run(here);
      assert.equal(
        await errorOf(here.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))),
        'IncorrectInstanceState',
      );
      await here.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      open();
      await becomes(here, id, 'terminated');
      assert.equal(fake.running().length, 0);
    });
  });

  test('a guest that does not follow the power button is made to', async () => {
    await withGuests(
      async (here) => {
        fake.obedient = false;
        const id = await run(here);
        await becomes(here, id, 'running');
        await here.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
        await becomes(here, id, 'stopped');
        assert.deepEqual(fake.guests[0]?.asked, ['power', 'kill']);
      },
      { guestGraceSeconds: 0.05 },
    );
  });

  test('after a start of the cloud no instance runs, and what ran is stopped', async () => {
    await withGuests(async (here, cloud) => {
      const id = await run(here);
      await becomes(here, id, 'running');
      await cloud.stop();
      assert.equal(fake.running().length, 0);
      const again = await startLocalCloud({
        folder: cloud.folder,
        regions: REGIONS,
        clock: START,
        hypervisor: fake,
      });
      const clients = clientsFor(again.endpoint, 'eu-west-1');
      const stopped = await describe(clients, id);
      assert.equal(stopped.State?.Name, 'stopped');
      assert.equal(stopped.StateReason?.Code, 'Server.InternalError');
      await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
      await becomes(clients, id, 'running');
      clients.close();
      await again.stop();
    });
  });

  test('a new instance may not be found at first', async () => {
    await withGuests(async (here, cloud) => {
      cloud.faults.add({ kind: 'hide', calls: ['RunInstances'], seconds: 60 });
      const id = await run(here, { ClientToken: 'once' });
      assert.equal(await errorOf(describe(here, id)), 'InvalidInstanceID.NotFound');
      cloud.advance(61);
      await becomes(here, id, 'running');
      await here.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'late', Value: 'yes' }] }));
      assert.equal(tagOf((await describe(here, id)).Tags, 'late'), 'yes');
    });
  });

  test('filters, reboot, screenshot', async () => {
    await withGuests(async (here) => {
      const TagSpecifications = [
        { ResourceType: 'instance' as const, Tags: [{ Key: 'aperiodic', Value: 'x' }] },
      ];
      const id = await run(here, { TagSpecifications });
      await becomes(here, id, 'running');
      const found = async (name: string, value: string) => {
        const command = new DescribeInstancesCommand({ Filters: [{ Name: name, Values: [value] }] });
        const { Reservations = [] } = await here.ec2.send(command);
        return Reservations.flatMap((one) => one.Instances?.map((instance) => instance.InstanceId));
      };
      assert.deepEqual(await found('tag:aperiodic', 'x'), [id]);
      assert.deepEqual(await found('tag:aperiodic', 'y'), []);
      assert.deepEqual(await found('instance-state-name', 'running'), [id]);
      assert.deepEqual(await found('instance-state-name', 'stopped'), []);
      await here.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }));
      const { ImageData = '' } = await here.ec2.send(new GetConsoleScreenshotCommand({ InstanceId: id }));
      assert.equal(Buffer.from(ImageData, 'base64').toString(), 'picture');
      assert.deepEqual(fake.guests[0]?.asked, ['reboot']);
    });
  });

  test('ssh leads in only where a group lets it in', async () => {
    await withGuests(async (here) => {
      const instance = await becomes(here, await run(here), 'running');
      assert.equal(instance.SecurityGroups?.[0]?.GroupName, 'default');
      assert.equal(fake.guests[0]?.plan.forwardSsh, false);
      assert.equal(tagOf(instance.Tags, 'localcloud:ssh-port'), undefined);
    });
  });
});

suite('keys, groups, networks and volumes', () => {
  beforeEach(() => {
    fake = createFakeHypervisor();
  });

  test('keys are kept by name', async () => {
    await withGuests(async (here) => {
      const material = Buffer.from(PUBLIC_KEY);
      const add = (KeyName: string, PublicKeyMaterial = material) =>
        here.ec2.send(
          new ImportKeyPairCommand({
            KeyName,
            PublicKeyMaterial,
            TagSpecifications: [{ ResourceType: 'key-pair', Tags: [{ Key: 'a', Value: 'b' }] }],
          }),
        );
      const { KeyPairId } = await add('ours');
      assert.equal(await errorOf(add('ours')), 'InvalidKeyPair.Duplicate');
      for (const bad of ['nonsense', 'ssh-rsa AAAA x', PUBLIC_KEY.replace('ssh-ed25519 ', 'ssh-rsa ')]) {
        assert.equal(await errorOf(add('other', Buffer.from(bad))), 'InvalidKey.Format', bad);
      }
      const { KeyPairs = [] } = await here.ec2.send(
        new DescribeKeyPairsCommand({ KeyNames: ['ours'], IncludePublicKey: true }),
      );
      assert.equal(KeyPairs[0]?.KeyPairId, KeyPairId);
      assert.equal(KeyPairs[0]?.KeyType, 'ed25519');
      assert.equal(KeyPairs[0]?.PublicKey, PUBLIC_KEY.replace('somebody@test', 'ours'));
      assert.equal(tagOf(KeyPairs[0]?.Tags, 'a'), 'b');
      await here.ec2.send(new DeleteKeyPairCommand({ KeyName: 'ours' }));
      await here.ec2.send(new DeleteKeyPairCommand({ KeyName: 'ours' }));
      const missing = here.ec2.send(new DescribeKeyPairsCommand({ KeyNames: ['ours'] }));
      assert.equal(await errorOf(missing), 'InvalidKeyPair.NotFound');
    });
  });

  test('a group cannot go while an instance has it', async () => {
    await withGuests(async (here) => {
      const GroupId = await makeGroup(here);
      const ingress = {
        GroupId,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      };
      assert.equal(
        await errorOf(here.ec2.send(new AuthorizeSecurityGroupIngressCommand(ingress))),
        'InvalidPermission.Duplicate',
      );
      const { SecurityGroups = [] } = await here.ec2.send(
        new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['ssh only'] }] }),
      );
      assert.deepEqual(SecurityGroups[0]?.IpPermissions?.[0]?.IpRanges, [{ CidrIp: '0.0.0.0/0' }]);
      assert.equal(await errorOf(makeGroup(here)), 'InvalidGroup.Duplicate');
      const id = await run(here, { SecurityGroupIds: [GroupId] });
      await becomes(here, id, 'running');
      const remove = () => here.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
      assert.equal(await errorOf(remove()), 'DependencyViolation');
      await here.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      await becomes(here, id, 'terminated');
      await remove();
      assert.equal(await errorOf(remove()), 'InvalidGroup.NotFound');
    });
  });

  test('there is a default VPC with a subnet in each zone', async () => {
    await withGuests(async (here) => {
      const { Vpcs = [] } = await here.ec2.send(
        new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
      );
      const { Subnets = [] } = await here.ec2.send(
        new DescribeSubnetsCommand({ Filters: [{ Name: 'availability-zone', Values: ['eu-west-1b'] }] }),
      );
      assert.equal(Subnets[0]?.VpcId, Vpcs[0]?.VpcId);
      const instance = await becomes(
        here,
        await run(here, { SubnetId: Subnets[0]?.SubnetId ?? '' }),
        'running',
      );
      assert.equal(instance.Placement?.AvailabilityZone, 'eu-west-1b');
    });
  });

  test('a volume goes from one instance to the next and stays when both are gone', async () => {
    await withGuests(async (here, cloud) => {
      const ImageId = await makeImage(here, 'to boot', await makeSnapshot(here));
      const { VolumeId = '' } = await here.ec2.send(
        new CreateVolumeCommand({ AvailabilityZone: 'eu-west-1a', Size: 2 }),
      );
      const there = await here.ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'eu-west-1b', Size: 1 }));
      for (const number of [0, 1]) {
        const InstanceId = await run(here, { ImageId });
        await becomes(here, InstanceId, 'running');
        const attach = (id: string) =>
          here.ec2.send(new AttachVolumeCommand({ VolumeId: id, InstanceId, Device: '/dev/sdf' }));
        assert.equal(await errorOf(attach(there.VolumeId ?? '')), 'InvalidVolume.ZoneMismatch');
        await attach(VolumeId);
        assert.equal(await errorOf(attach(VolumeId)), 'VolumeInUse');
        assert.equal(await errorOf(here.ec2.send(new DeleteVolumeCommand({ VolumeId }))), 'VolumeInUse');
        if (number === 0) {
          await here.ec2.send(new DetachVolumeCommand({ VolumeId }));
          assert.deepEqual(fake.guests[0]?.asked, [`attach ${VolumeId}`, `detach ${VolumeId}`]);
          const code = await errorOf(here.ec2.send(new DetachVolumeCommand({ VolumeId })));
          assert.equal(code, 'IncorrectState');
        }
        await here.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
        await becomes(here, InstanceId, 'terminated');
      }
      assert.equal((await stat(join(cloud.folder, 'volumes', `${VolumeId}.raw`))).size, 2 * 2 ** 30);
      await here.ec2.send(new DeleteVolumeCommand({ VolumeId }));
      const missing = here.ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId] }));
      assert.equal(await errorOf(missing), 'InvalidVolume.NotFound');
    });
  });
});
