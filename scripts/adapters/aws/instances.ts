/** Instances of one region. */
import type { _InstanceType, Instance } from '@aws-sdk/client-ec2';
import { imageProperties } from '../../model/aws-names.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { CloudInstance, CloudInstances } from '../../ports.ts';
import type { Clients } from './clients.ts';
import type { Caller } from './retry.ts';
import { orNothing } from './snapshots.ts';
import { readTags, tagFilters, writeTags } from './tags.ts';

type Instances = Omit<
  CloudInstances,
  'importKey' | 'findKeys' | 'deleteKey' | 'findGroups' | 'makeGroup' | 'allowSsh' | 'removeGroup'
>;

export function createInstances(clients: Clients, { region, send }: Caller): Instances {
  return {
    runInstance: async ({ ami, instanceType, key, group, subnet, gibibytes, userData, tags, token }) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.RunInstancesCommand({
        ImageId: ami,
        MinCount: 1,
        MaxCount: 1,
        InstanceType: typeOf(instanceType),
        KeyName: key,
        SecurityGroupIds: [group],
        ...(subnet === undefined ? {} : { SubnetId: subnet }),
        BlockDeviceMappings: [
          {
            DeviceName: imageProperties.rootDevice,
            Ebs: { VolumeSize: gibibytes, VolumeType: imageProperties.volumeType, DeleteOnTermination: true },
          },
        ],
        MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        InstanceInitiatedShutdownBehavior: 'terminate',
        UserData: Buffer.from(userData).toString('base64'),
        ClientToken: token,
        TagSpecifications: (['instance', 'volume'] as const).map((ResourceType) => ({
          ResourceType,
          Tags: writeTags(tags),
        })),
      });
      const { Instances } = await send('RunInstances', () => client.send(command), 'new');
      const id = Instances?.[0]?.InstanceId;
      if (id !== undefined) return id;
      throw new AperiodicError('internal', `RunInstances in ${region} answered without an id`);
    },
    findInstances: async (tags) => {
      const { client, sdk } = await clients.ec2();
      const found: CloudInstance[] = [];
      let NextToken: string | undefined;
      do {
        const command = new sdk.DescribeInstancesCommand({
          Filters: tagFilters(tags),
          MaxResults: 1000,
          NextToken,
        });
        const page = await send('DescribeInstances', () => client.send(command));
        found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances.map(readInstance)));
        NextToken = page.NextToken;
      } while (NextToken !== undefined && NextToken !== '');
      return found.filter(({ state }) => state !== 'gone');
    },
    instance: async (id) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.DescribeInstancesCommand({ InstanceIds: [id] });
      const found = send('DescribeInstances', () => client.send(command)).then(
        ({ Reservations = [] }) => Reservations,
      );
      return (await orNothing(found, []))
        .flatMap(({ Instances = [] }) => Instances.map(readInstance))
        .find((one) => one.id === id);
    },
    rebootInstance: async (id) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.RebootInstancesCommand({ InstanceIds: [id] });
      await send('RebootInstances', () => client.send(command), 'new');
    },
    terminateInstance: async (id) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.TerminateInstancesCommand({ InstanceIds: [id] });
      await orNothing(
        send('TerminateInstances', () => client.send(command), 'new').then(() => undefined),
        undefined,
      );
    },
    consoleOutput: async (id) => {
      const { client, sdk } = await clients.ec2();
      // Latest is for instances on Nitro; others say so, and have the output that AWS took a while ago.
      const read = (Latest: boolean) =>
        send('GetConsoleOutput', () =>
          client.send(new sdk.GetConsoleOutputCommand({ InstanceId: id, ...(Latest ? { Latest } : {}) })),
        );
      const { Output } = await read(true).catch(async (error: unknown) => {
        if (error instanceof AperiodicError && /UnsupportedOperation/.test(error.message))
          return await read(false);
        throw error;
      });
      return Buffer.from(Output ?? '', 'base64').toString('utf8');
    },
    consoleScreenshot: async (id) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.GetConsoleScreenshotCommand({ InstanceId: id, WakeUp: true });
      const { ImageData } = await send('GetConsoleScreenshot', () => client.send(command));
      return ImageData === undefined || ImageData === '' ? undefined : Buffer.from(ImageData, 'base64');
    },
  };
}

const states: Record<string, CloudInstance['state']> = {
  pending: 'pending',
  running: 'running',
  stopping: 'stopped',
  stopped: 'stopped',
  'shutting-down': 'ending',
  terminated: 'gone',
};

/** The SDK lists the types of its day; AWS knows newer ones. */
function typeOf(name: string): _InstanceType {
  if (isType(name)) return name;
  throw new AperiodicError('invalid', `'${name}' is not the name of an instance type`);
}

function isType(name: string): name is _InstanceType {
  return /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(name);
}

function readInstance(instance: Instance): CloudInstance {
  const ended = !['pending', 'running'].includes(instance.State?.Name ?? '');
  return {
    id: instance.InstanceId ?? '',
    state: states[instance.State?.Name ?? ''] ?? 'pending',
    reason: ended ? instance.StateReason?.Code : undefined,
    publicAddress: instance.PublicIpAddress,
    privateAddress: instance.PrivateIpAddress,
    tags: readTags(instance.Tags),
  };
}
