/** Get-or-create of an image's copy in another region. */
import { clientToken, type ImageIdentity, imageName, imageTags } from '../../model/aws-names.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { UploadedImage } from '../../model/types.generated.ts';
import type { CloudImage, CloudRegion, Ports } from '../../ports.ts';
import { findOwnImage } from './find-image.ts';
import { settle } from './settle.ts';

/** An image that is available, and names its snapshot. */
export type UsableImage = CloudImage & { snapshot: string };

/** Milliseconds until a copy that AWS promised must show. */
const visible = 10 * 60_000;
/** A copy that failed is thrown away and made anew. */
const attempts = 4;

export interface CopySource {
  identity: ImageIdentity;
  /** Where it was uploaded to. */
  image: UploadedImage;
}

/**
 * The image in this region, available. Safe to run again: a copy is found by its tags, or by the client token that it was
 * asked for with, so that there is one of them.
 * @param limit milliseconds that a copy may take
 * @throws AperiodicError `conflict` as {@link findOwnImage}, `unreachable` when it takes too long
 */
export async function ensureCopy(
  { identity, image }: CopySource,
  region: CloudRegion,
  limit: number,
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
): Promise<UsableImage> {
  if (region.id === image.region) return await available(image.ami, region, limit, clock);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const there = await findOwnImage(region, identity, log);
    const id =
      there?.id ??
      (await region.copyImage({
        source: { region: image.region, ami: image.ami },
        name: imageName(identity),
        tags: imageTags(identity),
        token: clientToken(`copy ${image.ami} ${attempt}`, region.id, identity),
      }));
    const shown = await settle({
      what: `the AMI ${id} shows in ${region.id}`,
      read: () => region.image(id),
      accept: (seen) => seen !== undefined,
      limit: visible,
      otherwise: () => undefined,
      clock,
    });
    // The token of a copy that failed or was removed gives that one for ever: the next attempt has its own.
    if (shown !== undefined && shown.state !== 'gone' && shown.state !== 'failed')
      return await available(id, region, limit, clock);
    log.warn(`the copy ${id} in ${region.id} ${shown === undefined ? 'never showed' : `is ${shown.state}`}`);
    if (shown?.state === 'failed') await region.deregisterImage(id);
  }
  throw new AperiodicError('unreachable', `AWS fails to copy ${image.ami} to ${region.id}: run again later`);
}

async function available(
  id: string,
  region: CloudRegion,
  limit: number,
  clock: Ports['clock'],
): Promise<UsableImage> {
  const seen = await settle({
    what: `the AMI ${id} in ${region.id} is available`,
    read: () => region.image(id),
    accept: (image) => {
      if (image?.state === 'failed' || image?.state === 'gone')
        throw new AperiodicError('conflict', `the AMI ${id} in ${region.id} is ${image.state}: run again`);
      return image?.state === 'available' && image.snapshot !== undefined;
    },
    limit,
    clock,
  });
  if (seen?.snapshot !== undefined) return { ...seen, snapshot: seen.snapshot };
  throw new AperiodicError('internal', `the AMI ${id} in ${region.id} names no snapshot`);
}
