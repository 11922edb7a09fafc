/**
 * In: an image that was built, tested and compared. Out: the same, with the private AMI that it is in the home region.
 *
 * The snapshot is written by EBS direct, without blocks that are all zero, and read back before anything is made of it.
 * Safe to run twice: image and snapshot are found by tags that hold the image's SHA-256, names are unique, and an image
 * that is there proves that its snapshot was read back. A release without AMIs passes through.
 */
import { awsArchitecture, bootMode, type ImageIdentity, imageName, imageTags } from '../model/aws-names.ts';
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import type { Compared, Tested, Uploaded } from '../model/types.generated.ts';
import type { CloudImage, CloudRegion, Ports, Task } from '../ports.ts';
import { findOwnImage } from './cloud/find-image.ts';
import { describe, identityOf } from './cloud/identity.ts';
import { settle } from './cloud/settle.ts';
import { ensureSnapshot } from './cloud/snapshot.ts';

type UploadPorts = Pick<Ports, 'artifacts' | 'clock' | 'cloud' | 'log' | 'values'>;

/** Milliseconds that RegisterImage may take. */
const registered = 30 * 60_000;

/** @throws AperiodicError `conflict` when another image has the name, or the version is public with other bytes */
export async function uploadImage(tested: Compared, ports: UploadPorts): Promise<Uploaded> {
  const { job, raw } = tested.built;
  if (job.targets.aws === undefined) return { tested };
  const region = ports.cloud.region(job.targets.aws.home);
  const identity = identityOf(tested);
  const task = ports.log.task(`upload ${describe(identity)} to ${region.id}`);
  try {
    const there = await findOwnImage(region, identity, ports.log);
    const id = there?.id ?? (await makeImage(tested, identity, region, ports, task));
    const image = await waitForImage(id, region, ports);
    task.done(`${image.ami}, ${raw.size} bytes`);
    return { tested, image };
  } catch (error) {
    task.failed(toAperiodicError(error).message);
    throw error;
  }
}

async function makeImage(
  { built: { raw } }: Tested,
  identity: ImageIdentity,
  region: CloudRegion,
  ports: UploadPorts,
  task: Task,
): Promise<string> {
  const file = await ports.artifacts.get(raw);
  const snapshot = await ensureSnapshot({ identity, file, size: raw.size }, region, ports, task);
  const name = imageName(identity);
  try {
    return await region.registerImage({
      name,
      snapshot,
      architecture: awsArchitecture(identity.architecture),
      bootMode: bootMode(identity.architecture),
      tags: imageTags(identity),
    });
  } catch (error) {
    if (!(error instanceof AperiodicError) || error.code !== 'conflict') throw error;
    // A run before registered it, or the answer was lost; it may not show yet.
    const found = await settle({
      what: `the AMI ${name} shows in ${region.id}`,
      read: () => findOwnImage(region, identity, ports.log),
      accept: (image) => image !== undefined,
      limit: registered,
      clock: ports.clock,
    });
    if (found === undefined) throw error;
    return found.id;
  }
}

async function waitForImage(
  id: string,
  region: CloudRegion,
  { clock }: UploadPorts,
): Promise<NonNullable<Uploaded['image']>> {
  const image = await settle({
    what: `the AMI ${id} in ${region.id} is available`,
    read: () => region.image(id),
    accept: (seen) => isAvailable(seen, region),
    limit: registered,
    clock,
  });
  if (image?.snapshot === undefined)
    throw new AperiodicError('internal', `the AMI ${id} in ${region.id} names no snapshot`);
  return { region: region.id, ami: image.id, snapshot: image.snapshot };
}

function isAvailable(image: CloudImage | undefined, region: CloudRegion): boolean {
  if (image?.state === 'failed' || image?.state === 'gone')
    throw new AperiodicError('conflict', `the AMI ${image.id} in ${region.id} is ${image.state}: run again`);
  return image?.state === 'available' && image.snapshot !== undefined;
}
