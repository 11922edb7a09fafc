/** AMIs of one region. */
import type { Image } from '@aws-sdk/client-ec2';
import { imageProperties } from '../../model/aws-names.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { CloudImage, CloudRegion } from '../../ports.ts';
import type { Clients } from './clients.ts';
import type { Caller } from './retry.ts';
import { orNothing } from './snapshots.ts';
import { readTags, tagFilters, writeTags } from './tags.ts';

type Images = Pick<
  CloudRegion,
  'findImages' | 'image' | 'registerImage' | 'copyImage' | 'shareImage' | 'deprecateImage' | 'deregisterImage'
>;

export function createImages(clients: Clients, { region, send }: Caller): Images {
  return {
    findImages: async (by) => {
      const { client, sdk } = await clients.ec2();
      const Filters = 'tags' in by ? tagFilters(by.tags) : [{ Name: 'name', Values: [by.name] }];
      const found: CloudImage[] = [];
      let NextToken: string | undefined;
      do {
        const page = await send('DescribeImages', () =>
          client.send(
            new sdk.DescribeImagesCommand({
              Owners: ['self'],
              IncludeDeprecated: true,
              Filters,
              MaxResults: 1000,
              NextToken,
            }),
          ),
        );
        found.push(...(page.Images ?? []).map(readImage));
        NextToken = page.NextToken;
      } while (NextToken !== undefined && NextToken !== '');
      return found
        .filter(({ state }) => state !== 'gone')
        .sort((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? -1 : 1));
    },
    image: async (id) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.DescribeImagesCommand({ ImageIds: [id] });
      const images = send('DescribeImages', () => client.send(command)).then((one) => one.Images ?? []);
      return (await orNothing(images, [])).map(readImage).find((one) => one.id === id);
    },
    registerImage: async ({ name, snapshot, architecture, bootMode, tags }) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.RegisterImageCommand({
        Name: name,
        Description: name,
        Architecture: architecture,
        BootMode: bootMode,
        VirtualizationType: imageProperties.virtualization,
        EnaSupport: true,
        ImdsSupport: imageProperties.imds,
        RootDeviceName: imageProperties.rootDevice,
        BlockDeviceMappings: [
          {
            DeviceName: imageProperties.rootDevice,
            Ebs: { SnapshotId: snapshot, VolumeType: imageProperties.volumeType, DeleteOnTermination: true },
          },
        ],
        TagSpecifications: [{ ResourceType: 'image', Tags: writeTags(tags) }],
      });
      const { ImageId } = await send('RegisterImage', () => client.send(command), 'new');
      return wanted(ImageId, 'RegisterImage');
    },
    copyImage: async ({ source, name, tags, token }) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.CopyImageCommand({
        SourceRegion: source.region,
        SourceImageId: source.ami,
        Name: name,
        Description: name,
        ClientToken: token,
        TagSpecifications: (['image', 'snapshot'] as const).map((ResourceType) => ({
          ResourceType,
          Tags: writeTags(tags),
        })),
      });
      const { ImageId } = await send('CopyImage', () => client.send(command), 'new');
      return wanted(ImageId, 'CopyImage');
    },
    shareImage: async (id, sharing) => {
      const { client, sdk } = await clients.ec2();
      const all = [{ Group: 'all' as const }];
      const command = new sdk.ModifyImageAttributeCommand({
        ImageId: id,
        LaunchPermission: sharing === 'public' ? { Add: all } : { Remove: all },
      });
      await send('ModifyImageAttribute', () => client.send(command), 'new');
    },
    deprecateImage: async (id, at) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.EnableImageDeprecationCommand({ ImageId: id, DeprecateAt: new Date(at) });
      await send('EnableImageDeprecation', () => client.send(command), 'new');
    },
    deregisterImage: async (id) => {
      const { client, sdk } = await clients.ec2();
      const command = new sdk.DeregisterImageCommand({ ImageId: id });
      // An image that was deregistered by a call whose answer was lost is "unavailable".
      await orNothing(
        send('DeregisterImage', () => client.send(command)).then(() => undefined),
        undefined,
      ).catch((error: unknown) => {
        if (!(error instanceof AperiodicError) || !/InvalidAMIID\.Unavailable/.test(error.message))
          throw error;
      });
    },
  };

  function wanted(id: string | undefined, call: string): string {
    if (id !== undefined) return id;
    throw new AperiodicError('internal', `${call} in ${region} answered without an id`);
  }
}

const states: Record<string, CloudImage['state']> = {
  available: 'available',
  pending: 'pending',
  transient: 'pending',
  deregistered: 'gone',
};

function readImage(image: Image): CloudImage {
  const root = image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === image.RootDeviceName);
  return {
    id: image.ImageId ?? '',
    name: image.Name ?? '',
    state: states[image.State ?? ''] ?? 'failed',
    public: image.Public === true,
    snapshot: root?.Ebs?.SnapshotId,
    tags: readTags(image.Tags),
    createdAt: image.CreationDate ?? '',
    deprecateAt: image.DeprecationTime,
  };
}
