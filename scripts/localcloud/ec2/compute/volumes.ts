import { type CallContext, keepToken, recallToken, visibility } from '../../cloud.ts';
import { defaultVpc } from '../../compute/network.ts';
import { CloudError, invalidParameter } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { type Fields, required } from '../../protocols/fields.ts';
import type { XmlStructure } from '../../protocols/xml.ts';
import { checkChoice } from '../../rules/images.ts';
import { specifiedTags } from '../../rules/tags.ts';
import type { Instance, Volume } from '../../state/compute-types.ts';
import { readFilters } from '../filters.ts';
import { findSnapshot, snapshotState } from '../find.ts';
import { findInstance, findVolume } from './find.ts';
import { MAX_VOLUME_SIZE } from './launch-request.ts';
import { renderTags } from './render.ts';

/** Empty, or of a snapshot. Available at once. Source: EC2 API Reference, CreateVolume. */
export async function createVolume(fields: Fields, context: CallContext): Promise<XmlStructure> {
  const zone = required(fields, 'AvailabilityZone');
  const { subnets } = defaultVpc(context.identity.account, context.region.name);
  if (!subnets.some((subnet) => subnet.zone === zone)) {
    throw new CloudError('InvalidZone.NotFound', `The zone '${zone}' does not exist.`);
  }
  const token = fields.text('ClientToken');
  const known = recallToken(context, token, fields.canonical(), () => {
    return new CloudError('IdempotentParameterMismatch', 'The client token was used with other parameters');
  });
  const before = known === undefined ? undefined : context.region.volumes.get(known);
  if (before !== undefined) return renderVolume(before);
  const snapshotId = fields.text('SnapshotId');
  const least = snapshotId === undefined ? 1 : snapshotSize(snapshotId, context);
  const size = fields.integer('Size') ?? (snapshotId === undefined ? undefined : least);
  if (size === undefined)
    throw new CloudError('MissingParameter', 'The request must contain the parameter size');
  if (size < least || size > MAX_VOLUME_SIZE) {
    throw invalidParameter(`Volume size ${size} is not between ${least} and ${MAX_VOLUME_SIZE} GiB`);
  }
  const volume: Volume = {
    id: newId('vol'),
    owner: context.identity.account,
    size,
    volumeType: checkChoice('VolumeType', fields.text('VolumeType')) ?? 'gp2',
    zone,
    ...(snapshotId === undefined ? {} : { snapshotId }),
    createdAt: context.now,
    tags: specifiedTags(fields, 'volume', ['volume'], context.cloud.limits.tags),
    ...visibility(context),
  };
  await context.cloud.fleet.disks.ensure(volume);
  context.region.volumes.set(volume.id, volume);
  keepToken(context, token, fields.canonical(), volume.id);
  context.region.changed();
  return renderVolume(volume);
}

function snapshotSize(id: string, context: CallContext): number {
  const snapshot = findSnapshot(id, context);
  if (snapshotState(snapshot, context.now) === 'completed') return snapshot.volumeSize;
  throw new CloudError('IncorrectState', `The snapshot ${id} is not in the 'completed' state`);
}

/** Source: EC2 API Reference, DescribeVolumes. */
export function describeVolumes(fields: Fields, context: CallContext): XmlStructure {
  const ids = fields.texts('VolumeId');
  const passes = readFilters<Volume>(fields, {
    'volume-id': (volume) => [volume.id],
    status: (volume) => [statusOf(volume)],
    'availability-zone': (volume) => [volume.zone],
    'snapshot-id': (volume) => [volume.snapshotId],
    size: (volume) => [String(volume.size)],
    'attachment.instance-id': (volume) => [volume.attachment?.instanceId],
    'attachment.device': (volume) => [volume.attachment?.device],
  });
  const { account } = context.identity;
  const all =
    ids.length > 0
      ? ids.map((id) => findVolume(id, context))
      : [...context.region.volumes.values()].filter((volume) => volume.owner === account);
  return { volumeSet: all.filter(passes).map(renderVolume) };
}

/** To an instance of the same zone that runs or is stopped. Source: EC2 API Reference, AttachVolume; its error codes. */
export async function attachVolume(fields: Fields, context: CallContext): Promise<XmlStructure> {
  const volume = findVolume(required(fields, 'VolumeId'), context);
  const instance = findInstance(required(fields, 'InstanceId'), context);
  const device = required(fields, 'Device');
  if (!/^\/dev\/[a-z0-9]{1,20}$/.test(device)) throw invalidParameter(`Invalid device name ${device}`);
  if (volume.attachment !== undefined) {
    throw new CloudError('VolumeInUse', `${volume.id} is already attached to an instance`);
  }
  if (volume.zone !== instance.zone) {
    throw new CloudError(
      'InvalidVolume.ZoneMismatch',
      `The volume '${volume.id}' is not in the same availability zone as instance '${instance.id}'`,
    );
  }
  checkAttachable(instance, device, context);
  // Taken before the work, so that no other call takes it meanwhile.
  const attachment = { instanceId: instance.id, device, attachedAt: context.now, deleteOnTermination: false };
  volume.attachment = attachment;
  try {
    await context.cloud.fleet.disks.ensure(volume);
    await context.cloud.fleet.guest(instance.id)?.attach(context.cloud.fleet.diskOf(volume));
  } catch (error) {
    delete volume.attachment;
    throw error;
  }
  context.region.changed();
  return renderAttachment(volume, 'attached');
}

function checkAttachable(instance: Instance, device: string, { region, cloud }: CallContext): void {
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    throw new CloudError('IncorrectState', `Instance '${instance.id}' is not 'running' or 'stopped'.`);
  }
  const taken = [...region.volumes.values()].filter((one) => one.attachment?.instanceId === instance.id);
  if (taken.some((one) => one.attachment?.device === device)) {
    throw invalidParameter(
      `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`,
    );
  }
  if (taken.length >= cloud.limits.volumesPerInstance) {
    throw new CloudError('AttachmentLimitExceeded', 'The instance has as many volumes as it can');
  }
}

/** Not the root of an instance that runs. Ends when the guest has let go. Source: EC2 API Reference, DetachVolume. */
export async function detachVolume(fields: Fields, context: CallContext): Promise<XmlStructure> {
  const volume = findVolume(required(fields, 'VolumeId'), context);
  const { attachment } = volume;
  if (
    attachment === undefined ||
    (fields.text('InstanceId') ?? attachment.instanceId) !== attachment.instanceId
  ) {
    throw new CloudError('IncorrectState', `Volume '${volume.id}' is in the 'available' state.`);
  }
  const instance = context.region.instances.get(attachment.instanceId);
  if (
    instance !== undefined &&
    instance.state !== 'stopped' &&
    attachment.device === instance.rootDeviceName
  ) {
    throw new CloudError(
      'OperationNotPermitted',
      `Unable to detach root volume '${volume.id}' from instance '${instance.id}'`,
    );
  }
  const answer = renderAttachment(volume, 'detaching');
  await context.cloud.fleet.guest(attachment.instanceId)?.detach(volume.id);
  delete volume.attachment;
  context.region.changed();
  return answer;
}

/** Source: EC2 API Reference, DeleteVolume; code VolumeInUse. */
export async function deleteVolume(fields: Fields, context: CallContext): Promise<XmlStructure> {
  const volume = findVolume(required(fields, 'VolumeId'), context);
  if (volume.attachment !== undefined) {
    throw new CloudError(
      'VolumeInUse',
      `Volume ${volume.id} is currently attached to ${volume.attachment.instanceId}`,
    );
  }
  context.region.volumes.delete(volume.id);
  context.region.changed();
  // First the record, then the file: a kill between leaves a file that the next start removes.
  await context.region.durable();
  await context.cloud.fleet.disks.remove(volume.id);
  return { return: true };
}

function statusOf(volume: Volume): string {
  return volume.attachment === undefined ? 'available' : 'in-use';
}

function renderVolume(volume: Volume): XmlStructure {
  return {
    volumeId: volume.id,
    size: volume.size,
    snapshotId: volume.snapshotId ?? '',
    availabilityZone: volume.zone,
    status: statusOf(volume),
    createTime: new Date(volume.createdAt),
    volumeType: volume.volumeType,
    encrypted: false,
    multiAttachEnabled: false,
    attachmentSet: volume.attachment === undefined ? [] : [renderAttachment(volume, 'attached')],
    tagSet: renderTags(volume.tags),
  };
}

function renderAttachment({ id, attachment }: Volume, status: string): XmlStructure {
  if (attachment === undefined) return {};
  return {
    volumeId: id,
    instanceId: attachment.instanceId,
    device: attachment.device,
    status,
    attachTime: new Date(attachment.attachedAt),
    deleteOnTermination: attachment.deleteOnTermination,
  };
}
