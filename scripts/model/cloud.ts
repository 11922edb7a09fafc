/**
 * Images on AWS as the model sees them: which regions a release must reach and has reached. Records name what is there,
 * so that everything but drift follows from the tree.
 */
import type { AperiodicError } from './errors.ts';
import type {
  Architecture,
  AwsTargets,
  PublishedRecord,
  RecordedImage,
  Release,
  Stream,
  Targets,
} from './types.generated.ts';

export type { RecordedImage } from './types.generated.ts';

/** Regions that a release is to be brought to. Unlike in a release file, `regions` may be empty. */
export interface RegionsToReach {
  /** Where the image is copied from; where it is uploaded to when the record has none there. */
  home: string;
  /** Required ones. */
  regions: string[];
  /** Their failure is reported and stops nothing. */
  bestEffort: string[];
}

/** Images of one release that something is to be done with. */
export interface ImagePlan {
  stream: string;
  version: string;
  /** As the record will name them: `state` is the wanted one. */
  images: RecordedImage[];
}

/** What was tried in several regions: one that fails does not keep the others from being done. */
export interface Attempt<T> {
  done: T[];
  failures: { region: string; error: AperiodicError }[];
}

/** An SSM parameter of a region. */
export interface PointerName {
  region: string;
  /** Of the parameter, with the prefix. */
  name: string;
}

export interface Pointer extends PointerName {
  ami: string;
}

/** What parameters must be like: `put` exist with that value, `remove` do not exist. All others are left alone. */
export interface PointerPlan {
  put: Pointer[];
  remove: PointerName[];
}

/** Days from a withdrawal until its images are gone, where releases/targets.yaml does not say. */
export const defaultGraceDays = 14;

/** What a release of the stream must reach on AWS by what the tree says now; undefined when the stream makes no AMIs. */
export function wantedRegions(stream: Stream | undefined, targets: Targets): RegionsToReach | undefined {
  const { aws } = targets;
  if (stream?.aws === undefined || aws === undefined) return undefined;
  const ids = (bestEffort: boolean) =>
    aws.regions.filter((region) => (region.bestEffort ?? false) === bestEffort).map(({ id }) => id);
  return { home: aws.home, regions: ids(false), bestEffort: ids(true) };
}

/** Whether releases/targets.yaml names the region. */
export function knowsRegion(aws: AwsTargets | undefined, region: string): boolean {
  return aws?.regions.some(({ id }) => id === region) ?? false;
}

/** Images of the record that are there still. */
export function heldImages(record: PublishedRecord | undefined): RecordedImage[] {
  return (record?.images ?? []).filter(({ state }) => state !== 'removed');
}

/** Regions of the list where an architecture has no image, or had one that was removed. */
export function missingRegions(
  regions: readonly string[],
  architectures: readonly Architecture[],
  record: PublishedRecord | undefined,
): string[] {
  return findRegionsWithout(heldImages(record), regions, architectures);
}

function findRegionsWithout(
  images: readonly RecordedImage[],
  regions: readonly string[],
  architectures: readonly Architecture[],
): string[] {
  const held = new Set(images.map(keyOf));
  return regions.filter((region) =>
    architectures.some((architecture) => !held.has(keyOf({ region, architecture }))),
  );
}

/** Required regions of the release file where the record never had it: unlike one that retention emptied. */
export function neverReached(release: Release, record: PublishedRecord | undefined): string[] {
  return findRegionsWithout(record?.images ?? [], release.targets.aws?.regions ?? [], release.architectures);
}

/** Required regions of the release file that its record lacks. */
export function missingOwnRegions(release: Release, record: PublishedRecord | undefined): string[] {
  return missingRegions(release.targets.aws?.regions ?? [], release.architectures, record);
}

/** Names an image within its release. */
export function keyOf({ region, architecture }: Pick<RecordedImage, 'region' | 'architecture'>): string {
  return `${region} ${architecture}`;
}

/**
 * The region to copy from: the first of these where the record has every architecture, else any such region, else the
 * first of these, which then needs an upload.
 */
export function chooseHome(
  preferred: readonly [string, ...string[]],
  architectures: readonly Architecture[],
  record: PublishedRecord | undefined,
): string {
  const holding = heldImages(record).map(({ region }) => region);
  const usable = [...preferred, ...holding].filter(
    (region) => missingRegions([region], architectures, record).length === 0,
  );
  return usable[0] ?? preferred[0];
}
