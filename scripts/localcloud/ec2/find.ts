import { type CallContext, isVisible, maySee } from '../cloud.ts';
import { CloudError } from '../errors.ts';
import type { Region } from '../state/region.ts';
import type { Image, Snapshot } from '../state/types.ts';

/** Shape of ids. Codes of this file: EC2 API Reference, "Error codes for the Amazon EC2 API". */
export function checkId(id: string, prefix: 'ami' | 'snap'): void {
  if (new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id)) return;
  const code = prefix === 'ami' ? 'InvalidAMIID.Malformed' : 'InvalidSnapshotID.Malformed';
  throw new CloudError(code, `Invalid id: "${id}" (expecting "${prefix}-...")`);
}

export function imageNotFound(id: string): CloudError {
  return new CloudError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
}

export function snapshotNotFound(id: string): CloudError {
  return new CloudError('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`);
}

/** An image that the caller may use, deregistered ones included. @throws InvalidAMIID.NotFound */
export function findImage(id: string, context: CallContext, region: Region = context.region): Image {
  checkId(id, 'ami');
  const image = region.images.get(id);
  if (image === undefined || !isVisible(image, context) || !maySee(image, context)) throw imageNotFound(id);
  const gone = image.deregisteredAt;
  if (gone !== undefined && context.now > gone + context.cloud.delays.deregisteredKnown * 1000)
    throw imageNotFound(id);
  return image;
}

/** An image that the caller owns. @throws InvalidAMIID.NotFound, InvalidAMIID.Unavailable, AuthFailure */
export function findOwnImage(id: string, context: CallContext): Image {
  const image = findImage(id, context);
  if (image.owner !== context.identity.account) {
    throw new CloudError('AuthFailure', `Not authorized for image:${id}`, { status: 403 });
  }
  if (image.deregisteredAt !== undefined) throw unavailable(id);
  return image;
}

/** The same, and available: "not in a state from which you can … modify attributes". @throws InvalidAMIID.Unavailable */
export function findAvailableImage(id: string, context: CallContext): Image {
  const image = findOwnImage(id, context);
  if (imageState(image, context.now) !== 'available') throw unavailable(id);
  return image;
}

export function unavailable(id: string): CloudError {
  return new CloudError('InvalidAMIID.Unavailable', `The image ID '${id}' is no longer available`);
}

export function imageState(image: Image, now: number): 'pending' | 'available' | 'deregistered' {
  if (image.deregisteredAt !== undefined) return 'deregistered';
  return now < image.availableAt ? 'pending' : 'available';
}

/** A snapshot the caller may use. @throws InvalidSnapshot.NotFound */
export function findSnapshot(id: string, context: CallContext): Snapshot {
  checkId(id, 'snap');
  const snapshot = context.region.snapshots.get(id);
  if (snapshot === undefined || !isVisible(snapshot, context) || !maySee(snapshot, context))
    throw snapshotNotFound(id);
  return snapshot;
}

/** A snapshot the caller owns. @throws InvalidSnapshot.NotFound, AuthFailure */
export function findOwnSnapshot(id: string, context: CallContext): Snapshot {
  const snapshot = findSnapshot(id, context);
  if (snapshot.owner === context.identity.account) return snapshot;
  throw new CloudError('AuthFailure', `Not authorized for snapshot:${id}`, { status: 403 });
}

export function snapshotState(snapshot: Snapshot, now: number): 'pending' | 'completed' | 'error' {
  if (snapshot.phase === 'failed') return 'error';
  return snapshot.phase === 'sealed' && now >= (snapshot.completesAt ?? 0) ? 'completed' : 'pending';
}
