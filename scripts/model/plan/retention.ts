/**
 * Which state each image should be in, from release files, records and the day. All ranks count within one region and
 * architecture: where a region of best effort missed the newest release, the one before is the newest there, and stays.
 *
 * | the release is | and the image                                                   | it should be           |
 * | -------------- | --------------------------------------------------------------- | ---------------------- |
 * | withdrawn      | was made private less than the days of grace ago                | `withdrawn`            |
 * |                | longer ago                                                      | `removed`              |
 * | live           | is the newest of its region, or of the stream's newest release  | `public`, whatever age |
 * |                | is past its day of removal                                      | `private`, `removed`   |
 * |                | is among the newest `retention.public`                          | `public`               |
 * |                | is older                                                        | `private`              |
 *
 * A region that releases/targets.yaml no longer names has no newest image to keep. What was removed stays so.
 */
import { defaultGraceDays, heldImages, keyOf, knowsRegion } from '../cloud.ts';
import { liveReleases, type ReleaseState, type StreamState } from '../streams.ts';
import { timestamp } from '../timestamp.ts';
import type {
  AwsTargets,
  ImageState,
  PublishedRecord,
  RecordedImage,
  Release,
  Retention,
  Stream,
} from '../types.generated.ts';
import { dateOfVersion } from '../version.ts';

const day = 86_400_000;

export interface WantedImage {
  release: Release;
  record: PublishedRecord;
  image: RecordedImage;
  wanted: ImageState;
}

/** Images that are there still, newest release first, each with the state that it should be in. */
export function wantImages(stream: StreamState, aws: AwsTargets, now: Date): WantedImage[] {
  const retention = stream.stream?.aws?.retention;
  const ranks = new Map<string, number>();
  const newest = newestWithImages(stream)?.release.version;
  const live = liveReleases(stream).flatMap(({ release, record }) =>
    heldImages(record).flatMap((image) => {
      if (record === undefined) return [];
      const rank = ranks.get(keyOf(image)) ?? 0;
      ranks.set(keyOf(image), rank + 1);
      const kept = release.version === newest || (rank === 0 && knowsRegion(aws, image.region));
      const wanted = kept ? 'public' : byRetention(image, rank, retention, { release, record }, now);
      return [{ release, record, image, wanted }];
    }),
  );
  const withdrawn = stream.releases.flatMap(({ release, record }) =>
    release.withdrawn === undefined || record === undefined
      ? []
      : heldImages(record).map((image) => ({
          release,
          record,
          image,
          wanted: afterWithdrawal(image, release.withdrawn?.at ?? '', record, aws, now),
        })),
  );
  return [...live, ...withdrawn];
}

/** The stream's newest live release that has images. */
export function newestWithImages(stream: StreamState): ReleaseState | undefined {
  return liveReleases(stream).find(({ record }) => heldImages(record).length > 0);
}

function byRetention(
  image: RecordedImage,
  rank: number,
  retention: Retention | undefined,
  { release, record }: { release: Release; record: PublishedRecord },
  now: Date,
): ImageState {
  if (retention === undefined) return image.state;
  // Private first, with a record in between: pointers follow records, and must never follow one to what is gone.
  if (now >= removalDate(release, record, retention)) return image.state === 'public' ? 'private' : 'removed';
  return rank < retention.public ? 'public' : 'private';
}

/** Grace begins when people could no longer launch it: the record was last written then, or later. */
function afterWithdrawal(
  { state }: RecordedImage,
  at: string,
  record: PublishedRecord,
  { graceDays = defaultGraceDays }: AwsTargets,
  now: Date,
): ImageState {
  if (state !== 'withdrawn') return 'withdrawn';
  const since = Math.max(Date.parse(at), Date.parse(record.recordedAt));
  return now.getTime() >= since + graceDays * day ? 'removed' : 'withdrawn';
}

/**
 * From when on the images are gone: as long after their deprecation as retention says, so that a release that stayed the
 * newest for years, and was deprecated late for that, leaves its users the same time.
 */
export function removalDate(release: Release, record: PublishedRecord, retention: Retention): Date {
  const { deprecateAfterDays, removeAfterDays } = retention;
  const deprecated =
    record.deprecateAt === undefined
      ? dateOfVersion(release.version).getTime() + deprecateAfterDays * day
      : Date.parse(record.deprecateAt);
  return new Date(deprecated + (removeAfterDays - deprecateAfterDays) * day);
}

/**
 * When the images of the newest release are to be deprecated, as records have it: counted from the day of the version,
 * so that a second run names the same date; counted from today when less than half of the time would be left. The
 * current date is the answer while more than half of the time is left to it, or when two years after the version are
 * reached: AWS takes nothing later for a public image.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html
 * @param current of the record, when there is one
 */
export function deprecationDate(
  version: string,
  { deprecateAfterDays }: Retention,
  now: Date,
  current?: string,
): string {
  const soonest = now.getTime() + (deprecateAfterDays / 2) * day;
  if (current !== undefined && Date.parse(current) >= soonest) return current;
  const released = dateOfVersion(version).getTime();
  const counted = released + deprecateAfterDays * day;
  const fromToday = Math.floor(now.getTime() / day) * day + deprecateAfterDays * day;
  const chosen = counted >= soonest ? Math.min(counted, fromToday) : fromToday;
  const limited = Math.min(chosen, released + longestDays * day);
  if (current !== undefined && limited <= Date.parse(current)) return current;
  return timestamp(new Date(limited));
}

const longestDays = 730;

/** How many images a region needs to be allowed to share: what stays public of every stream, and one more while a release replaces another. */
export function publicImagesNeeded(streams: readonly Pick<Stream, 'architectures' | 'aws'>[]): number {
  return streams
    .map(({ architectures, aws }) =>
      aws === undefined ? 0 : architectures.length * (aws.retention.public + 1),
    )
    .reduce((sum, count) => sum + count, 0);
}
