/** Who may launch an image. Each is looked at first, and written only when it is otherwise. */
import { AperiodicError } from '../../model/errors.ts';
import type { Clock, CloudImage, CloudRegion } from '../../ports.ts';
import { settle } from './settle.ts';

/** Milliseconds until a changed permission must show. */
const limit = 15 * 60_000;

interface ImageParts {
  ami: string;
  snapshot: string;
}

/** Snapshot first: an image that everybody sees must be one that everybody can start. */
export async function openImage(region: CloudRegion, image: ImageParts, clock: Clock): Promise<void> {
  await shareSnapshot(region, image.snapshot, 'public', clock);
  const seen = await shareImage(region, image.ami, 'public', clock);
  if (seen === undefined)
    throw new AperiodicError('not-found', `the AMI ${image.ami} is not in ${region.id}`);
}

/** Image first. @returns false when there is no such image any more */
export async function closeImage(region: CloudRegion, image: ImageParts, clock: Clock): Promise<boolean> {
  const seen = await shareImage(region, image.ami, 'private', clock);
  if (seen === undefined) return false;
  await shareSnapshot(region, image.snapshot, 'private', clock);
  return true;
}

async function shareImage(
  region: CloudRegion,
  id: string,
  sharing: 'public' | 'private',
  clock: Clock,
): Promise<CloudImage | undefined> {
  const wanted = sharing === 'public';
  let isThere = true;
  return await settle({
    what: `the AMI ${id} in ${region.id} is ${sharing}`,
    read: async () => {
      const image = await region.image(id);
      isThere = image !== undefined && image.state !== 'gone';
      return isThere ? image : undefined;
    },
    accept: (image) => (image === undefined ? !wanted : image.public === wanted),
    write: async () => {
      if (isThere) await region.shareImage(id, sharing);
    },
    limit,
    clock,
  });
}

async function shareSnapshot(
  region: CloudRegion,
  id: string,
  sharing: 'public' | 'private',
  clock: Clock,
): Promise<void> {
  await settle({
    what: `the snapshot ${id} in ${region.id} is ${sharing}`,
    read: () => region.snapshotSharing(id),
    accept: (seen) => seen === sharing,
    write: () => region.shareSnapshot(id, sharing),
    limit,
    clock,
  });
}

/**
 * Sets when an image counts as deprecated. A date that has passed is left as it is, since AWS takes none of those; public
 * images are deprecated two years after they were made at the latest.
 * @param at RFC 3339
 */
export async function deprecateImage(
  region: CloudRegion,
  image: CloudImage,
  at: string | undefined,
  clock: Clock,
): Promise<void> {
  if (at === undefined) return;
  const latest = new Date(image.createdAt);
  latest.setUTCFullYear(latest.getUTCFullYear() + 2);
  const wanted = Math.min(Date.parse(at), latest.getTime());
  if (wanted <= clock.now().getTime()) return;
  await settle({
    what: `the AMI ${image.id} in ${region.id} is deprecated at ${at}`,
    read: () => region.image(image.id),
    // AWS rounds to the minute.
    accept: (seen) => Math.abs(Date.parse(seen?.deprecateAt ?? '') - wanted) <= 60_000,
    write: () => region.deprecateImage(image.id, new Date(wanted).toISOString()),
    limit,
    clock,
  });
}
