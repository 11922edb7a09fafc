import { type CallContext, keepToken, recallToken, visibility } from '../../cloud.ts';
import { macOf } from '../../compute/network.ts';
import { CloudError, invalidParameter } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { type Fields, required } from '../../protocols/fields.ts';
import type { XmlStructure } from '../../protocols/xml.ts';
import { findInstanceType } from '../../rules/instance-types.ts';
import { specifiedTags } from '../../rules/tags.ts';
import type { Instance, Volume } from '../../state/compute-types.ts';
import type { Image, Tag } from '../../state/types.ts';
import { findImage, imageState, snapshotState, unavailable } from '../find.ts';
import { checkCapacity } from './capacity.ts';
import { findKeyPair } from './key-pairs.ts';
import {
  type LaunchDevice,
  readDevices,
  readMetadataOptions,
  readNetwork,
  readShutdownBehavior,
  readUserData,
} from './launch-request.ts';
import { renderReservation } from './render.ts';

const TAGGED = ['instance', 'volume', 'network-interface'];

/**
 * One instance, pending: its disks and its guest follow. The same ClientToken gives the same instance, also when it has
 * been terminated. Source: EC2 API Reference, RunInstances; "Ensuring idempotency in Amazon EC2 API requests".
 */
export async function runInstances(fields: Fields, context: CallContext): Promise<XmlStructure> {
  const { region, cloud } = context;
  checkCount(fields);
  await cloud.fleet.forget(region);
  const token = fields.text('ClientToken');
  const known = recall(fields, token, context);
  if (known !== undefined) return known;

  const image = findLaunchable(required(fields, 'ImageId'), context);
  const typeName = fields.text('InstanceType') ?? 'm1.small';
  const type = findInstanceType(typeName);
  if (type.architecture !== image.architecture) {
    throw invalidParameter(
      `The architecture '${type.architecture}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
    );
  }
  if (image.virtualizationType !== 'hvm' || !image.enaSupport) {
    throw new CloudError(
      'Unsupported',
      'The requested configuration is currently not supported: localcloud boots images with hvm and ENA.',
    );
  }
  const keyName = fields.text('KeyName');
  const key = keyName === undefined ? undefined : findKeyPair(keyName, context);
  const { subnet, groups, publicAddress } = readNetwork(fields, context);
  const devices = readDevices(fields, image);
  if (devices.length > cloud.limits.volumesPerInstance) {
    throw new CloudError('AttachmentLimitExceeded', 'More volumes than an instance can have');
  }
  checkSnapshots(devices, context);
  const userData = readUserData(fields);
  const limit = cloud.limits.tags;
  const tags = specifiedTags(fields, 'instance', TAGGED, limit);
  const volumeTags = specifiedTags(fields, 'volume', TAGGED, limit);
  const interfaceId = newId('eni');
  const hidden = visibility(context);
  const instance: Instance = {
    id: newId('i'),
    owner: context.identity.account,
    reservationId: newId('r'),
    imageId: image.id,
    instanceType: typeName,
    architecture: image.architecture,
    ...(image.bootMode === undefined ? {} : { bootMode: image.bootMode }),
    rootDeviceName: image.rootDeviceName,
    state: 'pending',
    stateReason: { code: 'pending', message: 'pending' },
    transition: '',
    launchedAt: context.now,
    ran: false,
    ...(key === undefined ? {} : { keyName: key.name, publicKey: key.publicKey }),
    ...(userData === undefined ? {} : { userData }),
    groups: groups.map(({ id, name }) => ({ id, name })),
    subnetId: subnet.id,
    zone: subnet.zone,
    publicAddress,
    interfaceId,
    mac: macOf(interfaceId),
    shutdownBehavior: readShutdownBehavior(fields),
    metadata: readMetadataOptions(fields, image),
    ...(token === undefined ? {} : { clientToken: token }),
    tags,
    ...hidden,
  };
  const snapshots = devices.flatMap((device) => device.snapshotId ?? []);
  await checkCapacity(typeName, snapshots, context);
  // Another call with the same token, or for the last vCPUs, may have been faster while the disk was looked at.
  const raced = recall(fields, token, context);
  if (raced !== undefined) return raced;
  region.instances.set(instance.id, instance);
  for (const device of devices) {
    const volume = volumeOf(device, instance, volumeTags, context);
    region.volumes.set(volume.id, volume);
  }
  keepToken(context, token, fields.canonical(), instance.id);
  region.changed();
  const answer = renderReservation(instance, context);
  cloud.fleet.boot(region, instance);
  return answer;
}

function checkCount(fields: Fields): void {
  const least = fields.integer('MinCount') ?? 0;
  const most = fields.integer('MaxCount') ?? 0;
  if (least < 1 || most < 1) {
    throw new CloudError('MissingParameter', 'The request must contain the parameters MinCount and MaxCount');
  }
  if (least !== 1 || most !== 1) throw invalidParameter('localcloud runs one instance a call');
}

function recall(fields: Fields, token: string | undefined, context: CallContext): XmlStructure | undefined {
  const id = recallToken(context, token, fields.canonical(), () => {
    return new CloudError(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  });
  const instance = id === undefined ? undefined : context.region.instances.get(id);
  return instance === undefined ? undefined : renderReservation(instance, context);
}

function findLaunchable(id: string, context: CallContext): Image {
  const image = findImage(id, context);
  if (imageState(image, context.now) === 'available') return image;
  throw unavailable(id);
}

/** The blocks must be whole. Source: "Error codes for the Amazon EC2 API", InvalidSnapshot.NotFound. */
function checkSnapshots(devices: readonly LaunchDevice[], context: CallContext): void {
  for (const { snapshotId } of devices) {
    if (snapshotId === undefined) continue;
    const snapshot = context.region.snapshots.get(snapshotId);
    if (snapshot !== undefined && snapshotState(snapshot, context.now) === 'completed') continue;
    throw new CloudError('InvalidSnapshot.NotFound', `The snapshot '${snapshotId}' does not exist.`);
  }
}

function volumeOf(device: LaunchDevice, instance: Instance, tags: Tag[], context: CallContext): Volume {
  return {
    id: newId('vol'),
    owner: instance.owner,
    size: device.size,
    volumeType: device.volumeType,
    zone: instance.zone,
    ...(device.snapshotId === undefined ? {} : { snapshotId: device.snapshotId }),
    createdAt: context.now,
    attachment: {
      instanceId: instance.id,
      device: device.name,
      attachedAt: context.now,
      deleteOnTermination: device.deleteOnTermination,
    },
    tags: [...tags],
    visibleAt: instance.visibleAt,
    glimpse: instance.glimpse,
  };
}
