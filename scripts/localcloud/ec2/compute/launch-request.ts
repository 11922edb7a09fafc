/** What RunInstances asks for, read and checked. */
import type { CallContext } from '../../cloud.ts';
import { defaultVpc, type Subnet } from '../../compute/network.ts';
import { CloudError, invalidParameter } from '../../errors.ts';
import type { Fields } from '../../protocols/fields.ts';
import { checkChoice } from '../../rules/images.ts';
import type { MetadataOptions, SecurityGroup, ShutdownBehavior } from '../../state/compute-types.ts';
import type { Image } from '../../state/types.ts';
import { checkResourceId, findGroup, listGroups } from './find.ts';

/** A volume that an instance begins with. */
export interface LaunchDevice {
  name: string;
  size: number;
  volumeType: string;
  snapshotId: string | undefined;
  deleteOnTermination: boolean;
}

const MAX_USER_DATA = 16_384;
/** GiB; EBS User Guide, "Amazon EBS volume types": gp3 has 1 to 65,536. Files here are sparse, but not that sparse. */
export const MAX_VOLUME_SIZE = 1024;

/** Base64 of at most 16 KB. Source: EC2 User Guide, "Run commands when you launch an EC2 instance with user data input". */
export function readUserData(fields: Fields): string | undefined {
  const text = fields.text('UserData');
  if (text === undefined || text === '') return undefined;
  const compact = text.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0) {
    throw new CloudError('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  }
  if (Buffer.from(compact, 'base64').length > MAX_USER_DATA) {
    throw invalidParameter(`User data is limited to ${MAX_USER_DATA} bytes`);
  }
  return compact;
}

/** Tokens are required by default where the image says ImdsSupport v2.0. Source: EC2 User Guide, "Order of precedence for instance metadata options". */
export function readMetadataOptions(fields: Fields, image: Image): MetadataOptions {
  const given = fields.field('MetadataOptions');
  const choice = <T extends string>(name: string, choices: readonly T[]): T | undefined => {
    const value = given?.text(name);
    const found = choices.find((one) => one === value);
    if (value !== undefined && found === undefined) {
      throw invalidParameter(`Value (${value}) for parameter ${name} is invalid.`);
    }
    return found;
  };
  const secure = image.imdsSupport === 'v2.0';
  const hopLimit = given?.integer('HttpPutResponseHopLimit') ?? (secure ? 2 : 1);
  if (hopLimit < 1 || hopLimit > 64)
    throw invalidParameter('HttpPutResponseHopLimit must be between 1 and 64');
  return {
    httpTokens: choice('HttpTokens', ['required', 'optional']) ?? (secure ? 'required' : 'optional'),
    httpEndpoint: choice('HttpEndpoint', ['enabled', 'disabled']) ?? 'enabled',
    hopLimit,
    instanceTags: choice('InstanceMetadataTags', ['enabled', 'disabled']) ?? 'disabled',
  };
}

export function readShutdownBehavior(fields: Fields): ShutdownBehavior {
  const value = fields.text('InstanceInitiatedShutdownBehavior') ?? 'stop';
  if (value === 'stop' || value === 'terminate') return value;
  throw invalidParameter(`Value (${value}) for parameter InstanceInitiatedShutdownBehavior is invalid.`);
}

export interface LaunchNetwork {
  subnet: Subnet;
  groups: SecurityGroup[];
  publicAddress: boolean;
}

/**
 * At most one interface, of the default VPC; groups and subnet are those of the interface when one is given. In a default
 * subnet an instance gets a public address unless it says otherwise. Source: EC2 API Reference, RunInstances.
 */
export function readNetwork(fields: Fields, context: CallContext): LaunchNetwork {
  const [nic, ...more] = fields.items('NetworkInterface');
  if (more.length > 0 || (nic?.integer('DeviceIndex') ?? 0) !== 0) {
    throw invalidParameter('localcloud gives an instance one network interface, with device index 0');
  }
  const outside = ['SecurityGroupId', 'SecurityGroup'].flatMap((name) => fields.texts(name));
  if (nic !== undefined && (outside.length > 0 || fields.text('SubnetId') !== undefined)) {
    throw new CloudError(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request',
    );
  }
  const ids = (nic ?? fields).texts('SecurityGroupId');
  const names = nic === undefined ? fields.texts('SecurityGroup') : [];
  const byName = names.map((name) => {
    const found = listGroups(context).find((group) => group.name === name);
    if (found === undefined) {
      throw new CloudError('InvalidGroup.NotFound', `The security group '${name}' does not exist`);
    }
    return found;
  });
  const groups = [...ids.map((id) => findGroup(id, context)), ...byName];
  const usual = defaultVpc(context.identity.account, context.region.name).defaultGroup;
  return {
    subnet: findSubnet(
      (nic ?? fields).text('SubnetId'),
      fields.field('Placement')?.text('AvailabilityZone'),
      context,
    ),
    groups: groups.length > 0 ? [...new Set(groups)] : [findGroup(usual, context)],
    publicAddress: nic?.flag('AssociatePublicIpAddress') ?? true,
  };
}

function findSubnet(id: string | undefined, zone: string | undefined, context: CallContext): Subnet {
  const { subnets } = defaultVpc(context.identity.account, context.region.name);
  if (id !== undefined) checkResourceId(id, 'subnet');
  const found = subnets.find(
    (subnet) => (id ?? subnet.id) === subnet.id && (zone ?? subnet.zone) === subnet.zone,
  );
  if (found !== undefined) return found;
  if (id !== undefined)
    throw new CloudError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);
  throw invalidParameter(`Invalid availability zone: [${zone}]`);
}

/** The image's devices with those of the request over them, and what the request adds; the root first. */
export function readDevices(fields: Fields, image: Image): LaunchDevice[] {
  const given = new Map(fields.items('BlockDeviceMapping').map((one) => [one.text('DeviceName') ?? '', one]));
  const devices = image.devices.map((device) => {
    const over = given.get(device.name)?.field('Ebs');
    given.delete(device.name);
    return readDevice(device.name, over, device.snapshotId, {
      size: device.volumeSize,
      volumeType: device.volumeType,
      deleteOnTermination: device.deleteOnTermination,
    });
  });
  for (const [name, mapping] of given) {
    if (!/^\/dev\/[a-z0-9]{1,20}$/.test(name)) throw invalidParameter(`Invalid device name ${name}`);
    devices.push(readDevice(name, mapping.field('Ebs'), undefined, {}));
  }
  const isRoot = (device: LaunchDevice) => device.name === image.rootDeviceName;
  return [...devices.filter(isRoot), ...devices.filter((device) => !isRoot(device))];
}

function readDevice(
  name: string,
  ebs: Fields | undefined,
  snapshotId: string | undefined,
  usual: { size?: number | undefined; volumeType?: string | undefined; deleteOnTermination?: boolean },
): LaunchDevice {
  const own = ebs?.text('SnapshotId');
  if (own !== undefined && own !== snapshotId) {
    throw new CloudError(
      'InvalidBlockDeviceMapping',
      `snapshotId cannot be modified: localcloud makes volumes of the image's snapshots`,
    );
  }
  const size = ebs?.integer('VolumeSize') ?? usual.size;
  if (size === undefined) throw new CloudError('MissingParameter', `The device ${name} needs a VolumeSize`);
  if (usual.size !== undefined && size < usual.size) {
    throw new CloudError(
      'InvalidBlockDeviceMapping',
      `Volume of size ${size}GB is smaller than snapshot '${snapshotId}', expect size >= ${usual.size}GB`,
    );
  }
  if (size < 1 || size > MAX_VOLUME_SIZE) {
    throw invalidParameter(`Volume size ${size} is not between 1 and ${MAX_VOLUME_SIZE} GiB`);
  }
  return {
    name,
    size,
    volumeType: checkChoice('VolumeType', ebs?.text('VolumeType')) ?? usual.volumeType ?? 'gp3',
    snapshotId,
    deleteOnTermination: ebs?.flag('DeleteOnTermination') ?? usual.deleteOnTermination ?? true,
  };
}
