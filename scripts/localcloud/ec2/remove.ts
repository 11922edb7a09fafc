import type { CallContext } from '../cloud.ts';
import { CloudError } from '../errors.ts';
import { type Fields, required } from '../protocols/fields.ts';
import type { XmlStructure } from '../protocols/xml.ts';
import type { Snapshot } from '../state/types.ts';
import { findOwnImage, findOwnSnapshot } from './find.ts';

/**
 * The id stays known for a while (see `describeImages`); its name is free at once. With DeleteAssociatedSnapshots its
 * snapshots go too, except those other images use. Source: EC2 API Reference, DeregisterImage.
 */
export async function deregisterImage(fields: Fields, context: CallContext): Promise<XmlStructure> {
  const image = findOwnImage(required(fields, 'ImageId'), context);
  image.deregisteredAt = context.now;
  image.sharing = { public: false, accounts: [] };
  context.region.changed();
  if (fields.flag('DeleteAssociatedSnapshots') !== true) return { return: true };
  const results: XmlStructure[] = [];
  for (const device of image.devices) {
    const snapshot = context.region.snapshots.get(device.snapshotId ?? '');
    if (snapshot === undefined) continue;
    const used = userOf(snapshot, context) !== undefined;
    if (!used) await remove(snapshot, context);
    results.push({ snapshotId: snapshot.id, returnCode: used ? 'skipped' : 'success' });
  }
  return { return: true, deleteSnapshotResultSet: results };
}

/** Not while an image uses it. Source: EC2 API Reference, DeleteSnapshot and error code InvalidSnapshot.InUse. */
export async function deleteSnapshot(fields: Fields, context: CallContext): Promise<XmlStructure> {
  const snapshot = findOwnSnapshot(required(fields, 'SnapshotId'), context);
  const user = userOf(snapshot, context);
  if (user !== undefined) {
    throw new CloudError(
      'InvalidSnapshot.InUse',
      `The snapshot ${snapshot.id} is currently in use by ${user}`,
    );
  }
  await remove(snapshot, context);
  return { return: true };
}

function userOf(snapshot: Snapshot, context: CallContext): string | undefined {
  return [...context.region.images.values()].find(
    (image) =>
      image.deregisteredAt === undefined && image.devices.some((device) => device.snapshotId === snapshot.id),
  )?.id;
}

/** First the record, then the blocks: a kill between leaves blocks that the next start removes. */
async function remove(snapshot: Snapshot, context: CallContext): Promise<void> {
  context.region.snapshots.delete(snapshot.id);
  context.region.changed();
  await context.region.durable();
  const others = [...context.cloud.regions.values()].flatMap((region) => [...region.snapshots.keys()]);
  await context.cloud.blocks.remove(snapshot.id, others);
}
