/**
 * In: a release whose files are on every mirror. Out: the same, with its AMIs, which everybody may launch, or with its containers in
 * every registry.
 *
 * First every required region gets its copy, private; only when all have it, and every mirror the files, anything is made
 * public. Regions of best effort that fail are left out and reported. Safe to run twice: copies are found by tags or
 * client token, and permissions are looked at before they are changed.
 */
import { AperiodicError } from '../model/errors.ts';
import { compareText } from '../model/order.ts';
import type {
  Candidate,
  CloudTargets,
  Mirrored,
  Published,
  RecordedImage,
} from '../model/types.generated.ts';
import type { CloudRegion, Ports } from '../ports.ts';
import { type CopySource, ensureCopy, type UsableImage } from './cloud/copy.ts';
import { identityOf } from './cloud/identity.ts';
import { assertRoom } from './cloud/room.ts';
import { deprecateImage, openImage } from './cloud/sharing.ts';
import { listFailures, type RegionFailure, type Tried, tryAll } from './cloud/try-all.ts';
import { type ContainerPorts, publishContainers } from './publish-containers.ts';

type PublishPorts = Pick<Ports, 'clock' | 'cloud' | 'log'> & ContainerPorts;

/** Milliseconds that a copy may take. */
const copyLimit = { required: 2 * 60 * 60_000, bestEffort: 30 * 60_000 } as const;
/** Seconds that a region of best effort gets for a call that keeps failing. */
const bestEffortPatience = 120;

/** A region with its images, private or public. */
interface Brought {
  region: CloudRegion;
  images: { source: CopySource; image: UsableImage }[];
}

/** @throws AperiodicError of the first required region that failed, with the state of each; nothing is public then */
export async function publishRelease(mirrored: Mirrored, ports: PublishPorts): Promise<Published> {
  const { candidate } = mirrored;
  const { aws } = candidate;
  const containers = await publishContainers(candidate, ports);
  if (aws === undefined) return { mirrored, images: [], ...(containers.length === 0 ? {} : { containers }) };
  const sources = candidate.architectures.map((uploaded) => sourceOf(uploaded, aws));
  const task = ports.log.task(`publish ${candidate.stream} ${candidate.version} on AWS`);
  try {
    task.note(`copying to ${aws.regions.length + aws.bestEffort.length} regions`);
    const bring = (ids: readonly string[], effort: keyof typeof copyLimit) =>
      tryAll(
        ids,
        (id) => id,
        (id) => bringTo(id, effort, sources, aws, ports),
      );
    const [required, bestEffort] = await Promise.all([
      bring(aws.regions, 'required').then(async (tried) => {
        refuseFailures(tried.failures, candidate, 'nothing was made public');
        task.note('opening permissions');
        return await open(tried.done, candidate, ports);
      }),
      bring(aws.bestEffort, 'bestEffort'),
    ]);
    const late = await openBestEffort(bestEffort, ports);
    for (const { region, error } of late.failures)
      ports.log.warn(`${candidate.stream} ${candidate.version} is not in ${region} yet: ${error.message}`);
    const images = [...required, ...late.done].flatMap(recordImages).sort(byPlace);
    task.done(`${images.length} AMIs`);
    return { mirrored, images };
  } catch (error) {
    task.failed(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

function sourceOf(
  { tested, image, launch }: Candidate['architectures'][number],
  aws: CloudTargets,
): CopySource {
  if (launch !== undefined && launch.ami !== image?.ami) {
    throw new AperiodicError(
      'conflict',
      `${launch.ami} was launched, but ${image?.ami ?? 'no AMI'} is to be published: run 'aperiodic launch' again`,
    );
  }
  if (image !== undefined) return { identity: identityOf(tested), image };
  const { architecture } = tested.built.job;
  throw new AperiodicError(
    'not-found',
    `the ${architecture} image was not uploaded to ${aws.home}: run 'aperiodic upload' first`,
  );
}

async function bringTo(
  id: string,
  effort: keyof typeof copyLimit,
  sources: readonly CopySource[],
  { deprecateAt }: CloudTargets,
  ports: PublishPorts,
): Promise<Brought> {
  const region = ports.cloud.region(id, effort === 'bestEffort' ? bestEffortPatience : undefined);
  const images = await Promise.all(
    sources.map(async (source) => {
      const image = await ensureCopy(source, region, copyLimit[effort], ports);
      await deprecateImage(region, image, deprecateAt, ports.clock);
      return { source, image };
    }),
  );
  return { region, images };
}

/** Looks at every region before the first permission is given. */
async function open(
  brought: readonly Brought[],
  candidate: Candidate,
  ports: PublishPorts,
): Promise<readonly Brought[]> {
  const checked = await tryAll(brought, regionOf, checkRoom);
  refuseFailures(checked.failures, candidate, 'nothing was made public');
  const opened = await tryAll(brought, regionOf, (one) => openRegion(one, ports));
  refuseFailures(opened.failures, candidate, 'other regions are public');
  return brought;
}

async function openBestEffort(brought: Tried<Brought>, ports: PublishPorts): Promise<Tried<Brought>> {
  const opened = await tryAll(brought.done, regionOf, async (one) => {
    await checkRoom(one);
    await openRegion(one, ports);
    return one;
  });
  return { done: opened.done, failures: [...brought.failures, ...opened.failures] };
}

function regionOf({ region }: Brought): string {
  return region.id;
}

async function checkRoom({ region, images }: Brought): Promise<void> {
  await assertRoom(region, images.filter(({ image }) => !image.public).length);
}

async function openRegion({ region, images }: Brought, { clock }: PublishPorts): Promise<void> {
  for (const { image } of images) await openImage(region, { ami: image.id, snapshot: image.snapshot }, clock);
}

function recordImages({ region, images }: Brought): RecordedImage[] {
  return images.map(({ source: { identity }, image }) => ({
    architecture: identity.architecture,
    region: region.id,
    ami: image.id,
    snapshot: image.snapshot,
    state: 'public',
  }));
}

function byPlace(a: RecordedImage, b: RecordedImage): number {
  return compareText(a.architecture, b.architecture) || compareText(a.region, b.region);
}

function refuseFailures(failures: readonly RegionFailure[], candidate: Candidate, state: string): void {
  const [first] = failures;
  if (first === undefined) return;
  throw new AperiodicError(
    first.error.code,
    `${candidate.stream} ${candidate.version} could not be brought to ${failures.map(({ region }) => region).join(', ')}; ` +
      `${state}. Run it again: what is done stays. ${first.error.message}`,
    { detail: listFailures(failures), cause: first.error },
  );
}
