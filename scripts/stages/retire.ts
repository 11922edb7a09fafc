/**
 * In: images whose time is over, or that are to be seen again. Out: those that came to it, and what failed.
 *
 * Removing deregisters the image and deletes its snapshot, after making sure by its tags that it is of this release. Safe
 * to run twice: what is gone is no error.
 */
import { tagKeys } from '../model/aws-names.ts';
import type { ImagePlan, RecordedImage } from '../model/cloud.ts';
import { AperiodicError } from '../model/errors.ts';
import type { CloudRegion, Ports } from '../ports.ts';
import { deleteUnused } from './cloud/find-image.ts';
import { assertRoom } from './cloud/room.ts';
import { settle } from './cloud/settle.ts';
import { closeImage, deprecateImage, openImage } from './cloud/sharing.ts';
import { type Tried, tryAll } from './cloud/try-all.ts';

type RetirePorts = Pick<Ports, 'clock' | 'cloud' | 'log'>;

/** Milliseconds until what was removed must not show any more. */
const limit = 20 * 60_000;

/** All regions are tried, each image by itself; never throws for one that fails. */
export async function removeImages(plan: ImagePlan, ports: RetirePorts): Promise<Tried<RecordedImage>> {
  return await overImages(plan, ports, async (image, region) => {
    await assertOurs(image, plan, region);
    await closeImage(region, image, ports.clock);
    await settle({
      what: `the AMI ${image.ami} is gone from ${region.id}`,
      read: () => region.image(image.ami),
      accept: (seen) => seen === undefined || seen.state === 'gone',
      write: () => region.deregisterImage(image.ami),
      limit,
      clock: ports.clock,
    });
    await settle({
      what: `the snapshot ${image.snapshot} is gone from ${region.id}`,
      read: () => region.snapshot(image.snapshot),
      accept: (seen) => seen === undefined,
      write: () => deleteUnused(region, image.snapshot),
      limit,
      clock: ports.clock,
    });
  });
}

/** Makes private images public again. */
export async function restoreImages(plan: ImagePlan, ports: RetirePorts): Promise<Tried<RecordedImage>> {
  return await overImages(plan, ports, async (image, region) => {
    const seen = await assertOurs(image, plan, region);
    if (seen !== undefined && !seen.public) await assertRoom(region, 1);
    await openImage(region, image, ports.clock);
  });
}

/** Puts off when images count as deprecated. @param at RFC 3339 */
export async function renewImages(
  plan: ImagePlan,
  at: string,
  ports: RetirePorts,
): Promise<Tried<RecordedImage>> {
  return await overImages(plan, ports, async (image, region) => {
    const seen = await region.image(image.ami);
    if (seen === undefined)
      throw new AperiodicError('not-found', `the AMI ${image.ami} is not in ${region.id} any more`);
    await deprecateImage(region, seen, at, ports.clock);
  });
}

async function overImages(
  { images }: ImagePlan,
  { cloud }: RetirePorts,
  work: (image: RecordedImage, region: CloudRegion) => Promise<void>,
): Promise<Tried<RecordedImage>> {
  return await tryAll(
    images,
    ({ region }) => region,
    async (image) => {
      await work(image, cloud.region(image.region));
      return image;
    },
  );
}

/** A record that was edited by hand must not lead us to somebody's other image. */
async function assertOurs(image: RecordedImage, { stream, version }: ImagePlan, region: CloudRegion) {
  const seen = await region.image(image.ami);
  if (seen === undefined || seen.state === 'gone') return seen;
  if (seen.tags[tagKeys.stream] === stream && seen.tags[tagKeys.version] === version) return seen;
  throw new AperiodicError(
    'conflict',
    `${image.ami} in ${region.id} is not tagged as an image of ${stream} ${version}: it is left alone`,
  );
}
