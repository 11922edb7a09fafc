/**
 * Where the cloud is not what the records say, and the reverse. Pure: what was seen comes in as a value. Only what follows
 * from the tree is repaired; what nobody asked for by name (versions that the tree does not know, public doubles) is
 * reported.
 */
import { defaultGraceDays, heldImages, keyOf, type PointerName, type PointerPlan } from '../cloud.ts';
import { newestLive, type ReleaseState, type Repository, type StreamState } from '../streams.ts';
import type { AwsTargets, PublishedRecord, RecordedImage, Release } from '../types.generated.ts';
import { isReadable } from './lifecycle.ts';
import type { Observed, ObservedImage } from './observed.ts';
import { findPointerDrift } from './pointers.ts';
import { wantImages } from './retention.ts';

/** What puts it right. */
export type Repair =
  | 'share'
  | 'unshare'
  /** Deregister it and delete its snapshot. */
  | 'remove'
  /** Set the date of the record. */
  | 'deprecate'
  /** Write the parameter, or delete it. */
  | 'point'
  /** Record it as removed: the plan then brings back what is still wanted. */
  | 'forget'
  /** A person has to look. */
  | 'report';

export interface Drift {
  stream: string;
  version: string;
  region: string;
  /** The AMI, or the name of the parameter. */
  what: string;
  repair: Repair;
  /** One sentence without a full stop. */
  why: string;
  /** What the repair is about, in the state that it comes to; left out for `report` and `point`. */
  image?: RecordedImage;
  /** For `deprecate`. */
  deprecateAt?: string;
  /** For `point`. */
  pointers?: PointerPlan;
}

/** By stream; empty where releases/targets.yaml has no `aws`. */
export function findDrift(repository: Repository, observed: Observed, now: Date): Drift[] {
  const { aws } = repository.targets ?? {};
  if (aws === undefined) return [];
  const readable = repository.streams.filter(isReadable);
  const known = new Set(repository.streams.map(({ id }) => id));
  const trusted = knowsUs(repository, observed);
  return [
    ...readable.flatMap((stream) => [
      ...findRecordedDrift(stream, aws, observed, now).map((one) => (trusted ? one : distrust(one))),
      ...findUnrecorded(stream, aws, observed, now),
      ...pointerDrift(stream, aws, observed),
    ]),
    ...observed.images
      .filter(({ stream }) => stream !== '' && !known.has(stream))
      .map((image) => drift(image, 'report', `the tree has no stream ${image.stream}`)),
  ];
}

/** Whether an image that a record names was seen. With the credentials of another account none is, and all look gone. */
function knowsUs({ streams }: Repository, { images }: Observed): boolean {
  const seen = new Set(images.map(({ region, ami }) => `${region} ${ami}`));
  return streams.some(({ releases }) =>
    releases.some(({ record }) =>
      (record?.images ?? []).some(({ region, ami }) => seen.has(`${region} ${ami}`)),
    ),
  );
}

function distrust({ image, ...one }: Drift): Drift {
  if (one.repair !== 'forget') return image === undefined ? one : { ...one, image };
  const why = `${one.why}, and neither is any other: look whether the credentials belong to the account of the images`;
  return { ...one, repair: 'report', why };
}

function drift(
  { stream, version, region, ami }: Pick<ObservedImage, 'stream' | 'version' | 'region' | 'ami'>,
  repair: Repair,
  why: string,
): Drift {
  return { stream, version, region, what: ami, repair, why };
}

/**
 * What the records name. Where lifecycle is about to change an image anyway, or a run that was killed had begun to, its
 * permissions are left to that: a withdrawn image is not shared again because its record is behind.
 */
function findRecordedDrift(stream: StreamState, aws: AwsTargets, observed: Observed, now: Date): Drift[] {
  const wanted = new Map(
    wantImages(stream, aws, now).map(({ image, wanted: state }) => [`${image.region} ${image.ami}`, state]),
  );
  const there = new Map(observed.images.map((image) => [`${image.region} ${image.ami}`, image]));
  const seen = new Set(observed.regions);
  return stream.releases.flatMap(({ record }) =>
    (record?.images ?? [])
      .filter(({ region }) => seen.has(region))
      .flatMap((image) =>
        record === undefined
          ? []
          : compare(record, image, there.get(`${image.region} ${image.ami}`), now).filter(
              ({ repair }) =>
                !touching.includes(repair) || wanted.get(`${image.region} ${image.ami}`) === image.state,
            ),
      ),
  );
}

const touching: readonly Repair[] = ['share', 'unshare', 'deprecate'];

function compare(
  record: PublishedRecord,
  image: RecordedImage,
  found: ObservedImage | undefined,
  now: Date,
): Drift[] {
  const say = (repair: Repair, why: string, state = image.state): Drift[] => {
    const about = repair === 'report' ? {} : { image: { ...image, state } };
    return [{ ...drift({ ...record, ...image }, repair, why), ...about }];
  };
  if (found === undefined)
    return image.state === 'removed'
      ? []
      : say('forget', 'the record names it, and it is not there any more', 'removed');
  if (image.state === 'removed') return say('remove', 'the record says that it was removed');
  if (found.snapshot !== undefined && found.snapshot !== image.snapshot)
    return say('report', `its snapshot is ${found.snapshot}, the record says ${image.snapshot}`);
  if (image.state === 'public' && !found.public) return say('share', 'the record says public, it is private');
  if (image.state !== 'public' && found.public)
    return say('unshare', `the record says ${image.state}, it is public`);
  const { deprecateAt } = record;
  if (image.state !== 'public' || deprecateAt === undefined || Date.parse(deprecateAt) <= now.getTime())
    return [];
  if (minute(deprecateAt) === minute(found.deprecateAt)) return [];
  const why = `it is to be deprecated at ${deprecateAt}, not at ${found.deprecateAt ?? 'no time'}`;
  return say('deprecate', why).map((one) => ({ ...one, deprecateAt }));
}

function minute(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(Date.parse(time) / 60_000);
}

/** What carries the tags of the stream and is in no record. */
function findUnrecorded(stream: StreamState, aws: AwsTargets, observed: Observed, now: Date): Drift[] {
  const recorded = new Set(
    stream.releases
      .flatMap(({ record }) => record?.images ?? [])
      .map(({ region, ami }) => `${region} ${ami}`),
  );
  return observed.images
    .filter((image) => image.stream === stream.id && !recorded.has(`${image.region} ${image.ami}`))
    .flatMap((image) => {
      const state = stream.releases.find(({ release }) => release.version === image.version);
      const judged = state === undefined ? unknown : judgeUnrecorded(stream, state, image, aws, now);
      if (judged === undefined) return [];
      const [repair, why] = judged;
      const about = state === undefined ? undefined : asRecorded(image, state.release);
      if (repair === 'report') return [drift(image, 'report', why)];
      if (about === undefined)
        return [drift(image, 'report', `${why}, and its tags or its snapshot are lost`)];
      return [{ ...drift(image, repair, why), image: about }];
    });
}

function asRecorded({ region, ami, snapshot, ...image }: ObservedImage, release: Release) {
  const architecture = release.architectures.find((word) => word === image.architecture);
  if (architecture === undefined || snapshot === undefined) return undefined;
  return { architecture, region, ami, snapshot, state: 'removed' as const };
}

const unknown: [Repair, string] = ['report', 'the tree has no release of this version'];

function judgeUnrecorded(
  stream: StreamState,
  { release, record }: ReleaseState,
  image: ObservedImage,
  { graceDays = defaultGraceDays }: AwsTargets,
  now: Date,
): [Repair, string] | undefined {
  const { version } = release;
  const twin = heldImages(record).find((other) => keyOf(other) === `${image.region} ${image.architecture}`);
  if (twin !== undefined) {
    if (image.public) return ['report', `a second public image of ${version}: the record names ${twin.ami}`];
    return ['remove', `a private leftover of ${version}: the record names ${twin.ami}`];
  }
  if (release.withdrawn !== undefined) return ['remove', `${version} was withdrawn before it was recorded`];
  if (newestLive(stream)?.release.version === version) return undefined;
  const old = now.getTime() - Date.parse(image.createdAt) >= graceDays * 86_400_000;
  const why = `${version} is superseded, and its record does not name this image`;
  return old ? ['remove', why] : ['report', `${why}: it is removed ${graceDays} days after it was made`];
}

function pointerDrift(stream: StreamState, aws: AwsTargets, observed: Observed): Drift[] {
  const { put, remove } = findPointerDrift(stream, aws.pointers, observed);
  const say = ({ region, name }: PointerName, why: string, pointers: PointerPlan): Drift => ({
    ...drift({ stream: stream.id, version: '', region, ami: name }, 'point', why),
    pointers,
  });
  return [
    ...put.map((pointer) => say(pointer, `it is to name ${pointer.ami}`, { put: [pointer], remove: [] })),
    ...remove.map((pointer) => say(pointer, 'it is to name nothing', { put: [], remove: [pointer] })),
  ];
}
