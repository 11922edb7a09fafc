import { type CallContext, keepToken, maySee, recallToken, visibility } from '../cloud.ts';
import { CloudError, invalidParameter } from '../errors.ts';
import { newId } from '../ids.ts';
import { type Fields, required } from '../protocols/fields.ts';
import type { XmlStructure } from '../protocols/xml.ts';
import { checkDescription, checkImageName } from '../rules/images.ts';
import { checkTags, mergeTags, specifiedTags } from '../rules/tags.ts';
import type { Region } from '../state/region.ts';
import type { Device, Image, Snapshot, Tag, Visibility } from '../state/types.ts';
import { findImage, imageState, snapshotState, unavailable } from './find.ts';
import { checkImageQuota } from './register-image.ts';
import { checkSnapshotQuota } from './snapshot-quota.ts';

/**
 * Copies an image with its snapshots to the region that is called. Asynchronous: the copy is pending at first. Names need
 * not be unique. Launch permissions and tags stay behind; tags come along with CopyImageTags, those that begin with
 * `aws:` never. The same ClientToken gives the same image.
 * Source: EC2 API Reference, CopyImage; EC2 User Guide, "How Amazon EC2 AMI copy works".
 */
export async function copyImage(fields: Fields, context: CallContext): Promise<XmlStructure> {
  const { region, cloud, now } = context;
  const name = required(fields, 'Name');
  checkImageName(name);
  checkDescription(fields.text('Description'));
  const token = fields.text('ClientToken');
  const known = recallToken(context, token, fields.canonical(), () => {
    return new CloudError(
      'IdempotentParameterMismatch',
      `The client token ${token} was used with other parameters`,
    );
  });
  if (known !== undefined) return { imageId: known };

  const from = sourceRegion(fields, context);
  const source = findImage(required(fields, 'SourceImageId'), context, from);
  const state = imageState(source, now);
  if (state === 'deregistered') throw unavailable(source.id);
  if (state === 'pending')
    throw new CloudError('IncorrectState', `The image ${source.id} is not available yet`);
  const snapshots = sourceSnapshots(source, from, context);
  checkCopies(from, context);
  checkImageQuota(context);
  checkSnapshotQuota(context, snapshots.length);

  const description = fields.text('Description');
  const id = newId('ami');
  const tags = imageTags(fields, source, context);
  const snapshotTags = specifiedTags(fields, 'snapshot', ['image', 'snapshot'], cloud.limits.tags);
  const availableAt = now + cloud.delays.copy * 1000;
  const encrypted = region.settings.ebsEncryptionByDefault || fields.flag('Encrypted') === true;
  const hidden = visibility(context);
  const copies = new Map<string, Snapshot>();
  for (const snapshot of snapshots) {
    const copy = { snapshot, source, id, from, availableAt, encrypted, tags: snapshotTags, hidden };
    copies.set(snapshot.id, copySnapshot(copy, context));
  }
  const image = copyOf(source, { id, name, description, copies, availableAt, tags, from, hidden }, context);
  for (const [sourceId, copy] of copies) await cloud.blocks.seal(copy.id, await cloud.blocks.map(sourceId));
  // Another call with the same token may have been faster while the blocks were linked.
  const raced = recallToken(
    context,
    token,
    fields.canonical(),
    () => new CloudError('IdempotentParameterMismatch', 'token'),
  );
  if (raced !== undefined) {
    for (const copy of copies.values()) await cloud.blocks.remove(copy.id, [...region.snapshots.keys()]);
    return { imageId: raced };
  }
  for (const copy of copies.values()) region.snapshots.set(copy.id, copy);
  region.images.set(id, image);
  keepToken(context, token, fields.canonical(), id);
  region.changed();
  return { imageId: id };
}

function sourceRegion(fields: Fields, context: CallContext): Region {
  const name = required(fields, 'SourceRegion');
  const from = context.cloud.regions.get(name);
  if (from === undefined || from.settings.optInStatus === 'not-opted-in') {
    throw invalidParameter(
      `Value (${name}) for parameter SourceRegion is invalid: no such region for this account`,
    );
  }
  return from;
}

/** Reading the storage is a permission of its own: that of each snapshot. Source: the wording AWS answers with. */
function sourceSnapshots(source: Image, from: Region, context: CallContext): Snapshot[] {
  return source.devices.flatMap((device) => {
    if (device.snapshotId === undefined) return [];
    const snapshot = from.snapshots.get(device.snapshotId);
    if (
      snapshot !== undefined &&
      maySee(snapshot, context) &&
      snapshotState(snapshot, context.now) === 'completed'
    ) {
      return [snapshot];
    }
    throw new CloudError('InvalidRequest', 'You do not have permission to access the storage of this ami');
  });
}

/** Copies at a time are limited per destination, and of these per source. Source: see limits.ts. */
function checkCopies(from: Region, context: CallContext): void {
  const running = [...context.region.images.values()].filter(
    (image) => image.sourceImageId !== undefined && imageState(image, context.now) === 'pending',
  );
  const { copiesPerDestination, copiesPerSource } = context.cloud.limits;
  if (running.length >= copiesPerDestination) {
    throw new CloudError(
      'ResourceLimitExceeded',
      `Too many AMI copies in progress. The limit is ${copiesPerDestination} for this destination region.`,
    );
  }
  if (running.filter((image) => image.sourceRegion === from.name).length >= copiesPerSource) {
    throw new CloudError(
      'ResourceLimitExceeded',
      `Too many AMI copies in progress. The limit is ${copiesPerSource} from one source region.`,
    );
  }
}

function imageTags(fields: Fields, source: Image, context: CallContext): Tag[] {
  const limit = context.cloud.limits.tags;
  const given = specifiedTags(fields, 'image', ['image', 'snapshot'], limit);
  const own = source.owner === context.identity.account && fields.flag('CopyImageTags') === true;
  const tags = own
    ? mergeTags(
        source.tags.filter((tag) => !/^aws:/i.test(tag.key)),
        given,
      )
    : given;
  checkTags(tags, limit);
  return tags;
}

interface SnapshotCopy {
  snapshot: Snapshot;
  source: Image;
  id: string;
  from: Region;
  availableAt: number;
  encrypted: boolean;
  tags: Tag[];
  hidden: Visibility;
}

function copySnapshot(copy: SnapshotCopy, context: CallContext): Snapshot {
  const { snapshot, source, from, tags } = copy;
  return {
    id: newId('snap'),
    owner: context.identity.account,
    description: `Copied for DestinationAmi ${copy.id} from SourceAmi ${source.id} for SourceSnapshot ${snapshot.id}. Task created on ${context.now}.`,
    volumeSize: snapshot.volumeSize,
    encrypted: snapshot.encrypted || copy.encrypted,
    phase: 'sealed',
    startedAt: context.now,
    completesAt: copy.availableAt,
    timeout: 0,
    sourceRegion: from.name,
    sharing: { public: false, accounts: [] },
    tags,
    ...copy.hidden,
  };
}

interface ImageCopy {
  id: string;
  name: string;
  description: string | undefined;
  copies: Map<string, Snapshot>;
  availableAt: number;
  tags: Tag[];
  from: Region;
  hidden: Visibility;
}

function copyOf(source: Image, copy: ImageCopy, context: CallContext): Image {
  const { description: _old, deprecateAt: _date, ...rest } = source;
  return {
    ...rest,
    id: copy.id,
    owner: context.identity.account,
    name: copy.name,
    ...(copy.description === undefined ? {} : { description: copy.description }),
    devices: source.devices.map((device): Device => {
      const snapshot = copy.copies.get(device.snapshotId ?? '');
      return snapshot === undefined
        ? device
        : { ...device, snapshotId: snapshot.id, encrypted: snapshot.encrypted };
    }),
    sourceImageId: source.id,
    sourceRegion: copy.from.name,
    createdAt: context.now,
    availableAt: copy.availableAt,
    sharing: { public: false, accounts: [] },
    tags: copy.tags,
    ...copy.hidden,
  };
}
