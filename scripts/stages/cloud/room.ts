/** Whether a region has room for images, and lets them be made public: looked at before the first of them is. */
import { AperiodicError } from '../../model/errors.ts';
import type { CloudRegion } from '../../ports.ts';

/** @param more how many images are to become public. @throws AperiodicError `denied`, `quota` */
export async function assertRoom(region: CloudRegion, more: number): Promise<void> {
  if (more === 0) return;
  const blocked = await region.sharingBlocked();
  if (blocked !== undefined) {
    throw new AperiodicError(
      'denied',
      `${blocked} in ${region.id}: turn it off for the account there (it takes some minutes) and run again`,
    );
  }
  const { quota, used } = await region.publicImages();
  if (used + more <= quota) return;
  throw new AperiodicError(
    'quota',
    `${region.id} has ${used} of ${quota} public AMIs and ${more} more are to come: retire old ones, or ask AWS for a higher quota of 'Public AMIs'`,
  );
}

/** @param needed how many images are to be public at once, sooner or later. @throws AperiodicError `quota` */
export async function assertPublicQuota(region: CloudRegion, needed: number): Promise<void> {
  const { quota } = await region.publicImages();
  if (needed <= quota) return;
  throw new AperiodicError(
    'quota',
    `${region.id} allows ${quota} public AMIs and the streams keep up to ${needed} at once: ask AWS for a higher quota of 'Public AMIs', or lower 'retention.public' in stream.yaml`,
  );
}

/** @param more how many snapshots are to be made. @throws AperiodicError `quota` */
export async function assertSnapshotRoom(region: CloudRegion, more: number): Promise<void> {
  if (more === 0) return;
  const { quota, used } = await region.snapshots();
  if (used + more <= quota) return;
  throw new AperiodicError(
    'quota',
    `${region.id} has ${used} of ${quota} snapshots and ${more} more are to come: delete some that nobody needs, or ask AWS for a higher quota of 'Snapshots per Region'`,
  );
}
