import { type CallContext, isVisible, maySee } from '../cloud.ts';
import type { Fields } from '../protocols/fields.ts';
import type { XmlStructure } from '../protocols/xml.ts';
import type { Device, Image } from '../state/types.ts';
import { type FilterTable, page, readFilters } from './filters.ts';
import { findImage, imageState } from './find.ts';

/**
 * Images the caller may use. A deregistered one shows "for a short interval" as deregistered, then its id gives nothing,
 * then NotFound. Deprecated images of others show only by id or with IncludeDeprecated.
 * Source: EC2 API Reference, DescribeImages.
 */
export function describeImages(fields: Fields, context: CallContext): XmlStructure {
  const ids = fields.texts('ImageId');
  const owners = fields.texts('Owner').map((owner) => (owner === 'self' ? context.identity.account : owner));
  const passes = readFilters(fields, filters(context));
  const candidates =
    ids.length > 0 ? [...new Set(ids)].map((id) => findImage(id, context)) : listed(fields, context);
  const images = candidates
    .filter((image) => isShown(image, context))
    .filter((image) => owners.length === 0 || owners.includes(image.owner))
    .filter((image) => isExecutableBy(image, fields.texts('ExecutableBy'), context))
    .filter(passes);
  const { things, nextToken } = page(images, fields, { min: 1, max: 1000, idsGiven: ids.length > 0 });
  return { imagesSet: things.map((image) => renderImage(image, context)), nextToken };
}

function listed(fields: Fields, context: CallContext): Image[] {
  const deprecated = fields.flag('IncludeDeprecated') === true;
  return [...context.region.images.values()].filter(
    (image) =>
      isVisible(image, context) &&
      maySee(image, context) &&
      (deprecated ||
        image.owner === context.identity.account ||
        (image.deprecateAt ?? Infinity) > context.now),
  );
}

function isShown(image: Image, context: CallContext): boolean {
  if (image.deregisteredAt === undefined) return true;
  return context.now < image.deregisteredAt + context.cloud.delays.deregisteredShown * 1000;
}

/** `self`: explicit permission of the caller; `all`: public ones; else an account. */
function isExecutableBy(image: Image, who: readonly string[], context: CallContext): boolean {
  if (who.length === 0) return true;
  return who.some((one) => {
    if (one === 'all') return image.sharing.public;
    return image.sharing.accounts.includes(one === 'self' ? context.identity.account : one);
  });
}

function filters(context: CallContext): FilterTable<Image> {
  return {
    'image-id': (image) => [image.id],
    name: (image) => [image.name],
    description: (image) => [image.description],
    'owner-id': (image) => [image.owner],
    state: (image) => [imageState(image, context.now)],
    architecture: (image) => [image.architecture],
    'boot-mode': (image) => [image.bootMode],
    'is-public': (image) => [String(image.sharing.public)],
    'root-device-type': () => ['ebs'],
    'image-type': () => ['machine'],
    'virtualization-type': (image) => [image.virtualizationType],
    'ena-support': (image) => [String(image.enaSupport)],
    'creation-date': (image) => [new Date(image.createdAt).toISOString()],
    'source-image-id': (image) => [image.sourceImageId],
    'source-image-region': (image) => [image.sourceRegion],
    'block-device-mapping.snapshot-id': (image) => image.devices.map((device) => device.snapshotId),
  };
}

function renderImage(image: Image, context: CallContext): XmlStructure {
  return {
    imageId: image.id,
    imageLocation: `${image.owner}/${image.name}`,
    imageState: imageState(image, context.now),
    imageOwnerId: image.owner,
    creationDate: new Date(image.createdAt),
    isPublic: image.sharing.public,
    architecture: image.architecture,
    imageType: 'machine',
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    name: image.name,
    description: image.description,
    rootDeviceType: 'ebs',
    rootDeviceName: image.rootDeviceName,
    blockDeviceMapping: image.devices.map(renderDevice),
    virtualizationType: image.virtualizationType,
    hypervisor: 'xen',
    enaSupport: image.enaSupport,
    sriovNetSupport: image.sriovNetSupport,
    bootMode: image.bootMode,
    tpmSupport: image.tpmSupport,
    imdsSupport: image.imdsSupport,
    deprecationTime: image.deprecateAt === undefined ? undefined : new Date(image.deprecateAt),
    sourceImageId: image.sourceImageId,
    sourceImageRegion: image.sourceRegion,
    tagSet: image.tags.length === 0 ? undefined : image.tags.map(({ key, value }) => ({ key, value })),
  };
}

export function renderDevice(device: Device): XmlStructure {
  return {
    deviceName: device.name,
    ebs: {
      deleteOnTermination: device.deleteOnTermination,
      snapshotId: device.snapshotId,
      volumeSize: device.volumeSize,
      volumeType: device.volumeType,
      iops: device.iops,
      throughput: device.throughput,
      encrypted: device.encrypted,
    },
  };
}
