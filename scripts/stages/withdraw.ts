/**
 * In: images that records name, in the state that they are to have. Out: those that came to it, and what failed.
 *
 * Withdrawn and retired images become private: nobody new can launch them, and they can be opened again. Pointers are to
 * be moved before. Safe to run twice: permissions are looked at before they are changed, and an image that is gone is as
 * private as it can be.
 */
import type { ImagePlan, RecordedImage } from '../model/cloud.ts';
import type { Ports } from '../ports.ts';
import { closeImage } from './cloud/sharing.ts';
import { type Tried, tryAll } from './cloud/try-all.ts';

/** All regions are tried, each image by itself; never throws for one that fails. */
export async function withdrawImages(
  { stream, version, images }: ImagePlan,
  { clock, cloud, log }: Pick<Ports, 'clock' | 'cloud' | 'log'>,
): Promise<Tried<RecordedImage>> {
  return await tryAll(
    images,
    ({ region }) => region,
    async (image) => {
      const there = await closeImage(cloud.region(image.region), image, clock);
      if (!there) log.warn(`${image.ami} of ${stream} ${version} is not in ${image.region} any more`);
      return image;
    },
  );
}
