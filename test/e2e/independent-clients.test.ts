/** AWS's own Python client sees in the local cloud what the record of a release says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import {
  awsArchitecture,
  bootMode,
  imageName,
  imageTags,
  latestPointer,
  versionPointer,
} from '../../scripts/model/aws-names.ts';
import type { PublishedRecord } from '../../scripts/model/types.generated.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { identityOf } from '../../scripts/stages/cloud/identity.ts';
import { aws, type CloudWorld, makeWorld, recordPath, releaseAll } from '../support/cloud-world.ts';
import { pythonOfTests } from '../support/python.ts';

const regions = [...aws.regions, ...aws.bestEffort];
const everybody = [{ Group: 'all' }];

test('boto3 sees what the record says', async (t) => {
  const world = await makeWorld(t, { architectures: ['amd64', 'arm64'] });
  const { recorded } = await releaseAll(world);
  const file = recordPath(recorded.record.stream, recorded.record.version);
  const record = parseYaml('PublishedRecord', world.forge.files.get(file) ?? '', file);
  assert.equal(record.images?.length, regions.length * 2);
  const seen = await lookByBoto3(world);
  for (const region of regions) assert.deepEqual(seen[region], expected(world, record, region), region);
});

async function lookByBoto3({ local }: CloudWorld): Promise<Record<string, unknown>> {
  const { accessKeyId, secretAccessKey } = DEFAULT_IDENTITY;
  const question = { endpoint: local.endpoint, accessKeyId, secretAccessKey, regions, path: '/aperiodic' };
  const script = fileURLToPath(new URL('../support/boto3-look.py', import.meta.url));
  const { stdout } = await exec(pythonOfTests(), ['-I', script], {
    input: JSON.stringify(question),
    // It asks the instance it runs on, or the files of its user, for nothing.
    env: { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', no_proxy: '127.0.0.1' },
    what: 'boto3 could not look at the local cloud',
  });
  const answer: unknown = JSON.parse(stdout);
  assert.ok(typeof answer === 'object' && answer !== null);
  return Object.fromEntries(Object.entries(answer).map(([region, part]) => [region, sorted(part)]));
}

/** What a region must show, by the record and by what was uploaded. */
function expected({ tested }: CloudWorld, record: PublishedRecord, region: string): object {
  const { stream, version } = record;
  const parts = (record.images ?? [])
    .filter((image) => image.region === region)
    .map(({ architecture, ami, snapshot }) => {
      const built = tested.find((one) => one.built.job.architecture === architecture);
      assert.ok(built !== undefined);
      const identity = identityOf(built);
      const name = imageName(identity);
      const tags = imageTags(identity);
      const image = {
        id: ami,
        Name: name,
        Description: name,
        State: 'available',
        Public: true,
        OwnerId: DEFAULT_IDENTITY.account,
        Architecture: awsArchitecture(architecture),
        VirtualizationType: 'hvm',
        BootMode: bootMode(architecture),
        ImdsSupport: 'v2.0',
        EnaSupport: true,
        RootDeviceName: '/dev/xvda',
        RootDeviceType: 'ebs',
        DeprecationTime: record.deprecateAt?.replace('Z', '.000Z'),
        disks: [['/dev/xvda', snapshot, 'gp3', 1]],
        permissions: everybody,
        tags,
      };
      const kept = {
        id: snapshot,
        State: 'completed',
        Encrypted: false,
        VolumeSize: 1,
        permissions: everybody,
        tags,
      };
      const names = [
        latestPointer('/aperiodic', stream, architecture),
        versionPointer('/aperiodic', stream, version, architecture),
      ];
      return { image, kept, pointers: names.map((one) => [one, ami] as const) };
    });
  return {
    images: byId(parts.map(({ image }) => image)),
    snapshots: byId(parts.map(({ kept }) => kept)),
    parameters: Object.fromEntries(parts.flatMap(({ pointers }) => pointers)),
    types: ['aws:ec2:image'],
  };
}

function sorted(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part;
  const lists = Object.entries(part).map(([key, value]: [string, unknown]) => [
    key,
    key !== 'types' && Array.isArray(value) ? byId(value.filter(hasId)) : value,
  ]);
  return Object.fromEntries(lists);
}

function hasId(value: unknown): value is { id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}

function byId<T extends { id: string }>(list: readonly T[]): T[] {
  return list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
