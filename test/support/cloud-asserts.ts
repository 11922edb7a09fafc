/** What must be true of the account when a release is done, whatever happened on the way. Asks by its own clients. */
import assert from 'node:assert/strict';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import type { PublishedRecord } from '../../scripts/model/types.generated.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { stream, version } from './candidate.ts';
import { aws, type CloudWorld, recordPath } from './cloud-world.ts';

/** One AMI and one snapshot for each architecture in each region, public, recorded and pointed to. */
export async function assertOne(
  world: CloudWorld,
  regions: readonly string[] = [...aws.regions, ...aws.bestEffort],
): Promise<PublishedRecord> {
  const file = recordPath(stream, version);
  const record = parseYaml('PublishedRecord', world.forge.files.get(file) ?? '', file);
  await assertPublic(record, { endpoint: world.local.endpoint, regions, architectures: world.tested.length });
  return record;
}

async function assertNoLaunch(ec2: EC2Client, region: string): Promise<void> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  const states = Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name));
  assert.deepEqual(
    states.filter((state) => state !== 'terminated'),
    [],
    `instances in ${region}`,
  );
  const { KeyPairs } = await ec2.send(new DescribeKeyPairsCommand({}));
  assert.deepEqual(KeyPairs ?? [], [], `key pairs in ${region}`);
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  assert.deepEqual(
    SecurityGroups.map(({ GroupName }) => GroupName),
    ['default'],
  );
}

/** The account has what the record says, and nothing else: public, deprecated then, and pointed to. No launch left a thing. */
export async function assertPublic(
  record: PublishedRecord,
  {
    endpoint,
    regions,
    architectures,
  }: { endpoint: string; regions: readonly string[]; architectures: number },
): Promise<void> {
  const { stream, version } = record;
  const recorded = (record.images ?? []).map(({ region, architecture, ami, snapshot, state }) =>
    [region, architecture, ami, snapshot, state].join(' '),
  );
  const found: string[] = [];
  for (const region of regions) {
    const config = { region, endpoint, credentials: DEFAULT_IDENTITY };
    const [ec2, ssm] = [new EC2Client(config), new SSMClient(config)];
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
    const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    const { Parameters = [] } = await ssm.send(
      new GetParametersByPathCommand({ Path: '/aperiodic', Recursive: true }),
    );
    await assertNoLaunch(ec2, region);
    assert.equal(Images.length, architectures, `images in ${region}`);
    assert.equal(Snapshots.length, architectures, `snapshots in ${region}`);
    for (const image of Images) {
      const snapshot = image.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;
      const attribute = new DescribeSnapshotAttributeCommand({
        SnapshotId: snapshot,
        Attribute: 'createVolumePermission',
      });
      const { CreateVolumePermissions } = await ec2.send(attribute);
      assert.deepEqual(CreateVolumePermissions, [{ Group: 'all' }], `permission of ${snapshot} in ${region}`);
      assert.equal(image.Public, true, `permission of ${image.ImageId} in ${region}`);
      assert.equal(
        Date.parse(image.DeprecationTime ?? ''),
        Date.parse(record.deprecateAt ?? ''),
        `date of ${image.ImageId} in ${region}`,
      );
      const tags = new Map(image.Tags?.map(({ Key, Value }) => [Key, Value]));
      const architecture = tags.get('aperiodic:architecture');
      found.push([region, architecture, image.ImageId, snapshot, 'public'].join(' '));
      for (const name of [`${architecture}/latest`, `${version}/${architecture}`]) {
        const full = `/aperiodic/${stream}/${name}`;
        assert.equal(
          Parameters.find(({ Name }) => Name === full)?.Value,
          image.ImageId,
          `${full} in ${region}`,
        );
      }
    }
    ec2.destroy();
    ssm.destroy();
  }
  assert.deepEqual(recorded.toSorted(), found.toSorted());
}
