/** Looking for an image in a region, and clearing away what a run before left there with other bytes. */
import { type ImageIdentity, imageName, tagKeys } from '../../model/aws-names.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { CloudImage, CloudRegion, Log } from '../../ports.ts';
import { describe, versionTags } from './identity.ts';

/**
 * The image of this identity, if the region has it. Private images of the same version and architecture with other bytes
 * are removed with their snapshots; failed ones too.
 * @throws AperiodicError `conflict` when another image has the name, or a public one the version
 */
export async function findOwnImage(
  region: CloudRegion,
  identity: ImageIdentity,
  log: Log,
): Promise<CloudImage | undefined> {
  const same: CloudImage[] = [];
  const leftovers: CloudImage[] = [];
  for (const image of await region.findImages({ tags: versionTags(identity) })) {
    const isSame = image.tags[tagKeys.raw] === identity.raw && image.state !== 'failed';
    (isSame ? same : leftovers).push(image);
  }
  refusePublic(leftovers, identity, region);
  await refuseNamesake(region, identity, [...same, ...leftovers]);
  for (const image of leftovers) await removeLeftover(image, region, identity, log);
  return (await keepOne(same, region, identity, log)) ?? undefined;
}

function refusePublic(images: readonly CloudImage[], identity: ImageIdentity, region: CloudRegion): void {
  const shown = images.find((image) => image.public);
  if (shown === undefined) return;
  throw new AperiodicError(
    'conflict',
    `${describe(identity)} is public in ${region.id} as ${shown.id} with other bytes: a version's bytes never change, release a new version`,
  );
}

async function refuseNamesake(
  region: CloudRegion,
  identity: ImageIdentity,
  known: readonly CloudImage[],
): Promise<void> {
  const name = imageName(identity);
  const others = (await region.findImages({ name })).filter(({ id }) => !known.some((one) => one.id === id));
  const [other] = others;
  if (other === undefined) return;
  // Tags may be seen later than the image: what is tagged as ours after all is not another's.
  if (other.tags[tagKeys.raw] === identity.raw) return;
  throw new AperiodicError(
    'conflict',
    `${other.id} in ${region.id} has the name ${name} but is not an image of this release: remove or rename it`,
  );
}

async function removeLeftover(
  image: CloudImage,
  region: CloudRegion,
  identity: ImageIdentity,
  log: Log,
): Promise<void> {
  log.info(
    `removing ${image.id} from ${region.id}: a private image of ${describe(identity)} with other bytes`,
  );
  await region.deregisterImage(image.id);
  if (image.snapshot !== undefined) await deleteUnused(region, image.snapshot);
}

/** Two of the same bytes cannot come from our own calls; whoever made the second one, the older one stays. */
async function keepOne(
  same: readonly CloudImage[],
  region: CloudRegion,
  identity: ImageIdentity,
  log: Log,
): Promise<CloudImage | undefined> {
  const kept = same.find((image) => image.public) ?? same[0];
  for (const image of same) {
    if (image === kept) continue;
    if (image.public)
      log.warn(`${image.id} in ${region.id} is a second public image of ${describe(identity)}`);
    else await removeLeftover(image, region, identity, log);
  }
  return kept;
}

/** Deletes a snapshot unless an image uses it. */
export async function deleteUnused(region: CloudRegion, snapshot: string): Promise<void> {
  await region.deleteSnapshot(snapshot).catch((error: unknown) => {
    if (!(error instanceof AperiodicError) || error.code !== 'conflict') throw error;
  });
}
