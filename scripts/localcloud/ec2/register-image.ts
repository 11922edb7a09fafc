import { type CallContext, visibility } from '../cloud.ts';
import { CloudError, invalidParameter } from '../errors.ts';
import { newId } from '../ids.ts';
import { type Fields, required } from '../protocols/fields.ts';
import type { XmlStructure } from '../protocols/xml.ts';
import { checkChoice, checkDescription, checkImageName } from '../rules/images.ts';
import { specifiedTags } from '../rules/tags.ts';
import type { Device, Image } from '../state/types.ts';
import { findOwnSnapshot, snapshotState } from './find.ts';

/**
 * Makes an image of a completed snapshot the caller owns. Names are unique per account and region here, and only here
 * (InvalidAMIName.Duplicate). Left out, the architecture is i386 and the virtualization paravirtual.
 * Source: EC2 API Reference, RegisterImage.
 */
export function registerImage(fields: Fields, context: CallContext): XmlStructure {
  const { region, identity, now, cloud } = context;
  const name = required(fields, 'Name');
  checkImageName(name);
  checkDescription(fields.text('Description'));
  const properties = readProperties(fields);
  const rootDeviceName = required(fields, 'RootDeviceName');
  const devices = fields.items('BlockDeviceMapping').map((mapping) => readDevice(mapping, context));
  const root = devices.find((device) => device.name === rootDeviceName);
  if (root?.snapshotId === undefined) {
    throw new CloudError('InvalidBlockDeviceMapping', `The root device ${rootDeviceName} needs a snapshot`);
  }
  const tags = specifiedTags(fields, 'image', ['image'], cloud.limits.tags);
  checkUniqueName(name, context);
  checkImageQuota(context);
  const description = fields.text('Description');
  const image: Image = {
    id: newId('ami'),
    owner: identity.account,
    name,
    ...(description === undefined ? {} : { description }),
    ...properties,
    rootDeviceName,
    devices,
    createdAt: now,
    availableAt: now + cloud.delays.register * 1000,
    sharing: { public: false, accounts: [] },
    tags,
    ...visibility(context),
  };
  region.images.set(image.id, image);
  region.changed();
  return { imageId: image.id };
}

type Properties = Pick<
  Image,
  | 'architecture'
  | 'virtualizationType'
  | 'enaSupport'
  | 'bootMode'
  | 'tpmSupport'
  | 'imdsSupport'
  | 'sriovNetSupport'
>;

/** Boot modes by architecture: arm64 boots by UEFI only. EC2 User Guide, "Instance launch behavior with boot modes". */
function readProperties(fields: Fields): Properties {
  const architecture = checkChoice('Architecture', fields.text('Architecture')) ?? 'i386';
  const virtualizationType =
    checkChoice('VirtualizationType', fields.text('VirtualizationType')) ?? 'paravirtual';
  const bootMode = checkChoice('BootMode', fields.text('BootMode'));
  const tpmSupport = checkChoice('TpmSupport', fields.text('TpmSupport'));
  const imdsSupport = checkChoice('ImdsSupport', fields.text('ImdsSupport'));
  const sriovNetSupport = checkChoice('SriovNetSupport', fields.text('SriovNetSupport'));
  if (architecture === 'arm64' && bootMode !== undefined && bootMode !== 'uefi') {
    throw invalidParameter(`Boot mode ${bootMode} is not supported for the architecture arm64`);
  }
  if (tpmSupport !== undefined && bootMode !== 'uefi')
    throw invalidParameter('TpmSupport needs the boot mode uefi');
  const enaSupport = fields.flag('EnaSupport') ?? false;
  if (
    virtualizationType === 'paravirtual' &&
    (enaSupport || sriovNetSupport !== undefined || bootMode !== undefined)
  ) {
    throw new CloudError(
      'InvalidParameterCombination',
      'Paravirtual images have no enhanced networking and no boot mode',
    );
  }
  return {
    architecture,
    virtualizationType,
    enaSupport,
    ...(bootMode === undefined ? {} : { bootMode }),
    ...(tpmSupport === undefined ? {} : { tpmSupport }),
    ...(imdsSupport === undefined ? {} : { imdsSupport }),
    ...(sriovNetSupport === undefined ? {} : { sriovNetSupport }),
  };
}

/** Source: EC2 API Reference, EbsBlockDevice: the size is at least the snapshot's, encryption is the snapshot's. */
function readDevice(mapping: Fields, context: CallContext): Device {
  const name = required(mapping, 'DeviceName');
  const ebs = mapping.field('Ebs');
  const volumeType = checkChoice('VolumeType', ebs?.text('VolumeType')) ?? 'gp2';
  const device: Device = {
    name,
    volumeType,
    deleteOnTermination: ebs?.flag('DeleteOnTermination') ?? true,
    encrypted: false,
  };
  for (const [key, value] of [
    ['iops', ebs?.integer('Iops')],
    ['throughput', ebs?.integer('Throughput')],
    ['volumeSize', ebs?.integer('VolumeSize')],
  ] as const) {
    if (value !== undefined) device[key] = value;
  }
  const snapshotId = ebs?.text('SnapshotId');
  if (snapshotId === undefined) return device;
  if (ebs?.flag('Encrypted') !== undefined) {
    throw new CloudError('InvalidParameterCombination', 'Encrypted cannot be given beside SnapshotId');
  }
  const snapshot = findOwnSnapshot(snapshotId, context);
  if (snapshotState(snapshot, context.now) !== 'completed') {
    throw new CloudError('IncorrectState', `The snapshot ${snapshotId} is not in the 'completed' state`);
  }
  const volumeSize = device.volumeSize ?? snapshot.volumeSize;
  if (volumeSize < snapshot.volumeSize) {
    throw new CloudError(
      'InvalidBlockDeviceMapping',
      `Volume of size ${volumeSize}GB is smaller than snapshot '${snapshotId}', expect size >= ${snapshot.volumeSize}GB`,
    );
  }
  return { ...device, snapshotId, volumeSize, encrypted: snapshot.encrypted };
}

function checkUniqueName(name: string, context: CallContext): void {
  for (const image of context.region.images.values()) {
    if (image.name !== name || image.owner !== context.identity.account || image.deregisteredAt !== undefined)
      continue;
    throw new CloudError('InvalidAMIName.Duplicate', `AMI name ${name} is already in use by AMI ${image.id}`);
  }
}

/** Source: EC2 User Guide, "AMI quotas": pending ones count. */
export function checkImageQuota(context: CallContext): void {
  const mine = [...context.region.images.values()].filter(
    (image) => image.owner === context.identity.account && image.deregisteredAt === undefined,
  );
  const quota = context.region.settings.images;
  if (mine.length < quota) return;
  throw new CloudError(
    'ResourceLimitExceeded',
    `You have reached your quota of ${quota} for the number of images allowed in this Region. Deregister unused images, or request an increase in your AMIs quota.`,
  );
}
